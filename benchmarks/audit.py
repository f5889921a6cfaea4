"""How fast `best-friends audit` is, and in how much memory: `make bench-audit`.

Large: 100,000 Friends with 2,000,000 lines of the ledger. What DynamoDB would answer, pages of about a
megabyte in its own JSON, is made first and kept in a SQLite file; a client that reads it stands in for
boto3's. Measured are decoding the JSON, the adapters and the use case, each pass in a process of its own, and
the same for a plain scan of the same lines with nothing computed. Not measured are DynamoDB, the network and
boto3's own parsing, which both passes have to wait for: the ratio should be smaller on AWS than it is here.

Small: 2,000 Friends with 20,000 lines on the embedded AWS, through boto3 and everything else, to see how far
the ratio moves when those are there.
"""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from kept_answers import KeptAnswers, Ledgered, keep_answers, marketplace
from rich.console import Console
from rich.table import Table

from best_friends import bootstrap
from best_friends.adapters.dynamodb import bound
from best_friends.adapters.marketplace import FriendsTable, LedgerTable, StatsTable
from best_friends.adapters.models import FriendRow, LedgerRow, StatsRow
from best_friends.adapters.scans import HotScans
from best_friends.application.audit_ledger import WHOLE, AuditLedger, RepairLedger
from best_friends.application.merge_accounts import MergeAccounts
from best_friends.application.refresh_stats import RefreshStats
from best_friends.domain.friends import Friend
from best_friends.domain.stats import Totals, replay
from ops.local.embedded import embedded_aws

LARGE = (100_000, 20)
SMALL = (2_000, 10)
"""Friends, and lines of the ledger a Friend."""

ROUNDS = 3
TAMPERED = 5
OUT = Path("out/audit.json")


def kept_audit(path: Path) -> AuditLedger:
    """The audit with its real adapters, over the file."""
    client: Any = KeptAnswers(path)
    scans = HotScans(client)
    return AuditLedger(
        FriendsTable(bound(FriendRow, "Friends"), scans),
        LedgerTable(bound(LedgerRow, "Ledger"), scans),
        StatsTable(bound(StatsRow, "Stats"), scans),
        lambda: None,
    )


# ---------------------------------------------------------------- passes


def audited_rows(audit: AuditLedger) -> int:
    """Audit, and see that nothing is wrong."""
    audited = audit()
    if not audited.found.clean:
        raise SystemExit(f"the audit found {audited.found.months} months that nobody tampered with")
    return audited.rows


def plain_rows(audit: AuditLedger) -> int:
    """Read every line of the ledger and do nothing with it."""
    return sum(1 for _ in audit.ledger.scan(WHOLE))


PASSES: dict[str, Callable[[AuditLedger], int]] = {"audit": audited_rows, "scan": plain_rows}


def measured(what: str, audit: AuditLedger) -> dict[str, float]:
    """Run one pass and return rows, seconds, those of them on a processor, and the peak memory in MB."""
    begin, begin_cpu = time.perf_counter(), time.process_time()
    rows = PASSES[what](audit)
    seconds, cpu = time.perf_counter() - begin, time.process_time() - begin_cpu
    return {"rows": rows, "seconds": seconds, "cpu_seconds": cpu, "peak_mb": peak_memory()}


def peak_memory() -> float:
    """The process's own peak in MB; getrusage would count the parent that it was forked from."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def in_a_process(what: str, path: Path) -> dict[str, float]:
    """Measure in a fresh interpreter, so that memory is the pass's own."""
    done = subprocess.run(
        [sys.executable, __file__, what, str(path)], stdout=subprocess.PIPE, text=True, check=True
    )
    result: dict[str, float] = json.loads(done.stdout)
    return result


