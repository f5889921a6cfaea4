"""What the marketplace corrects after its export: the same ids with another content."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import timedelta
from random import Random

from best_friends.domain.ledger import Job, JobStatus, Rating

_REFUNDED = 12
_OTHER_STARS = 10
_OTHER_MONTH = 3


def draw_corrected_jobs(random: Random, jobs: Iterable[Job]) -> list[Job]:
    """Some jobs of 2025 refunded in part, and one of December 2025 that was done in January."""
    done = [job for job in jobs if job.status is JobStatus.COMPLETED and job.completed_at is not None]
    of_2025 = [job for job in done if job.completed_at and job.completed_at.year == 2025]
    refunded = random.sample(of_2025, min(_REFUNDED, len(of_2025) // 4))
    corrected = {job.job_id: _refunded(random, job) for job in refunded}
    for job in _of_last_december(of_2025):
        if job.job_id not in corrected and job.completed_at:
            corrected[job.job_id] = replace(job, completed_at=job.completed_at + timedelta(days=14))
            break
    return [corrected[job_id] for job_id in sorted(corrected)]


def draw_corrected_ratings(random: Random, ratings: Iterable[Rating]) -> list[Rating]:
    """Some ratings with other stars, and a few that were given in another month."""
    of_2025 = [rating for rating in ratings if rating.rated_at.year == 2025]
    chosen = random.sample(of_2025, min(_OTHER_STARS + _OTHER_MONTH, len(of_2025) // 4))
    moved, restarred = chosen[:_OTHER_MONTH], chosen[_OTHER_MONTH:]
    corrected = [replace(rating, stars=_other_stars(random, rating.stars)) for rating in restarred]
    corrected += [replace(rating, rated_at=rating.rated_at - timedelta(days=35)) for rating in moved]
    return sorted(corrected, key=lambda rating: rating.rating_id)


def _of_last_december(jobs: Iterable[Job]) -> Iterator[Job]:
    # The edge of the year, 31 December 23:30, stays where it is.
    for job in jobs:
        at = job.completed_at
        if at and at.month == 12 and 19 <= at.day < 31:
            yield job


def _refunded(random: Random, job: Job) -> Job:
    return replace(job, revenue_cents=5 * round(job.revenue_cents * random.uniform(0.3, 0.8) / 5))


def _other_stars(random: Random, stars: int) -> int:
    return random.choice([other for other in (1, 2, 3, 4, 5) if other != stars])
