"""The audit: exactly what differs is told, nothing that is only on its way, and a repair mends it."""

from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from best_friends.application.audit_ledger import LOOKS, SHOWN, Astray, Difference
from best_friends.application.errors import Conflict
from best_friends.domain.ledger import LedgerEntry
from best_friends.domain.stats import NOTHING, Totals, replay
from tests.unit.fakes import friend_of
from tests.unit.fakes_audit import AuditedWorld, job, rating

FRIENDS = [f"F{number}" for number in range(5)]
MONTHS = ["2024-12", "2025-01", "2025-12"]
LINES = st.lists(
    st.builds(
        lambda make, friend_id, number, figure, month: make(friend_id, number, figure, month),
        st.sampled_from([rating, job]),
        st.sampled_from(FRIENDS),
        st.integers(0, 4),
        st.integers(1, 5),
        st.sampled_from(MONTHS),
    ),
    max_size=30,
    unique_by=lambda one: (one.friend_id, one.entry),
)
TAMPERED = st.dictionaries(
    st.tuples(st.sampled_from([*FRIENDS, "gone"]), st.sampled_from(MONTHS)),
    st.builds(Totals, st.integers(0, 2), st.integers(0, 9), st.integers(0, 2), st.integers(0, 300)),
    max_size=6,
)


def world_of(*lines: LedgerEntry) -> AuditedWorld:
    world = AuditedWorld()
    world.put(*lines)
    return world


def tamper(world: AuditedWorld, tampered: dict[tuple[str, str], Totals]) -> set[Difference]:
    """Write other stats, and say what that must be found as."""
    expected = set()
    for (friend_id, month), totals in tampered.items():
        world.tamper(friend_id, **{f"m{month.replace('-', '_')}": totals})
        true = replay(world.ledger.entries(friend_id)).get(month, NOTHING)
        if true != totals:
            expected.add(Difference(friend_id, month, true, totals))
    return expected


@given(LINES, TAMPERED)
def test_exactly_the_months_that_were_tampered_with_are_told(
    lines: list[LedgerEntry], tampered: dict[tuple[str, str], Totals]
) -> None:
    world = world_of(*lines)
    expected = tamper(world, tampered)
    audited = world.audit()()
    assert set(audited.found.differences) == expected
    assert audited.found.months == len(expected)
    assert audited.found.differing == sorted({one.friend_id for one in expected})
    assert audited.found.clean is not bool(expected)
    assert (audited.rows, audited.friends) == (len(lines), len({one.friend_id for one in lines}))


@given(LINES, TAMPERED)
def test_a_repair_brings_equality_and_says_so(
    lines: list[LedgerEntry], tampered: dict[tuple[str, str], Totals]
) -> None:
    world = world_of(*lines)
    expected = tamper(world, tampered)
    repaired = world.repair()(world.audit()().found)
    assert repaired.left.clean
    assert repaired.refreshed == len({one.friend_id for one in expected})
    for friend_id in [*FRIENDS, "gone"]:
        assert world.stats.months(friend_id) == replay(world.ledger.entries(friend_id))
    assert world.audit()().found.clean


def test_an_audit_writes_nothing() -> None:
    world = world_of(rating("F1", 1), job("F2", 1))
    world.tamper("F1", m2025_03=Totals(9, 9))
    world.merge("F2", "F1")
    before = world.content()
    assert not world.audit()().found.clean
    assert world.content() == before


