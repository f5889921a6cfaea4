"""How fast an export is checked, and in how much memory: `make bench-import`.

Two exports of the generator are checked and read back as an import does, each in a process of its own, and
held against merely reading the same files with the csv module.
"""

import csv
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.table import Table

from ops.export import check_export
from ops.sample import write_sample

FRIENDS = {"15,000 rows": 800, "1,000,000 rows": 52_000}


def measured(what: str, folder: Path) -> dict[str, float]:
    """Run one pass and return rows, seconds and the process's peak memory in MB."""
    begin = time.perf_counter()
    rows = checked_rows(folder) if what == "check" else plain_rows(folder)
    return {"rows": rows, "seconds": time.perf_counter() - begin, "peak_mb": peak_memory()}


def peak_memory() -> float:
    """The process's own peak in MB; getrusage would count the parent that it was forked from."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def checked_rows(folder: Path) -> int:
    """Check an export and read everything back, in the order in which an import writes it."""
    with check_export(folder) as export:
        if export.fault_count:
            raise SystemExit(str(export.faults[0]))
        for _ in export.friends():
            pass
        for _ in export.ledger(ZoneInfo("Europe/Zurich")):
            pass
        for _ in export.jobs():
            pass
        counts = export.counts
        return counts.friends + counts.jobs + counts.ratings + counts.areas + counts.engagements


def plain_rows(folder: Path) -> int:
    """Read every row and do nothing with it."""
    rows = 0
    for path in sorted(folder.glob("*.csv")):
        with path.open(newline="") as file:
            rows += sum(1 for _ in csv.DictReader(file))
    return rows


def in_a_process(what: str, folder: Path) -> dict[str, float]:
    """Measure in a fresh interpreter, so that memory is the pass's own."""
    done = subprocess.run(
        [sys.executable, __file__, what, str(folder)], capture_output=True, text=True, check=True
    )
    result: dict[str, float] = json.loads(done.stdout)
    return result


def main() -> None:
    """Generate, measure, print a table."""
    table = Table("export", "rows", "check, s", "peak, MB", "csv alone, s", "ratio")
    for name, friends in FRIENDS.items():
        with tempfile.TemporaryDirectory() as folder:
            write_sample(Path(folder), friends=friends, seed=1)
            ours, plain = in_a_process("check", Path(folder)), in_a_process("csv", Path(folder))
        table.add_row(
            name,
            f"{ours['rows']:,.0f}",
            f"{ours['seconds']:.1f}",
            f"{ours['peak_mb']:.0f}",
            f"{plain['seconds']:.1f}",
            f"{ours['seconds'] / plain['seconds']:.1f}",
        )
    Console().print(table)


if __name__ == "__main__":
    if len(sys.argv) == 3:
        print(json.dumps(measured(sys.argv[1], Path(sys.argv[2]))))
    else:
        main()
