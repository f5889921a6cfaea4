"""What-ifs as one HTML file that needs nothing else, and as a section of another one."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from best_friends.domain.what_if import Against, Moves, WhatIf
from best_friends.pages import what_if_words as words
from best_friends.pages.seal import seal
from best_friends.pages.shell import TEMPLATES, style_of
from best_friends.pages.what_if_chart import MoveChart, heat_of, move_chart
from best_friends.texts.figures import Figures, figures_in
from best_friends.texts.templates import environment

STYLES = ("report", "what_if")
"""The sheets that the section needs."""

MOST_PEOPLE = 100
"""Of a policy, each way; a file of sixty policies is still to be opened. JSON has them all."""

MOST_REGIONS = 14
MOST_ROWS = 6
"""A longer table of policies is folded: the picture above it says the same."""

NO_REGION = "Region not known"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who comes in or goes out: id, region, and why."""

    friend_id: str
    where: str
    newcomer: bool
    why: str


@dataclass(frozen=True, slots=True)
class Way:
    """Those who come in, or those who go out; `left_out` more are not listed."""

    heading: str
    people: tuple[Person, ...]
    left_out: str


@dataclass(frozen=True, slots=True)
class Tried:
    """A policy and what comes of it."""

    label: str
    nominees: str
    moves: str
    newcomers: str
    regions: str
    outcome: str
    chart: MoveChart
    chart_sentence: str
    by_region: tuple[tuple[str, ...], ...]
    by_newcomer: tuple[tuple[str, ...], ...]
    ways: tuple[Way, ...]


def render_what_if(reports: Sequence[WhatIf]) -> str:
    """The page of a call's what-ifs: charts as inline SVG, no script, nothing loaded from elsewhere."""
    first = reports[0]
    return (
        environment(TEMPLATES)
        .get_template("what_if.html.j2")
        .render(
            title=f"What another policy would have changed about {first.year}",
            seal=seal(first.year),
            style=Markup(style_of(*STYLES)),  # noqa: S704 -- our own files
            section=grid_section(reports, heading="At a glance"),
            lead=_lead(reports, figures_in("en", first.currency)),
        )
    )


def grid_section(
    reports: Sequence[WhatIf], *, heading: str = "What another policy would have changed", people: bool = True
) -> Markup:
    """What-ifs as HTML to be put into a page that has the sheets of `STYLES`; nothing without reports.

    With `people` it names Friends by their ids: not for a page that an erasure does not reach.
    """
    if not reports:
        return Markup()
    first = reports[0]
    figures = figures_in("en", first.currency)
    tried = [one for one in reports if not one.is_control] or list(reports)
    heat = heat_of(reports, figures) or heat_of(tried, figures)
    rows = [(words.label(one), one.difference.nominees, _nominees(one, figures)) for one in reports]
    return Markup(  # noqa: S704 -- the template escapes what it is given
        environment(TEMPLATES)
        .get_template("what_if_section.html.j2")
        .render(
            heading=heading,
            before=_before(first, figures),
            compared=words.compared_with(first, figures),
            newcomers=words.newcomer_means(first),
            corrections=words.corrections(reports, figures),
            heat=heat,
            heat_sentence=_heat_sentence(first, figures),
            chart=None if heat or len(reports) == 1 else move_chart(rows, figures),
            chart_sentence=_chart_sentence(first, figures),
            folded=len(reports) > MOST_ROWS,
            policies=[_tried(one, figures, people=people) for one in reports],
            single=_tried(tried[0], figures, people=people) if len(tried) == 1 else None,
        )
    )


def _lead(reports: Sequence[WhatIf], figures: Figures) -> str:
    count = sum(not one.is_control for one in reports) or len(reports)
    said = "One other policy was" if count == 1 else f"{figures.integer(count)} policies were"
    return (
        f"{said} tried on {reports[0].year} by the very steps that judge a year. Nothing was changed, and"
        " nobody was written to."
    )


