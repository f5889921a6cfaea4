"""What a year's report says: the figures behind it, without any words."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from best_friends.domain.dispatch_report import DispatchReport
from best_friends.domain.policy import Role, Window
from best_friends.domain.qualification import Cohort
from best_friends.domain.stats import Totals


@dataclass(frozen=True, slots=True)
class InvitationCounts:
    """Letters sent and where the invitations stand; `still_open` is 0 once a year is closed."""

    sent: int = 0
    reminders: int = 0
    confirmed: int = 0
    declined: int = 0
    expired: int = 0
    undeliverable: int = 0
    still_open: int = 0


@dataclass(frozen=True, slots=True)
class Bin:
    """How many Friends of the population earned from `from_cents` (included) to `to_cents` (not)."""

    from_cents: int
    to_cents: int
    friends: int


@dataclass(frozen=True, slots=True)
class RegionRow:
    """A region's active Friends, its share of the population, its nominees and Best Friends."""

    region: str
    active: int
    population: int
    nominees: int
    best_friends: int


@dataclass(frozen=True, slots=True)
class YearReport:
    """Everything that the report of a year shows. Money is integer cents of `currency`."""

    year: int
    currency: str
    opened_on: date
    answer_by: date
    closed: bool
    timezone: str
    rating_average_min: str
    ratings_min: int
    revenue_top_percent: str
    friends: int
    active: int
    population: int
    cohorts: tuple[Cohort, ...]
    rating_ok: int
    by_figures: int
    by_engagement: int
    nominees: int
    roles: dict[Role, int]
    missed: dict[str, int]
    """How many of the population's top by revenue missed each criterion, by criterion name."""
    invitations: InvitationCounts
    revenue_bins: tuple[Bin, ...]
    regions: tuple[RegionRow, ...]
    ledger: Totals
    stats: Totals
    revenue_window: Window = "year"
    ratings_window: Window = "total"
    by_region: bool = False
    """Whether the percentage was taken within each region."""
    timings: dict[str, float] = field(default_factory=dict)
    """Seconds that each step took, by step name; empty outside a rehearsal."""
    dispatch: DispatchReport | None = None
    """How jobs were offered; only where jobs were rehearsed."""


def revenue_bins(cents: Sequence[int]) -> tuple[Bin, ...]:
    """Sort revenues into bins that widen like 1, 2, 5, 10, 20, 50 ... units of currency.

    Revenue is skewed: equal bins would put nearly everybody into the first one.
    """
    if not cents:
        return ()
    edges = [0]
    for exponent in range(2, len(str(max(cents))) + 2):
        edges += [step * 10**exponent for step in (1, 2, 5)]
    counts = Counter(bisect_right(edges, one) - 1 for one in cents)
    first, last = min(counts), max(counts)
    return tuple(Bin(edges[i], edges[i + 1], counts[i]) for i in range(first, last + 1))
