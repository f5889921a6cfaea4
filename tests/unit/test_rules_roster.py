"""The roster: bytes that follow from the rows alone, and are refused when they are not whole."""

import json
import random
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from best_friends.domain.dispatch import candidates
from best_friends.domain.roster import COLUMNS, MAGIC, MalformedRoster, Roster, pack, unpack
from best_friends.domain.roster_rows import Row, hash_of_id
from tests.support.rosters import area, friend_ids, job, roster_of

SKILLS = st.frozensets(st.sampled_from(["computer", "tv", "network"]))
AREAS = st.builds(
    area,
    st.sampled_from(["F1", "F2", "F33"]),
    latitude=st.sampled_from([46.94, 46.95, 46.96]),
    radius_km=st.sampled_from([5.0, 150.0]),
    skills=SKILLS,
    quality=st.sampled_from([0.5, 0.75]),
    best_friend=st.booleans(),
    newcomer=st.booleans(),
)


@given(st.lists(AREAS, max_size=12), st.randoms(use_true_random=False))
@example([area("F1", radius_km=5.0), area("F1", radius_km=6.0)], random.Random(3))
@example([area("F1", latitude=46.91), area("F1", latitude=46.92)], random.Random(3))
def test_the_same_rows_in_any_order_are_the_same_bytes(rows: list[Row], shuffling: random.Random) -> None:
    shuffled = list(rows)
    shuffling.shuffle(shuffled)

    assert pack(shuffled) == pack(rows) == pack(reversed(rows))


def test_rows_may_come_one_by_one_and_in_any_number_of_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [
        area(f"F{number:0{number + 1}}", skills=frozenset({f"skill {number % 3}", "tv"}))
        for number in range(11)
    ]
    at_once = pack(rows)

    def generated() -> Iterator[Row]:
        yield from rows

    for size in (1, 3, 10, 11):
        monkeypatch.setattr("best_friends.domain.roster.BATCH", size)
        assert pack(generated()) == at_once


def in_order_of(rows: list[Row], roster: Roster) -> list[int]:
    """The rows of the roster that were made of these."""
    at = {name: row for row, name in enumerate(friend_ids(roster, range(len(roster))))}
    return [at[row.friend_id] for row in rows]


def skills_of(roster: Roster, row: int) -> set[str]:
    """What a row's Friend can do."""
    return {roster.skills[number] for number in roster.skill_sets[roster.columns["skill_set"][row]]}


def test_what_was_packed_is_what_is_read() -> None:
    rows = [
        area("F1", quality=0.75, best_friend=True, several=True),
        area("Friend-22", latitude=-46.9480001, longitude=-0.5, radius_km=12.345, newcomer=True),
        area("Zoé", skills=frozenset({"tv", "computer"}), radius_km=2000.0),
        area("F-nothing", skills=frozenset()),
    ]

    roster = roster_of(rows)
    order = in_order_of(rows, roster)

    assert (len(roster), roster.skills) == (4, ("computer", "tv"))
    assert roster.columns["latitude"][order].tolist() == [469_480_000, -469_480_001, 469_480_000, 469_480_000]
    assert roster.columns["longitude"][order].tolist() == [74_474_000, -5_000_000, 74_474_000, 74_474_000]
    assert roster.columns["radius"][order].tolist() == [20_000, 12_345, 2_000_000, 20_000]
    assert [skills_of(roster, row) for row in order] == [row.skills for row in rows]
    assert roster.quality[order].tolist() == [0.75, *[np.float32(0.8)] * 3]
    assert roster.best_friend[order].tolist() == [True, False, False, False]
    assert roster.newcomer[order].tolist() == [False, True, False, False]
    assert roster.several[order].tolist() == [True, False, False, False]
    assert roster.id_hash[order].tolist() == [hash_of_id(row.friend_id) for row in rows]


def test_a_radius_around_the_globe_and_more_is_a_radius() -> None:
    roster = roster_of([area("F1", radius_km=1e12), area("F2", radius_km=float("inf"))])

    assert len(candidates(roster, job(latitude=-46.9, longitude=-172.6))[0]) == 2


def test_a_row_takes_29_bytes_and_its_id() -> None:
    few, many = (pack(area(f"F{number:07}") for number in range(count)) for count in (100, 900))

    assert (len(many) - len(few)) / 800 == pytest.approx(29 + 8, abs=0.1)


@pytest.mark.parametrize("count", range(12))
def test_columns_begin_where_a_processor_likes_them(count: int) -> None:
    rows = [area(f"F{number}", skills=frozenset({"x" * count})) for number in range(8)]

    assert all(column.flags.aligned for column in roster_of(rows).columns.values())


def test_the_columns_are_in_the_order_that_the_format_says() -> None:
    assert [name for name, _ in COLUMNS] == [
        "id_hash",
        "latitude",
        "longitude",
        "radius",
        "skill_set",
        "quality",
        "flags",
    ]
    assert sum(np.dtype(kind).itemsize for _, kind in COLUMNS) == 29


