"""The look around a place: it misses nobody, and does not look at everybody."""

import math
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from best_friends.domain.dispatch import candidates
from best_friends.domain.place import EARTH_RADIUS_KM
from best_friends.domain.roster import Roster
from best_friends.domain.roster_rows import Row
from tests.support.rosters import area, covers, friend_ids, job, km_between, on_the_edge, roster_of

LATITUDES = st.one_of(st.sampled_from([-90.0, 0.0, 90.0]), st.floats(-90, 90), st.floats(88, 90))
LONGITUDES = st.one_of(st.sampled_from([-180.0, 0.0, 180.0]), st.floats(-180, 180), st.floats(179, 180))
RADII = st.one_of(st.integers(0, 120), st.sampled_from([10_000, 20_015, 20_016, 40_000])).map(float)
NUDGES = st.tuples(st.floats(-1.5, 1.5), st.floats(-1.5, 1.5))
CAN = frozenset({"computer", "tv"})


@pytest.fixture(autouse=True, scope="module", params=[0, 10_000], ids=["in bands", "among few"])
def both_looks(request: pytest.FixtureRequest) -> Iterator[None]:
    """However few the rows are, they are looked for in both ways."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("best_friends.domain.roster_index.FEW", request.param)
        yield


@st.composite
def rows_around(draw: st.DrawFn) -> tuple[list[Row], tuple[float, float]]:
    """A place anywhere on the globe, and areas around it as well as anywhere."""
    latitude, longitude = draw(LATITUDES), draw(LONGITUDES)
    near = [
        (max(-90.0, min(90.0, latitude + north)), (longitude + east + 180) % 360 - 180)
        for north, east in draw(st.lists(NUDGES, max_size=12))
    ]
    places = [*near, *draw(st.lists(st.tuples(LATITUDES, LONGITUDES), max_size=4)), (latitude, longitude)]
    return [
        area(
            f"F{number}",
            latitude=north,
            longitude=east,
            radius_km=draw(RADII),
            skills=CAN if number % 4 else CAN - {"computer"},
        )
        for number, (north, east) in enumerate(places)
    ], (latitude, longitude)


def near(roster: Roster, latitude: float, longitude: float, skill: str = "computer") -> list[str]:
    """Who is looked at."""
    return friend_ids(roster, roster.index.rows_near(skill, latitude, longitude).tolist())


@given(rows_around())
@example(([area("F0", longitude=179.9), area("F1", longitude=-179.9)], (46.948, 179.99)))
@example(([area("F0", longitude=179.9), area("F1", longitude=-179.9)], (46.948, -179.99)))
@example(([area("F0", longitude=180.0), area("F1", longitude=-180.0, radius_km=0.0)], (46.948, 180.0)))
@example(([area("F0", latitude=89.95, longitude=170.0), area("F1", latitude=90.0)], (89.99, -10.0)))
@example(([area("F0", latitude=-89.95, longitude=170.0), area("F1", latitude=-90.0)], (-89.99, -10.0)))
@example(([area("F0", latitude=-0.05), area("F1", latitude=0.05)], (0.0, 7.4474)))
@example(([area("F0", radius_km=0.0), area("F1", latitude=-46.948, radius_km=20_016.0)], (46.948, 7.4474)))
def test_whoever_covers_a_place_and_has_the_skill_is_looked_at_and_found(
    given: tuple[list[Row], tuple[float, float]],
) -> None:
    rows, (latitude, longitude) = given
    place = job(latitude=latitude, longitude=longitude)
    rows = [row for row in rows if not on_the_edge(row, place) or km_between(row, place) == 0]
    roster = roster_of(rows)

    covering = {row.friend_id for row in rows if covers(row, place) and place.skill in row.skills}

    assert covering <= set(near(roster, latitude, longitude))
    assert covering == set(friend_ids(roster, candidates(roster, place)[0]))


@pytest.mark.parametrize("latitude", [0, 46.948, -46.948, 80, -88])
@pytest.mark.parametrize("way", [1, -1])
def test_the_easternmost_of_those_in_reach_is_nearer_to_the_pole_and_found(latitude: float, way: int) -> None:
    angle, at = 99.9 / EARTH_RADIUS_KM, math.radians(latitude)
    north = math.degrees(math.asin(math.sin(at) / math.cos(angle)))
    east = math.degrees(math.asin(math.sin(angle) / math.cos(at)))
    row = area("F1", latitude=north, longitude=7.4474 + way * east, radius_km=100.0)
    others = [area(f"F{number}", latitude=north, longitude=90.0, radius_km=1.0) for number in range(2, 50)]

    assert near(roster_of([row, *others]), latitude, 7.4474) == ["F1"]


@given(rows_around())
def test_nobody_is_looked_at_twice_or_without_the_skill(
    given: tuple[list[Row], tuple[float, float]],
) -> None:
    rows, place = given
    able = {row.friend_id for row in rows if "computer" in row.skills}

    looked_at = near(roster_of(rows), *place)

    assert len(set(looked_at)) == len(looked_at)
    assert set(looked_at) <= able


@given(rows_around())
def test_rows_are_looked_at_in_their_order(given: tuple[list[Row], tuple[float, float]]) -> None:
    rows, place = given

    looked_at = roster_of(rows).index.rows_near("computer", *place)

    assert np.all(np.diff(looked_at) > 0)


def test_a_centimetre_beyond_the_edge_is_inside_and_a_decimetre_is_not() -> None:
    place = job()
    row = area("F1", latitude=46.948 + 0.1)
    edge = km_between(row, place)

    for beyond, inside in ((-1e-4, True), (4e-6, True), (1e-4, False)):
        # Radii are metres: it is the place that is moved.
        moved = replace(row, latitude=row.latitude + beyond / 111.195, radius_km=round(edge, 3))
        moved = replace(moved, latitude=moved.latitude - (edge - moved.radius_km) / 111.195)
        assert bool(len(candidates(roster_of([moved]), place)[0])) is inside


def test_the_rows_near_a_place_are_few() -> None:
    rows = [
        area(f"F{north}-{east}", latitude=46 + north / 20, longitude=7 + east / 20, radius_km=5.0)
        for north in range(60)
        for east in range(60)
    ]

    assert 1 <= len(near(roster_of(rows), 47.5, 8.5)) <= 30


def test_a_far_reaching_friend_does_not_widen_the_look_for_everybody() -> None:
    local = [area(f"F{east}", longitude=east / 10, radius_km=5.0) for east in range(200)]
    roster = roster_of([*local, area("F-wide", longitude=19.0, radius_km=900.0)])

    looked_at = near(roster, 46.948, 7.4474)

    assert "F-wide" in looked_at
    assert len(looked_at) < 8


def test_distances_are_those_of_the_haversine_formula() -> None:
    place = job()
    rows = [
        area(f"F{exponent}", latitude=46.948 + 10.0**-exponent, radius_km=30_000.0)
        for exponent in range(-1, 7)
    ]
    roster = roster_of(rows)

    found, distances = candidates(roster, place)

    expected = {row.friend_id: km_between(row, place) for row in rows}
    measured = dict(zip(friend_ids(roster, found), distances.tolist(), strict=True))
    assert measured == {name: pytest.approx(distance, abs=1e-5) for name, distance in expected.items()}


def test_the_same_place_is_no_distance_away_and_needs_no_radius() -> None:
    roster = roster_of([area("F1", radius_km=0.0)])

    _, distances = candidates(roster, job())

    assert distances.tolist() == [pytest.approx(0, abs=1e-9)]


def test_a_skill_that_nobody_has_is_looked_for_among_nobody() -> None:
    roster = roster_of([area("F1")])

    assert near(roster, 46.948, 7.4474, "plumbing") == []
    assert near(roster, 89.9, 7.4474, "plumbing") == []
