"""Who is nominated: the exact rule of domain.md, "Qualification".

Everything is compared in integers and fractions; a float never meets a threshold.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from best_friends.domain.policy import Qualification, Role
from best_friends.domain.stats import Months, in_window

SMALLEST_COHORT = 20
"""Regions with fewer Friends in the population are taken together as one (domain.md)."""

EVERYBODY = "all"
SMALLER_REGIONS = ""
"""The name of the cohort of the regions that are too small, and of the Friends without a region."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What a Friend is judged by: windowed ratings and revenue, and the roles held in the year."""

    friend_id: str
    active: bool
    region: str
    ratings: int
    stars: int
    cents: int
    roles: tuple[Role, ...] = ()

    @property
    def in_population(self) -> bool:
        """Active, with revenue in the revenue window (domain.md, "population")."""
        return self.active and self.cents > 0


@dataclass(frozen=True, slots=True)
class Cohort:
    """The Friends among whom the percentage is taken, and the cut-off it leads to.

    `top` is how many of the population reach the cut-off: ties share the last place, so it may
    exceed `places`. An empty cohort has no cut-off.
    """

    name: str
    population: int
    places: int
    cutoff_cents: int | None
    top: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the rule says of one Friend, criterion by criterion."""

    friend_id: str
    cohort: str
    active: bool
    average_met: bool
    count_met: bool
    revenue_met: bool
    roles: tuple[Role, ...]

    @property
    def rating_ok(self) -> bool:
        """An active Friend that meets both rating criteria."""
        return self.active and self.average_met and self.count_met

    @property
    def by_figures(self) -> bool:
        """Qualified by the figures: both rating criteria and a place among the top revenue."""
        return self.rating_ok and self.revenue_met

    @property
    def by_engagement(self) -> bool:
        """Qualified by a role held in the year."""
        return self.active and bool(self.roles)

    @property
    def nominated(self) -> bool:
        """Qualified by the figures or by engagement."""
        return self.by_figures or self.by_engagement

    @property
    def missed(self) -> tuple[str, ...]:
        """The criteria that were not met, by name; what stands in the way of the figures."""
        criteria = (
            ("active", self.active),
            ("rating_average", self.average_met),
            ("ratings", self.count_met),
            ("revenue", self.revenue_met),
        )
        return tuple(name for name, met in criteria if not met)


def figures_for(
    friend_id: str,
    *,
    active: bool,
    region: str,
    months: Months,
    roles: tuple[Role, ...],
    year: int,
    rule: Qualification,
) -> Figures:
    """Cut a Friend's stats to the policy's windows."""
    rated = in_window(months, year, rule.ratings_window)
    earned = in_window(months, year, rule.revenue_window)
    return Figures(friend_id, active, region, rated.ratings, rated.stars, earned.cents, roles)


def places_for(population: int, rule: Qualification) -> int:
    """ceil(population x percent), exactly."""
    return math.ceil(population * Fraction(rule.revenue_top_percent) / 100)


def cohort_of(name: str, revenues: Sequence[int], rule: Qualification) -> Cohort:
    """Fix the cut-off: the revenue of the Friend ranked at `places`; ties are all in."""
    places = places_for(len(revenues), rule)
    if not places:
        return Cohort(name, 0, 0, None, 0)
    cutoff = sorted(revenues, reverse=True)[places - 1]
    return Cohort(name, len(revenues), places, cutoff, sum(revenue >= cutoff for revenue in revenues))


def fix_cutoffs(surveyed: Iterable[tuple[str, int]], rule: Qualification) -> tuple[Cohort, ...]:
    """The cohorts of a population, given (region, cents) of each of its Friends, by name."""
    by_region: dict[str, list[int]] = defaultdict(list)
    for region, cents in surveyed:
        by_region[region if rule.revenue_cohort == "region" else EVERYBODY].append(cents)
    if rule.revenue_cohort == "all":
        return (cohort_of(EVERYBODY, by_region[EVERYBODY], rule),)
    large = {
        name: cents
        for name, cents in by_region.items()
        if name != SMALLER_REGIONS and len(cents) >= SMALLEST_COHORT
    }
    small = [cents for name, revenues in by_region.items() if name not in large for cents in revenues]
    cohorts = [cohort_of(name, large[name], rule) for name in sorted(large)]
    return (*cohorts, cohort_of(SMALLER_REGIONS, small, rule))


def judge(figures: Figures, cohorts: Mapping[str, Cohort], rule: Qualification) -> Verdict:
    """Hold a Friend's figures against the rule.

    `cohorts` are those of `fix_cutoffs`, by name. The average is compared as sum x 1 against
    count x minimum: 67 stars of 15 ratings miss 4.5 by half a star, and no rounding can hide it.
    """
    cohort = _cohort_for(figures.region, cohorts, rule)
    return Verdict(
        friend_id=figures.friend_id,
        cohort=cohort.name,
        active=figures.active,
        average_met=figures.ratings > 0
        and figures.stars >= figures.ratings * Fraction(rule.rating_average_min),
        count_met=figures.ratings >= rule.ratings_min,
        revenue_met=figures.cents > 0
        and cohort.cutoff_cents is not None
        and figures.cents >= cohort.cutoff_cents,
        roles=figures.roles,
    )


def judge_without_cutoff(figures: Figures, rule: Qualification) -> Verdict:
    """Hold a Friend's figures against the rule while there is no cut-off yet: no revenue is among the top."""
    name = EVERYBODY if rule.revenue_cohort == "all" else SMALLER_REGIONS
    return judge(figures, {name: cohort_of(name, (), rule)}, rule)


def _cohort_for(region: str, cohorts: Mapping[str, Cohort], rule: Qualification) -> Cohort:
    if rule.revenue_cohort == "all":
        return cohorts[EVERYBODY]
    return cohorts.get(region) or cohorts[SMALLER_REGIONS]
