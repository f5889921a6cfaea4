"""`best-friends ledger ...`, `merge`, `unmerge` and `trail`: what changes after it was counted."""

import json
import re
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from typing import Annotated

import typer

from best_friends import bootstrap
from best_friends.application.correct_ledger import Change, Corrected
from best_friends.application.errors import Refusal
from best_friends.application.merge_accounts import Merged
from best_friends.domain.ledger import LedgerEntry
from ops.console import Screen
from ops.deployment import Deployment
from ops.faults import Stop
from ops.ids import identifier
from ops.merging import preview_table
from ops.who import by

Stack = Annotated[str, typer.Option(envvar="BEST_FRIENDS_STACK", help="The deployed stack.")]
Why = Annotated[str, typer.Option(help="The reason; it is kept in the Friend's audit trail.")]
What = Annotated[str, typer.Argument(metavar="rating|job", help="What the line is about.")]
Identifier = Annotated[str, typer.Argument(metavar="ID", help="Its id in the export.", callback=identifier)]

EARLIEST_YEAR = 2000

ledger_app = typer.Typer(help="Put single lines of the ledger right.", no_args_is_help=True)


@ledger_app.command("correct")
def correct(
    what: What,
    identifier: Identifier,
    why: Why,
    stars: Annotated[int | None, typer.Option(help="Of a rating, 1 to 5.", min=1, max=5)] = None,
    revenue: Annotated[str, typer.Option(help="Of a job, such as 12.50.")] = "",
    at: Annotated[str, typer.Option(help="When it happened: 2025-03-01T10:00:00+01:00.")] = "",
    friend: Annotated[str, typer.Option(help="Whose it is instead.")] = "",
    stack: Stack = "best-friends",
) -> None:
    """Correct a rating or a completed job: its figure, its date, or whose it is."""
    source = source_of(what, identifier)
    if (what == "rating" and revenue) or (what == "job" and stars is not None):
        raise Stop(f"--{'revenue' if revenue else 'stars'}: a {what} has none; leave it out")
    if not any((stars, revenue, at, friend)):
        raise Stop("nothing to correct: give a new value, such as --stars 4 or --at with a time")
    change = Change(stars, cents_in(revenue) if revenue else None, _instant(at), friend)
    use_case = Deployment.of_stack(stack).correct_ledger()
    _say(lambda: use_case.correct(source, by(why), change))


@ledger_app.command("refund")
def refund(
    job_id: Annotated[str, typer.Argument(help="The job's id.", callback=identifier)],
    why: Why,
    amount: Annotated[str, typer.Option(help="An amount such as 12.50; all of it without one.")] = "",
    stack: Stack = "best-friends",
) -> None:
    """Take revenue back from a job: an amount, or without one all of it."""
    cents = cents_in(amount) if amount else None
    use_case = Deployment.of_stack(stack).correct_ledger()
    _say(lambda: use_case.refund(job_id, by(why), cents=cents))


@ledger_app.command("withdraw")
def withdraw(what: What, identifier: Identifier, why: Why, stack: Stack = "best-friends") -> None:
    """Take a rating or a job out of the ledger; the same export leaves it out as well."""
    source = source_of(what, identifier)
    use_case = Deployment.of_stack(stack).correct_ledger()
    _say(lambda: use_case.withdraw(source, by(why)))


def merge(
    from_id: Annotated[
        str, typer.Argument(metavar="FROM", help="The account that becomes an alias.", callback=identifier)
    ],
    into_id: Annotated[
        str, typer.Argument(metavar="INTO", help="The account that stays.", callback=identifier)
    ],
    why: Why = "",
    preview: Annotated[bool, typer.Option("--preview", help="Show both sides before and after.")] = False,
    stack: Stack = "best-friends",
) -> None:
    """Merge an account into another one of the same person; run it again if it breaks off."""
    deployment = Deployment.of_stack(stack)
    if preview:
        looked = _or_stop(lambda: deployment.preview_merge()(from_id, into_id))
        Screen().out.print(preview_table(looked))
        return
    done = _or_stop(lambda: deployment.merge_accounts().merge(from_id, into_id, by(why)))
    print(_merged(done))


