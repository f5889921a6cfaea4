"""What an audit found, as people read it and as JSON."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from best_friends.application.audit_ledger import SHOWN, Audited, Difference, Findings, Repaired
from best_friends.domain.stats import Totals


def after_repair_of(audited: Audited, repaired: Repaired | None) -> Findings:
    """What is wrong still."""
    return repaired.left if repaired else audited.found


def audit_document(audited: Audited, repaired: Repaired | None) -> dict[str, Any]:
    """The audit as JSON-ready data; money is integer cents."""
    document = {
        "friends": audited.friends,
        "rows": audited.rows,
        "equal": after_repair_of(audited, repaired).clean,
        "found": _findings_document(audited.found),
    }
    if repaired:
        document["repaired"] = {
            "friends_refreshed": repaired.refreshed,
            "lines_moved": repaired.moved,
            "left": _findings_document(repaired.left),
        }
    return document


def audit_screen(audited: Audited, repaired: Repaired | None) -> Iterator[RenderableType]:
    """The audit on a terminal of 80 columns."""
    compared = f"{audited.rows:,} lines of the ledger of {audited.friends:,} Friends"
    if audited.found.clean:
        yield Text(f"{compared}: the stats are what they add up to, and no line lies astray.")
        return
    yield from _findings_screen(audited.found)
    yield Text(f"{compared} were compared: {_in_words(audited.found)}.")
    if repaired is None:
        yield Text(
            "An import that has just run may still be on its way through the stream: audit again. If it is"
            " still so, add --repair."
        )
        return
    yield Text(
        f"Repaired: the stats of {_counted(repaired.refreshed, 'Friend')} were refreshed and"
        f" {_counted(repaired.moved, 'line')} moved."
    )
    if repaired.left.clean:
        yield Text("Nothing is left.")
        return
    yield from _findings_screen(repaired.left)
    yield Text(f"Left: {_in_words(repaired.left)}.")


def _findings_document(found: Findings) -> dict[str, Any]:
    return {
        "friends": len(found.differing),
        "months": found.months,
        "differences": [
            {
                "friend_id": one.friend_id,
                "month": one.month,
                "ledger": asdict(one.ledger),
                "stats": asdict(one.stats),
            }
            for one in found.differences
        ],
        "astray_lines": found.lines,
        "astray": [asdict(one) for one in found.astray],
        "unsettled": found.unsettled,
    }


def _findings_screen(found: Findings) -> Iterator[RenderableType]:
    if found.differences:
        table = Table(title="Where ledger and stats differ", title_justify="left")
        table.add_column("Friend", overflow="fold")
        table.add_column("month", no_wrap=True)
        table.add_column("")
        table.add_column("ledger", justify="right", overflow="fold")
        table.add_column("stats", justify="right", overflow="fold")
        for one in found.differences:
            for number, (name, ledger, stats) in enumerate(_figures(one)):
                start = (one.friend_id, one.month) if not number else ("", "")
                table.add_row(*map(Text, (*start, name, ledger, stats)))
        yield table
        if found.months > len(found.differences):
            yield Text(f"... and {_counted(found.months - SHOWN, 'month')} more")
    if found.astray:
        table = Table(title="Lines of the ledger that lie astray", title_justify="left")
        for heading in ("lie with", "made under", "belong to"):
            table.add_column(heading, overflow="fold")
        table.add_column("lines", justify="right")
        for line in found.astray:
            table.add_row(*map(Text, (line.friend_id, line.account, line.home, f"{line.lines:,}")))
        yield table
        told = sum(line.lines for line in found.astray)
        if found.lines > told:
            yield Text(f"... and {_counted(found.lines - told, 'line')} more")


def _figures(one: Difference) -> Iterator[tuple[str, str, str]]:
    """The figures of a month that differ: name, as the ledger has it, as the stats have it."""
    for (name, ledger), (_, stats) in zip(_told(one.ledger), _told(one.stats), strict=True):
        if ledger != stats:
            yield name, ledger, stats


def _told(totals: Totals) -> tuple[tuple[str, str], ...]:
    return (
        ("ratings", f"{totals.ratings:,}"),
        ("stars", f"{totals.stars:,}"),
        ("jobs", f"{totals.jobs:,}"),
        ("revenue", f"{totals.cents / 100:,.2f}"),
    )


def _in_words(found: Findings) -> str:
    parts = []
    if found.differing:
        months = _counted(found.months, "month")
        verb = "differs" if len(found.differing) == 1 else "differ"
        parts.append(f"{_counted(len(found.differing), 'Friend')} {verb} in {months}")
    if found.lines:
        parts.append(f"{_counted(found.lines, 'line')} astray")
    if found.unsettled:
        parts.append(f"{_counted(len(found.unsettled), 'Friend')} kept changing while being read")
    return "; ".join(parts)


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
