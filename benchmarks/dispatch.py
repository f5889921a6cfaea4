"""How fast a job's first wave is drawn: `make bench-dispatch`.

Rosters spread like the sample's Friends are packed. The same jobs are then drawn by the roster's own look
around and by what one would take instead (dispatch_rivals.py): scipy's cKDTree with the same draw, by its
list of neighbours and by its pairs; cKDTree with the draw in plain Python; one product over the whole roster
and a sort of all candidates; and Redis GEOSEARCH on loopback with the same draw, where redis-server is
installed. All must notify the same Friends. Picks are the Friends of first waves.

Job after job, the ways of drawing take turns, in another order each time; the jobs are gone through several
times and a job's quickest draw counts: the others hold what else the machine was doing. Needs scipy:
`uv pip install scipy`, or the extra `bench`.
"""

import argparse
import importlib.util
import json
import math
import random
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from rich.console import Console
from rich.table import Table

from benchmarks.dispatch_data import Spread, make_jobs, make_rows
from benchmarks.dispatch_rivals import (
    POLICY,
    FirstWave,
    OneProduct,
    Plainly,
    Redis,
    Trees,
    TreesPaired,
    drawn_from,
    redis_server,
    with_index,
)
from best_friends.domain.dispatch import Place, candidates, draw, wave
from best_friends.domain.roster import Roster, pack, unpack
from best_friends.domain.roster_index import RosterIndex
from best_friends.domain.roster_rows import Row

AIMS = {10_000: 20_000, 100_000: 5_000, 1_000_000: 1_000}
"""Picks a second at each number of Friends."""

JOBS = {10_000: 300, 100_000: 200, 1_000_000: 100}
PASSES = 5
HANDLER = "functions.dispatch_job.handler"
OURS = "the roster"


class Way(NamedTuple):
    """A way of drawing, and the seconds it took to prepare."""

    first_wave: FirstWave
    prepared: float


class Packed(NamedTuple):
    """A roster's bytes, how many rows, and the seconds for making up the rows and for packing."""

    content: bytes
    rows: int
    made: float
    packed: float


def packed(spread: Spread, friends: int) -> Packed:
    """Pack a roster. Rows come one after the other, as `build_roster`'s do; their making is told apart."""
    made = [0.0, 0.0]

    def timed(rows: Iterator[Row]) -> Iterator[Row]:
        while True:
            begin = time.perf_counter()
            row = next(rows, None)
            made[0] += time.perf_counter() - begin
            if row is None:
                return
            made[1] += 1
            yield row

    begin = time.perf_counter()
    content = pack(timed(make_rows(spread, friends)))
    return Packed(content, int(made[1]), made[0], time.perf_counter() - begin - made[0])


def ways(content: bytes, server: Any) -> dict[str, Way]:
    """Every way of drawing, ready: what is made when it is first asked for is made."""
    roster = unpack(content)
    parts = (roster.columns, roster.best_friend, roster.local_rows, roster.having)
    trees, paired = Trees(*parts), TreesPaired(*parts)
    prepare: dict[str, Callable[[], FirstWave]] = {
        OURS: lambda: drawn_from(unpack(content)),
        "cKDTree, the same draw": lambda: drawn_from(with_index(roster, trees)),
        "cKDTree by pairs, the same draw": lambda: drawn_from(with_index(roster, paired)),
        "cKDTree, the draw in plain Python": lambda: Plainly(roster, Trees(*parts)),
        "one product, all sorted": lambda: OneProduct(roster),
    }
    if server is not None:
        redis = Redis(*parts, server=server)
        prepare["Redis GEOSEARCH, the same draw"] = lambda: drawn_from(filled(roster, redis))
    return {name: warmed(make, roster.skills) for name, make in prepare.items()}


def filled(roster: Roster, index: Redis) -> Roster:
    """The roster over a Redis that has the rows."""
    index.fill(roster.skills)
    return with_index(roster, index)


