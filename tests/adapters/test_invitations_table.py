"""Invitations: one a Friend and year, each write against what was seen."""

import uuid
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from best_friends.application.errors import Conflict
from best_friends.domain.invitation import Answer, Invitation, InvitationState, Reasons
from best_friends.domain.policy import Role
from tests.support.fixtures import few_examples
from tests.support.marketplace import YEAR, invitation
from tests.support.stack import SIX_IN_ZURICH, Stack

NOW = SIX_IN_ZURICH
REASONS = st.builds(
    Reasons,
    by_figures=st.booleans(),
    roles=st.lists(st.sampled_from(Role), unique=True).map(tuple),
    ratings=st.integers(0, 10**6),
    stars=st.integers(0, 10**7),
    cents=st.integers(0, 10**15),
    currency=st.sampled_from(["CHF", "EUR"]),
)


@pytest.fixture
def seen(stack: Stack) -> Invitation:
    """An open invitation, as it was read."""
    stack.invitations.create(invitation("F1"))
    found = stack.invitations.get("F1", YEAR)
    assert found
    return found


def state(stack: Stack) -> str:
    found = stack.invitations.get("F1", YEAR)
    assert found
    return str(found.state)


@few_examples
@given(
    reasons=REASONS,
    until=st.datetimes(datetime(2020, 1, 1), datetime(2100, 1, 1)),  # noqa: DTZ001 -- made UTC below
)
def test_invitation_comes_back_as_it_was_written(stack: Stack, reasons: Reasons, until: datetime) -> None:
    friend_id = uuid.uuid4().hex  # its own, also when the same example is tried again
    written = invitation(friend_id, reasons=reasons, answer_until=until.replace(tzinfo=UTC))
    assert stack.invitations.create(written)
    assert stack.invitations.get(friend_id, YEAR) == written


def test_late_invitation_stays_late_and_one_of_an_older_version_is_not(stack: Stack) -> None:
    stack.invitations.create(replace(invitation("F1"), late=True))
    stack.invitations.create(invitation("F2"))
    late = {one.friend_id: one.late for one in stack.invitations.get_many(["F1", "F2"], YEAR)}
    assert late == {"F1": True, "F2": False}
    assert ["late" in row for row in stack.items("InvitationsTable")].count(True) == 1


def test_invitation_is_written_once(stack: Stack, seen: Invitation) -> None:
    assert not stack.invitations.create(replace(seen, state=InvitationState.CONFIRMED))
    assert stack.invitations.get("F1", YEAR) == seen


def test_each_year_has_an_invitation_of_its_own(stack: Stack, seen: Invitation) -> None:
    assert stack.invitations.create(replace(seen, year=YEAR + 1))
    stack.invitations.record_answer(seen, Answer.DECLINE, NOW)
    later = stack.invitations.get("F1", YEAR + 1)
    assert later
    assert later.state is InvitationState.OPEN


def test_many_are_found_beyond_one_request_and_the_missing_left_out(stack: Stack) -> None:
    many = [f"F{number:03d}" for number in range(120)]
    for one in many:
        stack.invitations.create(invitation(one))
    found = stack.invitations.get_many([*many, "nobody"], YEAR)
    assert sorted(one.friend_id for one in found) == many
    assert stack.invitations.get_many([], YEAR) == []


@pytest.mark.parametrize("answer", Answer)
def test_answer_is_written_over_what_was_seen(stack: Stack, seen: Invitation, answer: Answer) -> None:
    stack.invitations.record_answer(seen, answer, NOW)
    assert state(stack) == answer.state
    [row] = stack.items("InvitationsTable")
    assert row["history"]["L"] == [{"M": {"state": {"S": answer.state}, "at": {"S": NOW.isoformat()}}}]


def test_answer_to_what_stands_no_more_is_a_conflict(stack: Stack, seen: Invitation) -> None:
    stack.invitations.record_answer(seen, Answer.CONFIRM, NOW)
    before = stack.items("InvitationsTable")
    with pytest.raises(Conflict):
        stack.invitations.record_answer(seen, Answer.DECLINE, NOW)
    assert stack.items("InvitationsTable") == before


