"""What a rehearsal came to: the JSON document and the table."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from math import isinf
from statistics import median
from typing import Any

from pydantic import TypeAdapter
from rich.table import Table

from best_friends import bootstrap
from best_friends.application.select_nominees import verdicts_path
from best_friends.domain.benefits_report import BenefitsReport
from best_friends.domain.dispatch_report import DispatchReport
from best_friends.domain.offer import Ending
from best_friends.domain.programme import Run, YearRecord
from best_friends.domain.report import YearReport
from best_friends.domain.what_if import WhatIf
from best_friends.pages.report import render_report
from best_friends.pages.report_words import earned
from ops.deployment import Deployment
from ops.what_if_screen import what_if_document

JSON: TypeAdapter[Any] = TypeAdapter(Any)


@dataclass(frozen=True, slots=True)
class Outcome:
    """A year as it came out. Money is integer cents; ids are sorted."""

    record: YearRecord
    report: YearReport
    qualified: list[str]
    engaged: list[str]
    timings: dict[str, float]
    what_ifs: tuple[WhatIf, ...] = ()
    standing_page: str = ""
    benefits: BenefitsReport | None = None

    def document(self) -> dict[str, Any]:
        """The JSON document."""
        cohorts = self.record.cohorts
        letters = asdict(self.report.invitations)
        letters.pop("still_open")
        return {
            "year": self.record.run.year,
            "policy": self.record.policy.document(),
            "population": self.report.population,
            "places": sum(cohort.places for cohort in cohorts),
            "cutoff_cents": cohorts[0].cutoff_cents if len(cohorts) == 1 else None,
            "cohorts": [asdict(cohort) for cohort in cohorts],
            "currency": self.record.currency,
            "top": sum(cohort.top for cohort in cohorts),
            "rating_ok": self.report.rating_ok,
            "qualified": self.qualified,
            "engaged": self.engaged,
            "nominees": self.report.nominees,
            "invitations": letters,
            "audit": {
                "ledger": asdict(self.report.ledger),
                "stats": asdict(self.report.stats),
                "equal": bool(self.record.audit.get("equal")),
            },
            "dispatch": _dispatched(self.report.dispatch) if self.report.dispatch else None,
            "what_ifs": what_if_document(self.what_ifs)["what_ifs"] if self.what_ifs else [],
            "benefits": JSON.dump_python(self.benefits, mode="json") if self.benefits else None,
            "timings": {name: round(seconds, 2) for name, seconds in self.timings.items()},
        }

    def report_html(self) -> str:
        """The report as one HTML file, with the rehearsal's timings."""
        report = replace(self.report, timings=self.timings)
        return render_report(
            report, what_ifs=self.what_ifs, standing_page=self.standing_page, benefits=self.benefits
        )

    def table(self) -> Table:
        """The table that the command prints."""
        report, sent = self.report, self.report.invitations
        table = Table(title=f"Best Friends {report.year}", show_header=False, title_justify="left")
        table.add_column(style="dim")
        table.add_column(justify="right")
        table.add_column(style="dim")
        rows: list[tuple[str, int | str, str]] = [
            ("Friends", report.friends, f"{report.active:,} of them active"),
            ("Population", report.population, f"active, with revenue {earned(report)}"),
            ("Places", sum(one.places for one in report.cohorts), f"top {report.revenue_top_percent} %"),
            *_cutoffs(report),
            ("Reach the cut-off", sum(one.top for one in report.cohorts), "ties share the last place"),
            ("Meet both rating criteria", report.rating_ok, _ratings(report)),
            ("Qualified by the figures", report.by_figures, ""),
            ("Engaged", report.by_engagement, ", ".join(_words(role) for role in report.roles)),
            ("Nominees", report.nominees, ""),
            ("Invitations sent", sent.sent, f"and {sent.reminders} reminders"),
            ("Confirmed", sent.confirmed, f"the Best Friends of {report.year}"),
            ("Declined", sent.declined, ""),
            ("Expired", sent.expired, "silent until the end"),
            ("Undeliverable", sent.undeliverable, "the letter bounced"),
            *_dispatch_rows(report.dispatch),
            *_what_if_rows(self.what_ifs),
            *_benefit_rows(self.benefits),
            ("Ledger = stats", "yes" if self.record.audit.get("equal") else "NO", _audited(report)),
        ]
        for label, figure, note in rows:
            table.add_row(label, f"{figure:,}" if isinstance(figure, int) else figure, note)
        return table


def outcome_of(deployment: Deployment, year: int, segments: int, timings: dict[str, float]) -> Outcome:
    """Read the outcome of a year from the tables and the archive."""
    run = Run(year)
    archive = bootstrap.archive(deployment.archive_bucket)
    verdicts = [row for number in range(segments) for row in archive.read_rows(verdicts_path(run, number))]
    report_year = deployment.report_year()
    return Outcome(
        record=report_year.runs.frozen(run),
        report=report_year(run, deployment.chunks_of(year), segments, closed=True),
        qualified=sorted(row["friend_id"] for row in verdicts if row["by_figures"]),
        engaged=sorted(row["friend_id"] for row in verdicts if row["by_engagement"]),
        timings=timings,
    )


def _dispatched(dispatch: DispatchReport) -> dict[str, Any]:
    document = asdict(dispatch)
    for name in ("notified_after", "accepted_after"):
        seconds = document.pop(name)
        document[f"median_{name}_seconds"] = round(median(seconds), 2) if seconds else None
    document["distances"] = [
        {"from_km": begin, "to_km": None if isinf(end) else end, **share}
        for begin, end, share in document["distances"]
    ]
    return document


def _dispatch_rows(dispatch: DispatchReport | None) -> Iterator[tuple[str, int | str, str]]:
    if dispatch is None:
        return
    yield "Jobs posted", dispatch.jobs, f"{dispatch.with_candidates} of them with any candidate"
    waves, accepted = dispatch.waves, dispatch.endings.get(Ending.ACCEPTED, 0)
    yield "Notifications", dispatch.notifications, f"in {waves} waves; {accepted} jobs were accepted"
    yield "First wave changed", dispatch.changed, "jobs, by the status of Best Friends"


def _what_if_rows(what_ifs: Sequence[WhatIf]) -> Iterator[tuple[str, int | str, str]]:
    tried = [one for one in what_ifs if not one.is_control]
    if tried:
        nominees = [one.difference.nominees.after for one in tried]
        yield "Other policies tried", len(tried), f"with {min(nominees):,} to {max(nominees):,} nominees"


def _benefit_rows(benefits: BenefitsReport | None) -> Iterator[tuple[str, int | str, str]]:
    if benefits is None:
        return
    if benefits.event:
        yield "Event", len(benefits.event.listed), f"registered for {benefits.event.places} places"
    yield "Badges issued", benefits.badges.issued, "one of them checked by two verifiers"
    if benefits.referrals:
        yield "Referrals", benefits.referrals.recorded, f"and {benefits.referrals.declined} declined"


def _cutoffs(report: YearReport) -> Iterator[tuple[str, str, str]]:
    for cohort in report.cohorts:
        if cohort.cutoff_cents is not None:
            where = "" if len(report.cohorts) == 1 else f" {cohort.name or 'smaller regions'}"
            yield f"Cut-off{where}", f"{cohort.cutoff_cents / 100:,.2f}", report.currency


def _ratings(report: YearReport) -> str:
    return f"average {report.rating_average_min}, {report.ratings_min} ratings"


def _audited(report: YearReport) -> str:
    return f"{report.ledger.jobs:,} jobs, {report.ledger.ratings:,} ratings"


def _words(role: str) -> str:
    return role.replace("_", " ")
