"""Rosters for tests, and the rule of who is near, written down once more, slowly."""

import hashlib
import math
from collections.abc import Iterable
from typing import Any

from best_friends.domain.dispatch import Place
from best_friends.domain.place import distance_km
from best_friends.domain.policy import Dispatch
from best_friends.domain.roster import Roster, pack, unpack
from best_friends.domain.roster_rows import Row

KM = 1 / 111.1950802
"""A kilometre to the north, in degrees."""

POLICY = Dispatch()


def area(friend_id: str, **changes: Any) -> Row:
    """One area of a Friend who lives in Bern and can do anything that a test does not speak of."""
    given: dict[str, Any] = {
        "friend_id": friend_id,
        "latitude": 46.948,
        "longitude": 7.4474,
        "radius_km": 20.0,
        "skills": frozenset({"computer"}),
        "quality": 0.8,
        "best_friend": False,
        "newcomer": False,
        "several": False,
    }
    return Row(**given | changes)


def crowd(count: int, every: int) -> list[Row]:
    """Friends at one place; each so-many-th is a newcomer (0: nobody)."""
    return [area(f"F{number:03}", newcomer=every > 0 and number % every == 0) for number in range(count)]


def job(job_id: str = "J1", **changes: Any) -> Place:
    """A computer in Bern."""
    given: dict[str, Any] = {"skill": "computer", "latitude": 46.948, "longitude": 7.4474}
    return Place(job_id, **given | changes)


def roster_of(rows: Iterable[Row]) -> Roster:
    """What `dispatch_job` has in memory."""
    return unpack(pack(rows))


def friend_ids(roster: Roster, rows: Iterable[int]) -> list[str]:
    """Who these rows are."""
    return [roster.friend_ids[row].decode() for row in rows]


def km_between(one: Row | Place, other: Row | Place) -> float:
    """The great-circle distance, by the haversine formula."""
    return distance_km(one.latitude, one.longitude, other.latitude, other.longitude)


def covers(row: Row, place: Place) -> bool:
    """Whether an area covers a place."""
    return km_between(row, place) <= row.radius_km


def on_the_edge(row: Row, place: Place) -> bool:
    """Whether a place is so close to the edge that the roster's centimetres decide.

    Opposite ends of the globe are told apart less well: there the formula itself is off by decimetres.
    """
    distance = km_between(row, place)
    return abs(distance - row.radius_km) < (2e-5 if distance < 19_000 else 1e-3)


def u_by_hand(job_id: str, friend_id: str) -> float:
    """The stated mix (docs/roster.md), in integers of any size."""
    digests = [hashlib.blake2b(name.encode(), digest_size=8).digest() for name in (job_id, friend_id)]
    mixed = int.from_bytes(digests[0], "little") ^ int.from_bytes(digests[1], "little")
    mixed = (mixed ^ mixed >> 30) * 0xBF58476D1CE4E5B9 % 2**64
    mixed = (mixed ^ mixed >> 27) * 0x94D049BB133111EB % 2**64
    mixed ^= mixed >> 31
    return ((mixed >> 12) + 0.5) / 2**52


def unmixed(mixed: int) -> int:
    """The number of 64 bits that the finaliser makes this one of."""
    for shift, factor in ((31, 0x94D049BB133111EB), (27, 0xBF58476D1CE4E5B9), (30, 1)):
        found = mixed
        for _ in range(64 // shift):
            found = mixed ^ found >> shift
        mixed = found * pow(factor, -1, 2**64) % 2**64
    return mixed


def mixed_crowd() -> list[Row]:
    """Near and far, good and poor, with the status and without."""
    return [
        area(
            f"F{number}",
            latitude=46.948 + number * KM,
            quality=0.6 + 0.04 * number,
            best_friend=number % 3 == 0,
        )
        for number in range(10)
    ]


def weight(row: Row, place: Place, policy: Dispatch = POLICY) -> float:
    """The product of the factors, as domain.md has it."""
    priority = float(policy.priority_best_friend) if row.best_friend else 1.0
    return math.exp(-km_between(row, place) / float(policy.proximity_km)) * row.quality * priority
