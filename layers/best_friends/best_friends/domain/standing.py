"""What a Friend may see of its own position against each criterion (domain.md, "standing").

The cut-off is another Friend's revenue. It is shown rounded up to the policy's step, so that it names
nobody's figure, and not at all among fewer than twenty Friends; what is missing is counted from what is
shown, or it would tell the exact figure after all.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction
from zoneinfo import ZoneInfo

from best_friends.domain.invitation import Invitation
from best_friends.domain.ledger import LedgerEntry, business_date
from best_friends.domain.policy import EarlyNotice, Qualification
from best_friends.domain.qualification import SMALLEST_COHORT, Cohort, Figures, Verdict

MOST_STARS = 5


class Stage(StrEnum):
    """Where a year stands for whoever looks at its standing.

    `running`: it has not ended. `ended`: it waits to be judged. `open`: judged, answers still come in.
    `closed`: its Best Friends are announced.
    """

    RUNNING = "running"
    ENDED = "ended"
    OPEN = "open"
    CLOSED = "closed"

    @property
    def judged(self) -> bool:
        """Whether the figures are those that the verdict was made of, and no longer move."""
        return self in (Stage.OPEN, Stage.CLOSED)


@dataclass(frozen=True, slots=True)
class ShownCutoff:
    """A cut-off as it may be shown: `cents` rounded up, None when withheld or when there is none.

    `withheld` is true for the cut-off of a cohort of fewer than twenty Friends.
    """

    cents: int | None
    withheld: bool = False


@dataclass(frozen=True, slots=True)
class Missing:
    """The smallest change that would meet each criterion by itself; 0 where it is met.

    `ratings`: so many more. `five_stars`: so many five-star ratings bring the average up, None when no
    number of them can. `cents`: so much more revenue reaches the cut-off that is shown, None when that
    cannot be told.
    """

    ratings: int
    five_stars: int | None
    cents: int | None

    @property
    def nothing(self) -> bool:
        """Whether every criterion of the figures is met."""
        return (self.ratings, self.five_stars, self.cents) == (0, 0, 0)


@dataclass(frozen=True, slots=True)
class YearStanding:
    """A Friend's standing in one year: the figures, the rule, the verdict and what is missing.

    `as_of` is when the cut-off was taken, None for one that is fixed or not known. `invitation` is None
    for who has none. `answer_by` is the last day to answer it. Money is integer cents of `currency`.
    """

    year: int
    stage: Stage
    figures: Figures
    verdict: Verdict
    rule: Qualification
    currency: str
    cutoff: ShownCutoff
    missing: Missing
    as_of: datetime | None = None
    invitation: Invitation | None = None
    answer_by: date | None = None


@dataclass(frozen=True, slots=True)
class CountedLine:
    """A completed job or a rating that counts for a year, by its business date.

    A job has cents and no stars, a rating stars and no cents. `account` is the alias under which it was
    made, "" for the account itself.
    """

    kind: str
    identifier: str
    on: date
    stars: int = 0
    cents: int = 0
    account: str = ""


def shown_cutoff(cohort: Cohort | None, step_cents: int) -> ShownCutoff:
    """The cut-off rounded up to a step, withheld among too few Friends."""
    if cohort is None or cohort.cutoff_cents is None:
        return ShownCutoff(None)
    if cohort.population < SMALLEST_COHORT:
        return ShownCutoff(None, withheld=True)
    return ShownCutoff(-(-cohort.cutoff_cents // step_cents) * step_cents)


def missing(figures: Figures, verdict: Verdict, rule: Qualification, cutoff: ShownCutoff) -> Missing:
    """What a Friend lacks of each criterion, exactly."""
    return Missing(
        ratings=max(0, rule.ratings_min - figures.ratings),
        five_stars=0 if verdict.average_met else five_stars_missing(figures, rule),
        cents=0 if verdict.revenue_met else _cents_missing(figures, cutoff),
    )


def five_stars_missing(figures: Figures, rule: Qualification) -> int | None:
    """The fewest five-star ratings that bring the average to the minimum; None when none can.

    (stars + 5 n) / (ratings + n) >= minimum, solved for n in fractions.
    """
    minimum = Fraction(rule.rating_average_min)
    short = minimum * figures.ratings - figures.stars
    if not figures.ratings:
        return 1
    if short <= 0:
        return 0
    return math.ceil(short / (MOST_STARS - minimum)) if minimum < MOST_STARS else None


def _cents_missing(figures: Figures, cutoff: ShownCutoff) -> int | None:
    return None if cutoff.cents is None else cutoff.cents - figures.cents


def counted(
    lines: Iterable[LedgerEntry], year: int, rule: Qualification, zone: ZoneInfo
) -> list[CountedLine]:
    """The lines that count for a year in the policy's windows, the newest first."""
    windows = {"RATING": rule.ratings_window, "JOB": rule.revenue_window}
    found = []
    for line in lines:
        kind, _, identifier = line.source.partition("#")
        line_year = int(line.month[:4])
        if line_year == year or (windows[kind] == "total" and line_year < year):
            on = business_date(datetime.fromisoformat(line.at), zone)
            found.append(CountedLine(kind.lower(), identifier, on, line.stars, line.cents, line.owner))
    return sorted(found, key=lambda one: (one.on, one.kind, one.identifier), reverse=True)


class Notice(StrEnum):
    """Why a Friend gets the letter of the last quarter."""

    NEAR = "near"
    WOULD_LOSE = "would_lose"


def notice_for(standing: YearStanding, policy: EarlyNotice, *, best_friend: bool) -> Notice | None:
    """Which letter of the last quarter a Friend gets, if any.

    A Best Friend that would not be nominated by today's figures hears so, however much it lacks;
    another Friend only when all that it lacks is within the policy's reach.
    """
    verdict, lacks = standing.verdict, standing.missing
    if verdict.nominated or not verdict.active or standing.cutoff == ShownCutoff(None):
        return None
    if best_friend:
        return Notice.WOULD_LOSE
    within = (
        lacks.ratings <= policy.ratings_within
        and lacks.five_stars is not None
        and lacks.five_stars <= policy.five_stars_within
        and _revenue_within(standing, policy)
    )
    return Notice.NEAR if within else None


def _revenue_within(standing: YearStanding, policy: EarlyNotice) -> bool:
    lacks, cutoff = standing.missing.cents, standing.cutoff.cents
    if lacks == 0:
        return True
    if lacks is None or cutoff is None:
        return False
    return Fraction(lacks) <= cutoff * Fraction(policy.revenue_percent_within) / 100


@dataclass(frozen=True, slots=True)
class Cutoffs:
    """The cut-offs of a year as of an instant, were it to end then, by the rule they were taken by."""

    year: int
    as_of: datetime
    rule: Qualification
    cohorts: tuple[Cohort, ...]

    def by_name(self) -> Mapping[str, Cohort]:
        """The cohorts by name."""
        return {cohort.name: cohort for cohort in self.cohorts}
