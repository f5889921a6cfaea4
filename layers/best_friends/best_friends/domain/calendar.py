"""The calendar of a year: opening, reminders, the last day to answer.

Dates are business dates and are what people read. Instants are what the workflow waits for. A
rehearsal keeps the dates and compresses the instants, so that the same letters go out in seconds.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from best_friends.domain.policy import Invitation, Programme

OPENING_TIME = time(6)
"""When a date's letters go out, in the programme's time zone."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """The dates of a year's invitations. `answer_by` is the last whole day on which one may answer."""

    opened_on: date
    reminders_on: tuple[date, ...]
    answer_by: date


@dataclass(frozen=True, slots=True)
class Instants:
    """When the workflow acts, in UTC: `reminders_at` in order, `answers_close_at` last."""

    reminders_at: tuple[datetime, ...]
    answers_close_at: datetime


@dataclass(frozen=True, slots=True)
class Pace:
    """How a rehearsal's time runs: seconds a day, after a lead in which the invitations go out."""

    seconds_a_day: float
    seconds_a_nominee: float = 0.0


def calendar_of(opened_on: date, invitation: Invitation) -> Calendar:
    """Count the policy's days from the day on which the year is opened."""
    return Calendar(
        opened_on=opened_on,
        reminders_on=tuple(opened_on + timedelta(days=day) for day in invitation.reminder_days),
        answer_by=opened_on + timedelta(days=invitation.answer_days),
    )


def instants_of(calendar: Calendar, programme: Programme) -> Instants:
    """The real instants: reminders in the morning, the end at the midnight after `answer_by`."""
    zone = programme.zone
    return Instants(
        reminders_at=tuple(
            datetime.combine(day, OPENING_TIME, zone).astimezone(UTC) for day in calendar.reminders_on
        ),
        answers_close_at=datetime.combine(calendar.answer_by + timedelta(days=1), time(), zone).astimezone(
            UTC
        ),
    )


def compressed_instants(calendar: Calendar, pace: Pace, now: datetime, nominees: int) -> Instants:
    """The instants of a rehearsal, counted from now plus the time the invitations need to go out."""
    begin = now.astimezone(UTC) + timedelta(seconds=pace.seconds_a_nominee * nominees)

    def after(day: date) -> datetime:
        return begin + timedelta(seconds=pace.seconds_a_day * (day - calendar.opened_on).days)

    return Instants(
        reminders_at=tuple(after(day) for day in calendar.reminders_on),
        answers_close_at=after(calendar.answer_by),
    )


def last_instant_of(day: date, programme: Programme) -> datetime:
    """The last instant of a business date, in UTC: it still lies on that date."""
    return datetime.combine(day, time.max, programme.zone).astimezone(UTC)


def has_ended(year: int, today: date) -> bool:
    """Whether the programme year lies behind us: it is assessed after its 31 December."""
    return today > date(year, 12, 31)
