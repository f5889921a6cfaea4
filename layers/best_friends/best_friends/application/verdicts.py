"""The verdicts of a run, read back from the archive."""

from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Any

from best_friends.application.ports import Archive
from best_friends.application.select_nominees import verdicts_path
from best_friends.application.survey import figures_of
from best_friends.domain.judged import Judged
from best_friends.domain.programme import YearRecord
from best_friends.domain.qualification import Figures, Verdict


def verdicts_paths(record: YearRecord) -> Iterator[str]:
    """Where a run's verdicts lie, by segment; none before they were written."""
    number = 0
    while (path := verdicts_path(record.run, number)) in record.digests:
        yield path
        number += 1


def archived_rows(archive: Archive, record: YearRecord) -> Iterator[dict[str, Any]]:
    """Every verdict of a run as it was archived, segment by segment."""
    for path in verdicts_paths(record):
        yield from archive.read_rows(path)


def judged_of(row: Mapping[str, Any], cutoffs: Mapping[str, int | None]) -> Judged:
    """What was published, as it was published: nobody is judged again by today's code.

    `cutoffs` are those of the run, in cents by the cohort's name.
    """
    figures = figures_of({field.name: row[field.name] for field in fields(Figures)})
    missed = row["missed"]
    verdict = Verdict(
        friend_id=figures.friend_id,
        cohort=row["cohort"],
        active="active" not in missed,
        average_met="rating_average" not in missed,
        count_met="ratings" not in missed,
        revenue_met="revenue" not in missed,
        roles=figures.roles,
    )
    return Judged(figures, verdict, cutoffs.get(verdict.cohort))


def cutoffs_of(record: YearRecord) -> dict[str, int | None]:
    """A run's cut-offs in cents, by the cohort's name."""
    return {cohort.name: cohort.cutoff_cents for cohort in record.cohorts}
