"""The frozen record of a run, wherever it is kept."""

from dataclasses import dataclass

from pydantic import TypeAdapter

from best_friends.application.errors import Refusal
from best_friends.application.ports import Archive, Programme
from best_friends.domain.programme import Run, YearRecord

RECORD = TypeAdapter(YearRecord)


@dataclass(frozen=True, slots=True)
class Runs:
    """A year's record is kept in the Programme table; a what-if's only in the archive."""

    programme: Programme
    archive: Archive

    def frozen(self, run: Run) -> YearRecord:
        """The record as it was opened.

        Raises:
            Refusal: when the run was never opened.
        """
        if run.what_if:
            text = self.archive.read(f"{run.prefix}/opened.json")
            record = RECORD.validate_json(text) if text else None
        else:
            record = self.programme.year(run.year)
        if record is None:
            raise Refusal(f"the year {run.year} has not been opened; start it with `best-friends year start`")
        return record

    def keep_what_if(self, record: YearRecord) -> None:
        """Keep a what-if's record beside its report."""
        text = RECORD.dump_json(record, indent=1).decode()
        self.archive.write(f"{record.run.prefix}/opened.json", text, "application/json")
