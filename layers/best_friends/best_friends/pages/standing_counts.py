"""What counts for a year: every job and rating, as the rows of a table, with their sums."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from best_friends.domain.standing import CountedLine, YearStanding
from best_friends.pages.standing_words import Told

RATING = "rating"


@dataclass(frozen=True, slots=True)
class Row:
    """A job or a rating as the table shows it; `account` is said only when it was made under an alias."""

    day: str
    iso: str
    what: str
    identifier: str
    account: str
    value: str


@dataclass(frozen=True, slots=True)
class Counts:
    """A year's table. `summary` is empty when nothing counts; `corrected` unless the figures differ."""

    year: int
    rule: str
    summary: str
    totals: tuple[str, ...]
    rows: tuple[Row, ...]
    corrected: str


def counts(one: Told, lines: Sequence[CountedLine]) -> Counts:
    """The table of a year, in the order of the lines."""
    rule = one.standing.rule
    rated = [line for line in lines if line.kind == RATING]
    done = [line for line in lines if line.kind != RATING]
    stars, cents = sum(line.stars for line in rated), sum(line.cents for line in done)
    ratings = one.count("standing.counts.ratings", len(rated), ratings=one.figures.integer(len(rated)))
    jobs = one.count("standing.counts.jobs", len(done), jobs=one.figures.integer(len(done)))
    totals = []
    if rated:
        average = one.figures.average(stars, len(rated))
        shown = one.figures.integer(stars)
        totals.append(one.say("standing.counts.ratings_total", ratings=ratings, stars=shown, average=average))
    if done:
        totals.append(one.say("standing.counts.jobs_total", jobs=jobs, money=one.figures.money(cents)))
    return Counts(
        year=one.standing.year,
        rule=one.say(f"standing.counts.{rule.ratings_window}_{rule.revenue_window}"),
        summary=one.figures.listing([ratings, jobs]) if lines else "",
        totals=tuple(totals),
        rows=_rows(one, lines),
        corrected=one.say("standing.counts.corrected") if corrected(one.standing, lines) else "",
    )


def corrected(standing: YearStanding, lines: Sequence[CountedLine]) -> bool:
    """Whether what is recorded today comes to other figures than those that a year was judged by."""
    own = standing.figures
    ratings = sum(line.kind == RATING for line in lines)
    recorded = (ratings, sum(line.stars for line in lines), sum(line.cents for line in lines))
    return standing.stage.judged and recorded != (own.ratings, own.stars, own.cents)


def _rows(one: Told, lines: Sequence[CountedLine]) -> tuple[Row, ...]:
    # There may be thousands of lines and there are few different dates, stars and amounts.
    day, money = cache(one.figures.day), cache(one.figures.exact)
    rating, job = one.say("standing.counts.rating"), one.say("standing.counts.job")

    @cache
    def stars(number: int) -> str:
        return one.count("standing.counts.stars", number, stars=one.figures.integer(number))

    return tuple(
        Row(
            day=day(line.on),
            iso=line.on.isoformat(),
            what=rating if line.kind == RATING else job,
            identifier=line.identifier,
            account=one.say("standing.counts.account", account=line.account) if line.account else "",
            value=stars(line.stars) if line.kind == RATING else money(line.cents),
        )
        for line in lines
    )
