"""Hold every Friend's stats, and the place of every line, against the ledger: what operators ask for.

The yearly audit (audit_stats) compares sums, since it only has to know whether to repair. This one says
which Friend and month differ, and which lines of the ledger lie astray after a merge.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import batched, groupby
from operator import attrgetter

from best_friends.application.accounts import Accounts
from best_friends.application.errors import Conflict, Refusal
from best_friends.application.merge_accounts import MergeAccounts
from best_friends.application.ports import Friends, Ledger, Segment, Stats
from best_friends.application.refresh_stats import RefreshStats
from best_friends.domain.accounts import surviving
from best_friends.domain.ledger import LedgerEntry
from best_friends.domain.stats import NOTHING, Months, Totals, replay

WHOLE = Segment(0, 1)
BATCH = 100
SHOWN = 50
LOOKS = 6
"""How often a Friend whose figures keep moving is looked at again before the audit gives up on it."""

OnRows = Callable[[int], None]
"""Hears how many lines of the ledger were read since it was last told."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A month of a Friend in which the stats are not what the ledger adds up to."""

    friend_id: str
    month: str
    ledger: Totals
    stats: Totals


@dataclass(frozen=True, slots=True)
class Astray:
    """Lines in the ledger of `friend_id` that were made under `account`, which means `home` now."""

    friend_id: str
    account: str
    home: str
    lines: int


@dataclass(slots=True)
class Findings:
    """What is wrong: all of it counted, the first `SHOWN` of each kind told.

    `differing` and `homes` name every Friend that a repair has to do with; `unsettled` are those that kept
    changing while they were looked at, so that nothing can be said of them.
    """

    differing: list[str] = field(default_factory=list)
    months: int = 0
    differences: list[Difference] = field(default_factory=list)
    homes: dict[str, set[str]] = field(default_factory=dict)
    lines: int = 0
    astray: list[Astray] = field(default_factory=list)
    unsettled: list[str] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        """Whether nothing is wrong, and nothing is left open."""
        return not (self.differing or self.homes or self.unsettled)


@dataclass(frozen=True, slots=True)
class Audited:
    """How much was compared, and what was found."""

    friends: int
    rows: int
    found: Findings


@dataclass(frozen=True, slots=True)
class AuditLedger:
    """Replay the ledger Friend by Friend and compare; nothing is written.

    The marketplace goes on meanwhile, and the stats follow the ledger a moment later. So what a scan sees
    is a suspicion. It becomes a finding when `pause` has gone by, long enough for the stream, and the
    Friend, read again as a whole, differs in exactly the same way: nobody is about to mend it.

    In memory are the ids of the Friends that have a ledger, the aliases, and the ids of what is suspect;
    never the lines, and never the months of more than a batch. The ids are what finds stats that have lost
    their ledger without a query for each Friend.
    """

    friends: Friends
    ledger: Ledger
    stats: Stats
    pause: Callable[[], None]

    def __call__(self, on_rows: OnRows = lambda _: None) -> Audited:
        """Compare everything."""
        aliases = dict(self.friends.aliases(WHOLE))
        suspects: dict[str, int | None] = {}
        seen: set[str] = set()
        rows = 0
        for batch in batched(_looks(self.ledger.scan(WHOLE), aliases), BATCH, strict=False):
            stored = self.stats.get_many([look.friend_id for look in batch])
            for look in batch:
                seen.add(look.friend_id)
                look.stats = stored.get(look.friend_id, {})
                if not look.clean:
                    suspects[look.friend_id] = look.trace
            read = sum(look.rows for look in batch)
            rows += read
            on_rows(read)
        unseen = (friend_id for friend_id in self.stats.ids(WHOLE) if friend_id not in seen)
        for ids in batched(unseen, BATCH, strict=False):
            # Empty stats are right here: they are what is left of an account whose lines have moved.
            outlived = {one: months for one, months in self.stats.get_many(ids).items() if months}
            suspects |= {one: _Look(one, stats=months).trace for one, months in outlived.items()}
        return Audited(len(seen), rows, self.confirmed(suspects))

    def confirmed(self, suspects: Mapping[str, int | None]) -> Findings:
        """What is wrong with these Friends for good, given how each of them looked last, if that is known."""
        found = Findings()
        waiting = dict(suspects)
        for _ in range(LOOKS):
            if not waiting:
                break
            self.pause()
            waiting = self._looked_at_again(waiting, found)
        found.unsettled = sorted(waiting)
        return found

    def _looked_at_again(self, waiting: Mapping[str, int | None], found: Findings) -> dict[str, int | None]:
        moving: dict[str, int | None] = {}
        for friend_id in sorted(waiting):
            look = self._look(friend_id)
            if look.clean:
                continue
            if look.trace == waiting[friend_id]:
                _add(found, look)
            else:
                moving[friend_id] = look.trace
        return moving

    def _look(self, friend_id: str) -> "_Look":
        months = self.stats.get(friend_id).months
        meant = Accounts(self.friends)
        entries = self.ledger.of_friend(friend_id)
        homes = {account: meant.surviving(account) for account in {entry.account for entry in entries}}
        return _Look(friend_id, replay(entries), months, len(entries), _astray(friend_id, entries, homes))


