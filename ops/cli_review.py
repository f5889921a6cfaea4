"""`best-friends review ...`: the cases that Friends open with "please check this"."""

import json
from collections.abc import Callable
from typing import Annotated

import typer

from best_friends.application.errors import Refusal
from ops.console import Screen
from ops.deployment import Deployment
from ops.faults import Stop
from ops.ids import identifier
from ops.review_screens import (
    came_of,
    case_document,
    case_table,
    evidence_document,
    evidence_screen,
)
from ops.reviews import changes_in, deciding, looking_at, paired, today_in, waiting
from ops.who import by

Stack = Annotated[str, typer.Option(envvar="BEST_FRIENDS_STACK", help="The deployed stack.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Told = Annotated[str, typer.Option("--why", help="The reason; the letter to the Friend quotes it.")]
Words = Annotated[str, typer.Option("--words", help="What to write; the letter to the Friend quotes it.")]
CaseId = Annotated[str, typer.Argument(metavar="CASE", help="The case's id.", callback=identifier)]

review_app = typer.Typer(help="The cases in which Friends ask for a check.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add these commands to the operators' command."""
    app.add_typer(review_app, name="review")


def identifiers(param: typer.CallbackParam, values: list[str] | None) -> list[str]:
    """Ids of an option that may be given several times; each must be one."""
    for one in values or []:
        if not one.strip():
            raise Stop(f"--{param.name}: is empty; name an id")
        identifier(param, one)
    return values or []


@review_app.command("list")
def list_cases(stack: Stack = "best-friends", as_json: AsJson = False) -> None:
    """The cases that are open, those that are due first at the top."""
    deployment = Deployment.of_stack(stack)
    cases, today = waiting(deployment), today_in(deployment)
    if as_json:
        print(json.dumps([case_document(one, today) for one in cases], indent=1, ensure_ascii=False))
    elif cases:
        Screen().out.print(case_table(cases, today))
    else:
        print("None.")


@review_app.command("show")
def show(case_id: CaseId, stack: Stack = "best-friends", as_json: AsJson = False) -> None:
    """A case with the evidence: the standing, every line that counts, the audit trail."""
    deployment = Deployment.of_stack(stack)
    found, today = _or_stop(lambda: looking_at(deployment)(case_id)), today_in(deployment)
    if as_json:
        print(json.dumps(evidence_document(found, today), indent=1, ensure_ascii=False))
        return
    screen = Screen()
    for part in evidence_screen(found, today):
        screen.out.print(part)


@review_app.command("reply")
def reply(case_id: CaseId, words: Words, stack: Stack = "best-friends") -> None:
    """Write to the Friend before there is a decision; a newer reply takes the place of the last one."""
    _readable("--words", words)
    reason = by(words)
    use_case = deciding(Deployment.of_stack(stack))
    done = _or_stop(lambda: use_case.reply(case_id, words, reason))
    print(f"{case_id} has a reply; a letter brings it to {done.friend_id}.")


@review_app.command("decide")
def decide(
    case_id: CaseId,
    why: Told,
    rating: Annotated[
        list[str] | None, typer.Option(help="A rating to correct, with --stars.", callback=identifiers)
    ] = None,
    stars: Annotated[list[int] | None, typer.Option(help="Its stars, 1 to 5.", min=1, max=5)] = None,
    withdraw_rating: Annotated[
        list[str] | None, typer.Option(help="A rating to take out.", callback=identifiers)
    ] = None,
    job: Annotated[
        list[str] | None, typer.Option(help="A job to correct, with --amount.", callback=identifiers)
    ] = None,
    amount: Annotated[list[str] | None, typer.Option(help="Its revenue, such as 120.50.")] = None,
    refund_job: Annotated[
        list[str] | None, typer.Option(help="A job whose revenue is taken back.", callback=identifiers)
    ] = None,
    withdraw_job: Annotated[
        list[str] | None, typer.Option(help="A job to take out.", callback=identifiers)
    ] = None,
    outcome: Annotated[str, typer.Option(help="Of the year: nominated, confirmed or declined.")] = "",
    stack: Stack = "best-friends",
) -> None:
    """Decide a case, put right what there is to put right, and tell the Friend; run it again if it breaks.

    Without any option but the reason everything stands as it was. Options but --outcome may be repeated.
    """
    changes = changes_in(
        stars=paired("--rating", rating or [], "--stars", stars or []),
        amounts=paired("--job", job or [], "--amount", amount or []),
        withdrawn_ratings=withdraw_rating or [],
        refunded_jobs=refund_job or [],
        withdrawn_jobs=withdraw_job or [],
        outcome=outcome,
    )
    _readable("--why", why)
    reason = by(why)
    use_case = deciding(Deployment.of_stack(stack))
    done = _or_stop(lambda: use_case.decide(case_id, reason, changes))
    print(f"{case_id} is decided ({came_of(done)}); a letter tells {done.friend_id} why.")


LONGEST = 2000
"""So much of what an operator writes is put into a letter."""


def _readable(option: str, text: str) -> None:
    if not text.strip():
        raise Stop(f"{option}: is empty; write what the Friend is to read, a letter quotes it")
    if len(text) > LONGEST:
        raise Stop(f"{option}: has {len(text):,} characters; a letter quotes at most {LONGEST:,}")


def _or_stop[T](act: Callable[[], T]) -> T:
    try:
        return act()
    except Refusal as refusal:
        raise Stop(str(refusal)) from None
