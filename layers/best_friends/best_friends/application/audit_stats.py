"""Hold the stats against the ledger before anybody is ranked."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import batched, groupby
from operator import attrgetter

from best_friends.application.ports import Ledger, Programme, Segment, Stats
from best_friends.application.refresh_stats import RefreshStats
from best_friends.domain.ledger import LedgerEntry
from best_friends.domain.programme import Run
from best_friends.domain.stats import Months, Totals, by_year, replay

Sums = dict[str, Totals]
"""Totals by calendar year, `YYYY`."""

BATCH = 100


@dataclass(frozen=True, slots=True)
class Audit:
    """What the ledger and the stats add up to, by year."""

    ledger: Sums
    stats: Sums

    @property
    def equal(self) -> bool:
        """Whether every year's sums agree."""
        return self.ledger == self.stats


@dataclass(frozen=True, slots=True)
class AuditStats:
    """Add up a segment of both tables, up to the end of a year.

    The sums of one segment need not agree, since the tables are cut independently; those of all
    segments together must.
    """

    ledger: Ledger
    stats: Stats

    def __call__(self, year: int, segment: Segment) -> Audit:
        """Sum both tables' segments over every year up to and including `year`."""
        ledger: Iterator[Months] = (months for _, months in replayed(self.ledger.scan(segment)))
        stats = (months for _, months in self.stats.scan(segment))
        return Audit(_sums(ledger, year), _sums(stats, year))


@dataclass(frozen=True, slots=True)
class RepairStats:
    """Find every Friend of a segment whose stats are not the replay of its ledger, and refresh them."""

    ledger: Ledger
    stats: Stats
    refresh: RefreshStats

    def __call__(self, segment: Segment) -> int:
        """Repair a segment and return how many Friends differed. Safe while the stream is running."""
        repaired = 0
        seen: set[str] = set()
        for batch in batched(replayed(self.ledger.scan(segment)), BATCH, strict=False):
            stored = self.stats.get_many([friend_id for friend_id, _ in batch])
            for friend_id, months in batch:
                seen.add(friend_id)
                if stored.get(friend_id, {}) != months:
                    self.refresh(friend_id, {*months, *stored.get(friend_id, {})})
                    repaired += 1
        for friend_id, stored_months in self.stats.scan(segment):
            # Stats may outlive their ledger. Few are left to ask about: both tables are cut by the same
            # key, though nothing promises that they are cut alike.
            if stored_months and friend_id not in seen and not self.ledger.of_friend(friend_id):
                self.refresh(friend_id, set(stored_months))
                repaired += 1
        return repaired


@dataclass(frozen=True, slots=True)
class ConcludeAudit:
    """Put the segments' sums together and keep the result with the year."""

    programme: Programme

    def __call__(self, run: Run, parts: Iterable[Audit], attempt: int) -> Audit:
        """The whole audit; it is recorded unless this is a what-if."""
        ledger: Sums = {}
        stats: Sums = {}
        for part in parts:
            _add(ledger, part.ledger)
            _add(stats, part.stats)
        audit = Audit(ledger, stats)
        if not run.what_if:
            record = {"ledger": rows_of(ledger), "stats": rows_of(stats), "equal": audit.equal}
            self.programme.update(run.year, audit={**record, "attempt": attempt})
        return audit


def replayed(entries: Iterable[LedgerEntry]) -> Iterator[tuple[str, dict[str, Totals]]]:
    """Each Friend's months, from entries that come Friend by Friend."""
    for friend_id, own in groupby(entries, key=attrgetter("friend_id")):
        yield friend_id, replay(own)


def rows_of(sums: Sums) -> dict[str, list[int]]:
    """JSON-ready sums: [ratings, stars, jobs, cents] by year."""
    return {year: [t.ratings, t.stars, t.jobs, t.cents] for year, t in sorted(sums.items())}


def sums_of(rows: dict[str, list[int]]) -> Sums:
    """The inverse of `rows_of`."""
    return {year: Totals(*row) for year, row in rows.items()}


def _sums(friends: Iterable[Months], year: int) -> Sums:
    sums: Sums = {}
    for months in friends:
        _add(sums, {told: totals for told, totals in by_year(months).items() if int(told) <= year})
    return sums


def _add(into: Sums, more: Sums) -> None:
    for year, totals in more.items():
        into[year] = into.get(year, Totals()) + totals