@given(
    LINES,
    st.lists(st.tuples(st.sampled_from(["line", "refresh", "merge", "settle"]), st.data()), max_size=12),
    st.lists(st.integers(0, 6), min_size=12, max_size=12),
)
def test_a_stream_at_work_at_any_point_gives_no_false_difference(
    lines: list[LedgerEntry], script: list[tuple[str, Any]], gaps: list[int]
) -> None:
    world = world_of(*lines, job("F0", 99))
    for friend_id in FRIENDS:
        world.friends.rows.setdefault(friend_id, friend_of(friend_id))
    dirty: list[tuple[str, str]] = []
    left = list(zip(gaps, script, strict=False))
    waited, acting = 0, False

    def work_off() -> None:
        """What the stream and a merge that is under way have done by the end of a pause."""
        world.merging().settle([one for one, friend in world.friends.rows.items() if friend.merged_into])
        while dirty:
            friend_id, month = dirty.pop(0)
            world.refresh(friend_id, {month})
        for friend_id in list(world.friends.rows):
            world.refresh(friend_id, {*MONTHS, "2025-03"})

    def happen(kind: str, data: Any) -> None:
        if kind == "line":
            own = data.draw(st.sampled_from(sorted(world.ledger.rows)))
            known = data.draw(st.sampled_from(world.ledger.entries(own)))
            if data.draw(st.booleans()) and len(world.ledger.rows) > 1:
                world.ledger.write(put=[], delete=[known])
                dirty.append((own, known.month))
            else:
                one = job(own, data.draw(st.integers(100, 120)), 7, data.draw(st.sampled_from(MONTHS)))
                world.ledger.write(put=[one], delete=[])
                dirty.append((own, one.month))
        elif kind == "refresh" and dirty:
            friend_id, month = dirty.pop(0)
            world.refresh(friend_id, {month})
        elif kind == "merge" and not any(one.merged_into for one in world.friends.rows.values()):
            world.merge("F1", "F2")
        elif kind == "settle":
            world.merging().settle(["F1"])

    def turn(_: str) -> None:
        nonlocal waited, acting
        if acting or not left:
            return
        acting = True
        waited += 1
        while left and waited > left[0][0]:
            waited = 0
            _, (kind, data) = left.pop(0)
            happen(kind, data)
        acting = False

    def pause() -> None:
        nonlocal acting
        acting = True
        work_off()
        acting = False

    world.in_a_pause = pause
    world.line.turn = turn
    found = world.audit()().found
    assert (found.differences, found.astray, found.unsettled) == ([], [], [])


def test_what_differs_when_it_is_scanned_and_is_mended_in_the_pause_is_not_told() -> None:
    world = world_of(rating("F1", 1))
    world.ledger.write(put=[rating("F1", 2)], delete=[])
    world.in_a_pause = lambda: world.refresh("F1", {"2025-03"})
    assert world.audit()().found.clean
    assert world.pauses == 1


def test_what_changes_between_the_two_reads_of_a_second_look_is_not_told() -> None:
    world = world_of(rating("F1", 1))
    world.ledger.write(put=[rating("F1", 2)], delete=[])
    late = [rating("F1", 3)]

    def a_rating_arrives(name: str) -> None:
        if name.endswith(".of_friend") and late:
            world.ledger.write(put=[late.pop()], delete=[])

    def stream() -> None:
        world.line.turn = lambda _: None
        world.refresh("F1", {"2025-03"})
        world.line.turn = a_rating_arrives

    world.in_a_pause = stream
    assert world.audit()().found.clean
    assert (world.pauses, late) == (2, [])


def test_a_friend_that_never_stands_still_is_said_to_be_unsettled_and_not_to_differ() -> None:
    world = world_of(rating("F1", 1))
    world.tamper("F1", m2025_03=NOTHING)
    numbers = iter(range(10, 1000))
    world.in_a_pause = lambda: world.ledger.write(put=[rating("F1", next(numbers))], delete=[])
    found = world.audit()().found
    assert (found.differing, found.unsettled, found.clean) == ([], ["F1"], False)
    assert world.pauses == LOOKS
    world.in_a_pause = lambda: None
    assert world.repair()(found).left.clean


def test_stats_that_lost_their_ledger_are_found_and_emptied() -> None:
    world = world_of(rating("F1", 1))
    world.tamper("gone", m2025_01=Totals(1, 5))
    assert (found := world.audit()().found).differences == [
        Difference("gone", "2025-01", NOTHING, Totals(1, 5))
    ]
    assert world.repair()(found).left.clean
    assert world.stats.months("gone") == {}


