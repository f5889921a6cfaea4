"""An in-memory world for what changes afterwards: ledger, Friends, corrections, trail, and a stream.

Every write of the ledger leaves a stream record; whoever drives the world decides when, how often and in
which order the records are delivered.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

from best_friends.application.accounts import Accounts
from best_friends.application.correct_ledger import By, CorrectLedger
from best_friends.application.errors import Conflict
from best_friends.application.import_ledger import ImportLedger
from best_friends.application.imported import Imported
from best_friends.application.merge_accounts import MergeAccounts
from best_friends.application.ports import Segment, StoredStats
from best_friends.application.ports_changes import Move
from best_friends.application.refresh_stats import RefreshStats
from best_friends.domain.corrections import Correction, Note
from best_friends.domain.friends import Area, Friend
from best_friends.domain.ledger import LedgerEntry, month_of_entry
from best_friends.domain.programme import Settings, YearRecord
from best_friends.domain.stats import Months, Totals, replay

BY = By("olga", "because")


class Broken(Exception):
    """The process died here."""


class FakeFriends:
    def __init__(self, friends: Iterable[Friend] = ()) -> None:
        self.rows = {friend.friend_id: friend for friend in friends}

    def get(self, friend_id: str) -> Friend | None:
        return self.rows.get(friend_id)

    def get_many(self, friend_ids: Sequence[str]) -> dict[str, Friend]:
        return {one: self.rows[one] for one in friend_ids if one in self.rows}

    def put_many(self, friends: Iterable[Friend]) -> None:
        self.rows |= {friend.friend_id: friend for friend in friends}

    def alias(self, friend_id: str, into: str, *, was: str) -> bool:
        if self.rows[friend_id].merged_into != was:
            return False
        self.rows[friend_id] = replace(self.rows[friend_id], merged_into=into)
        return True

    def put_areas(self, friend_id: str, areas: Sequence[Area], removed: Sequence[Area] | None = None) -> None:
        changes = {} if removed is None else {"removed_areas": tuple(removed)}
        self.rows[friend_id] = replace(self.rows[friend_id], areas=tuple(areas), **changes)

    def everybody(self) -> Iterator[Friend]:
        return iter(self.rows.values())

    def scan(self, segment: Segment) -> Iterator[tuple[str, bool, str]]:
        return ((one.friend_id, one.active and not one.merged_into, one.region) for one in self.rows.values())


class FakeLedger:
    """The ledger with its stream and its transactions; `break_after` lets it die after so many writes."""

    def __init__(self) -> None:
        self.rows: dict[tuple[str, str], LedgerEntry] = {}
        self.stream: list[tuple[str, str]] = []
        self.break_after: int | None = None

    def of_months(self, friend_id: str, months: Collection[str]) -> list[LedgerEntry]:
        return [one for one in self.of_friend(friend_id) if one.month in months]

    def of_friend(self, friend_id: str) -> list[LedgerEntry]:
        return [one for (owner, _), one in sorted(self.rows.items()) if owner == friend_id]

    def located(self, source: str) -> list[LedgerEntry]:
        return [one for _, one in sorted(self.rows.items()) if one.source == source]

    def is_empty(self) -> bool:
        return not self.rows

    def write(self, put: Iterable[LedgerEntry], delete: Iterable[LedgerEntry]) -> None:
        for entry in put:
            self._step()
            self._put(entry)
        for entry in delete:
            self._step()
            self._delete(entry)

    def apply(self, move: Move) -> None:
        """One move, as a transaction does it."""
        before, after = move.before, move.after
        if before and self.rows.get((before.friend_id, before.entry)) != before:
            raise Conflict("not as it was read")
        in_place = before and after and (before.friend_id, before.entry) == (after.friend_id, after.entry)
        if after and not in_place and (after.friend_id, after.entry) in self.rows:
            raise Conflict("something is there already")
        self._step()
        if before and not in_place:
            self._delete(before)
        if after:
            self._put(after)

    def scan(self, segment: Segment) -> Iterator[LedgerEntry]:
        return (one for _, one in sorted(self.rows.items()))

    def totals(self) -> Totals:
        """What all lines add up to."""
        months = (totals for totals in replay(self.rows.values()).values())
        return sum(months, Totals())

    def _put(self, entry: LedgerEntry) -> None:
        self.rows[(entry.friend_id, entry.entry)] = entry
        self.stream.append((entry.friend_id, entry.entry))

    def _delete(self, entry: LedgerEntry) -> None:
        if self.rows.pop((entry.friend_id, entry.entry), None):
            self.stream.append((entry.friend_id, entry.entry))

    def _step(self) -> None:
        if self.break_after is not None:
            if self.break_after == 0:
                raise Broken
            self.break_after -= 1


class FakeCorrections:
    def __init__(self) -> None:
        self.rows: dict[str, Correction] = {}

    def all(self) -> Iterator[Correction]:
        return iter(list(self.rows.values()))

    def get(self, source: str) -> Correction | None:
        return self.rows.get(source)

    def drop(self, source: str) -> None:
        self.rows.pop(source, None)


class FakeTrail:
    def __init__(self) -> None:
        self.notes: list[Note] = []

    def note(self, notes: Sequence[Note]) -> None:
        self.notes += [note for note in notes if note not in self.notes]

    def of_friend(self, friend_id: str) -> list[Note]:
        return [note for note in self.notes if note.friend_id == friend_id]


@dataclass
class FakeMoves:
    ledger: FakeLedger
    corrections: FakeCorrections
    trail: FakeTrail

    def correct(self, correction: Correction, move: Move, note: Note) -> None:
        self.ledger.apply(move)
        self.corrections.rows[correction.source] = correction
        self.trail.note([note])

    def move(self, moves: Sequence[Move]) -> None:
        for move in moves:
            self.ledger.apply(move)


class FakeStats:
    def __init__(self) -> None:
        self.rows: dict[str, StoredStats] = {}

    def get(self, friend_id: str) -> StoredStats:
        return self.rows.get(friend_id, StoredStats(0, {}))

    def put(self, friend_id: str, months: Months, *, read_at: int) -> None:
        if self.get(friend_id).version != read_at:
            raise Conflict("somebody was faster")
        self.rows[friend_id] = StoredStats(read_at + 1, dict(months))


class FakeProgramme:
    def __init__(self) -> None:
        self.in_force = Settings()

    def settings(self) -> Settings:
        return self.in_force

    def year(self, year: int) -> YearRecord | None:
        return None


@dataclass
class Changes:
    """The whole world, with its use cases."""

    friends: FakeFriends = field(default_factory=FakeFriends)
    ledger: FakeLedger = field(default_factory=FakeLedger)
    corrections: FakeCorrections = field(default_factory=FakeCorrections)
    trail: FakeTrail = field(default_factory=FakeTrail)
    stats: FakeStats = field(default_factory=FakeStats)
    programme: FakeProgramme = field(default_factory=FakeProgramme)
    now: datetime = datetime(2026, 3, 1, tzinfo=UTC)

    def clock(self) -> datetime:
        """A second later each time."""
        self.now += timedelta(seconds=1)
        return self.now

    @property
    def moves(self) -> FakeMoves:
        """Transactions of this world."""
        return FakeMoves(self.ledger, self.corrections, self.trail)

    def merging(self) -> MergeAccounts:
        """Merges and unmerges."""
        return MergeAccounts(self.friends, self.ledger, self.moves, self.trail, self.clock)

    def correcting(self) -> CorrectLedger:
        """Corrections."""
        return CorrectLedger(
            self.ledger, self.corrections, self.moves, Accounts(self.friends), self.programme, self.clock
        )

    def bring_in(self, exported: dict[str, list[LedgerEntry]]) -> Imported:
        """Import lines, as an export of these Friends has them."""
        done = Imported()
        meant = Accounts(self.friends)
        aliases = {one: meant.surviving(one) for one in exported if meant.surviving(one) != one}
        use_case = ImportLedger(
            self.ledger, self.corrections, self.trail, self.clock, aliases, Accounts(self.friends), BY
        )
        use_case(sorted(exported.items()), done, lambda _, __: None)
        return done

    def deliver(self, records: Iterable[tuple[str, str]]) -> None:
        """Deliver stream records to update_stats."""
        refresh = RefreshStats(self.ledger, self.stats)
        for friend_id, entry in records:
            refresh(friend_id, {month_of_entry(entry)})

    def expected_stats(self) -> dict[str, dict[str, Totals]]:
        """What the stats must be: the ledger, replayed Friend by Friend (reliability I1)."""
        owners = {friend_id for friend_id, _ in self.ledger.rows}
        return {friend_id: replay(self.ledger.of_friend(friend_id)) for friend_id in sorted(owners)}

    def actual_stats(self) -> dict[str, dict[str, Totals]]:
        """What the stats are, Friends without any left out."""
        return {one: dict(stored.months) for one, stored in sorted(self.stats.rows.items()) if stored.months}


def friend(friend_id: str, *areas: Area, **changes: object) -> Friend:
    """A Friend of this id."""
    plain = Friend(
        friend_id, friend_id.title(), f"{friend_id}@x.example", "de", areas, (), date(2024, 1, 1), True
    )
    return replace(plain, **changes)


def rating(friend_id: str, number: int, stars: int, month: str = "2025-03") -> LedgerEntry:
    """A line of a rating."""
    return LedgerEntry(friend_id, f"{month}#RATING#R{number}", f"{month}-05T10:00:00Z", stars=stars)


def job(friend_id: str, number: int, cents: int, month: str = "2025-03") -> LedgerEntry:
    """A line of a completed job."""
    return LedgerEntry(friend_id, f"{month}#JOB#J{number}", f"{month}-04T10:00:00Z", cents=cents)
