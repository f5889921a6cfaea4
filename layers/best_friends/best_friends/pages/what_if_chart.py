"""The pictures of what-ifs: bars of who comes in and goes out, and a grid when two values vary.

Across, everything is in percent of the width, so that a picture follows it and its letters keep their size.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from best_friends.domain.what_if import Moves, WhatIf
from best_friends.pages.what_if_words import Key, short, signed, values_of
from best_friends.texts.figures import Figures

EDGE = 14.0
"""Percent on either side that are left for the labels at a bar's end, down to a width of 280 pixels."""

NEAREST = 30.0
"""The least distance of the middle line from either edge: room for the words above it."""

LEVELS = 5
"""How many shades a grid has above the lightest."""


@dataclass(frozen=True, slots=True)
class MoveBar:
    """A group: who goes out to the left of the middle, who comes in to its right, in percent."""

    label: str
    value: str
    out_width: float
    in_width: float
    out_label: str
    in_label: str


@dataclass(frozen=True, slots=True)
class MoveChart:
    """Bars on one scale around one line, `middle` percent from the left."""

    middle: float
    bars: tuple[MoveBar, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """A policy of the grid; `level` is its shade, `own` whether it is what is compared with."""

    nominees: str
    moves: tuple[str, ...]
    level: int
    own: bool


@dataclass(frozen=True, slots=True)
class Heat:
    """A grid of policies: a row for each value of one key, a column for each of another."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Cell, ...]], ...]


def move_chart(rows: Sequence[tuple[str, Moves, str]], figures: Figures) -> MoveChart:
    """Bars for (label, moves, value), in this order."""
    most_out = max((moves.goes_out for _, moves, _ in rows), default=0)
    most_in = max((moves.comes_in for _, moves, _ in rows), default=0)
    total = most_out + most_in
    middle = EDGE + (100 - 2 * EDGE) * most_out / total if total else NEAREST
    middle = min(max(middle, NEAREST), 100 - NEAREST)
    units = [(room - EDGE) / most for room, most in ((middle, most_out), (100 - middle, most_in)) if most]
    unit = min(units, default=0.0)
    return MoveChart(
        round(middle, 2),
        tuple(
            MoveBar(
                name,
                value,
                round(moves.goes_out * unit, 2),
                round(moves.comes_in * unit, 2),
                f"−{figures.integer(moves.goes_out)}" if moves.goes_out else "",
                f"+{figures.integer(moves.comes_in)}" if moves.comes_in else "",
            )
            for name, moves, value in rows
        ),
    )


def heat_of(reports: Sequence[WhatIf], figures: Figures) -> Heat | None:
    """The grid, when exactly two values vary and every combination was tried; else None."""
    tried = {one.policy: values_of(one.policy) for one in reports}
    axes = [(key, found) for key, found in _varying(list(tried.values())) if len(found) > 1]
    if len(axes) != 2 or len(reports) != len(axes[0][1]) * len(axes[1][1]):
        return None
    (down, rows), (across, columns) = sorted(axes, key=lambda axis: -len(axis[1]))
    by_values = {
        (str(values[down]), str(values[across])): one
        for one, values in zip(reports, tried.values(), strict=True)
    }
    if len(by_values) != len(reports):
        return None
    counts = [one.difference.nominees.after for one in reports]
    return Heat(
        tuple(short(across, value) for value in columns),
        tuple(
            (
                short(down, row),
                tuple(
                    _cell(by_values[str(row), str(one)], min(counts), max(counts), figures) for one in columns
                ),
            )
            for row in rows
        ),
    )


def _varying(tried: Sequence[dict[Key, Any]]) -> list[tuple[Key, list[Any]]]:
    """Each key's values, once each and in order: numbers by size, others as they come."""
    found = []
    for key in tried[0] if tried else ():
        values: list[Any] = []
        for one in tried:
            if one[key] not in values:
                values.append(one[key])
        found.append((key, sorted(values, key=_size)))
    return found


def _size(value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        return 0.0


def _cell(report: WhatIf, least: int, most: int, figures: Figures) -> Cell:
    nominees = report.difference.nominees
    level = round((nominees.after - least) / (most - least) * LEVELS) if most > least else 0
    moves = tuple(signed(nominees, figures).split()) if nominees.comes_in or nominees.goes_out else ()
    return Cell(figures.integer(nominees.after), moves, level, report.is_control)