def test_index_follows_the_answers(stack: Stack, seen: Invitation) -> None:
    stack.invitations.create(invitation("F2"))
    assert list(stack.invitations.best_friends(YEAR)) == []
    stack.invitations.record_answer(seen, Answer.CONFIRM, NOW)
    assert list(stack.invitations.best_friends(YEAR)) == ["F1"]
    assert list(stack.invitations.best_friends(YEAR + 1)) == []
    stack.invitations.record_answer(replace(seen, state=InvitationState.CONFIRMED), Answer.DECLINE, NOW)
    assert list(stack.invitations.best_friends(YEAR)) == []


@pytest.mark.parametrize("end", [InvitationState.EXPIRED, InvitationState.UNDELIVERABLE])
def test_only_the_open_end_without_an_answer(stack: Stack, seen: Invitation, end: InvitationState) -> None:
    assert stack.invitations.end("F1", YEAR, end, NOW)
    assert not stack.invitations.end("F1", YEAR, InvitationState.EXPIRED, NOW)
    assert state(stack) == end


def test_answered_invitation_does_not_end_otherwise(stack: Stack, seen: Invitation) -> None:
    stack.invitations.record_answer(seen, Answer.CONFIRM, NOW)
    assert not stack.invitations.end("F1", YEAR, InvitationState.EXPIRED, NOW)
    assert state(stack) == "confirmed"


def test_ending_makes_no_invitation(stack: Stack) -> None:
    assert not stack.invitations.end("nobody", YEAR, InvitationState.EXPIRED, NOW)
    assert stack.items("InvitationsTable") == []


@pytest.mark.parametrize("before", InvitationState)
@pytest.mark.parametrize("after", [InvitationState.CONFIRMED, InvitationState.DECLINED])
def test_settled_answer_replaces_whatever_stands_and_the_index_follows(
    stack: Stack, before: InvitationState, after: InvitationState
) -> None:
    stack.invitations.create(invitation("F1"))
    stack.invitations.settle("F1", YEAR, before, NOW)
    assert stack.invitations.settle("F1", YEAR, after, NOW) is (before is not after)
    assert state(stack) == after
    confirmed = after is InvitationState.CONFIRMED
    assert list(stack.invitations.best_friends(YEAR)) == (["F1"] if confirmed else [])
    [row] = stack.items("InvitationsTable")
    history = [one["M"]["state"]["S"] for one in row["history"]["L"]]
    expected = [str(one) for one in (before, after)]
    if before is after:
        expected = expected[:1]
    assert history == [one for one in expected if one != "open"]


def test_settling_makes_no_invitation(stack: Stack) -> None:
    assert not stack.invitations.settle("nobody", YEAR, InvitationState.CONFIRMED, NOW)
    assert stack.items("InvitationsTable") == []


def test_token_is_kept_beside_the_invitation_and_never_shown_with_it(stack: Stack, seen: Invitation) -> None:
    stack.invitations.keep_token("F1", YEAR, "capability")
    pending = stack.invitations.pending("F1", YEAR)
    assert pending
    assert (pending.invitation, pending.task_token) == (seen, "capability")
    assert "capability" not in repr(stack.invitations.get("F1", YEAR))


def test_token_of_an_invitation_that_is_not_there_is_a_conflict(stack: Stack) -> None:
    with pytest.raises(Conflict):
        stack.invitations.keep_token("nobody", YEAR, "capability")
    assert stack.items("InvitationsTable") == []
    assert stack.invitations.pending("nobody", YEAR) is None


def test_only_the_token_that_was_used_is_forgotten(stack: Stack, seen: Invitation) -> None:
    stack.invitations.keep_token("F1", YEAR, "newer")
    stack.invitations.forget_token("F1", YEAR, "older")
    pending = stack.invitations.pending("F1", YEAR)
    assert pending
    assert pending.task_token == "newer"
    stack.invitations.forget_token("F1", YEAR, "newer")
    stack.invitations.forget_token("F1", YEAR, "newer")
    pending = stack.invitations.pending("F1", YEAR)
    assert pending
    assert pending.task_token is None
