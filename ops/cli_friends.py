"""`best-friends friend ...` and `best-friends engagement ...`: areas, personal links, roles, requests."""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Annotated, Any

import typer
from rich.table import Table

from best_friends.application.decide_request import Granting
from best_friends.application.errors import Refusal
from best_friends.domain.engagements import held, told
from best_friends.domain.friends import Area
from best_friends.domain.letter import LetterKind
from best_friends.domain.requests import RequestKind
from ops.console import Screen
from ops.deployment import Deployment
from ops.faults import Stop
from ops.friends import (
    area_table,
    areas_of,
    day_in,
    decide_on,
    engagement_of,
    engagement_table,
    link_for,
    radius_in,
    request_document,
    request_table,
    role_in,
)
from ops.ids import identifier
from ops.jobs import place_in
from ops.who import by

Stack = Annotated[str, typer.Option(envvar="BEST_FRIENDS_STACK", help="The deployed stack.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Why = Annotated[str, typer.Option(help="The reason; it is kept in the Friend's audit trail.")]
Told = Annotated[str, typer.Option("--why", help="The reason; the letter to the Friend quotes it.")]
FriendId = Annotated[str, typer.Argument(metavar="FRIEND", help="The Friend's id.", callback=identifier)]
RequestId = Annotated[str, typer.Argument(metavar="REQUEST", help="The request's id.", callback=identifier)]
RoleId = Annotated[str, typer.Argument(metavar="ROLE", help="Such as mentor or meetup_organiser.")]
At = Annotated[str, typer.Option(help="Latitude,longitude in degrees, such as 47.05,8.31.")]
From = Annotated[str, typer.Option("--from", help="The first day, such as 2026-03-01.")]
Until = Annotated[str, typer.Option("--until", help="The last day, such as 2026-12-31.")]
AS_ASKED = "as the Friend asked"

friend_app = typer.Typer(help="The Friends of a deployed stack.", no_args_is_help=True)
area_app = typer.Typer(help="The areas of Friends, and their requests for another.", no_args_is_help=True)
friend_app.add_typer(area_app, name="area")
engagement_app = typer.Typer(help="Who holds which role, and who applies for one.", no_args_is_help=True)

LINKS = {
    "areas": LetterKind.AREAS_LINK,
    "engagement": LetterKind.ENGAGEMENT_LINK,
    "standing": LetterKind.STANDING_LINK,
    "referrals": LetterKind.REFERRALS_LINK,
}


def register(app: typer.Typer) -> None:
    """Give a command line these commands."""
    app.add_typer(friend_app, name="friend")
    app.add_typer(engagement_app, name="engagement")


@friend_app.command("link")
def link(
    friend_id: FriendId,
    page: Annotated[
        str, typer.Argument(metavar="areas|engagement|standing|referrals", help="The page that it opens.")
    ],
    stack: Stack = "best-friends",
) -> None:
    """Mail a Friend a personal link to a page; it is shown to nobody else."""
    if page not in LINKS:
        raise Stop(f"{page!r}: there is no such page; name one of {', '.join(LINKS)}")
    use_case = link_for(Deployment.of_stack(stack))
    reader = _or_stop(lambda: use_case(friend_id, LINKS[page]))
    good_for = "the time that the letter says" if page == "standing" else "30 days"
    print(
        f"A letter with a link to the page of {page} is on its way to {reader}; the link is good for"
        f" {good_for}."
    )


@area_app.command("add")
def add_area(
    friend_id: FriendId,
    at: At,
    radius: Annotated[float, typer.Option(help="In kilometres.")],
    label: Annotated[str, typer.Option(help="What the area is called, such as Aarau.")],
    why: Why,
    stack: Stack = "best-friends",
) -> None:
    """Give a Friend another area; no import takes it away."""
    latitude, longitude = place_in(at)
    area, reason = Area(latitude, longitude, radius_in(radius), label), by(why)
    use_case = areas_of(Deployment.of_stack(stack))
    friend = _or_stop(lambda: use_case.add(friend_id, area, reason))
    print(f"{friend.friend_id} has {_areas(len(friend.areas))} now: {_labels(friend.areas)}.")


@area_app.command("remove")
def remove_area(
    friend_id: FriendId,
    label: Annotated[str, typer.Argument(metavar="LABEL", help="Its name, or its number in the list.")],
    why: Why,
    stack: Stack = "best-friends",
) -> None:
    """Take an area from a Friend; the same export does not bring it back."""
    reason = by(why)
    use_case = areas_of(Deployment.of_stack(stack))
    gone = _or_stop(lambda: use_case.remove(friend_id, label, reason))
    print(f"{gone.label} is no area of {friend_id} any more.")


@area_app.command("list")
def list_areas(friend_id: FriendId, stack: Stack = "best-friends", as_json: AsJson = False) -> None:
    """A Friend's areas, home first."""
    use_case = areas_of(Deployment.of_stack(stack))
    friend = _or_stop(lambda: use_case.friend(friend_id))
    _show([asdict(area) for area in friend.areas], as_json, lambda: area_table(friend.areas))


@area_app.command("requests")
def list_requests(stack: Stack = "best-friends", as_json: AsJson = False) -> None:
    """The areas that Friends ask for, the oldest request first."""
    _show_requests(RequestKind.AREA, stack, as_json)


@area_app.command("accept")
def accept_area(
    request_id: RequestId,
    at: At,
    radius: Annotated[float | None, typer.Option(help="In kilometres; as asked without it.")] = None,
    label: Annotated[str, typer.Option(help="What it is called; the place asked for without it.")] = "",
    why: Why = AS_ASKED,
    stack: Stack = "best-friends",
) -> None:
    """Give the area that was asked for, and tell the Friend."""
    latitude, longitude = place_in(at)
    wanted = None if radius is None else radius_in(radius)
    granting, reason = Granting(latitude, longitude, wanted, label.strip()), by(why)
    use_case = decide_on(Deployment.of_stack(stack))
    done = _or_stop(lambda: use_case.accept_area(request_id, granting, reason))
    print(f"{done.friend_id} has the area of {request_id}; a letter says so.")


@area_app.command("decline")
def decline_area(request_id: RequestId, why: Told, stack: Stack = "best-friends") -> None:
    """Decline a request for an area; the letter to the Friend quotes the reason."""
    _decline(request_id, RequestKind.AREA, why, stack)


@engagement_app.command("applications")
def list_applications(stack: Stack = "best-friends", as_json: AsJson = False) -> None:
    """The roles that Friends apply for, the oldest application first."""
    _show_requests(RequestKind.ENGAGEMENT, stack, as_json)


@engagement_app.command("accept")
def accept_role(
    request_id: RequestId, first: From = "", why: Why = AS_ASKED, stack: Stack = "best-friends"
) -> None:
    """Give the role that was applied for, from a day or from today, and tell the Friend."""
    day, reason = day_in("--from", first) if first else None, by(why)
    use_case = decide_on(Deployment.of_stack(stack))
    done = _or_stop(lambda: use_case.accept_role(request_id, day, reason))
    print(f"{done.friend_id} has the role of {request_id}, and a letter says so.")


@engagement_app.command("decline")
def decline_role(request_id: RequestId, why: Told, stack: Stack = "best-friends") -> None:
    """Decline an application; the letter to the Friend quotes the reason."""
    _decline(request_id, RequestKind.ENGAGEMENT, why, stack)


@engagement_app.command("add")
def add_role(
    friend_id: FriendId, role: RoleId, first: From, why: Why, last: Until = "", stack: Stack = "best-friends"
) -> None:
    """Give a Friend a role from a day, for ever or until a day; no import takes it away."""
    given, day, reason = role_in(role), day_in("--from", first), by(why)
    until = day_in("--until", last) if last else None
    use_case = engagement_of(Deployment.of_stack(stack))
    done = _or_stop(lambda: use_case.add(friend_id, given, day, until, reason))
    print(f"{done.friend_id} holds {held(done)}.")


@engagement_app.command("end")
def end_role(friend_id: FriendId, role: RoleId, last: Until, why: Why, stack: Stack = "best-friends") -> None:
    """Let a role end on a day, which is its last."""
    given, day, reason = role_in(role), day_in("--until", last), by(why)
    use_case = engagement_of(Deployment.of_stack(stack))
    done = _or_stop(lambda: use_case.end(friend_id, given, day, reason))
    print(f"{done.friend_id} holds {held(done)}.")


@engagement_app.command("withdraw")
def withdraw_role(
    friend_id: FriendId, role: RoleId, first: From, why: Why, stack: Stack = "best-friends"
) -> None:
    """Withdraw a role with its history: it counts for no year, and the audit trail keeps it."""
    given, day, reason = role_in(role), day_in("--from", first), by(why)
    use_case = engagement_of(Deployment.of_stack(stack))
    done = _or_stop(lambda: use_case.withdraw(friend_id, given, day, reason))
    print(f"{done.friend_id} held {held(done)}; it is withdrawn and counts for no year.")


@engagement_app.command("list")
def list_engagement(
    friend_id: Annotated[str, typer.Argument(metavar="[FRIEND]", help="All Friends without one.")] = "",
    stack: Stack = "best-friends",
    as_json: AsJson = False,
) -> None:
    """Who holds or held which role when."""
    use_case = engagement_of(Deployment.of_stack(stack))
    found = _or_stop(lambda: use_case.of(friend_id) if friend_id else use_case.everything())
    _show([told(one) for one in found], as_json, lambda: engagement_table(found))


def _decline(request_id: str, kind: RequestKind, why: str, stack: str) -> None:
    reason = by(why)
    use_case = decide_on(Deployment.of_stack(stack))
    done = _or_stop(lambda: use_case.decline(request_id, kind, reason))
    print(f"{request_id} is declined; a letter tells {done.friend_id} why.")


def _show_requests(kind: RequestKind, stack: str, as_json: bool) -> None:
    waiting = list(decide_on(Deployment.of_stack(stack)).requests.open(kind))
    _show([request_document(one) for one in waiting], as_json, lambda: request_table(waiting))


def _show(rows: Sequence[Any], as_json: bool, table: Callable[[], Table]) -> None:
    if as_json:
        print(json.dumps(rows, indent=1, ensure_ascii=False))
    elif rows:
        Screen().out.print(table())
    else:
        print("None.")


def _or_stop[T](act: Callable[[], T]) -> T:
    try:
        return act()
    except Refusal as refusal:
        raise Stop(str(refusal)) from None


def _areas(number: int) -> str:
    return f"{number} area{'s' if number != 1 else ''}"


def _labels(areas: Sequence[Area]) -> str:
    return ", ".join(area.label for area in areas)
