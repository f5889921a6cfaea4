"""Refreshing stats: whatever is delivered, twice, late or in between, they end as the replay."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, multiple, rule

from best_friends.application.errors import Conflict
from best_friends.application.ports import Ledger, Stats
from best_friends.application.refresh_stats import ATTEMPTS, RefreshStats
from best_friends.domain.ledger import LedgerEntry
from best_friends.domain.stats import Totals, refreshed, replay, totals_of
from tests.unit.fakes import FakeLedger, FakeStats
from tests.unit.line import Actor, Line, every_order

MONTHS = ("2024-12", "2025-01")
"""Few, and one Friend: what is told apart by its key cannot get into each other's way."""
Refresh = Callable[[str, Collection[str]], None]


def job(month: str, cents: int, job_id: str = "J1") -> LedgerEntry:
    return LedgerEntry("F1", f"{month}#JOB#{job_id}", f"{month}-15T12:00:00Z", cents=cents)


@dataclass
class Tables:
    """A ledger and its stats."""

    ledger: FakeLedger
    stats: FakeStats

    @classmethod
    def new(cls) -> "Tables":
        line = Line()
        return cls(FakeLedger(line), FakeStats(line))

    def put(self, *entries: LedgerEntry) -> None:
        self.ledger.write(put=entries, delete=[])

    def delete(self, *entries: LedgerEntry) -> None:
        self.ledger.write(put=[], delete=entries)

    def equal(self, friend_id: str) -> bool:
        return self.stats.months(friend_id) == replay(self.ledger.entries(friend_id))


# ---------------------------------------------------------------- two wrong copies, to compare with


@dataclass
class LedgerFirst:
    """The wrong order: the ledger first, the version second."""

    ledger: Ledger
    stats: Stats

    def __call__(self, friend_id: str, months: Collection[str]) -> None:
        for _ in range(ATTEMPTS):
            entries = self.ledger.of_months(friend_id, months)
            fresh = {month: totals_of(one for one in entries if one.month == month) for month in months}
            stored = self.stats.get(friend_id)
            try:
                self.stats.put(friend_id, refreshed(stored.months, fresh), read_at=stored.version)
                return
            except Conflict:
                continue


@dataclass
class NothingToDo:
    """The right order, but no write when nothing seems to differ."""

    ledger: Ledger
    stats: Stats

    def __call__(self, friend_id: str, months: Collection[str]) -> None:
        for _ in range(ATTEMPTS):
            stored = self.stats.get(friend_id)
            entries = self.ledger.of_months(friend_id, months)
            fresh = {month: totals_of(one for one in entries if one.month == month) for month in months}
            now = refreshed(stored.months, fresh)
            if now == stored.months:
                return
            try:
                self.stats.put(friend_id, now, read_at=stored.version)
                return
            except Conflict:
                continue


def orders_that_end_wrong(refresh: Callable[[Ledger, Stats], Refresh]) -> tuple[int, int]:
    """How many orders of two changes with their refreshes end wrong, and how many there are.

    One change replaces a job's revenue and the other takes that back, each before its own refresh.
    """

    def begin() -> tuple[Tables, list[Actor]]:
        tables = Tables.new()
        tables.put(job("2025-01", 100))
        RefreshStats(tables.ledger, tables.stats)("F1", ["2025-01"])

        def change(cents: int) -> Callable[[], None]:
            def change_and_refresh() -> None:
                tables.put(job("2025-01", cents))
                refresh(tables.ledger, tables.stats)("F1", ["2025-01"])

            return change_and_refresh

        return tables, [Actor(change(cents)) for cents in (70, 100)]

    ends = [tables.equal("F1") for tables, _ in every_order(begin)]
    return ends.count(False), len(ends)


def test_two_refreshers_end_in_the_replay_in_every_order() -> None:
    wrong, orders = orders_that_end_wrong(RefreshStats)
    assert wrong == 0
    assert orders == 70, "two times four calls follow one another in so many orders"


def test_reading_the_ledger_before_the_version_would_end_wrong() -> None:
    wrong, _ = orders_that_end_wrong(LedgerFirst)
    assert wrong > 0


def test_not_writing_when_nothing_differs_would_end_wrong() -> None:
    wrong, _ = orders_that_end_wrong(NothingToDo)
    assert wrong > 0


def test_a_writer_that_read_the_ledger_too_early_loses_and_reads_again() -> None:
    tables = Tables.new()
    tables.put(job("2025-01", 100))
    slow = Actor(lambda: RefreshStats(tables.ledger, tables.stats)("F1", ["2025-01"]))
    slow.step()
    slow.step()  # it has read the version and the ledger, and stands before its write
    tables.put(job("2025-01", 70))
    RefreshStats(tables.ledger, tables.stats)("F1", ["2025-01"])
    slow.finish()
    assert slow.error is None
    assert tables.stats.months("F1") == {"2025-01": Totals(jobs=1, cents=70)}


# ---------------------------------------------------------------- by hand


def test_a_delivery_applied_twice_changes_nothing_but_the_version() -> None:
    tables = Tables.new()
    refresh = RefreshStats(tables.ledger, tables.stats)
    tables.put(job("2025-01", 100))
    refresh("F1", ["2025-01"])
    once = tables.stats.rows["F1"]
    refresh("F1", ["2025-01"])
    assert tables.stats.rows["F1"].months == once.months
    assert tables.stats.rows["F1"].version == once.version + 1


