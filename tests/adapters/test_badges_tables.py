"""Badges and keys on DynamoDB, and the key service's client."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, cast

import pytest
from pynamodb.exceptions import TransactWriteError

from best_friends import bootstrap_badges
from best_friends.adapters.badges import BadgesTable, KeyRingTable
from best_friends.adapters.dynamodb import bound
from best_friends.adapters.kms import KmsSigner
from best_friends.adapters.models_badges import BadgeKeysRow, BadgeRow
from best_friends.adapters.person import RowsOfPerson
from best_friends.application.errors import Conflict
from best_friends.domain.badge import Badge, public_id
from best_friends.domain.badge_keys import badge_key
from best_friends.domain.invitation import Invitation, InvitationState
from best_friends.domain.programme import Settings
from tests.support.kms import POLICY, Kms
from tests.support.stack import Stack
from tests.unit.fakes import ANSWER_UNTIL, REASONS

NOW = datetime(2026, 3, 1, 12, 30, 1, 7, tzinfo=UTC)


def badge(friend_id: str = "ADA", year: int = 2025) -> Badge:
    return Badge(friend_id, year, public_id(), NOW)


@pytest.fixture
def badges(stack: Stack) -> BadgesTable:
    """The badges; Ada and Bea said yes to 2025, Cleo said no."""
    for name, state in (
        ("ADA", InvitationState.CONFIRMED),
        ("BEA", InvitationState.CONFIRMED),
        ("CLEO", InvitationState.DECLINED),
    ):
        stack.invitations.create(Invitation(name, 2025, state, REASONS, ANSWER_UNTIL))
    return bootstrap_badges.badges(stack.name("BadgesTable"), stack.name("InvitationsTable"))


def test_a_badge_is_written_once_for_a_yes_that_stands(badges: BadgesTable) -> None:
    first = badge()
    assert badges.issue(first)
    assert not badges.issue(badge())
    assert not badges.issue(badge("CLEO")) and not badges.issue(badge("NOBODY"))
    assert badges.of_friend("ADA") == [first] == badges.of(["ADA", "BEA"], 2025)
    assert badges.find(first.public_id) == first and badges.find(public_id()) is None
    with pytest.raises(TypeError):
        BadgesTable(badges._model).issue(badge())


def test_a_badge_is_taken_back_once(badges: BadgesTable) -> None:
    own = badge()
    assert not badges.revoke("ADA", 2025, NOW)
    badges.issue(own)
    assert badges.revoke("ADA", 2025, NOW) and not badges.revoke("ADA", 2025, NOW.replace(year=2027))
    assert badges.find(own.public_id) == replace(own, revoked_at=NOW)
    assert not badges.issue(badge())


def test_a_badge_is_marked_as_told_and_none_comes_to_be_by_it(badges: BadgesTable, stack: Stack) -> None:
    own = badge()
    assert not badges.note_told("ADA", 2025, NOW) and not stack.items("BadgesTable")
    badges.issue(own)
    assert badges.of_friend("ADA")[0].told_at is None
    assert badges.note_told("ADA", 2025, NOW)
    assert badges.of(["ADA"], 2025) == [replace(own, told_at=NOW)]
    badges.revoke("ADA", 2025, NOW)
    assert badges.note_told("ADA", 2025, NOW)
    assert badges.find(own.public_id) == replace(own, told_at=NOW, revoked_at=NOW)


def test_a_persons_badges_are_told_and_removed(badges: BadgesTable, stack: Stack) -> None:
    own = badge()
    badges.issue(own)
    badges.issue(badge("BEA"))
    rows = RowsOfPerson(bound(BadgeRow, stack.name("BadgesTable")))
    [told] = rows.of(["ADA", "ADA-OLD"])
    assert (told["public_id"], told["year"]) == (own.public_id, 2025)
    rows.remove(["ADA", "ADA-OLD"])
    assert badges.find(own.public_id) is None and badges.of_friend("BEA")


def test_another_trouble_is_not_taken_for_a_badge_that_is_there(badges: BadgesTable, stack: Stack) -> None:
    stack.wire.refuse("dynamodb.TransactWriteItems", "AccessDeniedException")
    with pytest.raises(TransactWriteError):
        badges.issue(badge())


def test_the_ring_is_written_as_it_was_read_and_leaves_the_programme_alone(stack: Stack) -> None:
    stack.programme.save_settings(Settings(currency="CHF"))
    ring = KeyRingTable(bound(BadgeKeysRow, stack.name("ProgrammeTable")))
    keys = [badge_key(Kms().get_public_key(KeyId="x")["PublicKey"], f"arn-{one}", NOW) for one in range(3)]
    assert ring.keys() == ()
    ring.put(keys[:2], read=())
    with pytest.raises(Conflict):
        ring.put(keys, read=())
    with pytest.raises(Conflict):
        ring.put(keys, read=keys[:1])
    ring.put(keys, read=ring.keys())
    assert ring.keys() == tuple(keys)
    assert stack.programme.settings().currency == "CHF"


def test_a_new_key_has_the_policy_of_the_one_before() -> None:
    client = Kms()
    signer = KmsSigner(cast(Any, client))
    made = signer.make_like("arn-0")
    assert client.policies[made] == POLICY and made in client.keys
    client.keys[made].public_key().verify(signer.sign(made, b"a message"), b"a message")
    assert badge_key(signer.public_key(made), made).key_arn == made
    signer.discard(made)
    assert client.deleted == {made: 7}
