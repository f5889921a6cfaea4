"""The programme: opened once, its policy frozen, its status never going back."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from best_friends.application.errors import Conflict
from best_friends.domain.calendar import Pace
from best_friends.domain.policy import Invitation, Policy, Programme, Qualification, Role
from best_friends.domain.programme import Settings, YearState
from best_friends.domain.qualification import Cohort
from tests.support.fixtures import few_examples
from tests.support.marketplace import YEAR, year_record
from tests.support.stack import Stack

COHORTS = (Cohort("ZH", 40, 2, 99_000, 3), Cohort("", 0, 0, None, 0))
POLICIES = st.builds(
    Policy,
    programme=st.builds(Programme, timezone=st.sampled_from(["Europe/Zurich", "UTC"])),
    qualification=st.builds(
        Qualification,
        rating_average_min=st.decimals(1, 5, places=3),
        ratings_min=st.integers(1, 500),
        revenue_top_percent=st.decimals(Decimal("0.001"), 100, places=3),
        revenue_cohort=st.sampled_from(["all", "region"]),
        engagement_roles=st.lists(st.sampled_from(Role), unique=True).map(tuple),
    ),
    invitation=st.integers(10, 60).map(lambda days: Invitation(answer_days=days, reminder_days=(3, 9))),
)


def test_nothing_in_force_means_the_defaults(stack: Stack) -> None:
    assert stack.programme.settings() == Settings()


@few_examples
@given(policy=POLICIES, currency=st.sampled_from(["CHF", "EUR", ""]))
def test_settings_come_back_exactly(stack: Stack, policy: Policy, currency: str) -> None:
    stack.programme.save_settings(Settings(policy, currency))
    assert stack.programme.settings() == Settings(policy, currency)


@few_examples
@given(policy=POLICIES, year=st.integers(2000, 9999))
def test_opened_year_comes_back_exactly(stack: Stack, policy: Policy, year: int) -> None:
    record = replace(
        year_record(year=year, policy=policy),
        pace=Pace(0.25, 0.1),
        cohorts=COHORTS,
        counts={"friends": 3},
        digests={"years/2025/survey": "0" * 64},
        audit={"equal": True, "ledger": {"2025": [1, 2, 3, 4]}},
    )
    known = stack.programme.year(year)
    if known is None:
        stack.programme.open(record)
        assert stack.programme.year(year) == record
    else:
        with pytest.raises(Conflict):
            stack.programme.open(record)
        assert stack.programme.year(year) == known


def test_year_opened_twice_is_a_conflict_and_keeps_the_first(stack: Stack) -> None:
    first = year_record()
    stack.programme.open(first)
    with pytest.raises(Conflict):
        stack.programme.open(replace(first, opened_by="the-second", currency="EUR"))
    assert stack.programme.year(YEAR) == first


def test_year_that_was_not_opened_is_none(stack: Stack) -> None:
    assert stack.programme.year(YEAR) is None


def test_policy_of_a_year_cannot_be_changed(stack: Stack) -> None:
    stack.programme.open(year_record())
    with pytest.raises(ValueError, match="frozen"):
        stack.programme.update(YEAR, policy=Policy(), state=YearState.CLOSED)
    assert stack.programme.year(YEAR) == year_record()


def test_updated_fields_come_back_and_the_others_stay(stack: Stack) -> None:
    stack.programme.open(year_record())
    until = datetime(2026, 2, 1, 12, 30, 0, 250_000, tzinfo=UTC)
    stack.programme.update(
        YEAR, state=YearState.FAILED, failure="AuditDiffers", cohorts=COHORTS, answer_until=until
    )
    assert stack.programme.year(YEAR) == replace(
        year_record(), state=YearState.FAILED, failure="AuditDiffers", cohorts=COHORTS, answer_until=until
    )


def test_update_makes_no_year(stack: Stack) -> None:
    with pytest.raises(Conflict):
        stack.programme.update(YEAR, state=YearState.CLOSED)
    assert stack.items("ProgrammeTable") == []


@pytest.mark.parametrize(
    ("years", "runs"), [([2025], 2025), ([2024, 2025], 2025), ([2025, 2024], 2025), ([2025, 2025], 2025)]
)
def test_status_never_goes_back(stack: Stack, years: list[int], runs: int) -> None:
    for year in years:
        stack.programme.announce(year)
    assert stack.programme.settings().best_friends_of == runs


def test_status_and_policy_do_not_overwrite_each_other(stack: Stack) -> None:
    policy = Policy(qualification=Qualification(ratings_min=3))
    stack.programme.announce(2025)
    stack.programme.save_settings(Settings(policy, "CHF", best_friends_of=None))
    assert stack.programme.settings() == Settings(policy, "CHF", 2025)


def test_day_since_when_the_ranking_is_in_force_comes_back_and_stays(stack: Stack) -> None:
    since = datetime(2026, 3, 1, 23, 0, 0, 7, tzinfo=UTC)
    stack.programme.save_settings(Settings(ranking_since=since))
    assert stack.programme.settings().ranking_since == since
    stack.programme.save_settings(Settings(currency="CHF"))
    assert stack.programme.settings() == Settings(currency="CHF", ranking_since=since)
