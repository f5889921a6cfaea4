"""Who may be offered a job, and in which order (domain.md, "Dispatch of a job")."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import pytest

from best_friends.domain.dispatch import Place, candidates, draw
from best_friends.domain.policy import Dispatch
from best_friends.domain.roster import pack, unpack
from best_friends.domain.roster_rows import Row, hash_of_id
from tests.support.rosters import (
    KM,
    area,
    covers,
    crowd,
    friend_ids,
    job,
    km_between,
    mixed_crowd,
    on_the_edge,
    roster_of,
    u_by_hand,
    unmixed,
    weight,
)

POLICY = Dispatch()


@pytest.fixture(autouse=True, scope="module", params=[0, 10_000], ids=["in bands", "among few"])
def both_looks(request: pytest.FixtureRequest) -> Iterator[None]:
    """However few the rows are, they are looked for in both ways."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("best_friends.domain.roster_index.FEW", request.param)
        yield


def drawn_of(rows: Sequence[Row], place: Place | None = None, policy: Dispatch = POLICY) -> list[str]:
    """All candidates, in order."""
    return draw(roster_of(rows), place or job(), policy).friend_id


def test_factors_and_keys_explain_the_order() -> None:
    rows = mixed_crowd()
    by_id = {row.friend_id: row for row in rows}

    drawn = draw(roster_of(rows), job(), POLICY)

    assert (len(drawn), drawn.candidates) == (10, 10)
    assert np.all(np.diff(drawn.key) > 0)
    assert [drawn.rank(entry) for entry in range(10)] == list(range(1, 11))
    for place, name in enumerate(drawn.friend_id):
        row = by_id[name]
        assert drawn.distance_km[place] == pytest.approx(km_between(row, job()), abs=2e-5)
        assert drawn.quality[place] == pytest.approx(row.quality, abs=1e-7)
        assert drawn.priority[place] == (2.0 if row.best_friend else 1.0)
        assert drawn.proximity[place] == pytest.approx(math.exp(-drawn.distance_km[place] / 10), rel=1e-12)
        key = -math.log(u_by_hand("J1", name)) / weight(row, job())
        assert drawn.key[place] == pytest.approx(key, rel=1e-5)


def test_there_is_no_rank_beyond_the_draw() -> None:
    drawn = draw(roster_of(crowd(300, every=2)), job(), POLICY, 1)

    with pytest.raises(IndexError):
        drawn.rank(len(drawn))


def random_rows(rng: np.random.Generator, latitude: float, longitude: float) -> list[Row]:
    """Forty Friends around a place, anywhere on the globe, some with two areas."""
    rows: list[Row] = []
    narrowing = max(math.cos(math.radians(latitude)), 0.01)
    for number in range(40):
        several = bool(rng.random() < 0.25)
        abilities = [skill for skill in ("computer", "tv", "network") if rng.random() < 0.5] or ["tv"]
        north, east = rng.normal(0, 0.2, (2, 2))
        shared = {
            "skills": frozenset(abilities),
            "quality": float(rng.uniform(0.5, 1)),
            "best_friend": bool(rng.random() < 0.1),
            "newcomer": bool(rng.random() < 0.4),
            "several": several,
        }
        rows += [
            area(
                f"F{number}",
                latitude=float(np.clip(latitude + north[which], -90, 90)),
                longitude=float((longitude + east[which] / narrowing + 180) % 360 - 180),
                radius_km=float(rng.choice([rng.uniform(0, 40), rng.uniform(90, 300)], p=[0.95, 0.05])),
                **shared,
            )
            for which in range(1 + several)
        ]
    return rows


def nearest_covering(rows: Sequence[Row], place: Place) -> dict[str, float]:
    """By brute force: who has the skill and an area that covers the place, and how far the nearest one is."""
    found: dict[str, float] = {}
    for row in rows:
        if place.skill in row.skills and covers(row, place):
            found[row.friend_id] = min(km_between(row, place), found.get(row.friend_id, math.inf))
    return found


def test_over_1000_rosters_exactly_those_who_cover_the_job_and_have_the_skill_are_drawn() -> None:
    rng = np.random.default_rng(20260301)
    drawn_in_all = 0
    for number in range(1000):
        latitude = float(rng.choice([rng.uniform(45, 55), rng.uniform(-90, 90), 89.9, -89.9, 0]))
        longitude = float(rng.choice([rng.uniform(6, 15), rng.uniform(-180, 180), 179.95, -179.95]))
        place = job(f"J{number}", latitude=latitude, longitude=longitude)
        rows = [row for row in random_rows(rng, latitude, longitude) if not on_the_edge(row, place)]
        roster = roster_of(rows)

        drawn = draw(roster, place, POLICY)
        found, distances = candidates(roster, place)

        expected = nearest_covering(rows, place)
        measured = dict(zip(drawn.friend_id, drawn.distance_km.tolist(), strict=True))
        assert len(drawn) == drawn.candidates == len(found) == len(expected)
        assert measured.keys() == expected.keys() == set(friend_ids(roster, found.tolist()))
        assert measured == {name: pytest.approx(km, abs=2e-5) for name, km in expected.items()}
        assert sorted(distances.tolist()) == pytest.approx(sorted(expected.values()), abs=2e-5)
        drawn_in_all += len(drawn)
    assert drawn_in_all > 5000


