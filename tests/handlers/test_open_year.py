"""open_year: a year is opened once, with what was in force, and only after it has ended."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from best_friends.domain.calendar import Calendar, Pace
from best_friends.domain.policy import Invitation, Policy, PolicyError, Qualification
from best_friends.domain.programme import Settings, YearState
from tests.support.fixtures import Printed
from tests.support.marketplace import YEAR
from tests.support.stack import SIX_IN_ZURICH, Clock, Stack
from tests.support.steps import Steps


def test_opened_year_freezes_policy_currency_window_and_calendar(stack: Stack, steps: Steps) -> None:
    policy = Policy(qualification=Qualification(ratings_min=7))
    stack.programme.save_settings(Settings(policy=policy, currency="CHF"))
    opened = steps.open("first", year=YEAR)
    assert opened["outcome"] == "opened"
    assert opened["run"] == {"year": YEAR, "what_if": ""}
    assert opened["segments"] == [{"number": 0, "of": 2}, {"number": 1, "of": 2}]
    assert opened["segment_count"] == 2
    record = stack.programme.year(YEAR)
    assert record
    assert (record.policy, record.currency, record.state) == (policy, "CHF", YearState.OPEN)
    assert (record.opened_at, record.opened_by) == (SIX_IN_ZURICH, "first")
    assert record.calendar == Calendar(
        date(2026, 1, 15), (date(2026, 1, 22), date(2026, 1, 29)), date(2026, 2, 5)
    )


def test_policy_changed_afterwards_does_not_alter_an_open_year(stack: Stack, steps: Steps) -> None:
    steps.open("first", year=YEAR)
    stack.programme.save_settings(Settings(policy=Policy(invitation=Invitation(answer_days=50))))
    record = stack.programme.year(YEAR)
    assert record
    assert record.policy == Policy()


def test_second_start_changes_nothing_and_says_what_would_have_differed(stack: Stack, steps: Steps) -> None:
    steps.open("first", year=YEAR)
    before = stack.dump()
    again = steps.open("second", year=YEAR, policy={"invitation": {"answer_days": 30}})
    assert again["outcome"] == "already_open"
    assert "was opened on 2026-01-15 and is open; nothing was changed" in again["message"]
    assert "invitation.answer_days: 21 -> 30" in again["message"]
    assert stack.dump() == before


def test_first_try_whose_reply_was_lost_goes_on_as_opened(stack: Stack, steps: Steps) -> None:
    assert steps.open("same", year=YEAR)["outcome"] == "opened"
    assert steps.open("same", year=YEAR)["outcome"] == "opened"


def test_lost_reply_of_the_record_itself_still_opens(stack: Stack, steps: Steps) -> None:
    stack.wire.lose_reply("dynamodb.PutItem", about="year#2025")
    assert steps.open("first", year=YEAR)["outcome"] == "opened"


def test_failed_year_is_resumed_with_its_own_policy(stack: Stack, steps: Steps) -> None:
    steps.open("first", year=YEAR)
    stack.programme.update(YEAR, state=YearState.FAILED, failure="AuditDiffers")
    resumed = steps.open("second", year=YEAR, resume=True, policy={"qualification": {"ratings_min": 1}})
    record = stack.programme.year(YEAR)
    assert record
    assert resumed["outcome"] == "opened"
    assert (record.state, record.failure, record.policy) == (YearState.OPEN, "", Policy())


def test_closed_year_is_not_resumed(stack: Stack, steps: Steps) -> None:
    steps.open("first", year=YEAR)
    stack.programme.update(YEAR, state=YearState.CLOSED)
    before = stack.dump()
    assert steps.open("second", year=YEAR, resume=True)["outcome"] == "already_open"
    assert stack.dump() == before


@pytest.mark.parametrize(
    ("now", "outcome"),
    [
        (datetime(2025, 12, 31, 22, 59, 59, tzinfo=UTC), "not_ended"),
        (datetime(2025, 12, 31, 23, 0, 0, tzinfo=UTC), "opened"),
    ],
    ids=["a second before midnight in Zurich", "at midnight in Zurich"],
)
def test_year_ends_at_midnight_where_the_programme_lives(
    stack: Stack, steps: Steps, clock: Clock, now: datetime, outcome: str
) -> None:
    clock.now = now
    assert steps.open(year=YEAR)["outcome"] == outcome
    assert (stack.programme.year(YEAR) is not None) == (outcome == "opened")


@pytest.mark.parametrize(
    "fired",
    ["2026-01-15T05:00:00Z", "2026-01-15T05:00:00.123Z", "2026-01-15T05:00:00+00:00"],
)
def test_schedule_means_the_year_that_had_just_ended(stack: Stack, steps: Steps, fired: str) -> None:
    opened = steps.open(scheduled_time=fired)
    assert opened["outcome"] == "opened"
    assert opened["run"]["year"] == YEAR


def test_late_schedule_still_means_the_year_before_it_was_due(
    stack: Stack, steps: Steps, clock: Clock
) -> None:
    clock.now = datetime(2027, 1, 2, 8, tzinfo=UTC)  # redriven from the dead letters a year later
    opened = steps.open(scheduled_time="2026-01-15T05:00:00Z")
    assert opened["run"]["year"] == YEAR
    record = stack.programme.year(YEAR)
    assert record
    assert record.calendar.opened_on == date(2027, 1, 2)


def test_schedule_that_fires_twice_opens_once(stack: Stack, steps: Steps) -> None:
    fired = "2026-01-15T05:00:00Z"
    outcomes = [steps.open(name, scheduled_time=fired)["outcome"] for name in ("one", "two")]
    assert outcomes == ["opened", "already_open"]


def test_start_without_anything_means_last_year(steps: Steps) -> None:
    assert steps.open()["run"]["year"] == YEAR


def test_rehearsal_keeps_its_day_and_its_pace(stack: Stack, steps: Steps) -> None:
    steps.open(year=2024, opened_on="2025-01-15", pace={"seconds_a_day": 0.5, "seconds_a_nominee": 0.1})
    record = stack.programme.year(2024)
    assert record
    assert record.calendar.answer_by == date(2025, 2, 5)
    assert record.pace == Pace(0.5, 0.1)


@pytest.mark.parametrize(
    ("begin", "error"),
    [
        ({"policy": {"qualification": {"ratings_minimum": 3}}}, PolicyError),
        ({"policy": {"qualification": {"rating_average_min": "6"}}}, PolicyError),
        ({"opened_on": "2026-13-01"}, ValueError),
        ({"year": "last"}, ValueError),
        ({"pace": {"seconds_a_month": 1}}, TypeError),
        ({"scheduled_time": "<aws.scheduler.scheduled-time>"}, ValueError),
    ],
)
def test_start_that_cannot_be_used_writes_nothing(
    stack: Stack, steps: Steps, begin: dict[str, Any], error: type[Exception]
) -> None:
    before = stack.dump()
    with pytest.raises(error):
        steps.open(**({"year": YEAR} | begin))
    assert stack.dump() == before


@pytest.mark.parametrize("what_if", ["", "elsewhere"])
def test_year_is_not_judged_in_another_time_zone_than_its_ledger_is_dated_in(
    stack: Stack, steps: Steps, what_if: str
) -> None:
    before = stack.dump()
    opened = steps.open(year=YEAR, what_if=what_if, policy={"programme": {"timezone": "America/Lima"}})
    assert opened["outcome"] == "other_time_zone"
    assert (stack.dump(), stack.objects()) == (before, {})


def test_what_if_is_kept_in_the_archive_alone(stack: Stack, steps: Steps) -> None:
    before = stack.dump()
    steps.open(year=YEAR, what_if="lower", policy={"qualification": {"ratings_min": 1}})
    assert stack.dump() == before
    assert list(stack.objects()) == [f"what-if/{YEAR}/lower/opened.json"]


def test_opened_years_are_counted_once(steps: Steps, printed: Printed) -> None:
    steps.open("one", year=YEAR)
    steps.open("two", year=YEAR)
    assert printed.metric("YearsOpened") == 1
    assert all(line["year"] == YEAR for line in printed.lines if "message" in line)
