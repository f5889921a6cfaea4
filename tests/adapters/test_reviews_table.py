"""Cases on DynamoDB: every wish comes back as what it was, a reply is written with its note or not at all."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from best_friends import bootstrap, bootstrap_requests
from best_friends.adapters.requests import REPLY, WISH, DecisionTransactions, RequestsTable
from best_friends.application.errors import Conflict
from best_friends.application.ports_requests import Decided
from best_friends.domain.corrections import Note
from best_friends.domain.policy import Role
from best_friends.domain.requests import (
    AreaWish,
    Decision,
    Reply,
    RequestKind,
    RequestState,
    ReviewResult,
    ReviewWish,
    Righted,
    RoleWish,
    Wish,
    requested,
)
from tests.support.fixtures import few_examples
from tests.support.stack import SIX_IN_ZURICH, Stack

DAY = date(2026, 1, 15)
ASKED = ReviewWish(2025, date(2026, 1, 22), date(2026, 1, 29))
CASE = requested("F1", ASKED, "please check", SIX_IN_ZURICH, DAY)
NOTE = Note("F1", SIX_IN_ZURICH, "review replied", CASE.request_id, "Ada", "we look")
REPLIED = Reply(SIX_IN_ZURICH + timedelta(microseconds=7), "Ada", "we look")
DAYS = st.dates(date(2020, 1, 1), date(2100, 1, 1))
WISHES: st.SearchStrategy[Wish] = st.one_of(
    st.builds(AreaWish, place=st.text(), radius_km=st.integers(1, 100) | st.floats(0.5, 100)),
    st.builds(RoleWish, role=st.sampled_from(Role), held_from=st.none() | DAYS),
    st.builds(ReviewWish, year=st.integers(2000, 9000), reply_by=DAYS, decide_by=DAYS),
    st.builds(ReviewResult, righted=st.lists(st.sampled_from(Righted), unique=True).map(tuple)),
)


@pytest.fixture
def requests(stack: Stack) -> RequestsTable:
    """The requests, the case among them."""
    table = bootstrap_requests.requests(stack.name("RequestsTable"))
    table.ask(CASE)
    return table


@pytest.fixture
def decisions(stack: Stack) -> DecisionTransactions:
    """What is written as a whole."""
    names = ("FriendsTable", "EngagementsTable", "RequestsTable", "TrailTable")
    friends, engagements, asked, trail = (stack.name(name) for name in names)
    return bootstrap_requests.decisions(
        friends_table=friends, engagements_table=engagements, requests_table=asked, trail_table=trail
    )


def decided(reply: Reply | None = None, *righted: Righted) -> Decided:
    state = RequestState.ACCEPTED if righted else RequestState.DECLINED
    decision = Decision(state, SIX_IN_ZURICH, "Ada", "you were right", ReviewResult(righted))
    note = replace(NOTE, action="review decided")
    return Decided(note, request=replace(CASE, reply=reply, decision=decision))


@few_examples
@given(wish=WISHES)
def test_every_wish_comes_back_as_what_it_was(wish: Wish) -> None:
    again = WISH.validate_json(WISH.dump_json(wish))
    assert again == wish and type(again) is type(wish)


@few_examples
@given(at=st.datetimes(datetime(2020, 1, 1), datetime(2100, 1, 1)), words=st.text())  # noqa: DTZ001
def test_a_reply_comes_back_as_it_was_written(at: datetime, words: str) -> None:
    reply = Reply(at.replace(tzinfo=UTC), "Ada", words)
    assert REPLY.validate_json(REPLY.dump_json(reply)) == reply


def test_a_case_is_found_among_those_that_are_open(requests: RequestsTable) -> None:
    later = requested("F2", ASKED, "too", SIX_IN_ZURICH + timedelta(hours=1), DAY)
    requests.ask(later)
    assert requests.get(CASE.request_id) == CASE
    assert list(requests.open(RequestKind.REVIEW)) == [CASE, later]
    assert list(requests.open(RequestKind.AREA)) == []


def test_a_reply_is_kept_with_its_note_and_the_case_stays_open(
    stack: Stack, requests: RequestsTable, decisions: DecisionTransactions
) -> None:
    decisions.write(Decided(NOTE, request=replace(CASE, reply=REPLIED)))
    assert requests.get(CASE.request_id) == replace(CASE, reply=REPLIED)
    assert list(requests.open(RequestKind.REVIEW)) == [replace(CASE, reply=REPLIED)]
    decisions.write(decided(REPLIED, Righted.NOMINATED))
    assert requests.get(CASE.request_id) == decided(REPLIED, Righted.NOMINATED).request
    assert list(requests.open(RequestKind.REVIEW)) == []
    trail = bootstrap.trail(stack.name("TrailTable")).of_friend("F1")
    assert {one.action for one in trail} == {"review replied", "review decided"}


@pytest.mark.parametrize("righted", [(), (Righted.FIGURES, Righted.DECLINED)])
def test_a_decision_comes_back_with_what_it_put_right(
    requests: RequestsTable, decisions: DecisionTransactions, righted: tuple[Righted, ...]
) -> None:
    decisions.write(decided(None, *righted))
    assert requests.get(CASE.request_id) == decided(None, *righted).request


def test_a_decision_that_has_not_seen_the_reply_writes_nothing(
    stack: Stack, requests: RequestsTable, decisions: DecisionTransactions
) -> None:
    decisions.write(Decided(NOTE, request=replace(CASE, reply=REPLIED)))
    before = stack.dump()
    with pytest.raises(Conflict):
        decisions.write(decided())
    assert stack.dump() == before


def test_nobody_replies_to_what_is_decided(
    stack: Stack, requests: RequestsTable, decisions: DecisionTransactions
) -> None:
    decisions.write(decided())
    before = stack.dump()
    with pytest.raises(Conflict):
        decisions.write(Decided(NOTE, request=replace(CASE, reply=REPLIED)))
    assert stack.dump() == before