def large(friends: int, lines: int) -> dict[str, dict[str, float]]:
    """Both passes over the file, in turn; the fastest of each."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "answers.sqlite"
        keep_answers(path, friends, lines)
        rounds = [{what: in_a_process(what, path) for what in PASSES} for _ in range(ROUNDS)]
    return fastest(rounds)


def fastest(rounds: list[dict[str, dict[str, float]]]) -> dict[str, dict[str, float]]:
    """The fastest round of each pass."""
    return {what: min((one[what] for one in rounds), key=lambda one: one["seconds"]) for what in PASSES}


# ---------------------------------------------------------------- small: the embedded AWS


def small(friends: int, lines: int) -> dict[str, dict[str, float]]:
    """Both passes over real tables; then a few months are tampered with, found and repaired."""
    with embedded_aws():
        for model, name in ((FriendRow, "Friends"), (LedgerRow, "Ledger"), (StatsRow, "Stats")):
            bound(model, name).create_table(billing_mode="PAY_PER_REQUEST", wait=True)
        audit = AuditLedger(
            bootstrap.friends("Friends"), bootstrap.ledger("Ledger"), bootstrap.stats("Stats"), lambda: None
        )
        everybody = list(marketplace(friends, lines))
        audit.ledger.write((entry for one in everybody for entry in one.lines), ())
        stats = bound(StatsRow, "Stats")
        with stats.batch_write() as batch:
            for one in everybody:
                months = replay(one.lines)
                rows = {month: [t.ratings, t.stars, t.jobs, t.cents] for month, t in months.items()}
                batch.save(stats(friend_id=one.friend_id, version=1, months=rows))
        audit.friends.put_many(alias(one) for one in everybody if one.alias)
        rounds = [{what: measured(what, audit) for what in PASSES} for _ in range(ROUNDS)]
        tamper_and_repair(audit, everybody[:TAMPERED])
    return fastest(rounds)


def alias(one: Ledgered) -> Friend:
    """The account that was merged into this one."""
    return Friend(one.alias, "", "", "de", (), (), date(2024, 1, 1), False, merged_into=one.friend_id)


def tamper_and_repair(audit: AuditLedger, chosen: list[Ledgered]) -> None:
    """See that the audit that was measured finds what is wrong."""
    for one in chosen:
        audit.stats.put(one.friend_id, {"2025-01": Totals(1, 1, 1, 1)}, read_at=1)
    found = audit().found
    moves = bootstrap.ledger_moves("Ledger", "Corrections", "Trail")  # nothing lies astray: never asked
    merge = MergeAccounts(audit.friends, audit.ledger, moves, bootstrap.trail("Trail"), bootstrap.clock)
    repaired = RepairLedger(audit, merge, RefreshStats(audit.ledger, audit.stats))(found)
    if sorted(found.differing) != sorted(one.friend_id for one in chosen) or not repaired.left.clean:
        raise SystemExit("the audit did not find or repair what was tampered with")


# ---------------------------------------------------------------- the outcome


def main(sizes: dict[str, tuple[int, int]]) -> None:
    """Measure, print a table, write it as JSON."""
    table = Table("", "lines", "audit s", "scan s", "ratio", "audit MB", "scan MB")
    document: dict[str, Any] = {}
    for name, measure in (("kept answers", large), ("embedded AWS", small)):
        friends, lines = sizes[name]
        passes = measure(friends, lines)
        audit, scan = passes["audit"], passes["scan"]
        ratio = audit["seconds"] / scan["seconds"]
        document[name] = {"friends": friends, **passes, "ratio": round(ratio, 2)}
        table.add_row(
            f"{name}, {friends:,} Friends",
            f"{audit['rows']:,.0f}",
            f"{audit['seconds']:.1f}",
            f"{scan['seconds']:.1f}",
            f"{ratio:.2f}",
            # On the embedded AWS all passes are one process, which holds the marketplace as well.
            f"{audit['peak_mb']:.0f}" if measure is large else "",
            f"{scan['peak_mb']:.0f}" if measure is large else "",
        )
    Console().print(table)
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(json.dumps(document, indent=1) + "\n")


if __name__ == "__main__":
    if len(sys.argv) == 3:
        print(json.dumps(measured(sys.argv[1], kept_audit(Path(sys.argv[2])))))
    elif sys.argv[1:] == ["quick"]:
        main({"kept answers": (5_000, 20), "embedded AWS": (200, 10)})
    else:
        main({"kept answers": LARGE, "embedded AWS": SMALL})