def test_sets_of_skills_are_stored_once_and_in_order() -> None:
    sets = [{"tv"}, {"tv", "computer"}, {"computer"}, {"tv"}, {"computer", "tv"}]
    roster = roster_of(area(f"F{number}", skills=frozenset(one)) for number, one in enumerate(sets))

    assert roster.skill_sets == ((0,), (0, 1), (1,))
    assert [skills_of(roster, row) for row in range(5)] == sets


def test_the_hundredth_skill_is_found_like_the_first() -> None:
    rows = [area(f"F{number:02}", skills=frozenset({f"skill {number:02}", "tv"})) for number in range(100)]
    roster = roster_of(rows)

    for number in (0, 31, 32, 63, 64, 99):
        found, _ = candidates(roster, job(skill=f"skill {number:02}"))
        assert friend_ids(roster, found) == [f"F{number:02}"]
    assert len(candidates(roster, job(skill="tv"))[0]) == 100


def test_who_has_a_skill_is_told_by_the_set() -> None:
    roster = roster_of([area("F1", skills=frozenset({"tv", "computer"})), area("F2")])

    having = {skill: roster.having(skill) for skill in ("computer", "tv", "plumbing")}

    assert having["computer"] is not None and having["computer"].tolist() == [True, True]
    assert having["tv"] is not None and having["tv"].tolist() == [False, True]
    assert having["plumbing"] is None


def test_an_empty_roster_is_a_roster() -> None:
    roster = roster_of([])

    assert (len(roster), roster.skills, roster.skill_sets) == (0, (), ())
    assert roster.rows_of("F1").tolist() == []
    assert roster.index.rows_near("computer", 46.9, 7.4).tolist() == []


SOUND = pack([area("F1"), area("F2", radius_km=500.0, skills=frozenset({"tv"}))])
HEADER = json.loads(SOUND.splitlines()[1])
BODY = SOUND[SOUND.index(b"\n", len(MAGIC)) + 1 :]


def test_a_roster_that_is_cut_off_anywhere_is_refused() -> None:
    for length in range(len(SOUND)):
        with pytest.raises(MalformedRoster):
            unpack(SOUND[:length])


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n",
        SOUND.replace(b"roster 1", b"roster 2"),
        b" " + SOUND,
        SOUND + b" ",
        MAGIC,
        MAGIC + b"\n" + BODY,
        MAGIC + b"\xff\n" + BODY,
        MAGIC + b"[]\n" + BODY,
        MAGIC + b"[" * 200_000 + b"\n" + BODY,
    ],
    ids=[
        "nothing",
        "an empty line",
        "another version",
        "something before",
        "something after",
        "only the first line",
        "an empty header",
        "a header that is not text",
        "a header that is a list",
        "a header without a bottom",
    ],
)
def test_what_is_no_roster_is_refused(content: bytes) -> None:
    with pytest.raises(MalformedRoster):
        unpack(content)


@pytest.mark.parametrize(
    "change",
    [
        {"rows": 3},
        {"rows": -1},
        {"rows": 1e999},
        {"rows": "2"},
        {"rows": None},
        {"id_bytes": 3},
        {"id_bytes": 0},
        {"id_bytes": -29},
        {"local_rows": 3},
        {"local_rows": -1},
        {"skills": "computer"},
        {"skills": None},
        {"skills": [1, 2]},
        {"skills": ["computer"]},
        {"skill_sets": None},
        {"skill_sets": [[0]]},
        {"skill_sets": [0, 1]},
        {"skill_sets": [[0], [2]]},
        {"skill_sets": [[0], [-1]]},
        {"skill_sets": [[0], ["1"]]},
        {"skill_sets": [[0], [True]]},
    ],
    ids=str,
)
def test_a_header_that_says_something_else_is_refused(change: dict[str, Any]) -> None:
    header = json.dumps(HEADER | change).encode()

    with pytest.raises(MalformedRoster):
        unpack(MAGIC + header + b"\n" + BODY)


@pytest.mark.parametrize("change", [{"rows": 0, "local_rows": 0, "id_bytes": 0}, {"id_bytes": -29}], ids=str)
def test_a_header_that_leaves_no_room_for_ids_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(MalformedRoster):
        unpack(MAGIC + json.dumps(HEADER | change).encode() + b"\n")


@pytest.mark.parametrize("key", sorted(HEADER))
def test_a_header_that_leaves_something_out_is_refused(key: str) -> None:
    header = json.dumps({name: value for name, value in HEADER.items() if name != key}).encode()

    with pytest.raises(MalformedRoster):
        unpack(MAGIC + header + b"\n" + BODY)


@given(st.binary(max_size=200))
def test_garbage_after_the_first_line_is_refused(garbage: bytes) -> None:
    with pytest.raises(MalformedRoster):
        unpack(MAGIC + garbage)
