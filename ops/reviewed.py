"""A closed year then and now, as people read it and as JSON."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from best_friends.application.review_year import Change, Review
from best_friends.domain.judged import Judged
from best_friends.domain.qualification import Cohort, Figures

NAMES = {"rating_average": "average", "engagement": "role"}


def review_document(review: Review) -> dict[str, Any]:
    """The review as JSON-ready data; money is integer cents."""
    return {
        "year": review.year,
        "currency": review.currency,
        "cohorts": {
            "then": [asdict(cohort) for cohort in review.cohorts_then],
            "now": [asdict(cohort) for cohort in review.cohorts_now],
        },
        "nominees": {
            "then": review.nominees_then,
            "now": review.nominees_now,
            "merged": review.nominees_merged,
        },
        "figures_changed": review.figures_changed,
        "changes": [
            {
                "friend_id": one.friend_id,
                "would_be": "in" if one.comes_in else "out",
                "because": list(one.reasons),
                "aliases": list(one.aliases),
                "invitation": one.state,
                "then": _judged_document(one.then),
                "now": _judged_document(one.now),
            }
            for one in review.changes
        ],
    }


def review_screen(review: Review) -> Iterator[RenderableType]:
    """The review on a terminal of 80 columns."""
    yield _year_table(review)
    if not review.changes:
        yield Text(f"Nobody would be in or out of {review.year} by what was corrected since.")
        return
    table = Table(title="Who would be in, and who out", title_justify="left")
    table.add_column("")
    table.add_column("Friend", overflow="fold")
    table.add_column("because of")
    for heading in ("then", "now"):
        table.add_column(heading, overflow="fold")
    for one in review.changes:
        for number, cells in enumerate(_lines(one, review)):
            start = ("in" if one.comes_in else "out", one.friend_id) if not number else ("", "")
            table.add_row(*map(Text, (*start, *cells)))
    yield table
    yield Text(f"The year {review.year} stays as it was published; nothing was changed.")


def _year_table(review: Review) -> Table:
    table = Table(title=f"Year {review.year}, as published and by today's ledger", title_justify="left")
    table.add_column("", style="dim", overflow="fold")
    table.add_column("then", justify="right")
    table.add_column("now", justify="right")
    then = {cohort.name: cohort for cohort in review.cohorts_then}
    now = {cohort.name: cohort for cohort in review.cohorts_now}
    for name in sorted({*then, *now}):
        sides = (then.get(name), now.get(name))
        of = f" of {name or 'smaller regions'}" if len(then | now) > 1 else ""
        table.add_row(Text(f"cut-off{of}, {review.currency}"), *map(_cutoff, sides))
        table.add_row(
            Text(f"places{of}"), *(f"{one.places:,} of {one.population:,}" if one else "" for one in sides)
        )
    table.add_row("nominees", f"{review.nominees_then:,}", f"{review.nominees_now:,}")
    if review.nominees_merged:
        table.add_row("nominees merged into others", "", f"{review.nominees_merged:,}")
    table.add_row("Friends with other figures", "", f"{review.figures_changed:,}")
    return table


def _lines(one: Change, review: Review) -> Iterator[tuple[str, str, str]]:
    for name in one.reasons:
        sides = [_figure(name, side, review, absent) for side, absent in _sides(one)]
        yield NAMES.get(name, name), sides[0], sides[1]
    if one.then and one.then.figures.friend_id != one.friend_id:
        yield "alias", f"nominated as {one.then.figures.friend_id}", f"merged into {one.friend_id}"
    elif one.aliases:
        yield "aliases", "apart", f"with {', '.join(one.aliases)}"
    if one.state:
        yield "invitation", one.state, ""


def _sides(one: Change) -> tuple[tuple[Judged | None, str], tuple[Judged | None, str]]:
    return (one.then, "not surveyed"), (one.now, "no Friend")


def _figure(name: str, side: Judged | None, review: Review, absent: str) -> str:
    """A criterion's figure beside what it is held against: `4.48 < 4.5`."""
    if side is None:
        return absent
    figures, rule = side.figures, review.policy.qualification
    sign = ">=" if side.met[name] else "<"
    match name:
        case "rating_average":
            told = (
                f"{_average(figures)} {sign} {rule.rating_average_min}" if figures.ratings else "no ratings"
            )
        case "ratings":
            told = f"{figures.ratings:,} {sign} {rule.ratings_min:,}"
        case "revenue":
            cutoff = side.cutoff_cents
            against = "no cut-off" if cutoff is None else f"{sign} {_money(cutoff)}"
            told = f"{_money(figures.cents)} {against}"
        case "engagement":
            told = ", ".join(figures.roles).replace("_", " ") or "none"
        case _:
            told = "yes" if figures.active else "no"
    return told


def _average(figures: Figures) -> str:
    # Rounded down, as everywhere: it never says more than is true.
    return f"{figures.stars * 100 // figures.ratings / 100:.2f}"


def _cutoff(cohort: Cohort | None) -> str:
    return "none" if cohort is None or cohort.cutoff_cents is None else _money(cohort.cutoff_cents)


def _money(cents: int) -> str:
    return f"{cents / 100:,.2f}"


def _judged_document(side: Judged | None) -> dict[str, Any] | None:
    if side is None:
        return None
    return {
        **asdict(side.figures),
        "cohort": side.verdict.cohort,
        "cutoff_cents": side.cutoff_cents,
        "by_figures": side.verdict.by_figures,
        "by_engagement": side.verdict.by_engagement,
        "missed": list(side.verdict.missed),
    }
