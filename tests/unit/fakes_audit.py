"""What an audit and a review need besides: aliases, moves of lines, a ledger that is read line by line."""

import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from best_friends.application.audit_ledger import AuditLedger, RepairLedger
from best_friends.application.errors import Conflict
from best_friends.application.merge_accounts import MergeAccounts
from best_friends.application.ports import Segment, StoredStats
from best_friends.application.ports_changes import Move
from best_friends.application.refresh_stats import RefreshStats
from best_friends.domain.corrections import Correction, Note
from best_friends.domain.ledger import LedgerEntry
from best_friends.domain.stats import Totals
from tests.unit.fakes import FakeFriends, FakeLedger, World, call, friend_of, in_segment


class FriendsWithAliases(FakeFriends):
    """Friends some of whom mean another one."""

    @call
    def aliases(self, segment: Segment) -> Iterator[tuple[str, str]]:
        own = [one for one in self.rows.values() if one.merged_into and in_segment(one.friend_id, segment)]
        return iter([(one.friend_id, one.merged_into) for one in own])

    @call
    def scan(self, segment: Segment) -> Iterator[tuple[str, bool, str]]:
        own = [one for one in self.rows.values() if in_segment(one.friend_id, segment)]
        return iter([(one.friend_id, one.active and not one.merged_into, one.region) for one in own])


class LedgerReadSlowly(FakeLedger):
    """A scan is torn: between two lines of it anything may happen, also to the Friend that it is at."""

    def scan(self, segment: Segment) -> Iterator[LedgerEntry]:
        self.line.begin("FakeLedger.scan")
        for friend_id in sorted(self.rows, key=lambda one: zlib.crc32(one.encode())):
            for entry in sorted(self.rows.get(friend_id, {})):
                self.line.begin("FakeLedger.scan, a line")
                found = self.rows.get(friend_id, {}).get(entry)
                if found and in_segment(friend_id, segment):
                    yield found


@dataclass
class FakeMoves:
    """Moves of lines, each of them whole."""

    ledger: FakeLedger

    def correct(self, correction: Correction, move: Move, note: Note) -> None:
        raise NotImplementedError

    def move(self, moves: Sequence[Move]) -> None:
        for one in moves:
            before, after = one.before, one.after
            if before:
                if self.ledger.rows.get(before.friend_id, {}).get(before.entry) != before:
                    raise Conflict
                self.ledger.write(put=[], delete=[before])
            if after:
                self.ledger.write(put=[after], delete=[])


@dataclass
class FakeTrail:
    """Notes nobody asks for."""

    notes: list[Note] = field(default_factory=list)

    def note(self, notes: Sequence[Note]) -> None:
        self.notes.extend(notes)

    def of_friend(self, friend_id: str) -> list[Note]:
        return [note for note in self.notes if note.friend_id == friend_id]


class AuditedWorld(World):
    """A marketplace whose ledger is read line by line; `in_a_pause` is what happens while an audit waits."""

    def __init__(self) -> None:
        super().__init__()
        self.friends: FriendsWithAliases = FriendsWithAliases(self.line)
        self.ledger = LedgerReadSlowly(self.line)
        self.in_a_pause: Callable[[], None] = lambda: None
        self.pauses = 0

    def put(self, *entries: LedgerEntry) -> None:
        """Write lines, and let the stats follow."""
        self.ledger.write(put=entries, delete=[])
        for one in entries:
            self.friends.rows.setdefault(one.friend_id, friend_of(one.friend_id))
            self.refresh(one.friend_id, {one.month})

    def tamper(self, friend_id: str, **months: Totals) -> None:
        """Let months of a Friend's stats say something else: `m2025_01=...`; NOTHING takes a month away."""
        stored = self.stats.rows.get(friend_id, StoredStats(1, {}))
        changed = {**stored.months, **{name[1:].replace("_", "-"): one for name, one in months.items()}}
        self.stats.rows[friend_id] = StoredStats(stored.version, {m: t for m, t in changed.items() if t})

    def merge(self, from_id: str, into_id: str) -> None:
        """Write the alias, as a merge that breaks off before it moves a line."""
        self.friends.rows[from_id] = replace(self.friends.rows[from_id], merged_into=into_id)

    def audit(self) -> AuditLedger:
        """The audit."""

        def pause() -> None:
            self.pauses += 1
            self.in_a_pause()

        return AuditLedger(self.friends, self.ledger, self.stats, pause)

    def merging(self) -> MergeAccounts:
        """Merges."""
        return MergeAccounts(self.friends, self.ledger, FakeMoves(self.ledger), FakeTrail(), self.clock)

    def repair(self) -> RepairLedger:
        """The repair."""
        return RepairLedger(self.audit(), self.merging(), self.refresh)

    @property
    def refresh(self) -> RefreshStats:
        """What the stream calls."""
        return RefreshStats(self.ledger, self.stats)


def rating(
    friend_id: str, number: int, stars: int = 5, month: str = "2025-03", owner: str = ""
) -> LedgerEntry:
    """A line of a rating."""
    return LedgerEntry(
        friend_id, f"{month}#RATING#R{number}", f"{month}-05T10:00:00Z", stars=stars, owner=owner
    )


def job(
    friend_id: str, number: int, cents: int = 100, month: str = "2025-03", owner: str = ""
) -> LedgerEntry:
    """A line of a completed job."""
    return LedgerEntry(friend_id, f"{month}#JOB#J{number}", f"{month}-04T10:00:00Z", cents=cents, owner=owner)
