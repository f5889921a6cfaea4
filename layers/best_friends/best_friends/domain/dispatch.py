"""Who is notified of a job, and in which order (domain.md, "Dispatch of a job").

A pure function of (roster, job, policy): the same three always give the same order, so that a draw can
be recomputed and explained. It is a vector over the roster's rows; only its head is gone through one by one.
"""

import math
from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from best_friends.domain.bands import Floats, half_vector
from best_friends.domain.chance import KEPT_BITS, Words, fraction, mixed, word_of
from best_friends.domain.place import EARTH_RADIUS_KM
from best_friends.domain.policy import Dispatch
from best_friends.domain.roster import Roster
from best_friends.domain.roster_index import Flags, Rows

DIAMETER_KM = 2 * EARTH_RADIUS_KM

FARTHEST = 700.0
"""Beyond so many times `proximity_km` proximity falls no more: a weight of 0 would end the race."""

LUCKY = 48
"""So many rows are looked at first for each Friend that is wanted: those with the largest u."""

MARGIN = 1 - 1e-9
"""More than what rounding can make of a key."""


@dataclass(frozen=True, slots=True)
class Place:
    """What the draw knows of a job. Degrees (WGS 84), the skill by name."""

    job_id: str
    skill: str
    latitude: float
    longitude: float


@dataclass(frozen=True, eq=False)
class Draw:
    """The head of the race for a job: its first candidates, in order.

    All arrays have an entry a candidate: `row` is the roster's row of the nearest area that covers the
    job, `haversine` that of the angle to it, `key` the exponential key (the smallest is first).
    """

    roster: Roster
    place: Place
    policy: Dispatch
    row: Rows
    haversine: Floats
    key: Floats

    def __len__(self) -> int:
        return len(self.row)

    @cached_property
    def friend_id(self) -> list[str]:
        """Who they are."""
        return [name.decode() for name in self.roster.friend_ids.take(self.row).tolist()]

    @cached_property
    def newcomer(self) -> Flags:
        """Who has few ratings yet."""
        return self.roster.newcomer.take(self.row)

    @cached_property
    def distance_km(self) -> Floats:
        """How far the nearest area that covers the job is, along the great circle."""
        return _distance_km(self.haversine)

    @cached_property
    def proximity(self) -> Floats:
        """The factor of the distance, 1 at the place itself."""
        return np.exp(-np.minimum(self.distance_km / float(self.policy.proximity_km), FARTHEST))

    @cached_property
    def quality(self) -> Floats:
        """The factor of the ratings."""
        return self.roster.quality.take(self.row).astype(np.float64)

    @cached_property
    def priority(self) -> Floats:
        """The factor of the status."""
        best_friend = self.roster.best_friend.take(self.row)
        return np.where(best_friend, float(self.policy.priority_best_friend), 1.0)

    @cached_property
    def candidates(self) -> int:
        """How many there are in all, here and behind; they are counted when one asks."""
        return len(candidates(self.roster, self.place)[0])

    def rank(self, entry: int) -> int:
        """The place of an entry in the race of all candidates, from 1: nobody is left out before it."""
        return range(1, len(self) + 1)[entry]


def draw(roster: Roster, place: Place, policy: Dispatch, wanted: int | None = None) -> Draw:
    """The race for a job: its candidates by a weighted draw without replacement.

    Efraimidis and Spirakis, "Weighted random sampling with a reservoir" (2006), in its exponential
    form: the smallest -ln(u) / weight comes first. u is `chance.uniform` of the two ids; equal keys are
    ordered by the hashes of the friend_ids.

    With `wanted`, a wave's size and so many more as have passed, it ends when so many candidates are in it
    and as many newcomers as the wave can need, should all who have passed be newcomers; else all are in it.
    """
    race = _Race(roster, place, policy)
    near = roster.index.rows_near(place.skill, place.latitude, place.longitude)
    if wanted is None:
        return race.head(near, math.inf, len(near), 0).draw
    promised = newcomers_in(policy.wave_size, policy)
    fresh = promised + max(wanted - policy.wave_size, 0) if promised else 0
    looked_at = LUCKY * wanted
    while looked_at < len(near) / 2:
        head = race.head(*race.lucky(near, looked_at), wanted, fresh)
        if head.long_enough:
            return head.draw
        looked_at *= 8
    return race.head(near, math.inf, wanted, fresh).draw


class _Head(NamedTuple):
    """The head of a race, and whether so many are in it as were wanted."""

    draw: Draw
    long_enough: bool


