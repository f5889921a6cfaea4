"""Cases, as people read them on a terminal and as JSON."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import date
from typing import Any

from pydantic import TypeAdapter
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from best_friends.application.review_case import Evidence
from best_friends.domain.corrections import Note
from best_friends.domain.requests import Request, ReviewResult
from best_friends.domain.review import Overdue, overdue, wish_of
from best_friends.domain.standing import CountedLine, YearStanding

JSON: TypeAdapter[Any] = TypeAdapter(Any)
SHOWN = 20
"""So many lines and notes are shown on a terminal, the newest; JSON has them all."""


def case_document(case: Request, today: date) -> dict[str, Any]:
    """A case as JSON-ready data."""
    wish = wish_of(case)
    return {
        "case_id": case.request_id,
        "friend_id": case.friend_id,
        "year": wish.year,
        "asked_at": case.asked_at.isoformat(),
        "words": case.words,
        "reply_by": wish.reply_by.isoformat(),
        "reply": JSON.dump_python(asdict(case.reply), mode="json") if case.reply else None,
        "decide_by": wish.decide_by.isoformat(),
        "decision": JSON.dump_python(asdict(case.decision), mode="json") if case.decision else None,
        "overdue": sorted(overdue(case, today)),
    }


def case_table(cases: Iterable[Request], today: date) -> Table:
    """The cases that wait."""
    table = Table()
    table.add_column("case", no_wrap=True, min_width=19)  # the next command needs all of it
    for heading in ("asked on", "Friend", "year", "reply by", "decide by"):
        table.add_column(heading, overflow="fold")
    for case in cases:
        wish, late = wish_of(case), overdue(case, today)
        reply = (
            Text(f"replied\n{case.reply.at:%Y-%m-%d}")
            if case.reply
            else _due(wish.reply_by, Overdue.REPLY in late)
        )
        asked_on = f"{case.asked_at:%Y-%m-%d}"
        decision = _due(wish.decide_by, Overdue.DECISION in late)
        table.add_row(case.request_id, asked_on, Text(case.friend_id), str(wish.year), reply, decision)
    return table


def _due(day: date, late: bool) -> Text:
    return Text(f"{day}\noverdue", style="bold red") if late else Text(str(day))


def evidence_document(found: Evidence, today: date) -> dict[str, Any]:
    """The evidence as JSON-ready data; money is integer cents."""
    others = [case_document(one, today) for one in found.others]
    parts = asdict(found) | {"case": case_document(found.case, today), "others": others}
    document: dict[str, Any] = JSON.dump_python(parts, mode="json")
    return document


def evidence_screen(found: Evidence, today: date) -> Iterator[RenderableType]:
    """The evidence on a terminal of 80 columns."""
    yield _case(found, today)
    if found.standing is None:
        yield Text(f"The year {wish_of(found.case).year} did not judge {found.friend_id}.")
    else:
        yield _standing(found.standing, found.cutoff_cents)
        yield Text(_verdict(found.standing))
        yield from _lines(found.lines)
    yield from _trail(found.trail)
    for one in found.others:
        state = f"decided on {one.decision.at:%Y-%m-%d}, {came_of(one)}" if one.decision else "open"
        yield Text(f"Also: {one.request_id} about {wish_of(one).year}, {state}.")


def _case(found: Evidence, today: date) -> Table:
    case, wish = found.case, wish_of(found.case)
    late = overdue(case, today)
    table = Table(show_header=False)
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    table.add_row("case", case.request_id)
    table.add_row("Friend", Text(found.friend_id))
    table.add_row("year", str(wish.year))
    table.add_row("asked on", f"{case.asked_at:%Y-%m-%d}")
    table.add_row("words", Text(case.words))
    if case.reply:
        table.add_row("replied", Text(f"{case.reply.at:%Y-%m-%d}, {case.reply.who}: {case.reply.words}"))
    else:
        table.add_row("first reply by", _due(wish.reply_by, Overdue.REPLY in late))
    if case.decision:
        made = case.decision
        table.add_row("decided", Text(f"{made.at:%Y-%m-%d}, {made.who}: {came_of(case)}; {made.why}"))
    else:
        table.add_row("decision by", _due(wish.decide_by, Overdue.DECISION in late))
    return table


def came_of(case: Request) -> str:
    """What a case came to, in a few words."""
    granted = case.decision.granted if case.decision else None
    righted = granted.righted if isinstance(granted, ReviewResult) else ()
    return ", ".join(righted) or "everything stands"


def _standing(standing: YearStanding, cutoff_cents: int | None) -> Table:
    """With the exact cut-off: whoever decides needs it, and the Friend sees it rounded up."""
    own, rule, lacks = standing.figures, standing.rule, standing.missing
    table = Table(title=f"Standing in {standing.year}, {standing.stage}", title_justify="left")
    table.add_column("criterion")
    for heading in ("figure", "needed", "missing"):
        table.add_column(heading, justify="right")
    average = f"{own.stars * 100 // own.ratings / 100:.2f}" if own.ratings else "no ratings"
    stars = "out of reach" if lacks.five_stars is None else _missing(lacks.five_stars, " x 5 stars")
    table.add_row("average", average, f">= {rule.rating_average_min}", stars)
    table.add_row("ratings", f"{own.ratings:,}", f">= {rule.ratings_min:,}", _missing(lacks.ratings))
    needed = "cut-off not known" if cutoff_cents is None else f"cut-off {_money(cutoff_cents)}"
    short = max(0, cutoff_cents - own.cents) if cutoff_cents is not None else 0
    revenue = _money(short) if short else ""
    table.add_row(f"revenue, {standing.currency}", _money(own.cents), needed, revenue)
    roles = ", ".join(own.roles).replace("_", " ") or "none"
    table.add_row("role", roles, "", "")
    return table


def _missing(number: int, what: str = "") -> str:
    return f"{number:,}{what}" if number else ""


def _verdict(standing: YearStanding) -> str:
    said = "nominated" if standing.verdict.nominated else "not nominated"
    active = "" if standing.verdict.active else ", not active"
    if standing.invitation is None:
        return f"By these figures: {said}{active}. There is no invitation."
    late = ", which a review brought," if standing.invitation.late else ""
    by = f"; to be answered by {standing.answer_by}" if standing.answer_by else ""
    return f"By these figures: {said}{active}. The invitation{late} is {standing.invitation.state}{by}."


def _lines(lines: tuple[CountedLine, ...]) -> Iterator[RenderableType]:
    if not lines:
        yield Text("No job and no rating counts.")
        return
    table = Table(title=f"What counts by the ledger of today: {len(lines):,} lines", title_justify="left")
    for heading in ("on", "what", "id", "figure", "made as"):
        table.add_column(heading, overflow="fold")
    for one in lines[:SHOWN]:
        figure = f"{one.stars} stars" if one.kind == "rating" else _money(one.cents)
        table.add_row(str(one.on), one.kind, Text(one.identifier), figure, Text(one.account))
    yield table
    yield from _more(len(lines))


def _trail(trail: tuple[Note, ...]) -> Iterator[RenderableType]:
    if not trail:
        yield Text("Nothing was changed by hand or by an import.")
        return
    table = Table(title="What was changed, and why", title_justify="left")
    for heading in ("on", "what", "about", "who", "why"):
        table.add_column(heading, overflow="fold")
    for note in trail[-SHOWN:]:
        cells = (note.action, note.about, note.who, note.why)
        table.add_row(f"{note.at:%Y-%m-%d}", *map(Text, cells))
    yield table
    yield from _more(len(trail))


def _more(number: int) -> Iterator[RenderableType]:
    if number > SHOWN:
        yield Text(f"{number - SHOWN:,} older ones are left out here; --json has them all.")


def _money(cents: int) -> str:
    return f"{cents / 100:,.2f}"
