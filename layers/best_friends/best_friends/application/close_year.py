"""Close a year: count, publish, and let the status pass."""

from dataclasses import asdict, dataclass

from best_friends.application.ports import Archive, Programme
from best_friends.application.report_year import ReportYear
from best_friends.domain.programme import Run, YearState
from best_friends.domain.report import InvitationCounts
from best_friends.pages.report import render_report


@dataclass(frozen=True, slots=True)
class CloseYear:
    """The last step of the annual machine."""

    programme: Programme
    archive: Archive
    report: ReportYear

    def __call__(self, run: Run, chunks: list[str], segments: int) -> InvitationCounts:
        """Publish the report, close the year, and announce its Best Friends. Safe to run again."""
        report = self.report(run, chunks, segments, closed=True)
        self.archive.write(f"{run.prefix}/report.html", render_report(report), "text/html; charset=utf-8")
        counts = asdict(report.invitations)
        before = self.programme.year(run.year)
        self.programme.update(
            run.year, state=YearState.CLOSED, counts={**(before.counts if before else {}), **counts}
        )
        self.programme.announce(run.year)
        return report.invitations
