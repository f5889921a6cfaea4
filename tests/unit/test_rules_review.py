"""Cases: the days by which people answer, what is overdue, and what a decision puts right."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from best_friends.domain.policy import Review
from best_friends.domain.requests import (
    AreaWish,
    Decision,
    Reply,
    Request,
    RequestKind,
    RequestState,
    ReviewResult,
    Righted,
    requested,
)
from best_friends.domain.review import (
    Act,
    Changes,
    LineChange,
    Overdue,
    due_on,
    overdue,
    wish_for,
    wish_of,
)
from tests.unit.fakes_requests import NOON

ASKED_ON = date(2026, 3, 3)
POLICIES = st.tuples(st.integers(1, 90), st.integers(1, 90)).map(
    lambda days: Review(first_reply_days=min(days), decision_days=max(days))
)
DAYS = st.integers(0, 200).map(lambda number: ASKED_ON + timedelta(days=number))
REPLY = Reply(NOON, "Ada", "We are looking into it.")
DECISION = Decision(RequestState.DECLINED, NOON, "Ada", "All is right.", ReviewResult(()))


def case(policy: Review) -> Request:
    return requested("F1", wish_for(2025, ASKED_ON, policy), "please check", NOON, ASKED_ON)


@given(policy=POLICIES, today=DAYS, replied=st.booleans())
def test_a_day_that_is_due_is_not_over_and_the_next_one_is(
    policy: Review, today: date, replied: bool
) -> None:
    one = replace(case(policy), reply=REPLY if replied else None)
    days = (today - ASKED_ON).days
    late = overdue(one, today)
    assert (Overdue.REPLY in late) is (not replied and days > policy.first_reply_days)
    assert (Overdue.DECISION in late) is (days > policy.decision_days)


@given(policy=POLICIES, today=DAYS, replied=st.booleans())
def test_what_is_decided_is_never_overdue(policy: Review, today: date, replied: bool) -> None:
    decided = replace(case(policy), reply=REPLY if replied else None, decision=DECISION)
    assert overdue(decided, today) == frozenset()


@given(policy=POLICIES, days=st.lists(st.integers(0, 200), min_size=2, max_size=2).map(sorted))
def test_what_is_overdue_stays_so_until_somebody_acts(policy: Review, days: list[int]) -> None:
    earlier, later = (overdue(case(policy), ASKED_ON + timedelta(days=one)) for one in days)
    assert earlier <= later


@given(policy=POLICIES)
def test_the_first_reply_is_due_before_the_decision(policy: Review) -> None:
    one = case(policy)
    assert due_on(one) == ASKED_ON + timedelta(days=policy.first_reply_days)
    assert due_on(replace(one, reply=REPLY)) == wish_of(one).decide_by >= due_on(one)


def test_a_case_is_a_request_for_a_review_with_an_id_of_its_own() -> None:
    one = case(Review())
    assert one.kind is RequestKind.REVIEW and one.request_id.startswith("review-")
    assert (wish_of(one).reply_by, wish_of(one).decide_by) == (date(2026, 3, 10), date(2026, 3, 17))
    with pytest.raises(ValueError, match="is no case"):
        wish_of(requested("F1", AreaWish("Aarau", 5), "", NOON, ASKED_ON))


def test_a_decision_tells_what_it_puts_right() -> None:
    line = LineChange("RATING#R1", Act.WITHDRAW)
    assert Changes().righted == ()
    assert Changes((line,)).righted == (Righted.FIGURES,)
    assert Changes((line, line), Righted.NOMINATED).righted == (Righted.FIGURES, Righted.NOMINATED)
    assert Changes(outcome=Righted.DECLINED).righted == (Righted.DECLINED,)
