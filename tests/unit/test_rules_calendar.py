"""The calendar of a year and the instants at which its workflow acts."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from best_friends.domain.calendar import (
    Calendar,
    Pace,
    calendar_of,
    compressed_instants,
    has_ended,
    instants_of,
)
from best_friends.domain.policy import Invitation, Programme

OPENED = st.dates(date(2020, 1, 1), date(2035, 12, 31))
ZONES = st.sampled_from(["Europe/Zurich", "UTC", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"])
INVITATIONS = st.builds(
    Invitation,
    answer_days=st.integers(21, 60),
    reminder_days=st.lists(st.integers(1, 20), unique=True, max_size=5).map(sorted).map(tuple),
)
NOW = datetime(2026, 1, 15, 6, tzinfo=UTC)


def test_the_days_are_counted_from_the_opening() -> None:
    assert calendar_of(date(2026, 1, 15), Invitation()) == Calendar(
        opened_on=date(2026, 1, 15),
        reminders_on=(date(2026, 1, 22), date(2026, 1, 29)),
        answer_by=date(2026, 2, 5),
    )


def test_the_answer_period_ends_at_the_midnight_after_its_last_whole_day() -> None:
    instants = instants_of(calendar_of(date(2026, 1, 15), Invitation()), Programme())
    assert instants.answers_close_at == datetime(2026, 2, 5, 23, tzinfo=UTC)
    assert instants.reminders_at == (
        datetime(2026, 1, 22, 5, tzinfo=UTC),
        datetime(2026, 1, 29, 5, tzinfo=UTC),
    )


def test_the_clocks_going_forward_in_the_answer_period_move_the_instants_and_not_the_dates() -> None:
    calendar = calendar_of(date(2026, 3, 20), Invitation())
    instants = instants_of(calendar, Programme())
    assert calendar.answer_by == date(2026, 4, 10)
    assert instants.reminders_at == (
        datetime(2026, 3, 27, 5, tzinfo=UTC),  # still winter: 06:00 is 05:00 UTC
        datetime(2026, 4, 3, 4, tzinfo=UTC),  # summer
    )
    assert instants.answers_close_at == datetime(2026, 4, 10, 22, tzinfo=UTC)


def test_the_clocks_going_back_in_the_answer_period_give_an_hour_more_and_not_a_day() -> None:
    instants = instants_of(
        calendar_of(date(2025, 10, 20), Invitation(answer_days=7, reminder_days=())), Programme()
    )
    assert instants.answers_close_at == datetime(2025, 10, 27, 23, tzinfo=UTC)


def test_an_answer_period_may_reach_over_the_end_of_a_year_and_a_leap_day() -> None:
    assert calendar_of(date(2027, 12, 20), Invitation()).answer_by == date(2028, 1, 10)
    assert calendar_of(date(2028, 2, 15), Invitation()).answer_by == date(2028, 3, 7)


@given(OPENED, INVITATIONS, ZONES)
def test_reminders_come_in_order_in_the_morning_and_all_before_the_end(
    opened_on: date, invitation: Invitation, zone: str
) -> None:
    calendar = calendar_of(opened_on, invitation)
    instants = instants_of(calendar, Programme(timezone=zone))
    every = [*instants.reminders_at, instants.answers_close_at]
    assert every == sorted(set(every))
    assert all(at.tzinfo is UTC for at in every)
    told = [at.astimezone(ZoneInfo(zone)) for at in instants.reminders_at]
    assert [at.date() for at in told] == list(calendar.reminders_on)
    assert all(at.timetz().replace(tzinfo=None) == time(6) for at in told)


@given(OPENED, INVITATIONS, ZONES)
def test_the_last_day_to_answer_is_whole(opened_on: date, invitation: Invitation, zone: str) -> None:
    calendar = calendar_of(opened_on, invitation)
    end = instants_of(calendar, Programme(timezone=zone)).answers_close_at
    last = (end - timedelta(seconds=1)).astimezone(ZoneInfo(zone))
    assert last.date() == calendar.answer_by == opened_on + timedelta(days=invitation.answer_days)
    assert end.astimezone(ZoneInfo(zone)).date() == calendar.answer_by + timedelta(days=1)


@given(
    OPENED,
    INVITATIONS,
    st.floats(0.1, 60),
    st.floats(0, 5),
    st.integers(0, 1000),
)
def test_compressed_instants_keep_the_order_and_lie_within_the_compressed_period(
    opened_on: date, invitation: Invitation, a_day: float, a_nominee: float, nominees: int
) -> None:
    instants = compressed_instants(calendar_of(opened_on, invitation), Pace(a_day, a_nominee), NOW, nominees)
    every = [*instants.reminders_at, instants.answers_close_at]
    assert every == sorted(set(every)) and every[0] > NOW
    lead = timedelta(seconds=a_nominee * nominees)
    assert instants.answers_close_at == NOW + lead + timedelta(seconds=a_day * invitation.answer_days)


def test_a_rehearsal_waits_for_the_letters_to_go_out_before_its_first_day_begins() -> None:
    calendar = calendar_of(date(2026, 1, 15), Invitation())
    instants = compressed_instants(calendar, Pace(1.0, 0.5), NOW, nominees=20)
    assert instants.reminders_at == (NOW + timedelta(seconds=17), NOW + timedelta(seconds=24))
    assert instants.answers_close_at == NOW + timedelta(seconds=31)


@pytest.mark.parametrize(
    ("today", "ended"),
    [
        (date(2025, 12, 31), False),
        (date(2026, 1, 1), True),
        (date(2025, 1, 1), False),
        (date(2031, 5, 5), True),
    ],
)
def test_a_year_is_assessed_after_its_31_december(today: date, ended: bool) -> None:
    assert has_ended(2025, today) is ended
