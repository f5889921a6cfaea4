"""The sketch of areas: to scale, north up, within its frame, and words that meet no other words."""

import math
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from best_friends.domain.friends import Area
from best_friends.domain.place import distance_km
from best_friends.pages.area_map import PLOT, SPECK, SQUARE, WIDE, WIDTHS, Sketch, sketch
from best_friends.pages.labels import Canvas, _box, _shared, shortened
from tests.unit.fakes_requests import BERN, HOME

FIVE = (
    HOME,
    BERN,
    Area(46.2044, 6.1432, 10, "Genève"),
    Area(46.0037, 8.9511, 25, "Lugano"),
    Area(47.5596, 7.5886, 12, "Basel, Kleinbasel und Umgebung"),
)
NEAR = (
    HOME,
    Area(47.39, 8.515, 8, "Altstetten"),
    Area(47.36, 8.56, 5, "Seefeld"),
    Area(47.05, 8.37, 20, "Meggen"),
)
FAR = (
    HOME,
    Area(52.52, 13.405, 20, "Berlin"),
    Area(53.55, 9.99, 10, "Hamburg"),
    Area(48.14, 11.58, 30, "München"),
)
AREAS = st.builds(
    Area,
    latitude=st.floats(35, 65),
    longitude=st.floats(-180, 180),
    radius_km=st.floats(1, 100),
    label=st.text("abcdef ", min_size=1, max_size=30),
)


def drawn(areas: tuple[Area, ...]) -> Sketch:
    return sketch(areas, [(area.label, f"radius {area.radius_km:g} km") for area in areas])


def pixels(one: Sketch, width: float) -> list[tuple[float, float, float]]:
    """Middle and radius of each circle, as a browser draws them."""
    height = width * one.shape.ratio
    diagonal = math.hypot(width, height) / math.sqrt(2)
    return [(c.x / 100 * width, c.y / 100 * height, c.radius / 100 * diagonal) for c in one.circles]


@given(st.lists(AREAS, min_size=1, max_size=6).map(tuple), st.sampled_from(WIDTHS))
def test_every_circle_is_within_the_frame(areas: tuple[Area, ...], width: int) -> None:
    one = drawn(areas)
    speck = SPECK / 100 * width + 1
    for x, y, radius in pixels(one, width):
        reach = radius - (speck if radius <= speck else 1)  # specks are drawn larger than they are
        assert reach <= x <= width - reach
        assert reach <= y <= width * one.shape.ratio * PLOT - reach


@pytest.mark.parametrize("areas", [FIVE, NEAR, FIVE[:2]])
def test_circles_and_distances_are_to_the_scale_of_the_bar(areas: tuple[Area, ...]) -> None:
    one = drawn(areas)
    a_km = one.bar / one.bar_km / 100 * 400
    circles = pixels(one, 400)
    for area, (_, _, radius) in zip(areas, circles, strict=True):
        assert radius / a_km == pytest.approx(area.radius_km, rel=0.02)
    for (area, here), (other, there) in combinations(zip(areas, circles, strict=True), 2):
        km = distance_km(area.latitude, area.longitude, other.latitude, other.longitude)
        assert math.dist(here[:2], there[:2]) / a_km == pytest.approx(km, rel=0.03, abs=0.3)


def test_north_is_up_and_east_is_right() -> None:
    south_west, north_east = drawn((HOME, Area(47.8, 9.2, 5, "NE"))).circles
    assert north_east.x > south_west.x and north_east.y < south_west.y


def test_the_date_line_does_not_tear_areas_apart() -> None:
    one = drawn((Area(50, 179.9, 10, "west"), Area(50, -179.9, 10, "east")))
    assert one.circles[0].x < one.circles[1].x and one.bar_km <= 20


def test_a_single_area_and_a_row_are_wide_a_column_is_square() -> None:
    assert drawn((HOME,)).shape is WIDE
    assert drawn((HOME, Area(47.38, 10.0, 20, "east"))).shape is WIDE
    assert drawn((HOME, Area(46.0, 8.54, 20, "south"))).shape is SQUARE


@pytest.mark.parametrize(
    "areas", [(HOME,), FIVE, NEAR, FAR, FIVE[:3]], ids=["one", "five", "near", "far", "three"]
)
def test_no_words_meet_at_any_width(areas: tuple[Area, ...]) -> None:
    one = drawn(areas)
    canvas = Canvas(WIDTHS, one.shape.ratio, PLOT)
    for width in WIDTHS:
        boxes = [_box(circle.spot, (circle.name, circle.note), width, canvas) for circle in one.circles]
        assert not [pair for pair in combinations(boxes, 2) if _shared(*pair)]


@given(st.integers(1, 100_000))
def test_the_bar_is_a_round_figure_that_fits(radius: int) -> None:
    one = drawn((Area(0, 0, float(radius)),))
    assert str(one.bar_km).rstrip("0") in ("1", "2", "5") and one.bar <= 31


def test_a_long_name_is_shortened() -> None:
    assert shortened("Basel, Kleinbasel und Umgebung") == "Basel, Kleinbasel u…"
