"""The jobs of the sample and what customers said about them."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from best_friends.domain.ledger import Job, JobStatus, Rating
from ops.sample.people import LAST_DAY, SKILLS, Person
from ops.sample.places import draw_near

ZONE = ZoneInfo("Europe/Zurich")
EXPORTED_AT = datetime.combine(LAST_DAY, time(23, 59), ZONE)
CURRENCY = "CHF"

OPEN_SHARE = 0.12
"""The share of jobs without a Friend: posted ones that nobody has taken, and withdrawn ones."""

_MEDIAN_CENTS = 9000
_OF_A_FRIEND = (JobStatus.COMPLETED, JobStatus.CANCELLED, JobStatus.ACCEPTED)
_SHARES_OF_A_FRIEND = (91, 4.5, 4.5)
_STARS = (5, 4, 3, 2, 1)
_STARS_WHEN_LIKED = (81, 14, 3, 1, 1)
_STARS_OTHERWISE = (46, 25, 12, 7, 10)
_RATED = {JobStatus.COMPLETED: 0.97, JobStatus.ACCEPTED: 0.15, JobStatus.CANCELLED: 0.1}
_RATED_TWICE = 0.03


def draw_jobs(random: Random, people: list[Person], count: int) -> list[Job]:
    """About `count` jobs in the order in which they were posted, numbered in that order."""
    customers = max(1, count * 3 // 5)
    jobs = [_draw_job_of(random, person, customers) for person in people for _ in range(person.jobs)]
    jobs += [_draw_open_job(random, people, customers) for _ in range(int(count * OPEN_SHARE))]
    jobs += _around_new_year(random, max(people, key=lambda person: person.jobs), customers)
    # Two jobs of the same second stay in the order in which they were drawn.
    jobs.sort(key=lambda job: job.posted_at.astimezone(UTC))
    return [replace(job, job_id=f"J{number:06d}") for number, job in enumerate(jobs, start=1)]


def draw_ratings(random: Random, jobs: list[Job], people: list[Person]) -> list[Rating]:
    """The ratings in the order in which they were given, numbered in that order."""
    liking = {person.friend.friend_id: person.liking for person in people}
    ratings = [
        rating
        for job in jobs
        if job.friend_id
        for rating in _draw_ratings_of(random, job, liking[job.friend_id])
        if rating.rated_at <= EXPORTED_AT
    ]
    ratings.sort(key=lambda rating: rating.rated_at.astimezone(UTC))
    return [replace(rating, rating_id=f"R{number:06d}") for number, rating in enumerate(ratings, start=1)]


def _draw_job_of(random: Random, person: Person, customers: int) -> Job:
    # The root leans towards the end: the marketplace grows.
    days = int((person.ends - person.begins).days * random.random() ** 0.6)
    posted_at = _draw_instant(random, person.begins + timedelta(days=days))
    completed_at = _waking_hours(posted_at + timedelta(minutes=random.randrange(90, 60 * 24 * 6)))
    status = random.choices(_OF_A_FRIEND, _SHARES_OF_A_FRIEND)[0]
    if completed_at > EXPORTED_AT:
        status = JobStatus.ACCEPTED
    done = status is JobStatus.COMPLETED
    return replace(
        _draw_job(random, person, posted_at, customers),
        friend_id=person.friend.friend_id,
        completed_at=completed_at if done else None,
        status=status,
        revenue_cents=_draw_cents(random, person.price) if done else 0,
        currency=CURRENCY if done else "",
    )


def _draw_open_job(random: Random, people: list[Person], customers: int) -> Job:
    status = JobStatus.POSTED if random.random() < 0.66 else JobStatus.CANCELLED
    recent = status is JobStatus.POSTED and random.random() < 0.8
    back = random.randrange(20) if recent else random.randrange(20, 1100)
    posted_at = _draw_instant(random, LAST_DAY - timedelta(days=back))
    job = replace(_draw_job(random, random.choice(people), posted_at, customers), status=status)
    if random.random() < 0.04:
        return replace(job, latitude=None, longitude=None)
    return job


def _draw_job(random: Random, person: Person, posted_at: datetime, customers: int) -> Job:
    own_area = person.friend.areas[0].radius_km
    where = draw_near(random, person.home, own_area)
    return Job(
        job_id="",
        friend_id="",
        customer_id=f"C{random.randrange(1, customers + 1):05d}",
        skill=random.choice(person.friend.skills or SKILLS),
        latitude=where.latitude,
        longitude=where.longitude,
        posted_at=posted_at,
        completed_at=None,
        status=JobStatus.POSTED,
        revenue_cents=0,
        currency="",
    )


def _around_new_year(random: Random, person: Person, customers: int) -> Iterator[Job]:
    """Two jobs of one evening, one of each year: in UTC they would both be of the old one."""
    midnight = datetime(2026, 1, 1, tzinfo=ZONE)
    for posted_at, completed_at in (
        (midnight - timedelta(hours=6), midnight - timedelta(minutes=30)),
        (midnight - timedelta(hours=4), midnight + timedelta(minutes=10)),
    ):
        yield replace(
            _draw_job(random, person, posted_at, customers),
            friend_id=person.friend.friend_id,
            completed_at=completed_at,
            status=JobStatus.COMPLETED,
            revenue_cents=_draw_cents(random, person.price),
            currency=CURRENCY,
        )


def _draw_ratings_of(random: Random, job: Job, liking: float) -> Iterator[Rating]:
    since = job.completed_at or job.posted_at + timedelta(days=4)
    chance = _RATED.get(job.status, 0)
    while random.random() < chance:
        # Somebody who waited in vain is hardly pleased.
        pleased = liking if job.status is JobStatus.COMPLETED else 0
        weights = [
            pleased * liked + (1 - pleased) * otherwise
            for liked, otherwise in zip(_STARS_WHEN_LIKED, _STARS_OTHERWISE, strict=True)
        ]
        since = _waking_hours(since + timedelta(minutes=int(random.expovariate(1 / 2000)) + 20))
        yield Rating("", job.job_id, job.friend_id, random.choices(_STARS, weights)[0], since)
        chance = _RATED_TWICE


def _draw_cents(random: Random, price: float) -> int:
    # Swiss prices end in 0 or 5 Rappen.
    return 5 * max(300, round(_MEDIAN_CENTS * price * random.lognormvariate(0, 0.5) / 5))


def _draw_instant(random: Random, day: date) -> datetime:
    daytime = time(random.randrange(7, 22), random.randrange(60), random.randrange(60))
    return datetime.combine(day, daytime, ZONE)


def _waking_hours(instant: datetime) -> datetime:
    """The same day in the daytime: nobody repairs a printer at four in the morning."""
    return instant if 7 <= instant.hour < 22 else instant.replace(hour=8 + instant.hour % 12)
