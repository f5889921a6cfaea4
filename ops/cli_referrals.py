"""`best-friends referral ...`: who referred whom, what came of it, and what is forgotten."""

import json
from typing import Annotated

import typer

from best_friends.application.errors import Conflict, Refusal
from ops.console import Screen
from ops.deployment import Deployment
from ops.faults import Stop
from ops.ids import identifier
from ops.referrals import (
    address_in,
    forget_person,
    name_in,
    outcome_of,
    record_by_hand,
    referral_document,
    referral_table,
    referrals_in,
    settle,
    shown,
)
from ops.who import by

Stack = Annotated[str, typer.Option(envvar="BEST_FRIENDS_STACK", help="The deployed stack.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Why = Annotated[str, typer.Option(help="The reason; it is kept in the Friend's audit trail.")]
FriendId = Annotated[str, typer.Argument(metavar="FRIEND", help="The Friend's id.", callback=identifier)]
ReferralId = Annotated[
    str, typer.Argument(metavar="REFERRAL", help="The referral's id.", callback=identifier)
]

referral_app = typer.Typer(help="Whom Friends have referred, and what came of it.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add these commands to the operators' command."""
    app.add_typer(referral_app, name="referral")


@referral_app.command("add")
def add(
    friend_id: FriendId,
    address: Annotated[str, typer.Option(help="The person's e-mail address; it is not kept.")],
    name: Annotated[str, typer.Option(help="The person's name; kept only with --may-be-named.")] = "",
    consent: Annotated[bool, typer.Option("--consent", help="The person knows and agrees.")] = False,
    may_be_named: Annotated[
        bool, typer.Option("--may-be-named", help="The person may be named in letters to the Friend.")
    ] = False,
    why: Why = "told us by the Friend",
    stack: Stack = "best-friends",
) -> None:
    """Record that a Friend refers a person; thanks, or a kind no, go to the Friend by themselves."""
    if not consent:
        raise Stop("--consent: is missing; ask the person first, and say that it agrees with --consent")
    person = address_in(address), name_in(name, may_be_named=may_be_named), may_be_named
    reason, deployment = by(why), Deployment.of_stack(stack)
    try:
        recorded = record_by_hand(deployment, friend_id, *person, reason)
    except Refusal as refusal:
        raise Stop(str(refusal)) from None
    print(outcome_of(recorded))


@referral_app.command("list")
def list_referrals(
    friend_id: Annotated[str, typer.Argument(metavar="[FRIEND]", help="All Friends without one.")] = "",
    stack: Stack = "best-friends",
    as_json: AsJson = False,
) -> None:
    """Referrals and where they stand, the newest first."""
    try:
        found = referrals_in(Deployment.of_stack(stack), friend_id)
    except Refusal as refusal:
        raise Stop(str(refusal)) from None
    if as_json:
        print(json.dumps([referral_document(one) for one in found], indent=1, ensure_ascii=False))
    elif found:
        Screen().out.print(referral_table(found))
    else:
        print("None.")


@referral_app.command("show")
def show(referral_id: ReferralId, stack: Stack = "best-friends") -> None:
    """One referral, as JSON."""
    print(
        json.dumps(
            referral_document(shown(Deployment.of_stack(stack), referral_id)), indent=1, ensure_ascii=False
        )
    )


@referral_app.command("forget")
def forget(
    address: Annotated[str, typer.Argument(metavar="ADDRESS", help="The person's e-mail address.")],
    why: Why,
    stack: Stack = "best-friends",
) -> None:
    """Remove every referral of a person, so that nothing is linked or told any more."""
    reason = by(why)
    try:
        removed = forget_person(Deployment.of_stack(stack), address_in(address), reason)
    except Conflict as conflict:
        raise Stop(f"{conflict}; run it again") from None
    match removed:
        case 0:
            print("No referral of this address is kept.")
        case 1:
            print("The referral is removed; the Friend who made it hears nothing more of it.")
        case number:
            print(f"{number} referrals are removed; the Friends who made them hear nothing more of them.")


@referral_app.command("settle")
def settle_all(stack: Stack = "best-friends") -> None:
    """Look at every Friend and every referral again, after records were lost; changes only what is behind."""
    joined, changed = settle(Deployment.of_stack(stack))
    print(f"{joined:,} joined and {changed:,} came along unseen; everything else was so already.")
