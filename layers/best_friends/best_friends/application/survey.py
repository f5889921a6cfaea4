"""Survey: write down what every Friend of a segment is judged by."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import batched
from typing import Any

from best_friends.application.accounts import Accounts
from best_friends.application.ports import Archive, Engagements, Friends, Segment, Stats
from best_friends.application.run import Runs
from best_friends.domain.friends import Engagement, roles_held
from best_friends.domain.policy import Qualification, Role
from best_friends.domain.programme import Run, YearRecord
from best_friends.domain.qualification import Figures, figures_for

BATCH = 100


@dataclass(frozen=True, slots=True)
class FiguresOfAll:
    """What every Friend is judged by as of now.

    Driven by Friends, not by stats: a meetup organiser without a single job is judged too.
    """

    friends: Friends
    stats: Stats
    engagements: Engagements

    def __call__(self, year: int, rule: Qualification, segment: Segment) -> Iterator[Figures]:
        """The figures of a segment in a year, cut to a rule's windows; nothing is written."""
        held: dict[str, list[Engagement]] = defaultdict(list)
        meant = Accounts(self.friends)  # what an alias held, its account has held
        for engagement in self.engagements.all():
            held[meant.surviving(engagement.friend_id)].append(engagement)
        for batch in batched(self.friends.scan(segment), BATCH, strict=False):
            stats = self.stats.get_many([friend_id for friend_id, _, _ in batch])
            for friend_id, active, region in batch:
                yield figures_for(
                    friend_id,
                    active=active,
                    region=region,
                    months=stats.get(friend_id, {}),
                    roles=roles_held(held[friend_id], year, rule.engagement_roles),
                    year=year,
                    rule=rule,
                )


@dataclass(frozen=True, slots=True)
class Survey:
    """Join Friends, stats and engagements into compact figures in the archive."""

    friends: Friends
    stats: Stats
    engagements: Engagements
    archive: Archive
    runs: Runs

    def __call__(self, run: Run, segment: Segment) -> int:
        """Write the segment's figures, sorted by Friend, and return how many there are."""
        record = self.runs.frozen(run)
        figures = sorted(self.figures(record, segment), key=lambda one: one.friend_id)
        self.archive.write_rows(survey_path(run, segment.number), map(asdict, figures))
        return len(figures)

    def figures(self, record: YearRecord, segment: Segment) -> Iterator[Figures]:
        """What every Friend of a segment is judged by as of now; nothing is written."""
        of_all = FiguresOfAll(self.friends, self.stats, self.engagements)
        return of_all(record.run.year, record.policy.qualification, segment)


def survey_path(run: Run, number: int) -> str:
    """Where a segment's figures are kept."""
    return f"{run.prefix}/survey/{number:03d}.jsonl.gz"


def surveyed(archive: Archive, run: Run, number: int) -> Iterator[Figures]:
    """A segment's figures, read back."""
    return map(figures_of, archive.read_rows(survey_path(run, number)))


def figures_of(row: dict[str, Any]) -> Figures:
    """Figures from an archived row."""
    return Figures(**{**row, "roles": tuple(Role(role) for role in row["roles"])})
