"""Keep every verdict of a year where its Friend can look it up."""

from dataclasses import dataclass

from best_friends.application.ports import Segment
from best_friends.application.ports_standing import Verdicts
from best_friends.application.run import Runs
from best_friends.application.select_nominees import verdicts_path
from best_friends.application.verdicts import cutoffs_of, judged_of
from best_friends.domain.programme import Run


@dataclass(frozen=True, slots=True)
class RecordVerdicts:
    """Copy a segment's archived verdicts into the Verdicts table."""

    runs: Runs
    verdicts: Verdicts

    def __call__(self, run: Run, segment: Segment) -> int:
        """Copy them and return how many there are. Run twice, it writes the same rows."""
        cutoffs = cutoffs_of(self.runs.frozen(run))
        rows = self.runs.archive.read_rows(verdicts_path(run, segment.number))
        return self.verdicts.put_many(run.year, (judged_of(row, cutoffs) for row in rows))