def warmed(make: Callable[[], FirstWave], skills: Sequence[str]) -> Way:
    """Make a way of drawing and draw once by it for each skill."""
    begin = time.perf_counter()
    first_wave = make()
    for skill in skills:
        first_wave(Place("J", skill, 47.0, 8.0))
    return Way(first_wave, time.perf_counter() - begin)


def seconds_of(drawn: Callable[[Place], Any], job: Place) -> float:
    """How long one call takes."""
    begin = time.perf_counter()
    drawn(job)
    return time.perf_counter() - begin


def quickest(calls: Mapping[str, Callable[[Place], Any]], jobs: Sequence[Place]) -> dict[str, list[float]]:
    """The least seconds that each call took for each job: in turns, each time after another one."""
    best = {name: [math.inf] * len(jobs) for name in calls}
    names = list(calls)
    for _ in range(PASSES):
        for number, job in enumerate(jobs):
            random.shuffle(names)
            for name in names:
                best[name][number] = min(best[name][number], seconds_of(calls[name], job))
    return best


def figures(seconds: Sequence[float], picks: int) -> dict[str, float]:
    """Milliseconds a job, and picks a second."""
    ordered = sorted(seconds)
    return {
        "median_ms": statistics.median(ordered) * 1e3,
        "p95_ms": ordered[math.ceil(len(ordered) * 0.95) - 1] * 1e3,
        "picks_a_second": picks / sum(ordered),
    }


def compare(friends: int, server: Any, seed: int) -> dict[str, Any]:
    """Every way of drawing over one roster."""
    spread = Spread(seed)
    made = packed(spread, friends)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    jobs = make_jobs(spread, JOBS[friends])
    known = ways(made.content, server)
    expected = [known[OURS].first_wave(job) for job in jobs]
    for name, way in known.items():
        if [way.first_wave(job) for job in jobs] != expected:
            raise SystemExit(f"{name} notifies others at {friends:,} Friends")
    seconds = quickest({name: way.first_wave for name, way in known.items()}, jobs)
    picks = sum(map(len, expected))
    report = {
        name: {"prepare_s": known[name].prepared, **figures(one, picks)} for name, one in seconds.items()
    }
    best = max(one["picks_a_second"] for name, one in report.items() if name != OURS)
    return {
        "friends": friends,
        "rows": made.rows,
        "jobs": len(jobs),
        "aim_picks_a_second": AIMS[friends],
        "pack_s": made.packed,
        "peak_mb_after_packing": peak,
        "bytes": len(made.content),
        "bytes_a_row": len(made.content) / made.rows,
        "ratio_to_best": report[OURS]["picks_a_second"] / best,
        "ways": report,
        "parts_ms": parts(unpack(made.content), jobs),
    }


def parts(roster: Roster, jobs: Sequence[Place]) -> dict[str, float]:
    """The medians of what a first wave consists of, and of what is frozen with it; candidates a job."""
    columns = (roster.columns, roster.best_friend, roster.local_rows, roster.having)
    calls: dict[str, Callable[[Place], Any]] = {
        "find, the roster": finding(roster.index),
        "find, cKDTree": finding(Trees(*columns)),
        "find, cKDTree by pairs": finding(TreesPaired(*columns)),
    }
    calls["first wave"] = drawn_from(roster)
    calls["first wave, as it is frozen"] = lambda job: frozen(roster, job)
    for skill in roster.skills:
        for call in calls.values():
            call(Place("J", skill, 47.0, 8.0))
    found = {name: statistics.median(one) * 1e3 for name, one in quickest(calls, jobs).items()}
    found["the draw, shared by all"] = found["first wave"] - found["find, the roster"]
    counts = [len(candidates(roster, job)[0]) for job in jobs]
    return found | {"candidates (number)": statistics.median(counts)}


def finding(index: RosterIndex) -> Callable[[Place], Any]:
    """The look around alone."""
    return lambda job: index.rows_near(job.skill, job.latitude, job.longitude)