def test_a_friend_with_several_areas_is_one_candidate_and_the_nearest_counts() -> None:
    here, there = (
        {"several": True, "latitude": 46.948 + 3 * KM},
        {"several": True, "latitude": 46.948 - 9 * KM},
    )
    rows = [area("F1", **there), area("F1", **here), area("F2"), area("F3", **here), area("F3", **there)]

    drawn = draw(roster_of(rows), job(), POLICY)

    nearest = dict(zip(drawn.friend_id, drawn.distance_km.tolist(), strict=True))
    assert len(drawn) == drawn.candidates == 3
    assert nearest == {
        "F1": pytest.approx(3, abs=1e-3),
        "F2": pytest.approx(0, abs=1e-3),
        "F3": pytest.approx(3, abs=1e-3),
    }


def test_the_nearest_area_counts_even_where_proximity_does_not_fall_any_more() -> None:
    here, there = ({"several": True, "latitude": 46.948 + way * KM} for way in (3, -9))
    policy = replaced(POLICY, proximity_km="0.001")

    drawn = draw(roster_of([area("F1", **there), area("F1", **here)]), job(), policy)

    assert drawn.distance_km.tolist() == [pytest.approx(3, abs=1e-3)]


def test_an_area_that_does_not_cover_the_job_does_not_count_however_near_it_is() -> None:
    near = area("F1", several=True, latitude=46.948 + 3 * KM, radius_km=2.0)
    far = area("F1", several=True, latitude=46.948 + 9 * KM, radius_km=10.0)

    drawn = draw(roster_of([near, far]), job(), POLICY)

    assert drawn.distance_km.tolist() == [pytest.approx(9, abs=1e-3)]


def test_a_friend_with_two_areas_at_one_place_is_drawn_once() -> None:
    rows = [area("F1", several=True), area("F1", several=True, radius_km=30.0), area("F2")]

    assert sorted(drawn_of(rows)) == ["F1", "F2"]


def test_a_skill_that_nobody_has_has_no_candidates() -> None:
    drawn = draw(roster_of([area("F1")]), job(skill="plumbing"), POLICY, 10)

    assert (len(drawn), drawn.candidates, drawn.friend_id) == (0, 0, [])


def test_a_skill_that_only_others_far_away_have_has_no_candidates() -> None:
    assert drawn_of([area("F1"), area("F2", latitude=50.0, skills=frozenset({"tv"}))], job(skill="tv")) == []


def test_an_empty_roster_draws_nobody() -> None:
    assert drawn_of([]) == []
    assert draw(roster_of([]), job(), POLICY, 10).friend_id == []


def test_a_draw_recomputed_from_the_same_bytes_is_the_same_to_the_last_bit() -> None:
    content = pack(crowd(500, every=3))

    one, other = (draw(unpack(bytes(bytearray(content))), job(), POLICY) for _ in range(2))

    for name in ("row", "distance_km", "proximity", "quality", "priority", "key", "newcomer"):
        assert getattr(one, name).tobytes() == getattr(other, name).tobytes()
    assert one.friend_id == other.friend_id


def test_the_order_does_not_depend_on_the_order_in_which_friends_were_packed() -> None:
    rows = crowd(200, every=4)

    assert drawn_of(rows) == drawn_of(rows[::-1])


def test_whoever_else_is_in_the_roster_does_not_change_the_order_of_two() -> None:
    few = drawn_of(crowd(20, every=0))

    assert [name for name in drawn_of(crowd(50, every=0)) if name in few] == few


def test_two_jobs_have_two_orders() -> None:
    rows = crowd(30, every=0)

    assert drawn_of(rows, job("J1")) != drawn_of(rows, job("J2"))


def test_proximity_that_all_but_vanishes_still_leaves_a_draw() -> None:
    policy = replaced(POLICY, proximity_km="0.001")
    rows = [area(f"F{number}", latitude=46.948 + (number + 1) * KM) for number in range(5)]
    roster = roster_of(rows)

    drawn = draw(roster, job(), policy)

    assert np.all(np.isfinite(drawn.key))
    assert drawn.proximity.min() > 0
    assert len({draw(roster, job(f"J{number}"), policy).friend_id[0] for number in range(50)}) == 5


def test_friends_whose_keys_tie_are_ordered_by_the_hashes_of_their_ids() -> None:
    # u has 52 bits of the hash's 64; these differ in the others.
    hashes = np.array([unmixed(2**63 + number) ^ hash_of_id("J1") for number in range(6)], np.uint64)
    roster = roster_of(area(f"F{number}") for number in range(6))
    roster = replace(roster, columns=roster.columns | {"id_hash": hashes})

    drawn = draw(roster, job(), POLICY)

    assert len(set(drawn.key.tolist())) == 1
    assert roster.id_hash[drawn.row].tolist() == sorted(hashes.tolist())


def replaced(policy: Dispatch, **changes: object) -> Dispatch:
    """The policy with other numbers."""
    return Dispatch.model_validate(policy.model_dump() | changes)
