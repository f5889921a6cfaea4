"""The roster: who may be offered jobs, a row an area, packed for one vectorised look.

Format (docs/roster.md): the line `best-friends-roster 1`, a line of JSON (`rows`, `local_rows`, `id_bytes`,
`skills`, `skill_sets`) padded to a multiple of 8 bytes, then the columns, little-endian and one after the
other, rows ordered by place:

    id_hash               uint64   blake2b of the friend_id
    latitude, longitude   int32    1e-7 degrees (1 cm)
    radius                uint32   metres
    skill_set             uint32   which of the header's sets of skills
    quality               float32  the Friend's average with its prior, divided by 5
    flags                 uint8    1 Best Friend, 2 newcomer, 4 has several areas
    friend_id             bytes    padded with NUL to `id_bytes`

29 bytes and the id a row.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import batched
from typing import Any

import numpy as np
from numpy.typing import NDArray

from best_friends.domain.bands import DEGREE, Integers, place_key
from best_friends.domain.roster_index import Columns, Flags, RosterIndex
from best_friends.domain.roster_rows import Row, hash_of_id

MAGIC = b"best-friends-roster 1\n"
ALIGNMENT = 8
BATCH = 50_000

LOCAL_KM = 100.0
"""Areas with a larger radius stand apart at the end and are looked at for every job."""

GIRTH_KM = 40_100.0
"""More than once around the globe; a larger radius reaches no farther."""

BEST_FRIEND, NEWCOMER, SEVERAL = 1, 2, 4
COLUMNS = (
    ("id_hash", "<u8"),
    ("latitude", "<i4"),
    ("longitude", "<i4"),
    ("radius", "<u4"),
    ("skill_set", "<u4"),
    ("quality", "<f4"),
    ("flags", "u1"),
)


class MalformedRoster(ValueError):
    """These bytes are not a roster, or not all of one."""


@dataclass(frozen=True, eq=False)
class Roster:
    """The packed columns, and what follows from them once."""

    columns: Columns
    friend_ids: NDArray[np.bytes_]
    skills: tuple[str, ...]
    skill_sets: tuple[tuple[int, ...], ...]
    local_rows: int

    def __len__(self) -> int:
        return len(self.friend_ids)

    @cached_property
    def index(self) -> RosterIndex:
        """What the draw looks around with."""
        return RosterIndex(self.columns, self.best_friend, self.local_rows, self.having)

    @property
    def quality(self) -> NDArray[np.float32]:
        """Quality factors."""
        return self.columns["quality"]

    @property
    def id_hash(self) -> NDArray[np.uint64]:
        """Hashes of the friend_ids."""
        return self.columns["id_hash"]

    @cached_property
    def best_friend(self) -> Flags:
        """Whose status runs."""
        return self._flagged(BEST_FRIEND)

    @cached_property
    def newcomer(self) -> Flags:
        """Who has few ratings yet."""
        return self._flagged(NEWCOMER)

    @cached_property
    def several(self) -> Flags:
        """Whose Friend has more than one area."""
        return self._flagged(SEVERAL)

    def _flagged(self, flag: int) -> Flags:
        flagged: Flags = (self.columns["flags"] & flag) != 0
        return flagged

    def having(self, skill: str) -> Flags | None:
        """Which of the sets of skills have a skill, or None when nobody has it."""
        if skill not in self.skills:
            return None
        number = self.skills.index(skill)
        return np.array([number in one for one in self.skill_sets], bool)

    def rows_of(self, friend_id: str) -> Integers:
        """The rows of a Friend, in the roster's order; none when it is not in it."""
        rows = np.flatnonzero(self.id_hash == np.uint64(hash_of_id(friend_id)))
        own: Integers = rows[self.friend_ids[rows] == friend_id.encode()]
        return own


def pack(rows: Iterable[Row]) -> bytes:
    """Pack rows into a roster's bytes. The same rows, in any order, are the same bytes.

    Rows are taken one after the other and may come from a generator: a million need not exist at once.
    """
    met: dict[frozenset[str], int] = {}
    batches = [_columns_of(batch, met) for batch in batched(rows, BATCH, strict=False)] or [
        _columns_of((), met)
    ]
    columns = {name: np.concatenate([one[name] for one in batches]) for name in batches[0]}
    del batches
    names = sorted(frozenset().union(*met))
    number = {name: at for at, name in enumerate(names)}
    sets = [tuple(sorted(number[skill] for skill in one)) for one in met]
    in_order = sorted(sets)
    rank = {one: at for at, one in enumerate(in_order)}
    renumbered = np.array([rank[one] for one in sets], "<u4")
    columns["skill_set"] = renumbered[columns["skill_set"]]
    ids = columns.pop("friend_id")
    wide = columns["radius"] > LOCAL_KM * 1000
    # By place, and then by everything that tells two rows apart: the same rows are the same bytes.
    apart = [columns[name] for name in ("flags", "quality", "skill_set", "radius", "latitude")]
    order = np.lexsort((*apart, ids, place_key(columns["latitude"], columns["longitude"]), wide))
    header = {
        "rows": len(ids),
        "local_rows": int((~wide).sum()),
        "id_bytes": ids.dtype.itemsize,
        "skills": names,
        "skill_sets": in_order,
    }
    parts = [columns[name][order].tobytes() for name, _ in COLUMNS]
    text = json.dumps(header)
    text += " " * (-(len(MAGIC) + len(text) + 1) % ALIGNMENT)
    return b"".join((MAGIC, text.encode(), b"\n", *parts, ids[order].tobytes()))


