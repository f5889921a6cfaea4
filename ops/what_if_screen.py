"""What-ifs on a terminal of 80 columns, and as JSON."""

from collections.abc import Iterator, Sequence
from typing import Any

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from best_friends.application.report_what_if import REPORT
from best_friends.domain.what_if import Moves, WhatIf
from best_friends.pages import what_if_words as words
from best_friends.texts.figures import Figures, figures_in

NO_REGION = "region not known"


def what_if_document(reports: Sequence[WhatIf]) -> dict[str, Any]:
    """Everything, JSON-ready: each report as it is archived, with its label; money is integer cents."""
    return {
        "year": reports[0].year,
        "what_ifs": [
            {"label": words.label(one), "report": REPORT.dump_python(one, mode="json")} for one in reports
        ],
    }


def what_if_screen(reports: Sequence[WhatIf]) -> Iterator[RenderableType]:
    """The policies side by side; of a single one also the regions, and who comes in and goes out."""
    first = reports[0]
    figures = figures_in("en", first.currency)
    yield _policies(reports, figures)
    tried = [one for one in reports if not one.is_control]
    if len(tried) == 1:
        yield from _single(tried[0], figures)
    for sentence in (words.newcomer_means(first), *words.corrections(reports, figures)):
        yield Text(sentence)
    if all(one.is_control for one in reports):
        yield Text("Nothing in what was tried decides who is nominated but what decides it already.")
    yield Text("Nothing was changed, and nobody was written to.")


def _policies(reports: Sequence[WhatIf], figures: Figures) -> Table:
    first = reports[0]
    table = Table(title=f"What another policy would have changed about {first.year}", title_justify="left")
    table.add_column("policy", overflow="fold")
    for heading in ("nominees", "in", "out", "newcomers", "regions"):
        table.add_column(heading, justify="right")
    before = first.difference
    table.add_row(
        words.BASELINES[first.baseline.against],
        figures.integer(before.nominees.before),
        "",
        "",
        figures.integer(before.newcomers.before),
        figures.integer(words.regions_with(first, "before")),
        style="dim",
    )
    for one in reports:
        nominees = one.difference.nominees
        table.add_row(
            words.label(one),
            figures.integer(nominees.after),
            *_moved(nominees, figures),
            figures.integer(one.difference.newcomers.after),
            figures.integer(words.regions_with(one, "after")),
        )
    return table


def _single(report: WhatIf, figures: Figures) -> Iterator[RenderableType]:
    regions = report.difference.regions
    if any(one.comes_in or one.goes_out for one in regions.values()):
        table = Table(title="By region, and by newcomer or not", title_justify="left")
        table.add_column("", overflow="fold")
        for heading in ("before", "in", "out", "after"):
            table.add_column(heading, justify="right")
        for region, moves in regions.items():
            table.add_row(*_row(region or NO_REGION, moves, figures))
        table.add_section()
        table.add_row(*_row("newcomers", report.difference.newcomers, figures))
        table.add_row(*_row("others", report.difference.others, figures))
        yield table
    if not report.difference.changes:
        yield Text("Nobody comes in, and nobody goes out.")
        return
    table = Table(title="Who comes in, and who goes out", title_justify="left", show_lines=False)
    table.add_column("")
    for heading in ("Friend", "region", f"why ({report.currency})"):
        table.add_column(heading, overflow="fold")
    for change in report.difference.changes:
        way = "in" if change.comes_in else "out"
        newcomer = "; a newcomer" if change.newcomer else ""
        why = words.reasons(change, report, figures) + newcomer
        table.add_row(*map(Text, (way, change.friend_id, change.region or NO_REGION, why)))
    yield table


def _row(name: str, moves: Moves, figures: Figures) -> tuple[Text | str, ...]:
    before, after = figures.integer(moves.before), figures.integer(moves.after)
    return Text(name), before, *_moved(moves, figures), after


def _moved(moves: Moves, figures: Figures) -> tuple[str, str]:
    return (
        f"+{figures.integer(moves.comes_in)}" if moves.comes_in else "0",
        f"-{figures.integer(moves.goes_out)}" if moves.goes_out else "0",
    )
