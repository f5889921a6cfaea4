"""The small picture of a criterion: the own figure as a bar, what was needed as a named line.

Across, everything is in percent, so that the words keep their size on a phone and on a wide screen.
"""

from dataclasses import dataclass

from best_friends.domain.standing import MOST_STARS
from best_friends.pages.scale import Scale

ROOM = 92
"""Percent of the width that the longest of bar and line takes; behind it the ground shows that it goes on."""
NEAR_AN_EDGE = 30
"""Percent of the width from an edge within which a label stands on the inner side of its place."""


@dataclass(frozen=True, slots=True)
class Label:
    """Words at a place in percent, and on which side of it they stand (SVG, text-anchor)."""

    x: float
    anchor: str
    words: str


@dataclass(frozen=True, slots=True)
class Gauge:
    """The bar's length and the line's place in percent, each with its label; `stars` cuts the bar in five.

    `gap` is how far the bar falls short of the line.
    """

    own: float
    mark: float
    own_label: Label
    mark_label: Label
    stars: bool = False

    @property
    def gap(self) -> float:
        """What is missing, in percent; 0 when nothing is."""
        return round(max(self.mark - self.own, 0.0), 2)


def gauge(own: float, mark: float, own_words: str, mark_words: str) -> Gauge:
    """A picture of a number or an amount, drawn from nothing to whichever is more."""
    return _drawn(Scale(max(own, mark), ROOM), own, mark, own_words, mark_words)


def star_gauge(own: float, mark: float, own_words: str, mark_words: str) -> Gauge:
    """A picture of an average, drawn over five stars."""
    return _drawn(Scale(MOST_STARS), own, mark, own_words, mark_words, stars=True)


def _drawn(
    scale: Scale, own: float, mark: float, own_words: str, mark_words: str, *, stars: bool = False
) -> Gauge:
    length, place = scale(own), scale(mark)
    return Gauge(length, place, _label(length, own_words), _label(place, mark_words), stars)


def _label(x: float, words: str) -> Label:
    if x < NEAR_AN_EDGE:
        return Label(x, "start", words)
    return Label(x, "end" if x > 100 - NEAR_AN_EDGE else "middle", words)
