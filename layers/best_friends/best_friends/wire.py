"""What the annual machine carries from step to step, as JSON."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from best_friends.application.audit_stats import Audit, rows_of, sums_of
from best_friends.application.open_year import Opened, Start
from best_friends.application.ports import Segment
from best_friends.application.select_nominees import Selection
from best_friends.domain.calendar import Pace
from best_friends.domain.programme import Run

Document = dict[str, Any]


def start_of(document: Mapping[str, Any], execution: str, opens: str = "year") -> Start:
    """A start from the machine's input, as the schedule or an operator wrote it.

    `opens` is what the machine is there for: `year`, or `what_if` and nothing else.

    Raises:
        ValueError, TypeError: when a date, a year or a pace is none.
    """
    scheduled = document.get("scheduled_time")
    opened_on = document.get("opened_on")
    pace = document.get("pace")
    year = document.get("year")
    return Start(
        execution=execution,
        year=int(year) if year is not None else None,
        scheduled_at=datetime.fromisoformat(scheduled) if scheduled else None,
        policy=document.get("policy"),
        opened_on=date.fromisoformat(opened_on) if opened_on else None,
        pace=Pace(**pace) if pace else None,
        resume=bool(document.get("resume", False)),
        what_if=str(document.get("what_if", "")),
        against=str(document.get("against", "")),
        only_what_if=opens == "what_if",
    )


def opened_document(opened: Opened, segments: int) -> Document:
    """The state that the machine goes on with."""
    return {
        "outcome": str(opened.outcome),
        "message": opened.message,
        "run": {"year": opened.run.year, "what_if": opened.run.what_if},
        "against": opened.against,
        "segments": [{"number": number, "of": segments} for number in range(segments)],
        "segment_count": segments,
    }


def run_of(event: Mapping[str, Any]) -> Run:
    """The run that a step belongs to."""
    return Run(int(event["run"]["year"]), str(event["run"]["what_if"]))


def segment_of(event: Mapping[str, Any]) -> Segment:
    """The segment that a step works on."""
    return Segment(int(event["segment"]["number"]), int(event["segment"]["of"]))


def audit_document(audit: Audit) -> Document:
    """An audit, or a part of one."""
    return {"ledger": rows_of(audit.ledger), "stats": rows_of(audit.stats), "equal": audit.equal}


def audit_of(document: Mapping[str, Any]) -> Audit:
    """The inverse of `audit_document`."""
    return Audit(sums_of(document["ledger"]), sums_of(document["stats"]))


def selection_document(selection: Selection) -> Document:
    """The chunks to invite and the instants to wait for."""
    return {
        "chunks": list(selection.chunks),
        "counts": selection.counts,
        "reminders": [
            {"number": number, "at": timestamp(at)}
            for number, at in enumerate(selection.instants.reminders_at, start=1)
        ],
        "answers_close_at": timestamp(selection.instants.answers_close_at),
    }


def timestamp(instant: datetime) -> str:
    """An instant as a Wait state wants it: UTC, with a `Z`."""
    precision = "milliseconds" if instant.microsecond else "seconds"
    return instant.astimezone(UTC).isoformat(timespec=precision).replace("+00:00", "Z")
