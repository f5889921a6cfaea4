"""`best-friends badge ...`: the badges of Best Friends, and the keys that they are signed with."""

import json
from collections.abc import Callable
from typing import Annotated

import typer

from best_friends.application.errors import Refusal
from ops.badges import (
    badge_document,
    badge_table,
    badges_of,
    key_document,
    key_table,
    revoking,
    rotating,
)
from ops.console import Screen
from ops.deployment import Deployment
from ops.faults import Stop
from ops.ids import identifier
from ops.who import by

Stack = Annotated[str, typer.Option(envvar="BEST_FRIENDS_STACK", help="The deployed stack.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Why = Annotated[str, typer.Option("--why", help="The reason; it is kept in the Friend's audit trail.")]
FriendId = Annotated[str, typer.Argument(metavar="FRIEND", help="The Friend's id.", callback=identifier)]
Year = Annotated[int, typer.Option("--year", help="The year of the status.", min=2000, max=9000)]

badge_app = typer.Typer(help="The badges of Best Friends.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Give a command line these commands."""
    app.add_typer(badge_app, name="badge")


@badge_app.command("show")
def show(friend_id: FriendId, stack: Stack = "best-friends", as_json: AsJson = False) -> None:
    """A Friend's badges, what they show now, and where."""
    names = Deployment.of_stack(stack)
    found = _or_stop(lambda: badges_of(names, friend_id))
    if as_json:
        print(json.dumps([badge_document(one, names) for one in found], indent=1, ensure_ascii=False))
    elif found:
        Screen().out.print(badge_table(found, names))
    else:
        print(
            f"{friend_id} has no badge. Best Friends get theirs in the hour after their year is closed, or"
            " by `best-friends badge issue`; `best-friends year show YEAR` says where the year stands."
        )


@badge_app.command("revoke")
def revoke(friend_id: FriendId, year: Year, why: Why, stack: Stack = "best-friends") -> None:
    """Take a badge back for good: page, picture and credential say so from now on."""
    reason = by(why)
    use_case = revoking(Deployment.of_stack(stack))
    done = _or_stop(lambda: use_case(friend_id, year, reason))
    print(
        f"The badge {done.year} of {done.friend_id} does not count any more."
        " No letter says so: tell the Friend."
    )


@badge_app.command("issue")
def issue(stack: Stack = "best-friends") -> None:
    """Give Best Friends the badge that they lack, now and not within the hour."""
    new = Deployment.of_stack(stack).issue_badges_now()
    print(f"{new} new badge{'' if new == 1 else 's'}.")


@badge_app.command("keys")
def keys(stack: Stack = "best-friends", as_json: AsJson = False) -> None:
    """The keys that badges were ever signed with; the last one signs."""
    known = rotating(Deployment.of_stack(stack)).keys()
    if as_json:
        print(json.dumps([key_document(one) for one in known], indent=1))
    else:
        Screen().out.print(key_table(known))


@badge_app.command("rotate-key")
def rotate_key(
    withdraw: Annotated[
        bool, typer.Option("--withdraw", help="Nothing counts any more that the keys so far signed.")
    ] = False,
    stack: Stack = "best-friends",
) -> None:
    """Let a new key sign; what was signed stays good, since the public halves stay published."""
    use_case = rotating(Deployment.of_stack(stack))
    key = _or_stop(lambda: use_case(withdraw=withdraw))
    print(f"{key.kid} signs from now on; verifiers know it within five minutes.")


def _or_stop[T](act: Callable[[], T]) -> T:
    try:
        return act()
    except Refusal as refusal:
        raise Stop(str(refusal)) from None