def _before(report: WhatIf, figures: Figures) -> tuple[str, ...]:
    """The row of the table for what is compared with."""
    difference = report.difference
    return (
        words.BASELINES[report.baseline.against].capitalize(),
        figures.integer(difference.nominees.before),
        "",
        figures.integer(difference.newcomers.before),
        figures.integer(words.regions_with(report, "before")),
    )


def _nominees(report: WhatIf, figures: Figures) -> str:
    after = report.difference.nominees.after
    return f"{figures.integer(after)} nominee{'' if after == 1 else 's'}"


def _baseline(report: WhatIf, figures: Figures) -> str:
    before = figures.integer(report.difference.nominees.before)
    if report.baseline.against is Against.AS_RUN:
        return f"the {before} nominees of {report.year} as it was run"
    return f"the {before} nominees that the policy in force would give"


def _heat_sentence(report: WhatIf, figures: Figures) -> str:
    return (
        "Each cell is a policy: its nominees, and how many come in (+) and go out (−) against "
        f"{_baseline(report, figures)}. The stronger the green, the more nominees; a frame marks what is"
        " compared with."
    )


def _chart_sentence(report: WhatIf, figures: Figures) -> str:
    return (
        f"The line stands for {_baseline(report, figures)}. To its left are those of them who go out, to its "
        "right those who come in."
    )


def _tried(report: WhatIf, figures: Figures, *, people: bool) -> Tried:
    difference = report.difference
    moved = {name: moves for name, moves in difference.regions.items() if moves.comes_in or moves.goes_out}
    most = sorted(moved, key=lambda name: -(moved[name].comes_in + moved[name].goes_out))[:MOST_REGIONS]
    bars = [
        (name or NO_REGION, moves, f"{figures.integer(moves.before)} → {figures.integer(moves.after)}")
        for name, moves in moved.items()
        if name in most
    ]
    return Tried(
        label=words.label(report),
        nominees=figures.integer(difference.nominees.after),
        moves=words.signed(difference.nominees, figures),
        newcomers=figures.integer(difference.newcomers.after),
        regions=figures.integer(words.regions_with(report, "after")),
        outcome=words.outcome(report, figures),
        chart=move_chart(bars, figures),
        chart_sentence=_regions_sentence(len(moved), len(difference.regions), len(bars), figures),
        by_region=tuple(_row(name or NO_REGION, one, figures) for name, one in difference.regions.items()),
        by_newcomer=(
            _row("Newcomers", difference.newcomers, figures),
            _row("Others", difference.others, figures),
        ),
        ways=tuple(_ways(report, figures)) if people else (),
    )


def _row(name: str, moves: Moves, figures: Figures) -> tuple[str, ...]:
    return (name, *map(figures.integer, (moves.before, moves.comes_in, moves.goes_out, moves.after)))


def _regions_sentence(moved: int, known: int, shown: int, figures: Figures) -> str:
    told = (
        f"Nominees before and after, in the {figures.integer(moved)} of {figures.integer(known)} regions"
        " with nominees in which anything changes."
    )
    return told if shown == moved else f"{told} Shown are the {figures.integer(shown)} with most changes."


def _ways(report: WhatIf, figures: Figures) -> list[Way]:
    ways = []
    for comes_in, verb in ((True, "comes in"), (False, "goes out")):
        changes = [one for one in report.difference.changes if one.comes_in is comes_in]
        if not changes:
            continue
        left = len(changes) - MOST_PEOPLE
        ways.append(
            Way(
                f"Who {verb} ({figures.integer(len(changes))})",
                tuple(
                    Person(
                        one.friend_id,
                        one.region or NO_REGION,
                        one.newcomer,
                        words.reasons(one, report, figures),
                    )
                    for one in changes[:MOST_PEOPLE]
                ),
                f"And {figures.integer(left)} more with less revenue; --json lists everybody."
                if left > 0
                else "",
            )
        )
    return ways
