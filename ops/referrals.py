"""`best-friends referral ...`: the use cases of a deployed stack, and what is shown."""

import re
from collections.abc import Iterable
from itertools import batched
from typing import Any

from rich.table import Table

from best_friends import bootstrap, bootstrap_referrals, bootstrap_standing
from best_friends.application.accounts import Accounts
from best_friends.application.correct_ledger import By
from best_friends.application.follow_referrals import AT_ONCE, FollowReferrals
from best_friends.application.record_referral import Recorded, accounts_of
from best_friends.domain.corrections import Note
from best_friends.domain.referrals import NAME_LENGTH, Person, Referral
from best_friends.domain.requests import one_line
from ops.deployment import Deployment
from ops.faults import Stop

ADDRESS = re.compile(r"[^@\s\x00-\x1f\x7f-\x9f]{1,64}@[^@\s\x00-\x1f\x7f-\x9f]{1,255}")


def address_in(text: str) -> str:
    """An e-mail address as it is typed.

    Raises:
        Stop: when it is none; the address itself is not repeated.
    """
    if not ADDRESS.fullmatch(text.strip()):
        raise Stop("--address: expected an e-mail address such as name@example.ch")
    return text.strip()


def name_in(text: str, *, may_be_named: bool) -> str:
    """A person's name as it is typed.

    Raises:
        Stop: when it is too long, or missing where the person may be named.
    """
    name = one_line(text)
    if len(name) > NAME_LENGTH:
        raise Stop(f"--name: has {len(name)} characters; write at most {NAME_LENGTH}")
    if may_be_named and not name:
        raise Stop("--name: is empty; write the name, or leave out --may-be-named")
    return name


def record_by_hand(
    names: Deployment, friend_id: str, address: str, name: str, may_be_named: bool, by: By
) -> Recorded:
    """Record a referral that a Friend told an operator, with a note in the Friend's trail.

    Raises:
        Refusal: when there is no such Friend.
        Stop: when the Friend is not active.
    """
    friends = bootstrap.friends(names.friends_table)
    meant = Accounts(friends)
    friend = meant.friend(meant.known(friend_id))
    if friend is None or not friend.active:
        raise Stop(f"{friend_id} is not active; activate the account in the marketplace first")
    record = bootstrap_referrals.record_referral(
        referrals_table=names.referrals_table, friends_table=names.friends_table
    )
    recorded = record(friend.friend_id, Person(address, name, may_be_named))
    if recorded.is_new:
        about = recorded.referral.referral_id
        note = Note(friend.friend_id, bootstrap.clock(), "referral recorded", about, by.who, by.why)
        names.trail().note([note])
    return recorded


def outcome_of(recorded: Recorded) -> str:
    """What came of recording, in a sentence."""
    referral = recorded.referral
    if referral.declined:
        said = f"{referral.referral_id}: declined ({referral.declined}); a letter tells the Friend kindly."
    else:
        said = f"{referral.referral_id}: recorded; a letter thanks the Friend."
    return said if recorded.is_new else f"{referral.referral_id}: was there already; nothing changed."


def referrals_in(names: Deployment, friend_id: str = "") -> list[Referral]:
    """All referrals, or those of a Friend and its aliases, the newest first.

    Raises:
        Refusal: when there is no such Friend.
    """
    table = bootstrap_referrals.referrals(names.referrals_table)
    if not friend_id:
        return sorted(table.everything(), key=lambda one: one.recorded_at, reverse=True)
    meant = Accounts(bootstrap.friends(names.friends_table))
    account = meant.surviving(meant.known(friend_id))
    directory = bootstrap_standing.directory(names.friends_table)
    return table.of_friends(accounts_of(directory, account))


def shown(names: Deployment, referral_id: str) -> Referral:
    """One referral.

    Raises:
        Stop: when there is none of this id.
    """
    referral = bootstrap_referrals.referrals(names.referrals_table).get(referral_id)
    if referral is None:
        raise Stop(f"there is no referral {referral_id}; `referral list` shows those there are")
    return referral


def forget_person(names: Deployment, address: str, by: By) -> int:
    """Remove every referral of a person; how many there were."""
    return bootstrap_referrals.forget_referral(following(names), names.trail_table)(address, by)


def settle(names: Deployment) -> tuple[int, int]:
    """Follow every Friend and every referral: how many joined, how many referrals changed."""
    follow = following(names)
    joined = 0
    for batch in batched((one.friend_id for one in follow.friends.everybody()), AT_ONCE, strict=False):
        joined += follow.friends_changed(batch)
    known = [one.referral_id for one in follow.referrals.everything()]
    changed = sum(follow.look_again(one) for one in known)
    follow.referred(known)
    return joined, changed


def following(names: Deployment) -> FollowReferrals:
    """What follows from referrals."""
    return bootstrap_referrals.follow_referrals(
        referrals_table=names.referrals_table,
        friends_table=names.friends_table,
        stats_table=names.stats_table,
        engagements_table=names.engagements_table,
        trail_table=names.trail_table,
        programme_table=names.programme_table,
        letters_queue=names.letters_queue,
    )


def referral_document(referral: Referral) -> dict[str, Any]:
    """A referral for machines. The address is not kept, so it is not here."""

    def told(at: Any) -> str | None:
        return at.isoformat() if at else None

    return {
        "referral_id": referral.referral_id,
        "friend_id": referral.friend_id,
        "stage": str(referral.stage),
        "declined": str(referral.declined) if referral.declined else None,
        "name": referral.name or None,
        "recorded_at": told(referral.recorded_at),
        "joined": referral.joined or None,
        "joined_at": told(referral.joined_at),
        "first_job_at": told(referral.first_job_at),
        "tenth_job_at": told(referral.tenth_job_at),
        "months": list(referral.months),
    }


def referral_table(referrals: Iterable[Referral]) -> Table:
    """Referrals and where they stand, in 80 columns; `show` has the rest of one."""
    table = Table()
    table.add_column("referral", no_wrap=True)
    table.add_column("Friend", overflow="fold")
    for heading in ("stage", "recorded on"):
        table.add_column(heading, no_wrap=True)
    for one in referrals:
        stage = one.stage.replace("_", " ")
        table.add_row(one.referral_id, one.friend_id, stage, f"{one.recorded_at:%Y-%m-%d}")
    return table
