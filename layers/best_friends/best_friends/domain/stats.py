"""Rolling stats: per Friend and calendar month, what the ledger adds up to."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from best_friends.domain.ledger import LedgerEntry
from best_friends.domain.policy import Window


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums of ledger entries: ratings and jobs are counts, stars a sum, cents integer money."""

    ratings: int = 0
    stars: int = 0
    jobs: int = 0
    cents: int = 0

    def __add__(self, other: "Totals") -> "Totals":
        return Totals(
            self.ratings + other.ratings,
            self.stars + other.stars,
            self.jobs + other.jobs,
            self.cents + other.cents,
        )

    def __bool__(self) -> bool:
        return self != NOTHING


NOTHING = Totals()
Months = Mapping[str, Totals]


def totals_of(entries: Iterable[LedgerEntry]) -> Totals:
    """Add up entries. The kind of an entry is in its key, so a rating of 0 cents is no job."""
    total = NOTHING
    for entry in entries:
        if entry.source.startswith("RATING#"):
            total += Totals(ratings=1, stars=entry.stars)
        else:
            total += Totals(jobs=1, cents=entry.cents)
    return total


def replay(entries: Iterable[LedgerEntry]) -> dict[str, Totals]:
    """The months that a Friend's ledger adds up to: what the stats must equal (reliability I1)."""
    # Plain sums, and one split a line: an audit does this for every line of the ledger there is.
    by_month: dict[str, list[int]] = {}
    for entry in entries:
        month, _, source = entry.entry.partition("#")
        sums = by_month.setdefault(month, [0, 0, 0, 0])
        if source.startswith("RATING#"):
            sums[0] += 1
            sums[1] += entry.stars
        else:
            sums[2] += 1
            sums[3] += entry.cents
    return {month: Totals(*sums) for month, sums in by_month.items()}


def refreshed(months: Months, fresh: Months) -> dict[str, Totals]:
    """The months with the fresh ones put in their place; a month that is empty now is left out."""
    return {month: totals for month, totals in {**months, **fresh}.items() if totals}


def in_window(months: Months, year: int, window: Window) -> Totals:
    """What counts for a year: that calendar year, or the whole history up to its end (`total`).

    What is dated after the year never counts (domain.md, "Everything is judged as of the end of Y").
    """
    counted = NOTHING
    for month, totals in months.items():
        month_year = int(month[:4])
        if month_year == year or (window == "total" and month_year < year):
            counted += totals
    return counted


def by_year(months: Months) -> dict[str, Totals]:
    """The sums of each calendar year, keyed `YYYY`."""
    years: dict[str, Totals] = defaultdict(Totals)
    for month, totals in months.items():
        years[month[:4]] += totals
    return dict(years)
