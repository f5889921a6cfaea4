"""The ledger: completed jobs and ratings, the source of truth for every statistic.

An entry's key carries the month of its *business date*, the calendar date in the programme's time
zone: a job completed on 31 December 23:30 in Zurich belongs to that year whatever UTC says.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo


class JobStatus(StrEnum):
    """What has become of a job."""

    POSTED = "posted"
    ACCEPTED = "accepted"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Job:
    """A job as the marketplace exports it. Times carry an offset; money is integer cents."""

    job_id: str
    friend_id: str
    customer_id: str
    skill: str
    latitude: float | None
    longitude: float | None
    posted_at: datetime
    completed_at: datetime | None
    status: JobStatus
    revenue_cents: int
    currency: str
    accepted_at: datetime | None = None
    """When a Friend accepted it here; an export does not tell."""
    cancelled_here: bool = False
    """Whether it was cancelled here, which an export may not know yet."""


@dataclass(frozen=True, slots=True)
class Rating:
    """1 to 5 stars that a customer gave; it counts from `rated_at`, whatever became of the job."""

    rating_id: str
    job_id: str
    friend_id: str
    stars: int
    rated_at: datetime


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """One line of the ledger: a completed job (cents, no stars) or a rating (stars, no cents).

    `entry` is `YYYY-MM#JOB#id` or `YYYY-MM#RATING#id`; `at` is the instant, ISO 8601 in UTC. `owner` is the
    account it was made under, "" when that is `friend_id` itself: after a merge it is the alias.
    """

    friend_id: str
    entry: str
    at: str
    stars: int = 0
    cents: int = 0
    owner: str = ""

    @property
    def account(self) -> str:
        """The account under which it was made, whatever was merged since."""
        return self.owner or self.friend_id

    def at_home_with(self, friend_id: str) -> "LedgerEntry":
        """The same line in the ledger of another account, still owned by its own."""
        return replace(self, friend_id=friend_id, owner="" if friend_id == self.account else self.account)

    @property
    def month(self) -> str:
        """The month of the business date, `YYYY-MM`."""
        return month_of_entry(self.entry)

    @property
    def source(self) -> str:
        """`JOB#id` or `RATING#id`: what the line is about, wherever it is dated."""
        return self.entry.split("#", 1)[1]


def known_here(before: Job, exported: Job) -> Job:
    """An exported job with what was learned here since the export was made.

    A job that was accepted or cancelled here stays so while the export still says that it is posted.
    """
    if exported.status is JobStatus.POSTED and before.status is JobStatus.ACCEPTED and before.accepted_at:
        exported = replace(exported, status=JobStatus.ACCEPTED, friend_id=before.friend_id)
    if exported.status is JobStatus.POSTED and before.cancelled_here:
        exported = replace(exported, status=JobStatus.CANCELLED, cancelled_here=True)
    return replace(exported, accepted_at=exported.accepted_at or before.accepted_at)


def month_of_entry(entry: str) -> str:
    """The month, `YYYY-MM`, of an entry's key."""
    return entry.split("#", 1)[0]


def business_date(instant: datetime, zone: ZoneInfo) -> date:
    """The calendar date on which something happened for the programme.

    Raises:
        ValueError: when the instant carries no offset.
    """
    if instant.tzinfo is None:
        raise ValueError("a time without an offset has no business date")
    return instant.astimezone(zone).date()


def entry_of_job(job: Job, zone: ZoneInfo) -> LedgerEntry | None:
    """The line that a job writes, or None: only a completed job has revenue, dated by completion."""
    if job.status is not JobStatus.COMPLETED or job.completed_at is None:
        return None
    month = f"{business_date(job.completed_at, zone):%Y-%m}"
    return LedgerEntry(
        job.friend_id, f"{month}#JOB#{job.job_id}", _utc(job.completed_at), cents=job.revenue_cents
    )


def entry_of_rating(rating: Rating, zone: ZoneInfo) -> LedgerEntry:
    """The line that a rating writes."""
    month = f"{business_date(rating.rated_at, zone):%Y-%m}"
    return LedgerEntry(
        rating.friend_id, f"{month}#RATING#{rating.rating_id}", _utc(rating.rated_at), stars=rating.stars
    )


def dated(entry: LedgerEntry, instant: datetime, zone: ZoneInfo) -> LedgerEntry:
    """The same line at another instant, in the month that it then belongs to."""
    month = f"{business_date(instant, zone):%Y-%m}"
    return replace(entry, entry=f"{month}#{entry.source}", at=_utc(instant))


def _utc(instant: datetime) -> str:
    return instant.astimezone(ZoneInfo("UTC")).isoformat(timespec="seconds").replace("+00:00", "Z")