def _columns_of(rows: tuple[Row, ...], met: dict[frozenset[str], int]) -> Columns:
    """The columns of some rows, and their ids; sets of skills are numbered as they are met."""
    numbers = [met.setdefault(row.skills, len(met)) for row in rows]
    flags = [row.best_friend * BEST_FRIEND | row.newcomer * NEWCOMER | row.several * SEVERAL for row in rows]
    return {
        "id_hash": np.array([hash_of_id(row.friend_id) for row in rows], "<u8"),
        "latitude": np.array([round(row.latitude * DEGREE) for row in rows], "<i4"),
        "longitude": np.array([round(row.longitude * DEGREE) for row in rows], "<i4"),
        "radius": np.array([round(min(row.radius_km, GIRTH_KM) * 1000) for row in rows], "<u4"),
        "skill_set": np.array(numbers, "<u4"),
        "quality": np.array([row.quality for row in rows], "<f4"),
        "flags": np.array(flags, "u1"),
        "friend_id": np.array([row.friend_id.encode() for row in rows] or [b""], "S")[: len(rows)],
    }


def unpack(content: bytes) -> Roster:
    """Read a roster's bytes; the columns are views, nothing is copied.

    Raises:
        MalformedRoster: when they are not a roster, or are cut off.
    """
    if not content.startswith(MAGIC):
        raise MalformedRoster("these bytes do not begin like a roster")
    at = content.find(b"\n", len(MAGIC)) + 1
    header = _header(content[len(MAGIC) : at])
    rows, id_bytes = header["rows"], header["id_bytes"]
    expected = at + rows * (sum(np.dtype(kind).itemsize for _, kind in COLUMNS) + id_bytes)
    if len(content) != expected:
        raise MalformedRoster(f"the roster has {len(content)} bytes and should have {expected}")
    columns: Columns = {}
    for name, kind in COLUMNS:
        columns[name] = np.frombuffer(content, kind, rows, at)
        at += columns[name].nbytes
    friend_ids = np.frombuffer(content, f"S{id_bytes}", rows, at)
    sets = tuple(tuple(one) for one in header["skill_sets"])
    if rows and int(columns["skill_set"].max()) >= len(sets):
        raise MalformedRoster("a row has a set of skills that the header does not name")
    return Roster(columns, friend_ids, tuple(header["skills"]), sets, header["local_rows"])


def _header(line: bytes) -> dict[str, Any]:
    try:
        match json.loads(line):
            case {
                "rows": int(rows),
                "local_rows": int(local_rows),
                "id_bytes": int(id_bytes),
                "skills": [*skills],
                "skill_sets": [*sets],
            } as header if (
                0 <= local_rows <= rows
                and id_bytes > 0
                and all(isinstance(skill, str) for skill in skills)
                and all(_is_set(one, len(skills)) for one in sets)
            ):
                return dict(header)
    except (ValueError, RecursionError):
        pass
    raise MalformedRoster("the roster's header cannot be read")


def _is_set(numbers: Any, skills: int) -> bool:
    """Whether these are numbers of skills."""
    return isinstance(numbers, list) and all(type(one) is int and 0 <= one < skills for one in numbers)


def changed(
    roster: Roster,
    friend_id: str,
    *,
    radius_km: float | None = None,
    row: int | None = None,
    best_friend: bool | None = None,
) -> Roster:
    """The roster in which a Friend's areas had at least this radius, or its status were another.

    With `row`, one of its rows, only that area reaches so far. For what would have been: the other rows
    are as they were. A Friend who is not in it changes nothing.
    """
    rows = roster.rows_of(friend_id)
    radius, flags = roster.columns["radius"].copy(), roster.columns["flags"].copy()
    if radius_km is not None:
        wider = rows if row is None else rows[rows == row]
        radius[wider] = np.maximum(radius[wider], round(min(radius_km, GIRTH_KM) * 1000))
    if best_friend is not None:
        flags[rows] = flags[rows] & ~np.uint8(BEST_FRIEND) | np.uint8(best_friend * BEST_FRIEND)
    columns = roster.columns | {"radius": radius, "flags": flags}
    # Rows that now reach far go to the end; the others keep their order.
    wide = radius > LOCAL_KM * 1000
    order = np.argsort(wide, kind="stable")
    columns = {name: column[order] for name, column in columns.items()}
    return replace(
        roster, columns=columns, friend_ids=roster.friend_ids[order], local_rows=int((~wide).sum())
    )
