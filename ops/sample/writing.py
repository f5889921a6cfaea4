"""Writing an export: domain objects as the marketplace's CSV files."""

import csv
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from best_friends.domain.friends import Engagement, Friend
from best_friends.domain.ledger import Job, JobStatus, Rating

OnProgress = Callable[[str, int, int], None]
_PROGRESS_ROWS = 1000

_FRIENDS = (
    "friend_id display_name email language latitude longitude radius_km skills joined_on active "
    "region postal_code"
)
_AREAS = "friend_id latitude longitude radius_km label"
_ENGAGEMENTS = "friend_id role from until"
_JOBS = "job_id friend_id customer_id skill latitude longitude posted_at completed_at status revenue currency"
_RATINGS = "rating_id job_id friend_id stars rated_at"


@dataclass(frozen=True, slots=True)
class Content:
    """All that an export holds."""

    friends: Sequence[Friend]
    engagements: Sequence[Engagement]
    jobs: Sequence[Job]
    ratings: Sequence[Rating]

    @property
    def further_areas(self) -> list[tuple[object, ...]]:
        """The rows of areas.csv: every area but the home."""
        return [
            (friend.friend_id, *_degrees(area.latitude, area.longitude), f"{area.radius_km:g}", area.label)
            for friend in self.friends
            for area in friend.areas[1:]
        ]


def write_export(folder: Path, content: Content, on_progress: OnProgress | None = None) -> None:
    """Write every file; those that are optional as well, so that they replace older ones."""
    folder.mkdir(parents=True, exist_ok=True)
    files: tuple[tuple[str, str, Iterable[tuple[object, ...]], int], ...] = (
        ("friends.csv", _FRIENDS, map(_friend, content.friends), len(content.friends)),
        ("areas.csv", _AREAS, content.further_areas, len(content.further_areas)),
        ("engagements.csv", _ENGAGEMENTS, map(_engagement, content.engagements), len(content.engagements)),
        ("jobs.csv", _JOBS, map(_job, content.jobs), len(content.jobs)),
        ("ratings.csv", _RATINGS, map(_rating, content.ratings), len(content.ratings)),
    )
    total = sum(count for *_, count in files)
    written = 0
    for name, columns, rows, _ in files:
        with (folder / name).open("w", encoding="utf-8", newline="") as target:
            writer = csv.writer(target, lineterminator="\n")
            writer.writerow(columns.split())
            for row in rows:
                writer.writerow(row)
                written += 1
                if on_progress and (written % _PROGRESS_ROWS == 0 or written == total):
                    on_progress(name, written, total)


def _friend(friend: Friend) -> tuple[object, ...]:
    home = friend.areas[0]
    return (
        friend.friend_id,
        friend.display_name,
        friend.email,
        friend.language,
        *_degrees(home.latitude, home.longitude),
        f"{home.radius_km:g}",
        ";".join(friend.skills),
        friend.joined_on.isoformat(),
        "true" if friend.active else "false",
        friend.region,
        friend.postal_code,
    )


def _engagement(engagement: Engagement) -> tuple[object, ...]:
    until = engagement.held_until.isoformat() if engagement.held_until else ""
    return engagement.friend_id, engagement.role.value, engagement.held_from.isoformat(), until


def _job(job: Job) -> tuple[object, ...]:
    completed = job.status is JobStatus.COMPLETED
    return (
        job.job_id,
        job.friend_id,
        job.customer_id,
        job.skill,
        *_degrees(job.latitude, job.longitude),
        job.posted_at.isoformat(),
        job.completed_at.isoformat() if job.completed_at else "",
        job.status.value,
        f"{job.revenue_cents // 100}.{job.revenue_cents % 100:02d}" if completed else "",
        job.currency,
    )


def _rating(rating: Rating) -> tuple[object, ...]:
    return rating.rating_id, rating.job_id, rating.friend_id, rating.stars, rating.rated_at.isoformat()


def _degrees(latitude: float | None, longitude: float | None) -> tuple[str, str]:
    if latitude is None or longitude is None:
        return "", ""
    return f"{latitude:.5f}", f"{longitude:.5f}"