def unmerge(
    from_id: Annotated[str, typer.Argument(metavar="FROM", help="The alias.", callback=identifier)],
    why: Why,
    stack: Stack = "best-friends",
) -> None:
    """Take a merge back: both accounts have again exactly what was theirs."""
    done = _or_stop(lambda: Deployment.of_stack(stack).merge_accounts().unmerge(from_id, by(why)))
    print(f"{done.from_id} is an account of its own again: {done.moved:,} lines of the ledger came back.")


def trail(
    friend_id: Annotated[str, typer.Argument(metavar="FRIEND", help="The Friend's id.", callback=identifier)],
    stack: Stack = "best-friends",
) -> None:
    """Who changed what about a Friend, when and why, oldest first, as JSON lines."""
    deployment = Deployment.of_stack(stack)
    notes = list(deployment.trail().of_friend(friend_id))
    if not notes and bootstrap.friends(deployment.friends_table).get(friend_id) is None:
        raise Stop(f"there is no Friend {friend_id}, and nothing was ever noted about one of this id")
    for note in notes:
        print(json.dumps(asdict(note) | {"at": note.at.isoformat()}, ensure_ascii=False))


def source_of(what: str, identifier: str) -> str:
    """`RATING#id` or `JOB#id`.

    Raises:
        Stop: when it is neither.
    """
    if what not in ("rating", "job"):
        raise Stop(f"{what!r}: expected rating or job")
    return f"{what.upper()}#{identifier}"


def cents_in(text: str) -> int:
    """Integer cents of an amount such as 12.50.

    Raises:
        Stop: when it is none.
    """
    found = re.fullmatch(r"([0-9]{1,9})(?:\.([0-9]{1,2}))?", text.strip())
    if not found:
        raise Stop(f"{text!r}: expected an amount of 0 or more with at most two decimals, such as 12.50")
    return int(found[1]) * 100 + int((found[2] or "").ljust(2, "0"))


def _instant(text: str) -> datetime | None:
    if not text:
        return None
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is None or instant.year < EARLIEST_YEAR:
        raise Stop(f"--at: {text!r}: expected a time with an offset, such as 2025-03-01T10:00:00+01:00")
    if instant > bootstrap.clock():
        raise Stop(f"--at: {text!r}: lies in the future; give the time at which it happened")
    return instant


def _or_stop[T](act: Callable[[], T]) -> T:
    try:
        return act()
    except Refusal as refusal:
        raise Stop(str(refusal)) from None


def _say(act: Callable[[], Corrected]) -> None:
    done = _or_stop(act)
    if done.after == done.before:
        print(f"{_told(done.before)}: nothing changed, it was so already.")
    else:
        print(f"{_told(done.before)} -> {_told(done.after) if done.after else 'withdrawn'}")


def _told(line: LedgerEntry) -> str:
    kind, _, identifier = line.source.partition("#")
    figure = f"{line.stars} stars" if kind == "RATING" else f"{line.cents / 100:.2f}"
    return f"{kind.lower()} {identifier} of {line.friend_id}, {line.at}, {figure}"


def _merged(done: Merged) -> str:
    if done.resumed and not done.moved and not done.areas:
        return f"{done.from_id} is an alias of {done.into_id} already; nothing was changed."
    goes_on = "went on where it had stopped; " if done.resumed else ""
    return (
        f"{done.from_id} is an alias of {done.into_id} now: {goes_on}{done.moved:,} lines of the ledger"
        f" moved, areas joined: {done.areas}."
    )


def register(app: typer.Typer) -> None:
    """Add these commands to the operators' command."""
    app.add_typer(ledger_app, name="ledger")
    app.command("merge")(merge)
    app.command("unmerge")(unmerge)
    app.command("trail")(trail)
