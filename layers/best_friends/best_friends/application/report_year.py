"""Gather what a year's report shows, from the archive and the invitations."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from best_friends.application.audit_stats import sums_of
from best_friends.application.ports import Archive, Invitations
from best_friends.application.ports_letters import Letters
from best_friends.application.run import Runs
from best_friends.application.select_nominees import nominees_of, verdicts_path
from best_friends.domain.invitation import InvitationState
from best_friends.domain.letter import LetterKind, LetterState
from best_friends.domain.policy import Role
from best_friends.domain.programme import Run, YearRecord
from best_friends.domain.report import InvitationCounts, RegionRow, YearReport, revenue_bins
from best_friends.domain.stats import Totals


@dataclass(frozen=True, slots=True)
class ReportYear:
    """The report of a year, closed or still running."""

    archive: Archive
    invitations: Invitations
    letters: Letters
    runs: Runs

    def __call__(self, run: Run, chunks: list[str], segments: int, *, closed: bool) -> YearReport:
        """Read the verdicts once and the nominees' invitations, and add them up."""
        record = self.runs.frozen(run)
        nominees = [friend_id for chunk in chunks for friend_id, _ in nominees_of(self.archive, chunk)]
        states = {one.friend_id: one.state for one in self.invitations.get_many(nominees, run.year)}
        tally = _Tally(states)
        for row in self._verdicts(run, segments):
            tally.add(row)
        rule = record.policy.qualification
        return YearReport(
            year=run.year,
            currency=record.currency,
            opened_on=record.calendar.opened_on,
            answer_by=record.calendar.answer_by,
            closed=closed,
            timezone=record.policy.programme.timezone,
            rating_average_min=str(rule.rating_average_min),
            ratings_min=rule.ratings_min,
            revenue_top_percent=str(rule.revenue_top_percent),
            friends=tally.counts["friends"],
            active=tally.counts["active"],
            population=tally.counts["population"],
            cohorts=record.cohorts,
            rating_ok=tally.counts["rating_ok"],
            by_figures=tally.counts["by_figures"],
            by_engagement=tally.counts["by_engagement"],
            nominees=len(nominees),
            roles={role: tally.roles[role] for role in Role if tally.roles[role]},
            missed=dict(sorted(tally.missed.items())),
            invitations=self._invitations(record, nominees, states),
            revenue_bins=revenue_bins(tally.revenues),
            regions=tally.regions(),
            ledger=_audited(record, "ledger"),
            stats=_audited(record, "stats"),
            revenue_window=rule.revenue_window,
            ratings_window=rule.ratings_window,
            by_region=rule.revenue_cohort == "region",
        )

    def _verdicts(self, run: Run, segments: int) -> Iterator[dict[str, Any]]:
        for number in range(segments):
            yield from self.archive.read_rows(verdicts_path(run, number))

    def _invitations(
        self, record: YearRecord, nominees: list[str], states: dict[str, InvitationState]
    ) -> InvitationCounts:
        ends = Counter(states.values())
        reminders = len(record.calendar.reminders_on)
        letters = Counter(
            kind
            for kind, state in self.letters.of_year(record.run.year, nominees, reminders)
            if state is LetterState.SENT
        )
        return InvitationCounts(
            sent=letters[LetterKind.INVITATION],
            reminders=letters[LetterKind.REMINDER],
            confirmed=ends[InvitationState.CONFIRMED],
            declined=ends[InvitationState.DECLINED],
            expired=ends[InvitationState.EXPIRED],
            undeliverable=ends[InvitationState.UNDELIVERABLE],
            still_open=ends[InvitationState.OPEN],
        )


class _Tally:
    def __init__(self, states: dict[str, InvitationState]) -> None:
        self.states = states
        self.counts: Counter[str] = Counter()
        self.roles: Counter[Role] = Counter()
        self.missed: Counter[str] = Counter()
        self.revenues: list[int] = []
        self.by_region: dict[str, Counter[str]] = {}

    def add(self, row: dict[str, Any]) -> None:
        in_population = row["active"] and row["cents"] > 0
        nominated = row["by_figures"] or row["by_engagement"]
        confirmed = self.states.get(row["friend_id"]) is InvitationState.CONFIRMED
        seen = {
            "friends": True,
            "active": row["active"],
            "population": in_population,
            "rating_ok": row["rating_ok"],
            "by_figures": row["by_figures"],
            "by_engagement": row["by_engagement"],
            "nominees": nominated,
            "best_friends": confirmed,
        }
        counted = {name: int(yes) for name, yes in seen.items()}
        self.counts.update(counted)
        if row["active"]:
            self.by_region.setdefault(row["region"], Counter()).update(counted)
        if in_population:
            self.revenues.append(row["cents"])
            if row["revenue_met"]:
                self.missed.update(row["missed"])
        if row["by_engagement"]:
            self.roles.update(Role(role) for role in row["roles"])

    def regions(self) -> tuple[RegionRow, ...]:
        return tuple(
            RegionRow(region, count["active"], count["population"], count["nominees"], count["best_friends"])
            for region, count in sorted(self.by_region.items())
        )


def _audited(record: YearRecord, side: str) -> Totals:
    sums = sums_of(record.audit.get(side, {}))
    return sum(sums.values(), Totals())