def frozen(roster: Roster, job: Place) -> list[tuple[Any, ...]]:
    """The first wave with every figure that is stored of it, the number of all candidates too."""
    drawn = draw(roster, job, POLICY, POLICY.wave_size)
    columns = (drawn.distance_km, drawn.proximity, drawn.quality, drawn.priority, drawn.key, drawn.newcomer)
    values = [column.tolist() for column in columns]
    return [
        (drawn.candidates, drawn.rank(entry), drawn.friend_id[entry], *(one[entry] for one in values))
        for entry in wave(drawn, POLICY, ())
    ]


def import_ms(modules: Sequence[str]) -> dict[str, float]:
    """The median of nine imports of each module, each in a fresh interpreter, in turns."""
    source = "import time; begin = time.perf_counter(); import {}; print(time.perf_counter() - begin)"
    times: dict[str, list[float]] = {module: [] for module in modules}
    for _ in range(9):
        for module in modules:
            words = [sys.executable, "-c", source.format(module)]
            done = subprocess.run(words, capture_output=True, text=True, check=True)
            times[module].append(float(done.stdout) * 1e3)
    return {module: statistics.median(one) for module, one in times.items()}


def modules() -> list[str]:
    """What is imported: the handler where there is one, and what it is held against."""
    there = importlib.util.find_spec("functions") and importlib.util.find_spec(HANDLER)
    return [*([HANDLER] if there else []), "best_friends.domain.dispatch", "numpy", "boto3"]


def shown(sizes: Sequence[dict[str, Any]], imports: dict[str, float]) -> None:
    """Print the tables."""
    table = Table("Friends", "drawn by", "prepare, s", "median, ms", "95 %, ms", "picks/s", "ours is")
    for size in sizes:
        ours = size["ways"][OURS]["picks_a_second"]
        for name, one in size["ways"].items():
            table.add_row(
                f"{size['friends']:,}",
                name,
                f"{one['prepare_s']:.2f}",
                f"{one['median_ms']:.3f}",
                f"{one['p95_ms']:.3f}",
                f"{one['picks_a_second']:,.0f}",
                f"{ours / one['picks_a_second']:.1f} x",
            )
        table.add_section()
    console = Console(width=110)
    console.print(table)
    table = Table("Friends", "rows", "pack, s", "bytes a row", "MB", "aim, picks/s", "reached", "ours / best")
    for size in sizes:
        table.add_row(
            f"{size['friends']:,}",
            f"{size['rows']:,}",
            f"{size['pack_s']:.2f}",
            f"{size['bytes_a_row']:.1f}",
            f"{size['bytes'] / 1e6:.1f}",
            f"{size['aim_picks_a_second']:,}",
            f"{size['ways'][OURS]['picks_a_second']:,.0f}",
            f"{size['ratio_to_best']:.1f}",
        )
    console.print(table)
    table = Table("medians, ms", *(f"{size['friends']:,}" for size in sizes))
    for name in sizes[0]["parts_ms"]:
        table.add_row(name, *(f"{size['parts_ms'][name]:.3f}" for size in sizes))
    console.print(table)
    for module, milliseconds in imports.items():
        console.print(f"import {module}: {milliseconds:.0f} ms")


def main() -> None:
    """Measure, print tables, and write the figures where one asks for them."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures here as well")
    parser.add_argument("--friends", type=int, nargs="+", default=list(AIMS), choices=list(AIMS))
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    with redis_server() as server:
        if server is None:
            print("redis-server is not installed; GEOSEARCH is left out")
        sizes = [compare(friends, server, arguments.seed) for friends in arguments.friends]
    imports = import_ms(modules())
    shown(sizes, imports)
    if arguments.json:
        arguments.json.parent.mkdir(exist_ok=True)
        arguments.json.write_text(json.dumps({"sizes": sizes, "import_ms": imports}, indent=2) + "\n")


if __name__ == "__main__":
    main()
