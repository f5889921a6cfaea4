"""`best-friends audit` and `year review`: whether the figures are right, and what a correction comes to."""

import json
import time
from typing import Annotated

import boto3
import typer

from best_friends.application.errors import Refusal
from ops.audited import after_repair_of, audit_document, audit_screen
from ops.console import Screen
from ops.deployment import Deployment
from ops.faults import Stop
from ops.reviewed import review_document, review_screen

Stack = Annotated[str, typer.Option(envvar="BEST_FRIENDS_STACK", help="The deployed stack.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Year = Annotated[int, typer.Argument(help="The programme year.", min=2000, max=9000)]

PAUSE_SECONDS = 5.0
"""The stats follow the ledger within a second or two when the stream is not behind."""


def audit(
    repair: Annotated[bool, typer.Option("--repair", help="Mend what is found, and look again.")] = False,
    stack: Stack = "best-friends",
    as_json: AsJson = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Show no progress.")] = False,
) -> None:
    """Replay the ledger and compare every Friend's stats; exit status 1 when something is wrong still."""
    screen = Screen(quiet=quiet or as_json)
    deployment = Deployment.of_stack(stack)
    use_case = deployment.audit_ledger(lambda: time.sleep(PAUSE_SECONDS))
    with screen.bar("Replaying the ledger", _about_how_many(deployment.ledger_table)) as advance:
        audited = use_case(advance)
    repaired = None
    if repair and not audited.found.clean:
        with screen.step("Repairing"):
            repaired = deployment.repair_ledger(use_case)(audited.found)
    if as_json:
        print(json.dumps(audit_document(audited, repaired), indent=1))
    else:
        for part in audit_screen(audited, repaired):
            screen.out.print(part)
    if not after_repair_of(audited, repaired).clean:
        raise typer.Exit(1)


def review_year(year: Year, stack: Stack = "best-friends", as_json: AsJson = False) -> None:
    """What corrections since would have changed about a closed year; the year stays as it is."""
    deployment = Deployment.of_stack(stack)
    try:
        review = deployment.review_year()(year)
    except Refusal as refusal:
        raise Stop(str(refusal)) from None
    if as_json:
        print(json.dumps(review_document(review), indent=1, ensure_ascii=False))
        return
    screen = Screen()
    for part in review_screen(review):
        screen.out.print(part)


def _about_how_many(table: str) -> int | None:
    """How many items a table has; counted every six hours, which is good enough for a bar."""
    return boto3.client("dynamodb").describe_table(TableName=table)["Table"].get("ItemCount") or None


def register(app: typer.Typer, year_app: typer.Typer) -> None:
    """Add these commands to the operators' command."""
    app.command("audit")(audit)
    year_app.command("review")(review_year)
