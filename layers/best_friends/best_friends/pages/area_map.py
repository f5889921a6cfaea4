"""The sketch of a Friend's areas: circles to one scale around their common middle, north up, no map data.

Across and down, everything is in percent of the sketch, whose proportions the style fixes; only words and
dots are in pixels, so that they keep their size on a phone and on a wide screen.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from best_friends.domain.friends import Area
from best_friends.domain.place import EARTH_RADIUS_KM
from best_friends.pages.labels import Canvas, Disc, Spot, shortened, spots_of

WIDTHS = (280, 420, 520)
"""The widths in pixels, from the narrowest screen to the full column, in which no words may meet."""
KM_A_DEGREE = EARTH_RADIUS_KM * math.pi / 180
PLOT = 0.86
"""The part of the height for circles; below it stand the scale bar and the arrow to the north."""
MARGIN = 1.16
LONGEST_BAR = 0.3
SPECK = 0.6
"""Percent of the width below which a circle would vanish under its dot."""


@dataclass(frozen=True, slots=True)
class Shape:
    """The proportions of a sketch, by the name that the style knows them by."""

    name: str
    ratio: float


WIDE, SQUARE = Shape("wide", 0.7), Shape("square", 1.0)


@dataclass(frozen=True, slots=True)
class Circle:
    """An area on the sketch: middle and radius in percent, its words, and where they stand."""

    x: float
    y: float
    radius: float
    name: str
    note: str
    spot: Spot


@dataclass(frozen=True, slots=True)
class Sketch:
    """Circles, and a bar of `bar_km` that takes `bar` percent of the width."""

    shape: Shape
    circles: tuple[Circle, ...]
    bar: float
    bar_km: int


def sketch(areas: Sequence[Area], words: Sequence[tuple[str, str]]) -> Sketch:
    """Draw areas, at least one, each with its name and a note such as its radius."""
    placed = list(_in_km(areas))
    left, right = min(x - r for x, _, r in placed), max(x + r for x, _, r in placed)
    low, high = min(y - r for _, y, r in placed), max(y + r for _, y, r in placed)
    wide, tall = right - left, high - low
    shape = SQUARE if len(areas) > 1 and tall > wide * 0.75 else WIDE
    across = max(wide, tall / (shape.ratio * PLOT)) * MARGIN
    middle_x, middle_y = (left + right) / 2, (low + high) / 2
    discs = [
        Disc(
            x=50 + (x - middle_x) / across * 100,
            y=PLOT * 50 - (y - middle_y) / (across * shape.ratio) * 100,
            radius=max(radius / across * 100, SPECK),
        )
        for x, y, radius in placed
    ]
    said = [(shortened(name), note) for name, note in words]
    spots = spots_of(discs, said, Canvas(WIDTHS, shape.ratio, PLOT))
    # A percentage of a radius is one of the sketch's diagonal, divided by the square root of two.
    diagonal = math.sqrt((1 + shape.ratio**2) / 2)
    circles = tuple(
        Circle(round(disc.x, 2), round(disc.y, 2), round(disc.radius / diagonal, 2), name, note, spot)
        for disc, (name, note), spot in zip(discs, said, spots, strict=True)
    )
    bar_km = _round_figure(across * LONGEST_BAR)
    return Sketch(shape, circles, round(bar_km / across * 100, 2), bar_km)


def _in_km(areas: Sequence[Area]) -> Iterator[tuple[float, float, float]]:
    """East, north and radius in kilometres, on a plane that touches the globe in the areas' middle."""
    first = areas[0].longitude
    latitude = (min(a.latitude for a in areas) + max(a.latitude for a in areas)) / 2
    narrowing = max(math.cos(math.radians(latitude)), 0.01)
    for area in areas:
        east = (area.longitude - first + 180) % 360 - 180  # the short way, also across the date line
        yield (
            east * KM_A_DEGREE * narrowing,
            (area.latitude - latitude) * KM_A_DEGREE,
            area.radius_km,
        )


def _round_figure(km: float) -> int:
    """The largest of 1, 2, 5, 10, 20 ... that is no longer than this."""
    power = int(10 ** math.floor(math.log10(max(km, 1))))
    return max(step * power for step in (1, 2, 5) if step * power <= max(km, 1))
