"""A checked export: its faults, and its good rows as domain objects."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from heapq import merge
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from zoneinfo import ZoneInfo

from best_friends.application.import_referrals import ExportedReferral
from best_friends.domain.friends import Area, Channel, Engagement, Friend
from best_friends.domain.ledger import Job, JobStatus, LedgerEntry, Rating, entry_of_job, entry_of_rating
from best_friends.domain.policy import Role
from best_friends.domain.referrals import Person
from ops.export.fault import FAULTS_KEPT, Fault
from ops.export.staging import Staging


@dataclass(slots=True)
class Counts:
    """Good rows, each id once."""

    friends: int = 0
    jobs: int = 0
    ratings: int = 0
    areas: int = 0
    engagements: int = 0
    referrals: int = 0


class CheckedExport:
    """What a check found, and the staging database of the good rows: a context manager that owns it.

    `faults` are the first 50 in order of file and line, `fault_count` is all of them,
    `rejected_rows` how many rows have any. `readable` is False when a whole file could not be read
    (missing, empty, no such column): then leaving out rows does not mend the export. `currency` is
    that of the completed jobs, None without any.
    """

    def __init__(self, staging: Staging, *, keep_rejected: bool) -> None:
        self._staging = staging
        self._keep_rejected = keep_rejected
        self.faults: list[Fault] = []
        self.fault_count = 0
        self.rejected_rows = 0
        self.readable = True
        self.currency: str | None = None
        self.counts = Counts()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Remove the staging database; the faults and the counts stay."""
        self._staging.close()

    def friends(self) -> Iterator[Friend]:
        """The Friends by id; the home of friends.csv is the first area, those of areas.csv follow."""
        for row in self._staging.rows("SELECT * FROM friends ORDER BY friend_id"):
            yield _friend(row, tuple(self._areas(row)))

    def engagements(self) -> Iterator[Engagement]:
        """The engagements in the order of the file."""
        for friend_id, role, since, until in self._staging.rows("SELECT * FROM engagements ORDER BY rowid"):
            yield Engagement(
                friend_id,
                Role(role),
                date.fromisoformat(since),
                date.fromisoformat(until) if until else None,
            )

    def referrals(self) -> Iterator[ExportedReferral]:
        """The referrals in the order of the file."""
        for friend_id, email, at, named, name in self._staging.rows("SELECT * FROM referrals ORDER BY rowid"):
            person = Person(email, name, may_be_named=bool(named))
            yield ExportedReferral(friend_id, person, datetime.fromisoformat(at))

    def jobs(self) -> Iterator[Job]:
        """Every job in the order of the file, whatever its status."""
        return map(_job, self._staging.rows("SELECT * FROM jobs ORDER BY rowid"))

    def ledger(self, zone: ZoneInfo) -> Iterator[tuple[str, list[LedgerEntry]]]:
        """The ledger by Friend, in the order of their ids: completed jobs, then ratings.

        A Friend with neither does not appear.
        """
        by_friend = attrgetter("friend_id")
        entries = merge(self._earned(zone), self._rated(zone), key=by_friend)
        for friend_id, own in groupby(entries, key=by_friend):
            yield friend_id, list(own)

    def write_rejected(self, path: Path) -> int:
        """Write each fault with the text of its row as CSV; returns how many rows were rejected.

        Raises:
            ValueError: when the check was not asked to keep the rejected rows.
        """
        if not self._keep_rejected:
            raise ValueError("the rejected rows were not kept: check with keep_rejected=True")
        with path.open("w", encoding="utf-8", newline="") as target:
            writer = csv.writer(target, lineterminator="\n")
            writer.writerow(["file", "line", "column", "value", "expected", "row"])
            writer.writerows(self._staging.rows("SELECT * FROM rejected ORDER BY rowid"))
        return self.rejected_rows

    def reject(self, faults: tuple[Fault, ...], raw: str | None) -> None:
        """Take note of the faults of one row and of its text, or of a whole file's without any."""
        self.fault_count += len(faults)
        self.rejected_rows += raw is not None
        self.faults.extend(faults[: FAULTS_KEPT - len(self.faults)])
        if self._keep_rejected:
            for fault in faults:
                self._staging.reject(fault, raw or "")

    def _areas(self, row: tuple[Any, ...]) -> Iterator[Area]:
        friend_id, latitude, longitude, radius_km = row[0], row[4], row[5], row[6]
        if latitude is not None:
            yield Area(latitude, longitude, radius_km)
        query = "SELECT latitude, longitude, radius_km, label FROM areas WHERE friend_id = ? ORDER BY rowid"
        for area in self._staging.rows(query, friend_id):
            yield Area(*area)

    def _earned(self, zone: ZoneInfo) -> Iterator[LedgerEntry]:
        query = "SELECT * FROM jobs WHERE status = 'completed' ORDER BY friend_id, rowid"
        for row in self._staging.rows(query):
            if entry := entry_of_job(_job(row), zone):
                yield entry

    def _rated(self, zone: ZoneInfo) -> Iterator[LedgerEntry]:
        for row in self._staging.rows("SELECT * FROM ratings ORDER BY friend_id, rowid"):
            rating_id, job_id, friend_id, stars, rated_at = row
            rating = Rating(rating_id, job_id, friend_id, stars, datetime.fromisoformat(rated_at))
            yield entry_of_rating(rating, zone)


def _friend(row: tuple[Any, ...], areas: tuple[Area, ...]) -> Friend:
    friend_id, display_name, email, language, _, _, _, skills, joined_on, active = row[:10]
    region, postal_code, channel, paused = row[10:]
    return Friend(
        friend_id=friend_id,
        display_name=display_name,
        email=email,
        language=language,
        areas=areas,
        skills=tuple(skills.split(";")) if skills else (),
        joined_on=date.fromisoformat(joined_on),
        active=bool(active),
        region=region,
        postal_code=postal_code,
        channel=Channel(channel),
        paused=bool(paused),
    )


def _job(row: tuple[Any, ...]) -> Job:
    job_id, friend_id, customer_id, skill, latitude, longitude = row[:6]
    posted_at, completed_at, status, revenue_cents, currency = row[6:]
    return Job(
        job_id=job_id,
        friend_id=friend_id,
        customer_id=customer_id,
        skill=skill,
        latitude=latitude,
        longitude=longitude,
        posted_at=datetime.fromisoformat(posted_at),
        completed_at=datetime.fromisoformat(completed_at) if completed_at else None,
        status=JobStatus(status),
        revenue_cents=revenue_cents,
        currency=currency,
    )