def test_an_entry_that_moved_to_another_month_leaves_the_old_one() -> None:
    tables = Tables.new()
    refresh = RefreshStats(tables.ledger, tables.stats)
    tables.put(job("2024-12", 100))
    refresh("F1", ["2024-12"])
    tables.ledger.write(put=[job("2025-01", 100)], delete=[job("2024-12", 100)])
    refresh("F1", {"2024-12", "2025-01"})
    assert tables.stats.months("F1") == {"2025-01": Totals(jobs=1, cents=100)}


def test_months_that_were_not_delivered_stay_as_they_are() -> None:
    tables = Tables.new()
    refresh = RefreshStats(tables.ledger, tables.stats)
    tables.put(job("2024-12", 100), job("2025-01", 5, "J2"))
    refresh("F1", ["2024-12"])
    assert tables.stats.months("F1") == {"2024-12": Totals(jobs=1, cents=100)}


def test_a_friend_whom_others_keep_writing_is_left_to_the_next_delivery() -> None:
    tables = Tables.new()
    tables.put(job("2025-01", 100))

    def others_write(name: str) -> None:
        if name == "FakeLedger.of_months":
            version = tables.stats.rows["F1"].version if "F1" in tables.stats.rows else 0
            tables.stats.rows["F1"] = type(tables.stats.get("F1"))(version + 1, {})

    tables.ledger.line.done = others_write
    with pytest.raises(Conflict):
        RefreshStats(tables.ledger, tables.stats)("F1", ["2025-01"])
    assert tables.ledger.line.calls.count("FakeStats.put") == ATTEMPTS


# ---------------------------------------------------------------- a year of deliveries


class Deliveries(RuleBasedStateMachine):
    """Writes, corrections and deletions, and refreshers that may stand still at any of their calls.

    Every change leaves a record for the months it touched; a record may be delivered late, twice,
    together with others, and to several refreshers at once. When all have been delivered, the stats
    are the replay.
    """

    undelivered = Bundle("undelivered")
    refreshers = Bundle("refreshers")

    def __init__(self) -> None:
        super().__init__()
        self.tables = Tables.new()
        self.open: set[str] = set()
        """Months of changes for which no refresher has begun since."""
        self.running: list[tuple[Actor, set[str]]] = []

    @rule(
        target=undelivered,
        month=st.sampled_from(MONTHS),
        number=st.integers(1, 2),
        cents=st.integers(0, 3),
        delivered=st.booleans(),
    )
    def write(self, month: str, number: int, cents: int, delivered: bool) -> str:
        """Write a job, or correct it; the record may be delivered at once, and later once more."""
        self.tables.put(job(month, cents, f"J{number}"))
        self._changed(month)
        if delivered:
            self.deliver_now(month)
        return month

    @rule(
        target=undelivered,
        month=st.sampled_from(MONTHS),
        number=st.integers(1, 2),
    )
    def delete(self, month: str, number: int) -> str:
        """Delete a job, if it is there."""
        self.tables.delete(job(month, 0, f"J{number}"))
        return self._changed(month)

    @rule(
        target=undelivered,
        old=st.sampled_from(MONTHS),
        new=st.sampled_from(MONTHS),
        number=st.integers(1, 2),
    )
    def move(self, old: str, new: str, number: int) -> object:
        """Date a job anew: two records, which need not stay together."""
        if old != new:
            self.tables.put(job(new, 2, f"J{number}"))
            self.tables.delete(job(old, 2, f"J{number}"))
        return multiple(self._changed(old), self._changed(new))

    @rule(target=undelivered, month=undelivered)
    def duplicate(self, month: str) -> str:
        """Deliver a record once more, some time."""
        return month

    @rule(target=refreshers, month=consumes(undelivered), others=st.sets(st.sampled_from(MONTHS), max_size=1))
    def deliver(self, month: str, others: set[str]) -> Actor:
        """Start a refresher; it may take as long as it likes."""
        refresh = RefreshStats(self.tables.ledger, self.tables.stats)
        months = {month} | others
        actor = Actor(lambda: refresh("F1", months))
        self.running.append((actor, months))
        self.open -= months
        return actor

    def deliver_now(self, month: str) -> None:
        """A refresher that nothing holds up."""
        RefreshStats(self.tables.ledger, self.tables.stats)("F1", [month])
        self.open -= {month}

    @rule(actor=refreshers)
    def go_on(self, actor: Actor) -> None:
        """Let a refresher make a call."""
        if not actor.finished:
            actor.step()

    @rule(actor=consumes(refreshers))
    def finish(self, actor: Actor) -> None:
        """Let a refresher come to its end."""
        actor.finish()

    @invariant()
    def no_month_is_stored_that_is_empty(self) -> None:
        assert all(self.tables.stats.months("F1").values())

    def teardown(self) -> None:
        # What was not delivered yet comes first, so that it cannot mend what the slow ones spoil.
        self._deliver_what_is_left()
        for actor, months in self.running:
            actor.finish()
            if actor.error is not None:  # the delivery failed and is to be tried again
                assert isinstance(actor.error, Conflict)
                self.open |= months
        self._deliver_what_is_left()
        assert self.tables.equal("F1")

    def _deliver_what_is_left(self) -> None:
        if self.open:
            RefreshStats(self.tables.ledger, self.tables.stats)("F1", self.open)
        self.open = set()

    def _changed(self, month: str) -> str:
        self.open.add(month)
        return month


TestDeliveries = Deliveries.TestCase
TestDeliveries.settings = settings(deadline=None, max_examples=120, stateful_step_count=30)