def test_the_first_fifty_months_are_told_and_the_others_counted() -> None:
    world = world_of(*(rating(f"F{one:03d}", 1) for one in range(SHOWN + 12)))
    for one in range(SHOWN + 12):
        world.tamper(f"F{one:03d}", m2025_03=NOTHING)
    found = world.audit()().found
    assert (len(found.differences), found.months, len(found.differing)) == (SHOWN, SHOWN + 12, SHOWN + 12)
    assert found.differences[0].friend_id == "F000"
    repaired = world.repair()(found)
    assert (repaired.refreshed, repaired.left.clean) == (SHOWN + 12, True)


def test_progress_tells_every_line_once() -> None:
    told: Counter[str] = Counter()
    world = world_of(*(job(f"F{one}", one) for one in range(230)))
    world.audit()(lambda rows: told.update(rows=rows))
    assert told["rows"] == 230


def test_lines_of_an_alias_that_stayed_behind_are_told_and_brought_home() -> None:
    world = world_of(rating("old", 1), rating("old", 2), job("new", 3))
    world.merge("old", "new")
    found = world.audit()().found
    assert found.astray == [Astray("old", "old", "new", 2)]
    assert (found.lines, found.differences, found.clean) == (2, [], False)
    repaired = world.repair()(found)
    assert (repaired.moved, repaired.left.clean) == (2, True)
    assert [one.owner for one in world.ledger.entries("new")] == ["", "old", "old"]
    assert world.ledger.entries("old") == []
    assert world.stats.months("new") == {"2025-03": Totals(2, 10, 1, 100)}
    assert world.stats.months("old") == {}


def test_lines_of_an_account_that_is_its_own_again_are_told_and_brought_home() -> None:
    world = world_of(job("new", 3), rating("new", 1, owner="old"))
    world.friends.rows["old"] = friend_of("old")
    assert (found := world.audit()().found).astray == [Astray("new", "old", "old", 1)]
    assert world.repair()(found).left.clean
    assert world.ledger.entries("old") == [rating("old", 1)]


def test_lines_go_home_through_two_merges() -> None:
    world = world_of(rating("a", 1), rating("b", 2, owner="z"), rating("c", 3))
    world.friends.rows["z"] = friend_of("z")
    world.merge("z", "b")
    world.merge("a", "b")
    world.merge("b", "c")
    assert (found := world.audit()().found).astray == [Astray("a", "a", "c", 1), Astray("b", "z", "c", 1)]
    assert world.repair()(found).left.clean
    assert sorted(one.account for one in world.ledger.entries("c")) == ["a", "c", "z"]


def test_a_merge_that_is_complete_leaves_nothing_astray() -> None:
    world = world_of(rating("old", 1), job("new", 3))
    world.merge("old", "new")
    world.merging().settle(["old"])
    for one in ("old", "new"):
        world.refresh(one, {"2025-03"})
    assert world.audit()().found.clean


def test_what_a_repair_cannot_mend_is_left_and_told(monkeypatch: pytest.MonkeyPatch) -> None:
    world = world_of(rating("F1", 1), rating("F2", 1))
    for one in ("F1", "F2"):
        world.tamper(one, m2025_03=Totals(7, 7))
    found = world.audit()().found
    put = world.stats.put

    def taken(friend_id: str, months: dict[str, Totals], *, read_at: int) -> None:
        if friend_id == "F1":
            raise Conflict
        put(friend_id, months, read_at=read_at)

    monkeypatch.setattr(world.stats, "put", taken)
    repaired = world.repair()(found)
    assert repaired.refreshed == 1
    assert repaired.left.differences == [Difference("F1", "2025-03", Totals(1, 5), Totals(7, 7))]


def test_a_repair_while_the_ledger_changes_leaves_the_newest_sums() -> None:
    world = world_of(rating("F1", 1))
    world.tamper("F1", m2025_03=Totals(7, 7))
    found = world.audit()().found
    late = [rating("F1", 2)]

    def a_rating_arrives(name: str) -> None:
        if name == "FakeStats.put" and late:
            world.ledger.write(put=[late.pop()], delete=[])
            world.refresh("F1", {"2025-03"})

    world.line.turn = a_rating_arrives
    assert world.repair()(found).left.clean
    assert world.stats.months("F1") == {"2025-03": Totals(2, 10)}
