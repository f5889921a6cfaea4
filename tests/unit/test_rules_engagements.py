"""The rules of engagement: given, ended, withdrawn; and what an export makes of it."""

from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given as hypothesis_given
from hypothesis import strategies as st

from best_friends.domain.engagements import (
    EngagementFault,
    ended,
    given,
    imported,
    superseded,
    withdrawn,
)
from best_friends.domain.friends import Decided, Engagement, roles_held
from best_friends.domain.policy import Role
from tests.unit.fakes_requests import day

MENTOR = Engagement("F1", Role.MENTOR, day("2024-05-01"))
DAYS = st.dates(date(2020, 1, 1), date(2027, 12, 31))
ENGAGEMENTS = st.builds(
    lambda role, first, length: Engagement(
        "F1", role, first, None if length is None else first + timedelta(days=length)
    ),
    st.sampled_from(Role),
    DAYS,
    st.none() | st.integers(0, 900),
)


def test_a_role_counts_for_every_year_in_which_it_was_held_on_a_day() -> None:
    one = replace(MENTOR, held_until=day("2026-01-01"))
    assert [year for year in range(2022, 2029) if one.held_in(year)] == [2024, 2025, 2026]


@hypothesis_given(ENGAGEMENTS, st.integers(2018, 2030))
def test_a_withdrawn_role_counts_for_no_year(one: Engagement, year: int) -> None:
    before, after = withdrawn([one], one.role, one.held_from)
    assert before == one
    assert roles_held([after], year, Role) == ()
    assert replace(after, withdrawn=False, decided=None) == one  # what it was is still there


@hypothesis_given(ENGAGEMENTS, DAYS)
def test_a_role_ends_on_its_last_day_and_never_gets_longer(one: Engagement, last: date) -> None:
    try:
        _, after = ended([one], one.role, last)
    except EngagementFault:
        assert last < one.held_from or (one.held_until is not None and one.held_until <= last)
        return
    assert after.held_until == last
    assert one.held_between(last, last) and not after.held_between(last + timedelta(days=1), date.max)


@hypothesis_given(ENGAGEMENTS, ENGAGEMENTS)
def test_a_role_is_never_held_twice_on_a_day(known: Engagement, new: Engagement) -> None:
    try:
        _, after = given([known], new)
    except EngagementFault:
        assert known.role is new.role
        return
    both = known.role is after.role
    assert not (both and known.held_between(after.held_from, after.held_until or date.max))


def test_days_in_the_wrong_order_are_refused() -> None:
    with pytest.raises(EngagementFault, match="swap"):
        given([], replace(MENTOR, held_until=day("2024-04-30")))


def test_what_there_is_not_is_refused_with_what_there_is() -> None:
    past = replace(MENTOR, held_until=day("2024-12-31"))
    with pytest.raises(EngagementFault, match="what there is: mentor from 2024-05-01 to 2024-12-31"):
        ended([past], Role.MENTOR, day("2025-06-30"))
    with pytest.raises(EngagementFault, match="no role mentor begins on 2024-06-01"):
        withdrawn([past], Role.MENTOR, day("2024-06-01"))
    with pytest.raises(EngagementFault, match="never held it"):
        ended([past], Role.PRODUCT_TESTER, day("2024-06-01"))


def test_a_withdrawn_role_can_be_given_again() -> None:
    _, gone = withdrawn([MENTOR], Role.MENTOR, MENTOR.held_from)
    before, after = given([gone], MENTOR)
    assert before == gone and not after.withdrawn
    assert after.decided == Decided(True, None)  # the export's row is remembered through both


@hypothesis_given(ENGAGEMENTS, DAYS)
def test_the_same_export_undoes_no_decision_and_a_changed_one_wins(exported: Engagement, last: date) -> None:
    decisions = [withdrawn([exported], exported.role, exported.held_from)[1]]
    with suppress(EngagementFault):
        decisions.append(ended([exported], exported.role, last)[1])
    newer = replace(exported, held_until=exported.held_from + timedelta(days=1000))
    for decided in decisions:
        assert imported(decided, exported) == decided
        assert imported(decided, newer) == newer and superseded(decided, newer)
        again = imported(newer, newer)
        assert again == newer


@hypothesis_given(ENGAGEMENTS)
def test_a_role_that_was_given_here_yields_to_the_export_that_learns_of_it(one: Engagement) -> None:
    _, here = given([], one)
    assert here.decided == Decided()
    assert imported(here, one) == one


@hypothesis_given(ENGAGEMENTS)
def test_an_undecided_role_is_as_it_was_exported(one: Engagement) -> None:
    longer = replace(one, held_until=None)
    assert imported(None, one) == one and imported(one, longer) == longer
