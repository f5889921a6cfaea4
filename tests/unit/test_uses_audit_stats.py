"""Holding the stats against the ledger, and mending what differs."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from best_friends.application.audit_stats import (
    Audit,
    AuditStats,
    ConcludeAudit,
    RepairStats,
    rows_of,
    sums_of,
)
from best_friends.application.open_year import OpenYear, Start
from best_friends.application.ports import Segment, StoredStats
from best_friends.application.refresh_stats import RefreshStats
from best_friends.application.run import Runs
from best_friends.domain.ledger import LedgerEntry
from best_friends.domain.programme import Run
from best_friends.domain.stats import Totals, replay
from tests.unit.fakes import World

FRIENDS = [f"F{number}" for number in range(6)]
MONTHS = ["2023-05", "2024-12", "2025-01", "2025-12", "2026-01"]
ENTRIES = st.lists(
    st.builds(
        lambda friend_id, month, number, stars: LedgerEntry(
            friend_id, f"{month}#RATING#{number}", f"{month}-15T12:00:00Z", stars=stars
        ),
        st.sampled_from(FRIENDS),
        st.sampled_from(MONTHS),
        st.integers(0, 5),
        st.integers(1, 5),
    ),
    max_size=40,
    unique_by=lambda one: (one.friend_id, one.entry),
)
STORED = st.dictionaries(
    st.sampled_from([*FRIENDS, "gone"]),
    st.dictionaries(
        st.sampled_from(MONTHS), st.builds(Totals, st.integers(1, 3), st.integers(1, 9)), max_size=3
    ),
    max_size=7,
)
SUMS = st.dictionaries(
    st.integers(2000, 2030).map(str), st.builds(Totals, *[st.integers(0, 10**9)] * 4), max_size=4
)


def world_of(entries: list[LedgerEntry]) -> World:
    world = World()
    world.ledger.write(put=entries, delete=[])
    return world


def refresh_all(world: World) -> None:
    refresh = RefreshStats(world.ledger, world.stats)
    for friend_id in world.ledger.rows:
        refresh(friend_id, {entry.month for entry in world.ledger.entries(friend_id)})


def audit(world: World, segments: int, year: int = 2025) -> Audit:
    parts = [AuditStats(world.ledger, world.stats)(year, Segment(one, segments)) for one in range(segments)]
    return ConcludeAudit(world.programme)(Run(year, "what-if"), parts, attempt=1)


@given(ENTRIES, st.integers(1, 4))
def test_refreshed_stats_add_up_to_the_ledger_over_all_segments(
    entries: list[LedgerEntry], segments: int
) -> None:
    world = world_of(entries)
    refresh_all(world)
    whole = audit(world, segments)
    assert whole.equal
    assert whole == audit(world, 1)
    counted = [entry for entry in entries if entry.month < "2026"]
    assert sum(whole.ledger.values(), Totals()) == Totals(
        ratings=len(counted), stars=sum(entry.stars for entry in counted)
    )


@given(ENTRIES)
def test_what_is_dated_after_the_year_is_not_audited(entries: list[LedgerEntry]) -> None:
    world = world_of(entries)
    assert all(int(year) <= 2024 for year in audit(world, 2, year=2024).ledger)


def test_one_star_too_many_is_found() -> None:
    world = world_of([LedgerEntry("F1", "2025-01#RATING#1", "", stars=4)])
    world.stats.rows["F1"] = StoredStats(1, {"2025-01": Totals(ratings=1, stars=5)})
    assert not audit(world, 2).equal


def test_a_rating_in_the_wrong_year_is_found_though_the_sum_agrees() -> None:
    world = world_of([LedgerEntry("F1", "2025-01#RATING#1", "", stars=4)])
    world.stats.rows["F1"] = StoredStats(1, {"2024-12": Totals(ratings=1, stars=4)})
    assert not audit(world, 1).equal


@given(ENTRIES, STORED, st.integers(1, 3))
def test_a_repair_makes_the_stats_the_replay_and_counts_whom_it_mended(
    entries: list[LedgerEntry], stored: dict[str, dict[str, Totals]], segments: int
) -> None:
    world = world_of(entries)
    for friend_id, months in stored.items():
        world.stats.rows[friend_id] = StoredStats(3, dict(months))
    everybody = {*world.ledger.rows, *stored}
    differing = {one for one in everybody if world.stats.months(one) != replay(world.ledger.entries(one))}
    repair = RepairStats(world.ledger, world.stats, RefreshStats(world.ledger, world.stats))
    assert sum(repair(Segment(number, segments)) for number in range(segments)) == len(differing)
    for friend_id in everybody:
        assert world.stats.months(friend_id) == replay(world.ledger.entries(friend_id))
    assert audit(world, segments).equal
    assert sum(repair(Segment(number, segments)) for number in range(segments)) == 0


def test_stats_that_outlived_their_ledger_are_emptied() -> None:
    world = World()
    world.stats.rows["gone"] = StoredStats(7, {"2025-01": Totals(1, 5, 0, 0)})
    assert RepairStats(world.ledger, world.stats, RefreshStats(world.ledger, world.stats))(Segment(0, 1)) == 1
    assert world.stats.rows["gone"] == StoredStats(8, {})


@pytest.mark.parametrize("what_if", ["", "thirty"])
def test_an_audit_is_kept_with_the_year_unless_it_is_a_what_if(what_if: str) -> None:
    world = World()
    OpenYear(world.programme, Runs(world.programme, world.archive), world.clock)(Start("first"))
    part = Audit({"2025": Totals(1, 5, 2, 300)}, {"2025": Totals(1, 5, 2, 300)})
    ConcludeAudit(world.programme)(Run(2025, what_if), [part, part], attempt=2)
    record = world.programme.year(2025)
    assert record is not None
    kept: dict[str, Any] = {
        "ledger": {"2025": [2, 10, 4, 600]},
        "stats": {"2025": [2, 10, 4, 600]},
        "equal": True,
        "attempt": 2,
    }
    assert record.audit == ({} if what_if else kept)


@given(SUMS)
def test_sums_survive_their_rows(sums: dict[str, Totals]) -> None:
    assert sums_of(rows_of(sums)) == sums
    assert list(rows_of(sums)) == sorted(sums)
