"""The last step of a what-if: hold its verdicts against those of the year, and keep what came of it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from heapq import merge
from itertools import groupby
from typing import Any

from pydantic import TypeAdapter

from best_friends.application.accounts import Accounts
from best_friends.application.errors import Refusal
from best_friends.application.ports import Archive, Friends
from best_friends.application.run import Runs
from best_friends.application.verdicts import cutoffs_of, judged_of, verdicts_paths
from best_friends.domain.compare_verdicts import Pair, compare
from best_friends.domain.judged import Judged
from best_friends.domain.programme import Run, YearRecord
from best_friends.domain.what_if import Against, Baseline, WhatIf, canonical

REPORT = TypeAdapter(WhatIf)


@dataclass(frozen=True, slots=True)
class ReportWhatIf:
    """Compare two runs in the archive, Friend by Friend.

    Both are read as they lie, sorted by Friend: of each no more is held than its compressed files, and of
    the rows only the nominees'.
    """

    archive: Archive
    friends: Friends
    runs: Runs

    def __call__(self, run: Run, against: str) -> WhatIf:
        """Compare with the what-if named, or with the year as it was run; without either, with itself.

        Raises:
            Refusal: when the what-if, or the one that it is held against, has no verdicts.
        """
        record = self.runs.frozen(run)
        kind, other = self._baseline(record, against)
        if not all(one.digests for one in (record, other)):
            raise Refusal(f"a what-if of {run.year} has no verdicts yet; run it to its end first")
        baseline, policy = Baseline.of(kind, other.policy), canonical(record.policy)
        accounts = Accounts(self.friends)
        report = WhatIf(
            year=run.year,
            name=run.what_if,
            currency=record.currency,
            policy=policy,
            baseline=baseline,
            cohorts_before=other.cohorts,
            cohorts_after=record.cohorts,
            difference=compare(self._pairs(other, record), baseline, policy, accounts.surviving),
        )
        self.archive.write(report_path(run), text_of(report), "application/json")
        return report

    def _baseline(self, record: YearRecord, against: str) -> tuple[Against, YearRecord]:
        year = record.run.year
        if against:
            return Against.IN_FORCE, self.runs.frozen(Run(year, against))
        published = self.runs.programme.year(year)
        if published and published.digests:
            return Against.AS_RUN, published
        return Against.ITSELF, record

    def _pairs(self, before: YearRecord, after: YearRecord) -> Iterator[Pair]:
        sides = merge(
            self._side(before, "before"), self._side(after, "after"), key=lambda one: (one[0], one[1])
        )
        for _, same in groupby(sides, key=lambda one: one[0]):
            found = {side: judged for _, side, judged in same}
            yield found.get("before"), found.get("after")

    def _side(self, record: YearRecord, side: str) -> Iterator[tuple[str, str, Judged]]:
        cutoffs = cutoffs_of(record)
        for row in merge(*map(self._rows, verdicts_paths(record)), key=_friend):
            yield row["friend_id"], side, judged_of(row, cutoffs)

    def _rows(self, path: str) -> Iterator[dict[str, Any]]:
        """The rows of a segment, which a comparison row by row may only trust while they are sorted."""
        last = ""
        for row in self.archive.read_rows(path):
            if row["friend_id"] <= last:
                raise ValueError(f"{path} is not sorted by Friend")
            last = row["friend_id"]
            yield row


def report_path(run: Run) -> str:
    """Where a what-if's report is kept."""
    return f"{run.prefix}/report.json"


def text_of(report: WhatIf) -> str:
    """The report as it is kept: sorted, without a time or the name of an execution."""
    document = REPORT.dump_python(report, mode="json")
    return json.dumps(document, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def report_of(archive: Archive, run: Run) -> WhatIf:
    """A report, read back.

    Raises:
        Refusal: when there is none.
    """
    text = archive.read(report_path(run))
    if text is None:
        raise Refusal(f"the what-if {run.what_if} of {run.year} has no report; run it again")
    return REPORT.validate_json(text)


def _friend(row: dict[str, Any]) -> str:
    return str(row["friend_id"])
