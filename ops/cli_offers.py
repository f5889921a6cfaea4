"""`best-friends product-test ...` and `best-friends announcement ...`."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from best_friends import bootstrap
from best_friends.application.errors import Refusal
from best_friends.domain.drafts import DraftError, ProductTestDraft
from best_friends.domain.ledger import business_date
from ops.console import Screen
from ops.deployment import Deployment
from ops.events import zone_of
from ops.faults import Stop
from ops.ids import identifier
from ops.offers import (
    announcement_document,
    announcement_table,
    announcements_of,
    goes_out,
    looked_document,
    minute,
    order_table,
    read_announcement,
    read_draft,
    rounds_table,
    stands,
    test_document,
    test_table,
    tests_of,
)
from ops.policies import faulty, text_of
from ops.who import by

Stack = Annotated[str, typer.Option(envvar="BEST_FRIENDS_STACK", help="The deployed stack.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Told = Annotated[str, typer.Option("--why", help="The reason; the letter to the Friends quotes it.")]
Why = Annotated[str, typer.Option("--why", help="The reason; it is kept with the announcement.")]
File = Annotated[Path, typer.Argument(metavar="FILE", help="A TOML file (docs/offers.md).")]
TestId = Annotated[str, typer.Argument(metavar="TEST", help="The test's id.", callback=identifier)]
AnnouncementId = Annotated[
    str, typer.Argument(metavar="ANNOUNCEMENT", help="The announcement's id.", callback=identifier)
]

tests_app = typer.Typer(help="Product tests: Best Friends are invited first.", no_args_is_help=True)
announcements_app = typer.Typer(
    help="Announcements: Best Friends hear of them some days before.", no_args_is_help=True
)


def register(app: typer.Typer) -> None:
    """Add these commands to the operators' command."""
    app.add_typer(tests_app, name="product-test")
    app.add_typer(announcements_app, name="announcement")


@tests_app.command("add")
def add_test(file: File, stack: Stack = "best-friends") -> None:
    """Add a test; its invitations go out by themselves, Best Friends first."""
    draft = read_draft(ProductTestDraft, file)
    names = Deployment.of_stack(stack)
    test = _or_stop(lambda: tests_of(names).add(draft), file)
    zone = zone_of(names)
    print(
        f"{test.test_id} has {test.places} places. Best Friends are invited from"
        f" {minute(test.starts_at, zone)}, everybody else from {minute(test.others_from, zone)} ({zone})."
    )


@tests_app.command("list")
def list_tests(stack: Stack = "best-friends", as_json: AsJson = False) -> None:
    """Every test, the newest first."""
    names = Deployment.of_stack(stack)
    tests = tests_of(names).all()
    _show([test_document(one) for one in tests], as_json, lambda: test_table(tests, zone_of(names)))


@tests_app.command("show")
def show_test(test_id: TestId, stack: Stack = "best-friends", as_json: AsJson = False) -> None:
    """A test, and the order in which Friends are invited, each with the reason."""
    names = Deployment.of_stack(stack)
    looked = _or_stop(lambda: tests_of(names).look(test_id))
    if as_json:
        print(json.dumps(looked_document(looked), indent=1, ensure_ascii=False))
        return
    screen = Screen()
    screen.out.print(test_table([looked.test], zone_of(names)))
    if looked.test.cancelled:
        off = looked.test.cancelled
        screen.out.print(Text(f"Cancelled on {off.at:%Y-%m-%d} by {off.who}: {off.why}"))
    screen.out.print(order_table(looked))


@tests_app.command("cancel")
def cancel_test(test_id: TestId, why: Told, stack: Stack = "best-friends") -> None:
    """Cancel a test, and write to those who had said yes; run it again if it breaks."""
    reason = by(why)
    test, told = _or_stop(lambda: tests_of(Deployment.of_stack(stack)).cancel(test_id, reason))
    print(f"{test.test_id} is cancelled; {told} who had said yes are told why.")


@announcements_app.command("add")
def add_announcement(file: File, why: Why = "as planned", stack: Stack = "best-friends") -> None:
    """Add an announcement; its letters go out by themselves on their days."""
    draft, reason = read_announcement(file), by(why)
    names = Deployment.of_stack(stack)
    done = _or_stop(lambda: announcements_of(names).add(draft, reason), file)
    today = business_date(bootstrap.clock(), zone_of(names))
    runs = bootstrap.programme(names.programme_table).settings().best_friends_of is not None
    print(f"{done.announcement_id} {goes_out(done, today, status_runs=runs)}.")


@announcements_app.command("list")
def list_announcements(stack: Stack = "best-friends", as_json: AsJson = False) -> None:
    """Every announcement, the latest day of publication first."""
    found = announcements_of(Deployment.of_stack(stack)).all()
    _show([announcement_document(one) for one in found], as_json, lambda: announcement_table(found))


@announcements_app.command("show")
def show_announcement(
    announcement_id: AnnouncementId, stack: Stack = "best-friends", as_json: AsJson = False
) -> None:
    """An announcement: its editions, and how many letters each round ordered."""
    one = _or_stop(lambda: announcements_of(Deployment.of_stack(stack)).get(announcement_id))
    if as_json:
        print(json.dumps(announcement_document(one), indent=1, ensure_ascii=False))
        return
    screen = Screen()
    screen.out.print(announcement_table([one]))
    for edition in one.editions:
        screen.out.print(
            Text(f"Version {edition.version}, {edition.at:%Y-%m-%d}, {edition.who}: {edition.why}")
        )
    if one.withdrawn:
        screen.out.print(
            Text(f"Withdrawn on {one.withdrawn.at:%Y-%m-%d}, {one.withdrawn.who}: {one.withdrawn.why}")
        )
    screen.out.print(rounds_table(one))


@announcements_app.command("correct")
def correct_announcement(
    announcement_id: AnnouncementId, file: File, why: Why, stack: Stack = "best-friends"
) -> None:
    """Give an announcement another edition; whoever has it hears so, except those who have ended the news
    since."""
    draft, reason = read_announcement(file, announcement_id), by(why)
    done = _or_stop(
        lambda: announcements_of(Deployment.of_stack(stack)).correct(announcement_id, draft, reason), file
    )
    heard = (
        "; those who have an earlier one hear so, except those who have ended the news since"
        if done.begun
        else ""
    )
    print(f"{announcement_id} stands at version {done.version} and is {stands(done)}{heard}.")


@announcements_app.command("withdraw")
def withdraw_announcement(announcement_id: AnnouncementId, why: Told, stack: Stack = "best-friends") -> None:
    """Withdraw an announcement; whoever has it hears why, except those who have ended the news since."""
    reason = by(why)
    done = _or_stop(lambda: announcements_of(Deployment.of_stack(stack)).withdraw(announcement_id, reason))
    heard = (
        "those who have it are told why, except those who have ended the news since"
        if done.begun
        else "nobody had heard of it"
    )
    print(f"{announcement_id} is withdrawn; {heard}.")


def _show(rows: list[dict[str, Any]], as_json: bool, table: Callable[[], Table]) -> None:
    if as_json:
        print(json.dumps(rows, indent=1, ensure_ascii=False))
    elif rows:
        Screen().out.print(table())
    else:
        print("None.")


def _or_stop[T](act: Callable[[], T], file: Path | None = None) -> T:
    try:
        return act()
    except DraftError as error:
        if file is None:
            raise
        raise faulty(file, text_of(file), error.faults) from None
    except Refusal as refusal:
        raise Stop(str(refusal)) from None
