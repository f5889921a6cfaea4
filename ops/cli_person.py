"""`best-friends friend export` and `friend erase`: who asks for its data gets it, and may be forgotten."""

import json
import os
import sys
import time
from pathlib import Path
from typing import Annotated

import typer

from best_friends import bootstrap_person
from best_friends.application.erase_person import Erased
from best_friends.application.errors import Refusal
from ops.console import Screen
from ops.deployment import Deployment
from ops.faults import Stop
from ops.who import by

Stack = Annotated[str, typer.Option(envvar="BEST_FRIENDS_STACK", help="The deployed stack.")]
FriendId = Annotated[
    str, typer.Argument(metavar="FRIEND", help="The Friend's id; an alias's means its account.")
]
QUIET_SECONDS = 5.0
"""In which the ledger's stream brings what it still has of an account."""

KEPT_FOR_A_WHILE = (
    "What holds the id still and expires by itself: logs, workflow histories and the rosters built until now"
    " (with places and radii) for 90 days; dead letters for 14; the tables' backups, with everything, for 35."
    " Restoring a table from before today brings the person back: erase it again then."
)


def register(friend_app: typer.Typer) -> None:
    """Add the commands to `best-friends friend`."""
    friend_app.command("export")(export)
    friend_app.command("erase")(erase)


def export(
    friend_id: FriendId,
    out: Annotated[Path | None, typer.Option(help="Write the JSON here and print its summary.")] = None,
    stack: Stack = "best-friends",
) -> None:
    """Everything that is held about a Friend and its aliases, as JSON."""
    if out and not out.parent.is_dir():
        raise Stop(f"{out}: the folder {out.parent} does not exist; make it first")
    try:
        document = bootstrap_person.export_person(Deployment.of_stack(stack))(friend_id)
    except Refusal as refusal:
        raise Stop(str(refusal)) from None
    text = json.dumps(document, indent=1, ensure_ascii=False)
    if out is None:
        print(text)
        return
    try:
        # For the eyes of whoever runs the command; what is there already is not written over.
        with os.fdopen(
            os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8"
        ) as file:
            file.write(text + "\n")
    except OSError as error:
        raise Stop(f"{out}: cannot be written ({error.strerror}); name another file") from None
    for sentence in document["summary"]:
        print(sentence)
    print(f"Written: {out}")


def erase(
    friend_id: FriendId,
    why: Annotated[str, typer.Option(help="The reason; it is kept, so it must not name the person.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    stack: Stack = "best-friends",
) -> None:
    """Erase a Friend and its aliases everywhere; figures of past years stay under a pseudonym."""
    reason = by(why)
    deployment = Deployment.of_stack(stack)
    if not yes:
        _confirmed(friend_id)
    screen = Screen()
    erasing = bootstrap_person.erase_person(deployment, lambda: time.sleep(QUIET_SECONDS))
    try:
        with screen.step("Erasing"):
            erased = erasing(friend_id, reason)
    except Refusal as refusal:
        raise Stop(str(refusal)) from None
    if not erased.nothing_left:
        with screen.step("Building the roster"):
            deployment.build_roster_now()
    for sentence in told(erased):
        screen.out.print(sentence, markup=False)


def told(erased: Erased) -> list[str]:
    """What was done, in sentences that do not name the person."""
    if erased.nothing_left:
        return [f"This Friend was erased on {erased.erased_on}; nothing is left of it."]
    rows = ", ".join(f"{name} {number:,}" for name, number in erased.removed.items()) or "none"
    accounts = "one account" if erased.accounts == 1 else f"{erased.accounts} accounts of one person"
    said = [
        f"Erased: {accounts}. Rows removed: {rows}; versions of archived files: {erased.versions:,}.",
        f"Kept under a pseudonym that nothing leads to any more: {erased.lines:,} lines of the ledger, their"
        " stats, and how the years judged them.",
    ]
    if erased.unfinished_jobs:
        jobs = ", ".join(erased.unfinished_jobs)
        said.append(f"Accepted, and now nobody's: {jobs}. Tell their customers, or post them again.")
    return [*said, KEPT_FOR_A_WHILE]


def _confirmed(friend_id: str) -> None:
    """Ask.

    Raises:
        Stop: when there is nobody to ask, or the answer is no.
    """
    if not _terminal():
        raise Stop("erasing cannot be taken back: confirm it on a terminal, or with --yes")
    if not typer.confirm(f"Erase {friend_id} and its aliases everywhere? It cannot be taken back."):
        raise Stop("nothing was changed")


def _terminal() -> bool:
    return sys.stdin.isatty()