@dataclass(frozen=True, slots=True)
class Repaired:
    """What a repair did, and what is wrong still."""

    refreshed: int
    moved: int
    left: Findings


@dataclass(frozen=True, slots=True)
class RepairLedger:
    """Bring lines home and refresh stats. Safe while the stream is running, and to run again."""

    audit: AuditLedger
    merge: MergeAccounts
    refresh: RefreshStats

    def __call__(self, found: Findings) -> Repaired:
        """Repair what was found, and look at it again."""
        moved = sum(self._settled(friend_id) for friend_id in sorted(found.homes))
        touched = {*found.differing, *found.unsettled, *found.homes, *set().union(*found.homes.values())}
        refreshed = sum(self._refreshed(friend_id) for friend_id in sorted(touched))
        return Repaired(refreshed, moved, self.audit.confirmed(dict.fromkeys(touched)))

    def _settled(self, friend_id: str) -> int:
        try:
            return self.merge.settle((friend_id,))
        except Refusal:
            return 0  # it keeps changing, and is left to be looked at again

    def _refreshed(self, friend_id: str) -> int:
        stored = self.audit.stats.get(friend_id).months
        entries = self.audit.ledger.of_friend(friend_id)
        months = replay(entries)
        if months == stored:
            return 0
        try:
            self.refresh(friend_id, {*months, *stored})
        except Conflict:
            return 0  # as above
        return 1


@dataclass(slots=True)
class _Look:
    """A Friend as it was read: its ledger added up, its stats, and its lines that lie astray."""

    friend_id: str
    ledger: Months = field(default_factory=dict)
    stats: Months = field(default_factory=dict)
    rows: int = 0
    astray: tuple[Astray, ...] = ()

    @property
    def clean(self) -> bool:
        return self.ledger == self.stats and not self.astray

    @property
    def trace(self) -> int:
        """A number instead of the months, so that a hundred thousand suspects fit into memory."""
        return hash((frozenset(self.ledger.items()), frozenset(self.stats.items()), self.astray))


def _looks(entries: Iterable[LedgerEntry], aliases: Mapping[str, str]) -> Iterator[_Look]:
    """Each Friend of a scan, its stats still to be read."""
    for friend_id, group in groupby(entries, key=attrgetter("friend_id")):
        own = list(group)
        astray: tuple[Astray, ...] = ()
        if friend_id in aliases or any(entry.owner for entry in own):
            homes = {entry.account: surviving(entry.account, aliases) for entry in own}
            astray = _astray(friend_id, own, homes)
        yield _Look(friend_id, replay(own), rows=len(own), astray=astray)


def _astray(friend_id: str, entries: Collection[LedgerEntry], homes: Mapping[str, str]) -> tuple[Astray, ...]:
    away = {account: home for account, home in homes.items() if home != friend_id}
    return tuple(
        Astray(friend_id, account, home, sum(entry.account == account for entry in entries))
        for account, home in sorted(away.items())
    )


def _add(found: Findings, look: _Look) -> None:
    differences = [
        Difference(look.friend_id, month, look.ledger.get(month, NOTHING), look.stats.get(month, NOTHING))
        for month in sorted({*look.ledger, *look.stats})
        if look.ledger.get(month, NOTHING) != look.stats.get(month, NOTHING)
    ]
    if differences:
        found.differing.append(look.friend_id)
        found.months += len(differences)
        found.differences.extend(differences[: SHOWN - len(found.differences)])
    if look.astray:
        found.homes[look.friend_id] = {one.home for one in look.astray}
        found.lines += sum(one.lines for one in look.astray)
        found.astray.extend(look.astray[: SHOWN - len(found.astray)])