class _Race:
    """What all candidates of a job have in common."""

    def __init__(self, roster: Roster, place: Place, policy: Dispatch) -> None:
        self.roster, self.place, self.policy = roster, place, policy
        self.priority = float(policy.priority_best_friend)
        self.per_angle = DIAMETER_KM / float(policy.proximity_km)
        self.farthest = math.sin(min(FARTHEST / self.per_angle, math.pi / 2)) ** 2
        self.word = word_of(place.job_id)

    def lucky(self, rows: Rows, looked_at: int) -> tuple[Rows, float]:
        """About so many of these rows, those with the largest u, and a key that no other is below.

        Whoever is not among them has a smaller u than they and, at the place itself and with the best
        merit there is, still this key.
        """
        steps = math.ceil((1 - looked_at / len(rows)) * 2**KEPT_BITS)
        limit = np.array(steps << 64 - KEPT_BITS, np.uint64)
        lucky = rows.compress(self._words(rows) >= limit)
        merit = self.roster.index.best_merit(self.priority)
        return lucky, -math.log(steps / 2**KEPT_BITS) / merit * MARGIN

    def head(self, rows: Rows, below: float, wanted: int, fresh: int) -> _Head:
        """Of these rows, those with a key below, until so many are wanted and so many newcomers are in it."""
        covering, haversines = _covering(self.roster, rows, self.place)
        keys = self._keys(covering, haversines)
        order = self._sorted(keys, covering, haversines)
        if below < math.inf:
            order = order[: keys.take(order).searchsorted(below)]
        # Mostly the beginning is enough, and turning rows into numbers of Python is what is slow.
        for begin in (order[: 4 * wanted], order):
            first = covering.take(begin)
            hashes, newcomer = self.roster.id_hash.take(first), self.roster.newcomer.take(first)
            taken, long_enough = _first(hashes.tolist(), newcomer.tolist(), wanted, fresh)
            if long_enough:
                break
        order = order.take(taken)
        rows, haversines, keys = covering.take(order), haversines.take(order), keys.take(order)
        return _Head(Draw(self.roster, self.place, self.policy, rows, haversines, keys), long_enough)

    def _sorted(self, keys: Floats, rows: Rows, haversines: Floats) -> Rows:
        """The order by keys; where they are the same by hashes, and of one Friend's the nearest first."""
        order = keys.argsort()
        in_order = keys.take(order)
        if np.count_nonzero(in_order[1:] == in_order[:-1]):
            return np.lexsort((haversines, self.roster.id_hash.take(rows), keys))
        return order

    def _words(self, rows: Rows) -> Words:
        """The mix of both ids (`chance.uniform`) but for its last step."""
        words = self.roster.index.shifted.take(rows)
        words ^= self.word
        return mixed(words)

    def _keys(self, rows: Rows, haversines: Floats) -> Floats:
        """-ln(u) / (proximity x quality x priority), with the divisions made beforehand."""
        keys = fraction(self._words(rows))
        np.log(keys, keys)
        keys *= self.roster.index.rate(self.priority).take(rows)
        grown = np.minimum(haversines, self.farthest)
        np.sqrt(grown, grown)
        np.arcsin(grown, grown)
        grown *= self.per_angle
        keys *= np.exp(grown, grown)
        return keys


def _first(hashes: list[int], newcomer: list[bool], wanted: int, fresh: int) -> tuple[list[int], bool]:
    """The first entries of the Friends who are first, until there are enough of all and of newcomers."""
    met: set[int] = set()
    taken: list[int] = []
    for entry, (id_hash, new) in enumerate(zip(hashes, newcomer, strict=True)):
        if id_hash not in met:
            met.add(id_hash)
            taken.append(entry)
            fresh -= new
            if fresh <= 0 and len(taken) >= wanted:
                return taken, True
    return taken, False


def wave(drawn: Draw, policy: Dispatch, passed: Collection[str]) -> list[int]:
    """The entries of the next wave, in the race's order: at most `wave_size`, none of those `passed`.

    `passed` were notified in earlier waves or are found to be gone. The first newcomers of the race among
    themselves take the places that are promised to them, whether or not they would have been in anyway;
    the others are filled by the race among all who are left. A last wave that is short is all who are
    left, so that nothing need be promised in it.

    A draw of the first `wave_size + len(passed)` gives the same wave as one of all.
    """
    left = list(range(len(drawn)))
    if passed:
        gone = frozenset(passed)
        left = [entry for entry, name in enumerate(drawn.friend_id) if name not in gone]
    newcomer = drawn.newcomer.tolist()
    promised = newcomers_in(policy.wave_size, policy)
    placed = [entry for entry in left if newcomer[entry]][:promised]
    others = [entry for entry in left if entry not in placed][: policy.wave_size - len(placed)]
    return sorted(placed + others)


def newcomers_in(wave: int, policy: Dispatch) -> int:
    """How many of a wave of this size go to newcomers: the share, rounded down, one from a wave of 5."""
    share = int(wave * policy.newcomer_percent // 100)
    return max(share, 1) if wave >= 5 and policy.newcomer_percent > 0 else share


def candidates(roster: Roster, job: Place) -> tuple[Rows, Floats]:
    """The rows of the Friends who may be offered the job, a row a Friend, and their distances in km.

    A Friend is a candidate when one of its own areas covers the job; the nearest such area counts.
    """
    near = roster.index.rows_near(job.skill, job.latitude, job.longitude)
    rows, haversines = _covering(roster, near, job)
    several = roster.several.take(rows).nonzero()[0]
    if len(several):
        hashes = roster.id_hash.take(rows.take(several))
        order = np.lexsort((several, haversines.take(several), hashes))
        hashes = hashes.take(order)
        kept = np.ones(len(rows), bool)
        kept[several.take(order)[1:][hashes[1:] == hashes[:-1]]] = False
        rows, haversines = rows.compress(kept), haversines.compress(kept)
    return rows, _distance_km(haversines)


def _covering(roster: Roster, rows: Rows, job: Place) -> tuple[Rows, Floats]:
    """Those of these rows whose area covers the job, and the haversines of the angles to it.

    They are squares of chords. A cosine would be shorter, and cannot tell places apart that are a
    decimetre from each other.
    """
    here = np.array(half_vector(job.latitude, job.longitude))
    places = roster.index.space.take(rows, axis=1)
    lines = places[:3]
    lines -= here[:, np.newaxis]
    lines *= lines
    haversines = lines[0]
    haversines += lines[1]
    haversines += lines[2]
    covering = (haversines <= places[3]).nonzero()[0]
    if len(covering) == len(rows):
        return rows, haversines
    return rows.take(covering), haversines.take(covering)


def _distance_km(haversines: Floats) -> Floats:
    return DIAMETER_KM * np.arcsin(np.sqrt(np.minimum(haversines, 1.0)))
