"""Fix the cut-off and judge every Friend surveyed."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from best_friends.application.ports import Archive, Clock, Programme
from best_friends.application.run import Runs
from best_friends.application.survey import surveyed
from best_friends.domain.calendar import Instants, compressed_instants, instants_of
from best_friends.domain.invitation import Reasons
from best_friends.domain.policy import Role
from best_friends.domain.programme import Run, YearRecord
from best_friends.domain.qualification import Cohort, Figures, Verdict, fix_cutoffs, judge

SMALLEST_CHUNK = 50
MOST_CHUNKS = 400
"""So that the list of chunks stays far below the 256 KiB that a workflow's state may have."""


@dataclass(frozen=True, slots=True)
class FixCutoff:
    """Find each cohort's cut-off among the population, exactly."""

    archive: Archive
    programme: Programme
    runs: Runs

    def __call__(self, run: Run, segments: int) -> tuple[Cohort, ...]:
        """Fix the cut-offs from all segments' figures and keep them with the run."""
        record = self.runs.frozen(run)
        population = (
            (figures.region, figures.cents)
            for number in range(segments)
            for figures in surveyed(self.archive, run, number)
            if figures.in_population
        )
        cohorts = fix_cutoffs(population, record.policy.qualification)
        if run.what_if:
            self.runs.keep_what_if(replace(record, cohorts=cohorts))
        else:
            self.programme.update(run.year, cohorts=cohorts)
        return cohorts


@dataclass(frozen=True, slots=True)
class Selection:
    """Who was selected: the nominees' chunks by path, the counts, and when to act."""

    chunks: tuple[str, ...]
    counts: dict[str, int]
    instants: Instants


@dataclass(frozen=True, slots=True)
class SelectNominees:
    """Store a verdict with its reasons for every Friend surveyed, and the nominees in chunks."""

    archive: Archive
    programme: Programme
    runs: Runs
    clock: Clock

    def __call__(self, run: Run, segments: int) -> Selection:
        """Judge all segments. Run twice, it writes the same bytes."""
        record = self.runs.frozen(run)
        counts: Counter[str] = Counter(dict.fromkeys(COUNTED, 0))
        nominees: list[dict[str, Any]] = []
        digests: dict[str, str] = {}
        for number in range(segments):
            path = verdicts_path(run, number)
            digests[path] = self.archive.write_rows(path, self._verdicts(record, number, counts, nominees))
        nominees.sort(key=lambda row: str(row["friend_id"]))
        chunks: list[str] = []
        size = max(SMALLEST_CHUNK, -(-len(nominees) // MOST_CHUNKS))
        for start in range(0, len(nominees), size):
            path = f"{run.prefix}/nominees/{len(chunks):03d}.jsonl.gz"
            digests[path] = self.archive.write_rows(path, nominees[start : start + size])
            chunks.append(path)
        instants = self._instants(record, len(nominees))
        if run.what_if:
            self.runs.keep_what_if(replace(record, counts=dict(counts), digests=digests))
        else:
            self.programme.update(
                run.year, counts=dict(counts), digests=digests, answer_until=instants.answers_close_at
            )
        return Selection(tuple(chunks), dict(counts), instants)

    def _verdicts(
        self, record: YearRecord, number: int, counts: Counter[str], nominees: list[dict[str, Any]]
    ) -> Iterator[dict[str, Any]]:
        rule = record.policy.qualification
        cohorts = {cohort.name: cohort for cohort in record.cohorts}
        for figures in surveyed(self.archive, record.run, number):
            verdict = judge(figures, cohorts, rule)
            counts.update(_counted(figures, verdict))
            if verdict.nominated:
                reasons = asdict(_reasons(figures, verdict, record.currency))
                nominees.append({"friend_id": figures.friend_id, "reasons": reasons})
            yield {
                **asdict(figures),
                "cohort": verdict.cohort,
                "by_figures": verdict.by_figures,
                "by_engagement": verdict.by_engagement,
                "rating_ok": verdict.rating_ok,
                "revenue_met": verdict.revenue_met,
                "missed": list(verdict.missed),
            }

    def _instants(self, record: YearRecord, nominees: int) -> Instants:
        if record.pace is None:
            return instants_of(record.calendar, record.policy.programme)
        instants = compressed_instants(record.calendar, record.pace, self.clock(), nominees)
        # A step that is tried again keeps the end that was written first.
        return replace(instants, answers_close_at=record.answer_until or instants.answers_close_at)


COUNTED = ("friends", "active", "population", "rating_ok", "by_figures", "by_engagement", "nominees")


def _counted(figures: Figures, verdict: Verdict) -> dict[str, int]:
    return {
        "friends": 1,
        "active": int(figures.active),
        "population": int(figures.in_population),
        "rating_ok": int(verdict.rating_ok),
        "by_figures": int(verdict.by_figures),
        "by_engagement": int(verdict.by_engagement),
        "nominees": int(verdict.nominated),
    }


def _reasons(figures: Figures, verdict: Verdict, currency: str) -> Reasons:
    return Reasons(
        by_figures=verdict.by_figures,
        roles=figures.roles,
        ratings=figures.ratings,
        stars=figures.stars,
        cents=figures.cents,
        currency=currency,
    )


def verdicts_path(run: Run, number: int) -> str:
    """Where a segment's verdicts are kept."""
    return f"{run.prefix}/verdicts/{number:03d}.jsonl.gz"


def nominees_of(archive: Archive, path: str) -> list[tuple[str, Reasons]]:
    """A chunk of nominees, read back: (friend_id, reasons)."""
    return [(row["friend_id"], reasons_of(row)) for row in archive.read_rows(path)]


def reasons_of(row: Mapping[str, Any]) -> Reasons:
    """The reasons in a nominee's row."""
    return Reasons(**{**row["reasons"], "roles": tuple(Role(role) for role in row["reasons"]["roles"])})
