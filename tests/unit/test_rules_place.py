"""Distances and directions on the globe."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from best_friends.domain.place import EARTH_RADIUS_KM, Direction, direction, distance_km

LATITUDES, LONGITUDES = st.floats(-90, 90), st.floats(-180, 180)
PLACES = st.tuples(LATITUDES, LONGITUDES)
QUARTER_KM = EARTH_RADIUS_KM * math.pi / 2
BERN, ZURICH, BERLIN = (46.948, 7.4474), (47.3769, 8.5417), (52.52, 13.405)


@pytest.mark.parametrize(
    ("one", "other", "km"),
    [
        ((0, 0), (0, 90), QUARTER_KM),
        ((0, 0), (90, 0), QUARTER_KM),
        ((-90, 0), (90, 123), 2 * QUARTER_KM),
        ((0, -180), (0, 180), 0),
        ((90, 0), (90, 77), 0),
        ((0, 179.5), (0, -179.5), QUARTER_KM / 90),
        ((10, 20), (-10, -160), 2 * QUARTER_KM),
    ],
)
def test_distances_on_a_sphere_are_known(
    one: tuple[float, float], other: tuple[float, float], km: float
) -> None:
    assert distance_km(*one, *other) == pytest.approx(km, abs=1e-3)


def test_distances_between_cities_are_those_of_the_map() -> None:
    assert distance_km(*BERN, *ZURICH) == pytest.approx(95.5, abs=0.5)
    assert distance_km(*BERN, *BERLIN) == pytest.approx(753, abs=3)


def test_a_centimetre_is_told_apart() -> None:
    centimetre = math.degrees(1e-5 / EARTH_RADIUS_KM)

    assert distance_km(46.948, 7.4474, 46.948 + centimetre, 7.4474) == pytest.approx(1e-5, rel=1e-3)


@given(LATITUDES, LONGITUDES, LATITUDES, LONGITUDES)
def test_there_and_back_are_as_far_and_never_more_than_half_around(
    lat1: float, lon1: float, lat2: float, lon2: float
) -> None:
    there = distance_km(lat1, lon1, lat2, lon2)

    assert there == pytest.approx(distance_km(lat2, lon2, lat1, lon1), abs=1e-6)
    assert 0 <= there <= 2 * QUARTER_KM * (1 + 1e-12)


@given(LATITUDES, LONGITUDES)
def test_a_place_is_no_distance_from_itself(latitude: float, longitude: float) -> None:
    assert distance_km(latitude, longitude, latitude, longitude) == 0


@given(PLACES, PLACES, PLACES)
def test_a_detour_is_never_shorter(
    one: tuple[float, float], other: tuple[float, float], by_way_of: tuple[float, float]
) -> None:
    straight = distance_km(*one, *other)

    assert straight <= distance_km(*one, *by_way_of) + distance_km(*by_way_of, *other) + 1e-3


@pytest.mark.parametrize(
    ("north", "east", "expected"),
    [
        (1, 0, Direction.NORTH),
        (1, 1, Direction.NORTH_EAST),
        (0, 1, Direction.EAST),
        (-1, 1, Direction.SOUTH_EAST),
        (-1, 0, Direction.SOUTH),
        (-1, -1, Direction.SOUTH_WEST),
        (0, -1, Direction.WEST),
        (1, -1, Direction.NORTH_WEST),
        (1, 0.4, Direction.NORTH),
        (1, 0.43, Direction.NORTH_EAST),
        (1, -0.4, Direction.NORTH),
        (-1, -0.4, Direction.SOUTH),
        (0.4, -1, Direction.WEST),
        (0.43, -1, Direction.NORTH_WEST),
    ],
)
def test_a_direction_is_the_nearest_of_eight(north: float, east: float, expected: Direction) -> None:
    step = 0.01
    latitude, longitude = BERN
    narrowing = math.cos(math.radians(latitude))

    assert direction(*BERN, latitude + north * step, longitude + east * step / narrowing) is expected


def test_directions_look_across_the_date_line_and_over_the_pole() -> None:
    assert direction(0, 179.9, 0, -179.9) is Direction.EAST
    assert direction(0, -179.9, 0, 179.9) is Direction.WEST
    assert direction(89, 0, 89, 180) is Direction.NORTH
    assert direction(-89, 0, -89, 180) is Direction.SOUTH


def test_cities_lie_where_one_knows_them_to_lie() -> None:
    assert direction(*BERN, *ZURICH) is Direction.NORTH_EAST
    assert direction(*ZURICH, *BERN) is Direction.SOUTH_WEST
    assert direction(*BERN, *BERLIN) is Direction.NORTH_EAST


@given(LATITUDES, LONGITUDES, LATITUDES, LONGITUDES)
def test_there_is_always_a_direction(lat1: float, lon1: float, lat2: float, lon2: float) -> None:
    assert direction(lat1, lon1, lat2, lon2) in Direction
