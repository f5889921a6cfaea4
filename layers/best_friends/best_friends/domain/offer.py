"""How a job is offered, wave by wave: what is frozen, when to wait, how it ends.

Who is drawn is `dispatch`'s matter; here is everything around it (domain.md, "Dispatch of a job").
"""

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from best_friends.domain.friends import Area, Friend
from best_friends.domain.ledger import Job, JobStatus
from best_friends.domain.place import distance_km
from best_friends.domain.policy import Dispatch


@dataclass(frozen=True, slots=True)
class Pick:
    """A Friend that a wave notifies, with each factor of its weight as it was drawn.

    `rank` counts all candidates from 1 in the order of their keys. A newcomer may have a rank beyond its
    wave: some places are for newcomers.
    """

    friend_id: str
    rank: int
    distance_km: float
    proximity: float
    quality: float
    priority: float
    key: float
    newcomer: bool


@dataclass(frozen=True, slots=True)
class PassedOver:
    """A Friend that would have been picked, had it not become inactive or paused since the roster."""

    friend_id: str
    why: str


@dataclass(frozen=True, slots=True)
class Wave:
    """One wave of a job, frozen before anything is sent. Degrees are the job's own place.

    `roster` is the version that all waves of a job are drawn from, so that they are one ordering;
    `candidates` is how many Friends it holds for this job.
    """

    job_id: str
    number: int
    drawn_at: datetime
    skill: str
    latitude: float
    longitude: float
    roster: str
    policy: Dispatch
    candidates: int
    picks: tuple[Pick, ...]
    passed_over: tuple[PassedOver, ...] = field(default=())


class Ending(StrEnum):
    """Why no further wave of a job is sent."""

    ACCEPTED = "accepted"
    CANCELLED = "cancelled"
    COMPLETED = "completed"
    EXHAUSTED = "exhausted"
    """All candidates or all waves are used up."""
    NO_CANDIDATE = "no_candidate"
    """Friends have the skill, and nobody's area covers the place."""
    UNKNOWN_SKILL = "unknown_skill"
    NO_PLACE = "no_place"
    TOO_OLD = "too_old"
    """Posted longer ago than a job may be offered."""
    UNKNOWN_JOB = "unknown_job"


@dataclass(frozen=True, slots=True)
class Ended:
    """How the dispatch of a job ended, after how many waves and Friends notified."""

    job_id: str
    ending: Ending
    at: datetime
    waves: int = 0
    notified: int = 0


END_OF_STATUS = {
    JobStatus.ACCEPTED: Ending.ACCEPTED,
    JobStatus.CANCELLED: Ending.CANCELLED,
    JobStatus.COMPLETED: Ending.COMPLETED,
}


def unfit(job: Job | None, now: datetime, policy: Dispatch) -> Ending | None:
    """Why a job cannot be offered (any more), whoever there is; None when it can."""
    if job is None:
        return Ending.UNKNOWN_JOB
    if job.status is not JobStatus.POSTED:
        return END_OF_STATUS[job.status]
    if too_old(job.posted_at, now, policy):
        return Ending.TOO_OLD
    return None if place_of(job) else Ending.NO_PLACE


def place_of(job: Job) -> tuple[float, float] | None:
    """Latitude and longitude of a job in degrees, None when it has none on this globe."""
    if job.latitude is None or job.longitude is None:
        return None
    on_the_globe = -90 <= job.latitude <= 90 and -180 <= job.longitude <= 180
    return (job.latitude, job.longitude) if on_the_globe else None


def too_old(posted_at: datetime, now: datetime, policy: Dispatch) -> bool:
    """Whether a job was posted too long ago to be offered; history that is imported is never offered."""
    return now > offered_until(posted_at, policy)


def offered_until(posted_at: datetime, policy: Dispatch) -> datetime:
    """Until when a job may be offered, and accepted by a link."""
    return posted_at + timedelta(hours=policy.offer_hours)


def quiet_until(now: datetime, zone: ZoneInfo, policy: Dispatch) -> datetime | None:
    """When the quiet hours end that run now; None when none do.

    They are told by the clock on the wall where the programme lives, and may span midnight.
    """
    if not policy.quiet_from:
        return None
    begin, end = time.fromisoformat(policy.quiet_from), time.fromisoformat(policy.quiet_until)
    local = now.astimezone(zone)
    of_day = local.time()
    if begin < end:
        quiet, last_day = begin <= of_day < end, local.date()
    else:
        quiet = of_day >= begin or of_day < end
        last_day = local.date() + timedelta(days=of_day >= begin)
    # When clocks go back an hour comes twice; the end that is meant is not the one that has passed.
    return datetime.combine(last_day, end.replace(fold=local.fold), zone) if quiet else None


GONE = "gone"
"""The hindrance of a Friend whom the roster knows and the programme does not: it was erased meanwhile."""


def hindrance(friend: Friend | None) -> str:
    """Why a Friend of the roster cannot be notified now; empty when it can."""
    if friend is None:
        return GONE
    if not friend.active:
        return "inactive"
    if friend.merged_into:
        return "merged"
    return "paused" if friend.paused else ""


class Standing(StrEnum):
    """How a job stands for a Friend who was notified of it."""

    OPEN = "open"
    YOURS = "yours"
    TAKEN = "taken"
    OVER = "over"


def standing_of(job: Job, friend: Friend) -> Standing:
    """Whether the Friend may still take the job, has it, was too late, or nobody may take it."""
    if job.status is JobStatus.CANCELLED or (job.status is JobStatus.POSTED and not friend.active):
        return Standing.OVER
    if job.status is JobStatus.POSTED:
        return Standing.OPEN
    return Standing.YOURS if job.friend_id == friend.friend_id else Standing.TAKEN


def nearest_area(friend: Friend, latitude: float, longitude: float) -> tuple[Area, float] | None:
    """The Friend's area whose centre is nearest to a place, of those that cover it, and the distance in km.

    None when no area covers the place.
    """
    apart = [(distance_km(area.latitude, area.longitude, latitude, longitude), area) for area in friend.areas]
    covering = [(km, number) for number, (km, area) in enumerate(apart) if km <= area.radius_km]
    if not covering:
        return None
    km, number = min(covering)
    return friend.areas[number], km
