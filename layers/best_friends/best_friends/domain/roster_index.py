"""What follows from a roster's columns once and makes a look around a place short."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from best_friends.domain.bands import (
    DEGREE,
    Floats,
    Integers,
    half_vector,
    keys_around,
    place_key,
    unit_vector,
)
from best_friends.domain.chance import Words, begun
from best_friends.domain.place import EARTH_RADIUS_KM

GRID_KM = 1e-5
"""Places are known to a centimetre; whoever lives that close to the edge of an area is inside."""

Flags = NDArray[np.bool_]
Rows = NDArray[np.intp]
Columns = dict[str, NDArray[Any]]

NOBODY = np.empty(0, np.intp)

FEW = 10_000
"""Of so many rows the nearest are found soonest by looking at all of them."""

SLACK = 1e-12
"""More than what rounding can make of a product of vectors, and at most ten metres."""


class Able(NamedTuple):
    """The rows of those who have a skill, ascending, and how many of them are local."""

    rows: NDArray[np.int32]
    local: int


@dataclass(frozen=True, eq=False)
class RosterIndex:
    """Arrays with an entry a row, each made when it is first asked for.

    The first `local_rows` are ordered by place; `having` says which sets of skills have a skill.
    """

    columns: Columns
    best_friend: Flags
    local_rows: int
    having: Callable[[str], Flags | None]
    _able: dict[str, Able] = field(default_factory=dict)
    _rates: dict[float, Floats] = field(default_factory=dict)
    _caps: dict[str, tuple[Floats, Floats]] = field(default_factory=dict)

    @cached_property
    def space(self) -> Floats:
        """Where each area is and how far it reaches, (4, rows).

        Three rows are the place on a globe whose diameter is 1, so that the square of a chord is the
        haversine of its angle; the fourth is the haversine of the radius. Half the girth covers all.
        """
        angle = (self.columns["radius"] / 1000 + GRID_KM) / EARTH_RADIUS_KM
        reach = np.where(angle < math.pi, np.sin(angle / 2) ** 2, np.inf)
        places = unit_vector(self.columns["latitude"] / DEGREE, self.columns["longitude"] / DEGREE)
        return np.vstack((places / 2, reach))

    @cached_property
    def shifted(self) -> Words:
        """The id hashes after the first step of the mix, which is the same for every job."""
        return begun(self.columns["id_hash"])

    def rate(self, priority: float) -> Floats:
        """-1 / (quality x priority), where a Best Friend's priority is this one."""
        if priority not in self._rates:
            merit = self.columns["quality"] * np.where(self.best_friend, priority, 1.0)
            self._rates[priority] = -1 / merit
        return self._rates[priority]

    def best_merit(self, priority: float) -> float:
        """A bound of quality x priority: nobody has more."""
        return float(self._best_quality * priority)

    @cached_property
    def _best_quality(self) -> float:
        return float(self.columns["quality"].max(initial=0))

    def able(self, skill: str) -> Able:
        """Those who have a skill."""
        if skill not in self._able:
            having = self.having(skill)
            rows = NOBODY if having is None else np.flatnonzero(having.take(self.columns["skill_set"]))
            local = int(np.searchsorted(rows, self.local_rows))
            self._able[skill] = Able(rows.astype(np.int32), local)
        return self._able[skill]

    @cached_property
    def _place_keys(self) -> Integers:
        """The place keys of the local rows, ascending."""
        local = slice(self.local_rows)
        return place_key(self.columns["latitude"][local], self.columns["longitude"][local])

    @cached_property
    def reach_km(self) -> float:
        """The largest radius of a local row."""
        return float(self.columns["radius"][: self.local_rows].max(initial=0)) / 1000

    def rows_near(self, skill: str, latitude: float, longitude: float) -> Rows:
        """The rows of those who have a skill whose area could cover a place, ascending; never too few.

        A few runs of neighbours, in a box around the place that is as wide as the largest local radius,
        and the wide ones. Where a box has no sides, or there are few rows anyway, all are looked at.
        """
        rows, local = self.able(skill)
        around = keys_around(latitude, longitude, self.reach_km) if len(rows) > FEW else None
        if around is None:
            vectors, cosines = self._caps_of(skill)
            covering = vectors @ np.array(half_vector(latitude, longitude)) >= cosines
            return rows.compress(covering).astype(np.intp)
        begins, ends = (self._first_rows(rows, keys) for keys in around)
        runs = [rows[begin:end] for begin, end in zip(begins, ends, strict=True)]
        runs.append(rows[local:])
        return np.concatenate(runs, dtype=np.intp)

    def _caps_of(self, skill: str) -> tuple[Floats, Floats]:
        """The areas of those who have a skill, as half vectors (rows, 3) and quarters of cosines."""
        if skill not in self._caps:
            places = self.space.take(self.able(skill).rows, axis=1)
            self._caps[skill] = np.ascontiguousarray(places[:3].T), 0.25 - places[3] / 2 - SLACK
        return self._caps[skill]

    def _first_rows(self, rows: NDArray[np.int32], keys: Integers) -> list[int]:
        """Which of these rows are the first at these place keys or behind them."""
        # Needles of another type would have all of the rows converted.
        needles = self._place_keys.searchsorted(keys).astype(np.int32)
        first: list[int] = rows.searchsorted(needles).tolist()
        return first
