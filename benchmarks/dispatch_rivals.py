"""What one would take instead of the roster's own look around: the rivals in the benchmark of the draw.

Each has its rows in memory (or in a server), a set of places for each skill, so that no time goes to rows
without the skill. Some find rows near a job and leave the rest to the roster's own draw.
"""

import heapq
import math
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy.spatial import cKDTree  # type: ignore[import-untyped]

from best_friends.domain.bands import DEGREE, Floats, half_vector
from best_friends.domain.chance import uniform
from best_friends.domain.dispatch import DIAMETER_KM, Place, draw, newcomers_in, wave
from best_friends.domain.policy import Dispatch
from best_friends.domain.roster import Roster
from best_friends.domain.roster_index import Flags, RosterIndex, Rows
from best_friends.domain.roster_rows import hash_of_id

POLICY = Dispatch()
MASK = 2**64 - 1

FirstWave = Callable[[Place], list[str]]
"""A job to the friend_ids of its first wave, in order."""


def drawn_from(roster: Roster) -> FirstWave:
    """The draw as `dispatch_job` goes about it."""

    def first_wave(job: Place) -> list[str]:
        drawn = draw(roster, job, POLICY, POLICY.wave_size)
        return [drawn.friend_id[entry] for entry in wave(drawn, POLICY, ())]

    return first_wave


def with_index(roster: Roster, index: RosterIndex) -> Roster:
    """The same roster, looked around in another way."""
    other = Roster(roster.columns, roster.friend_ids, roster.skills, roster.skill_sets, roster.local_rows)
    vars(other)["index"] = index  # where the cached property keeps its own
    return other


@dataclass(frozen=True, eq=False)
class Trees(RosterIndex):
    """A cKDTree of each skill's places; rows within the largest radius come as a list."""

    trees: dict[str, Any] = field(default_factory=dict)

    def rows_near(self, skill: str, latitude: float, longitude: float) -> Rows:
        """The rows within the largest radius."""
        found = self.tree(skill).query_ball_point(half_vector(latitude, longitude), self.farthest)
        return self.rows_at(skill, np.array(found, np.intp))

    def rows_at(self, skill: str, found: Rows) -> Rows:
        """The roster's rows of some of a tree's places."""
        return self.able(skill).rows.take(found).astype(np.intp)

    def tree(self, skill: str) -> Any:
        """The tree of a skill's places, built when it is first asked for."""
        if skill not in self.trees:
            self.trees[skill] = cKDTree(self.space[:3].take(self.able(skill).rows, axis=1).T)
        return self.trees[skill]

    @property
    def farthest(self) -> float:
        """The largest radius, as a chord on the globe whose diameter is 1."""
        return math.sin(self.reach_km / DIAMETER_KM) + 1e-9


@dataclass(frozen=True, eq=False)
class TreesPaired(Trees):
    """The same trees, held against a tree of the job alone: the rows come as an array, without a list."""

    def rows_near(self, skill: str, latitude: float, longitude: float) -> Rows:
        """The rows within the largest radius, ascending."""
        here = cKDTree([half_vector(latitude, longitude)])
        pairs = here.sparse_distance_matrix(self.tree(skill), self.farthest, output_type="ndarray")
        return self.rows_at(skill, np.sort(pairs["j"]))


@dataclass(frozen=True, eq=False)
class Redis(RosterIndex):
    """A sorted set of places for each skill in a Redis on loopback, asked by GEOSEARCH.

    The members are row numbers of one width, so that a reply is read in one piece and parsed as a vector:
    about the fastest that a client in Python can be.
    """

    server: socket.socket = field(default_factory=socket.socket)

    WIDTH = 8

    def fill(self, skills: tuple[str, ...]) -> None:
        """Keep these rows and no others."""
        self._send("FLUSHALL")
        self._line()
        places = [(self.columns[name] / DEGREE).tolist() for name in ("longitude", "latitude")]
        for skill in skills:
            rows = self.able(skill).rows.tolist()
            for begin in range(0, len(rows), 1000):
                words = [
                    word
                    for row in rows[begin : begin + 1000]
                    for word in (str(places[0][row]), str(places[1][row]), f"{row:0{self.WIDTH}d}")
                ]
                self._send("GEOADD", skill, *words)
                self._line()

    def rows_near(self, skill: str, latitude: float, longitude: float) -> Rows:
        """The rows within the largest radius; Redis's globe is 0.03 % larger and its places coarser."""
        radius = str(self.reach_km * 1.001 + 0.01)
        place = (repr(longitude), repr(latitude))
        self._send("GEOSEARCH", skill, "FROMLONLAT", *place, "BYRADIUS", radius, "km")
        count = int(self._line()[1:])
        width = len(f"${self.WIDTH}\r\n") + self.WIDTH + 2
        reply = np.frombuffer(self._read(count * width), np.uint8).reshape(count, width)
        digits = np.ascontiguousarray(reply[:, width - self.WIDTH - 2 : -2])
        return digits.view(f"S{self.WIDTH}").ravel().astype(np.intp)

    def _send(self, *words: str) -> None:
        parts = [f"*{len(words)}\r\n", *(f"${len(word)}\r\n{word}\r\n" for word in words)]
        self.server.sendall("".join(parts).encode())

    def _line(self) -> str:
        line = b""
        while not line.endswith(b"\r\n"):
            line += self.server.recv(1)
        if line.startswith(b"-"):
            raise RuntimeError(line.decode())
        return line.decode().strip()

    def _read(self, length: int) -> bytearray:
        content = bytearray(length)
        view = memoryview(content)
        while view:
            view = view[self.server.recv_into(view) :]
        return content


