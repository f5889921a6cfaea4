"""Where the labels of circles stand, so that no words meet whatever the width of the screen.

Circles grow with the screen and letters do not. A label hangs at a point of its circle, given in percent,
by an offset in pixels; a spot is judged at several widths, and the one with the least trouble is taken.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

LONGEST = 20
NAME_PX, NOTE_PX, LINE_PX, DOT_PX, GAP_PX = 8.2, 7.0, 18.0, 8.0, 10.0
"""The room that a letter of a name and of its note takes, half a label's height, a dot, and the air."""
OVERHANG_X, OVERHANG_Y = 12.0, 22.0
"""Words may stand out over the edge of the sketch by so much; the page's own margins are wider."""
CROSSED = 4.0
"""The trouble of a circle's line behind words, in square pixels of words that meet."""


@dataclass(frozen=True, slots=True)
class Disc:
    """A circle: its middle in percent of width and height, its radius in percent of the width."""

    x: float
    y: float
    radius: float


@dataclass(frozen=True, slots=True)
class Canvas:
    """The widths in pixels at which it may be shown, its height by its width, and the part for circles."""

    widths: Sequence[int]
    ratio: float
    plot: float


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a label stands: `dx`, `dy` in pixels from a point in percent. A `far` one has a line to its
    dot, which is that point."""

    x: float
    y: float
    dx: float
    dy: float
    anchor: str
    far: bool = False


Words = tuple[str, str]
Box = tuple[float, float, float, float]


def shortened(name: str) -> str:
    """A name that is not too long for the narrowest screen."""
    return name if len(name) <= LONGEST else f"{name[: LONGEST - 1].rstrip()}…"


def spots_of(discs: Sequence[Disc], said: Sequence[Words], canvas: Canvas) -> list[Spot]:
    """A spot for the label of each circle, one after the other."""
    chosen: list[Spot] = []
    for number, words in enumerate(said):
        others = list(zip(chosen, said, strict=False))
        candidates = list(_candidates(discs[number], canvas.ratio))
        troubles = [sum(_trouble(one, words, others, discs, canvas)) for one in candidates]
        chosen.append(candidates[troubles.index(min(troubles))])
    return chosen


def _candidates(disc: Disc, ratio: float) -> Iterator[Spot]:
    """Inside the circle, around it, beside the dot, and at the end of a line; the better ones first."""
    x, y = round(disc.x, 2), round(disc.y, 2)
    across, down = round(disc.radius, 2), round(disc.radius / ratio, 2)
    near = LINE_PX + GAP_PX
    yield Spot(x, y, 0, near, "middle")
    yield Spot(x + across, y, GAP_PX, 0, "start")
    yield Spot(x - across, y, -GAP_PX, 0, "end")
    yield Spot(x, y + down, 0, near - 2, "middle")
    yield Spot(x, y - down, 0, -near + 6, "middle")
    yield Spot(x, y, DOT_PX + GAP_PX / 2, 0, "start")
    yield Spot(x, y, -DOT_PX - GAP_PX / 2, 0, "end")
    for lines in (1.6, 2.6, 3.6, 5.0):
        for up in (-1, 1):
            yield Spot(x, y, 2 * GAP_PX, up * lines * LINE_PX, "start", far=True)
            yield Spot(x, y, -2 * GAP_PX, up * lines * LINE_PX, "end", far=True)


def _box(spot: Spot, words: Words, width: int, canvas: Canvas) -> Box:
    """The room that a label takes at a width, in pixels."""
    room = max(len(words[0]) * NAME_PX, len(words[1]) * NOTE_PX)
    x = spot.x / 100 * width + spot.dx
    y = spot.y / 100 * width * canvas.ratio + spot.dy
    left = {"start": x, "end": x - room, "middle": x - room / 2}[spot.anchor]
    return left, y - LINE_PX, left + room, y + LINE_PX


def _trouble(
    spot: Spot, words: Words, others: Sequence[tuple[Spot, Words]], discs: Sequence[Disc], canvas: Canvas
) -> Iterator[float]:
    """How many square pixels of a label meet other words or dots, or lie outside, at each width."""
    for width in canvas.widths:
        height = width * canvas.ratio
        own = _box(spot, words, width, canvas)
        boxes = [_box(other, theirs, width, canvas) for other, theirs in others]
        crossed = 0
        for disc in discs:
            x, y, radius = disc.x / 100 * width, disc.y / 100 * height, disc.radius / 100 * width
            boxes.append((x - DOT_PX, y - DOT_PX, x + DOT_PX, y + DOT_PX))
            crossed += _crosses(own, x, y, radius)
        room = (-OVERHANG_X, -OVERHANG_Y, width + OVERHANG_X, height * canvas.plot + LINE_PX / 2)
        outside = (own[2] - own[0]) * (own[3] - own[1]) - _shared(own, room)
        yield sum(_shared(own, other) for other in boxes) + outside + crossed * CROSSED


def _crosses(box: Box, x: float, y: float, radius: float) -> bool:
    """Whether the line of a circle runs through a box."""
    nearest = math.hypot(max(box[0] - x, 0, x - box[2]), max(box[1] - y, 0, y - box[3]))
    farthest = math.hypot(max(x - box[0], box[2] - x), max(y - box[1], box[3] - y))
    return nearest < radius < farthest


def _shared(one: Box, other: Box) -> float:
    across = min(one[2], other[2]) - max(one[0], other[0])
    down = min(one[3], other[3]) - max(one[1], other[1])
    return max(across, 0.0) * max(down, 0.0)
