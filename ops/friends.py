"""`best-friends friend ...` and `engagement ...`: the use cases of a deployed stack, and what is shown."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from rich.table import Table

from best_friends import bootstrap, bootstrap_requests
from best_friends.adapters.requests import DecisionTransactions
from best_friends.application.areas import ChangeAreas
from best_friends.application.decide_request import DecideRequest
from best_friends.application.engagements import ChangeEngagement
from best_friends.application.send_link import SendLink
from best_friends.domain.friends import ADDED, Area, Engagement
from best_friends.domain.policy import Role
from best_friends.domain.requests import AreaWish, Request, ReviewWish, RoleWish
from ops.deployment import Deployment
from ops.faults import Stop


def areas_of(names: Deployment) -> ChangeAreas:
    """Changes of areas."""
    return bootstrap_requests.change_areas(names.friends_table, _decisions(names))


def engagement_of(names: Deployment) -> ChangeEngagement:
    """Changes of engagement."""
    return bootstrap_requests.change_engagement(
        names.friends_table, names.engagements_table, _decisions(names)
    )


def decide_on(names: Deployment) -> DecideRequest:
    """Decisions on requests."""
    return DecideRequest(
        bootstrap_requests.requests(names.requests_table),
        areas_of(names),
        engagement_of(names),
        bootstrap.programme(names.programme_table),
        bootstrap.letters_queue(names.letters_queue),
        bootstrap.clock,
    )


def link_for(names: Deployment) -> SendLink:
    """Letters with a personal link."""
    return SendLink(bootstrap.friends(names.friends_table), bootstrap.letters_queue(names.letters_queue))


def _decisions(names: Deployment) -> DecisionTransactions:
    return bootstrap_requests.decisions(
        friends_table=names.friends_table,
        engagements_table=names.engagements_table,
        requests_table=names.requests_table,
        trail_table=names.trail_table,
    )


def role_in(text: str) -> Role:
    """A role by its id.

    Raises:
        Stop: when there is none of this name.
    """
    try:
        return Role(text)
    except ValueError:
        raise Stop(f"{text!r}: there is no such role; name one of {', '.join(Role)}") from None


EARLIEST, LATEST = date(2000, 1, 1), date(9000, 1, 1)


def day_in(option: str, text: str) -> date:
    """A day as an option gives it.

    Raises:
        Stop: when it is none.
    """
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = date.min
    if not EARLIEST <= day <= LATEST or text != day.isoformat():
        raise Stop(f"{option}: {text!r}: expected a day such as 2026-03-01")
    return day


def radius_in(km: float) -> float:
    """A radius that an area can have.

    Raises:
        Stop: when it is none.
    """
    if not 0 < km <= 500:
        raise Stop(f"--radius: {km:g}: expected kilometres above 0 and at most 500")
    return km


def area_table(areas: Sequence[Area]) -> Table:
    """A Friend's areas, with the numbers by which they can be named."""
    table = Table("no.", "label", "latitude", "longitude", "radius km", "from")
    for number, area in enumerate(areas, start=1):
        table.add_row(
            str(number),
            area.label,
            f"{area.latitude:.5f}",
            f"{area.longitude:.5f}",
            f"{area.radius_km:g}",
            _origin(area),
        )
    return table


def _origin(area: Area) -> str:
    return "operators" if area.origin == ADDED else area.origin or "the export"


def request_table(requests: Iterable[Request]) -> Table:
    """Requests that wait for a decision, the oldest first."""
    table = Table()
    table.add_column("request", no_wrap=True, min_width=17)  # the next command needs all of it
    for heading in ("asked on", "Friend", "for", "words"):
        table.add_column(heading, overflow="fold")
    for one in requests:
        table.add_row(
            one.request_id, f"{one.asked_at:%Y-%m-%d}", one.friend_id, asked_for(one), one.words or "-"
        )
    return table


def asked_for(request: Request) -> str:
    """What a request is about, for operators."""
    match request.asked:
        case AreaWish(place, radius_km):
            return f"{place}, {radius_km:g} km"
        case RoleWish(role):
            return str(role)
        case ReviewWish(year):
            return f"a check of {year}"
        case _:
            return ""


def engagement_table(engagements: Iterable[Engagement]) -> Table:
    """Who holds or held which role when, and who says so."""
    table = Table("Friend", "role", "from", "until", "said by")
    for one in engagements:
        until = "withdrawn" if one.withdrawn else str(one.held_until or "")
        said_by = "operators" if one.decided else "the export"
        table.add_row(one.friend_id, str(one.role), str(one.held_from), until, said_by)
    return table


def request_document(request: Request) -> dict[str, Any]:
    """A request as JSON-ready data."""
    about: dict[str, Any]
    match request.asked:
        case AreaWish(place, radius_km):
            about = {"place": place, "radius_km": radius_km}
        case RoleWish(role):
            about = {"role": str(role)}
        case _:
            about = {}
    return {
        "request_id": request.request_id,
        "friend_id": request.friend_id,
        "asked_at": request.asked_at.isoformat(),
        "words": request.words,
        **about,
    }