class OneProduct:
    """Every row's cosine by one product of matrix and vector, then all candidates sorted by their keys."""

    def __init__(self, roster: Roster) -> None:
        self.roster = roster
        self.vectors = np.ascontiguousarray(roster.index.space[:3].T * 4)
        reach = roster.index.space[3]
        self.cosines = np.where(np.isinf(reach), -2.0, 1 - 2 * reach)
        self.merit = roster.quality * np.where(roster.best_friend, float(POLICY.priority_best_friend), 1.0)
        self.able: dict[str, Flags] = {}
        for skill in roster.skills:
            having = roster.having(skill)
            assert having is not None
            self.able[skill] = having.take(roster.columns["skill_set"])

    def __call__(self, job: Place) -> list[str]:
        """The first wave."""
        cosines = self.vectors @ np.array(half_vector(job.latitude, job.longitude))
        rows = ((cosines >= self.cosines) & self.able[job.skill]).nonzero()[0]
        distances = np.arccos(np.minimum(cosines[rows], 1.0)) * DIAMETER_KM / 2
        proximity = np.exp(-distances / float(POLICY.proximity_km))
        hashes = self.roster.id_hash[rows]
        keys: Floats = -np.log(uniform(job.job_id, hashes)) / (proximity * self.merit[rows])
        order = keys.argsort()
        names: dict[int, int] = {}  # a Friend's first row, in order
        fresh: list[int] = []
        promised = newcomers_in(POLICY.wave_size, POLICY)
        for row in rows[order].tolist():
            id_hash = int(self.roster.id_hash[row])
            if id_hash not in names:
                names[id_hash] = row
                if self.roster.newcomer[row]:
                    fresh.append(row)
                if len(names) >= POLICY.wave_size and len(fresh) >= promised:
                    break
        placed = fresh[:promised]
        others = [row for row in names.values() if row not in placed][: POLICY.wave_size - len(placed)]
        chosen = [row for row in names.values() if row in placed or row in others]
        return [name.decode() for name in self.roster.friend_ids[chosen].tolist()]


class Plainly:
    """The draw in plain Python, over the rows that the cKDTree of a skill finds."""

    def __init__(self, roster: Roster, index: Trees) -> None:
        self.index = index
        self.space = index.space.T.tolist()
        self.hashes = roster.id_hash.tolist()
        self.quality = roster.quality.astype(float).tolist()
        self.best_friend = roster.best_friend.tolist()
        self.newcomer = roster.newcomer.tolist()
        self.friend_ids = [name.decode() for name in roster.friend_ids.tolist()]
        self.able = {skill: index.able(skill).rows.tolist() for skill in roster.skills}
        for skill in roster.skills:
            index.tree(skill)

    def __call__(self, job: Place) -> list[str]:
        """The first wave."""
        race = self.race(job)
        fresh = (one for one in race if self.newcomer[one[2]])
        placed = heapq.nsmallest(newcomers_in(POLICY.wave_size, POLICY), fresh)
        others = [one for one in heapq.nsmallest(POLICY.wave_size, race) if one not in placed]
        return [
            self.friend_ids[row] for _, _, row in sorted(placed + others[: POLICY.wave_size - len(placed)])
        ]

    def race(self, job: Place) -> list[tuple[float, int, int]]:
        """Key, hash and row of each candidate, its nearest area alone."""
        x, y, z = here = half_vector(job.latitude, job.longitude)
        job_hash, priority = hash_of_id(job.job_id), float(POLICY.priority_best_friend)
        proximity_km = float(POLICY.proximity_km)
        able = self.able[job.skill]
        nearest: dict[int, tuple[float, int]] = {}
        for found in self.index.tree(job.skill).query_ball_point(here, self.index.farthest):
            row = able[found]
            east, north, up, reach = self.space[row]
            haversine = (east - x) ** 2 + (north - y) ** 2 + (up - z) ** 2
            known = nearest.get(self.hashes[row])
            if haversine <= reach and (known is None or (haversine, row) < known):
                nearest[self.hashes[row]] = haversine, row
        race = []
        for id_hash, (haversine, row) in nearest.items():
            distance = DIAMETER_KM * math.asin(math.sqrt(haversine))
            weight = math.exp(-distance / proximity_km) * self.quality[row]
            weight *= priority if self.best_friend[row] else 1.0
            race.append((-math.log(uniform_plainly(job_hash ^ id_hash)) / weight, id_hash, row))
        return race


def uniform_plainly(mixed: int) -> float:
    """What `chance.uniform` makes of two hashes."""
    mixed = ((mixed ^ mixed >> 30) * 0xBF58476D1CE4E5B9) & MASK
    mixed = ((mixed ^ mixed >> 27) * 0x94D049BB133111EB) & MASK
    return (((mixed ^ mixed >> 31) >> 12) + 0.5) * 2.0**-52


@contextmanager
def redis_server() -> Iterator[socket.socket | None]:
    """A Redis of our own on a free port of loopback, and a connection to it; None where there is none."""
    command = shutil.which("redis-server")
    if command is None:
        yield None
        return
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        words = [command, "--bind", "127.0.0.1", "--port", str(port), "--save", "", "--dir", folder]
        process = subprocess.Popen(words, stdout=subprocess.DEVNULL)
        try:
            with connection_to(port) as server:
                yield server
        finally:
            process.terminate()
            process.wait(10)


def connection_to(port: int) -> socket.socket:
    """A connection to a server that is about to listen."""
    until = time.monotonic() + 10
    while True:
        try:
            server = socket.create_connection(("127.0.0.1", port), timeout=60)
        except ConnectionRefusedError:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)
        else:
            server.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return server
