"""`best-friends event ...`: the use cases of a deployed stack, what an operator has typed, what is shown."""

from collections.abc import Iterable, Sequence
from datetime import datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from rich.table import Table
from rich.text import Text

from best_friends import bootstrap, bootstrap_events
from best_friends.application.manage_events import ManageEvents
from best_friends.domain.events import Event, Registration
from best_friends.domain.waiting_list import by_registration, reason_for
from ops.deployment import Deployment
from ops.faults import Stop


def managing(names: Deployment) -> ManageEvents:
    """What operators do about events."""
    return bootstrap_events.manage_events(names)


def zone_of(names: Deployment) -> ZoneInfo:
    """Where the programme lives: times are typed and shown as they are there."""
    return bootstrap.programme(names.programme_table).settings().policy.programme.zone


def standing_in(names: Deployment, event_id: str) -> list[Registration]:
    """The registrations of an event that were not cancelled, by their time."""
    found = bootstrap_events.registrations(names.registrations_table).of_event(event_id)
    return by_registration(one for one in found if one.cancelled_at is None)


def instant_in(option: str, text: str, zone: tzinfo) -> datetime:
    """A day and a time of day as an option gives them, in the programme's zone.

    Raises:
        Stop: when it is none.
    """
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise Stop(f"{option}: {text!r}: expected a time such as 2026-03-01T18:30") from None
    return at if at.tzinfo else at.replace(tzinfo=zone)


def titles_in(given: Sequence[str]) -> dict[str, str]:
    """Titles as they are given, `de=Grillabend`, by language.

    Raises:
        Stop: when one is no title, or a language is named twice.
    """
    titles: dict[str, str] = {}
    for one in given:
        language, equals, title = one.partition("=")
        if not equals or not title.strip():
            raise Stop(f"--title: {one!r}: expected a language and the title, such as de=Grillabend")
        if language in titles:
            raise Stop(f"--title: {language!r} is named twice; give one title for each language")
        titles[language] = title.strip()
    return titles


def event_document(event: Event, now: datetime) -> dict[str, Any]:
    """An event as JSON-ready data."""
    facts = event.facts
    return {
        "event_id": event.event_id,
        "titles": dict(facts.titles),
        "place": facts.place,
        "places": facts.places,
        "opens_at": facts.opens_at.isoformat(),
        "closes_at": facts.closes_at.isoformat(),
        "starts_at": facts.starts_at.isoformat(),
        "state": str(event.phase(now)),
        "admitted": len(event.admitted),
        "waiting": len(event.waiting),
        "notes": [
            {"at": one.at.isoformat(), "who": one.who, "action": one.action, "why": one.why}
            for one in event.notes
        ],
    }


def registration_documents(event: Event, standing: Iterable[Registration]) -> list[dict[str, Any]]:
    """Who registered, as JSON-ready data: those with a place, then those who wait, then the others."""
    rows = []
    for one in standing:
        entry, reason = event.entry(one.stub), reason_for(event, one.stub)
        rows.append(
            {
                "friend_id": one.friend_id,
                "registered_at": one.registered_at.isoformat(),
                "state": "registered" if not entry else "admitted" if entry.admitted else "waiting",
                "position": reason.position if reason else 0,
                "number": reason.number if reason else 0,
                "moved_up": reason.moved_up or 0 if reason else 0,
                "passed_by": reason.passed_by if reason else 0,
            }
        )
    order = {"admitted": 0, "waiting": 1, "registered": 2}
    return sorted(rows, key=lambda row: (order[row["state"]], row["position"], row["registered_at"]))


def event_table(events: Iterable[Event], now: datetime, zone: tzinfo) -> Table:
    """Events, the one that starts last first."""
    table = Table()
    table.add_column("event", no_wrap=True, min_width=12)  # the next command needs all of it
    for heading in ("starts", "title", "state", "places", "admitted", "waiting"):
        table.add_column(heading, overflow="fold")
    for one in events:
        facts = one.facts.in_zone(zone)
        table.add_row(
            one.event_id,
            f"{facts.starts_at:%Y-%m-%d %H:%M}",
            Text(facts.title("en")),
            str(one.phase(now)),
            str(facts.places),
            str(len(one.admitted)),
            str(len(one.waiting)),
        )
    return table


def registration_table(rows: Iterable[dict[str, Any]]) -> Table:
    """Who registered, and why they stand where they stand."""
    table = Table("Friend", "state", "position", "number", "moved up", "passed by")
    for row in rows:
        cells = (row["position"], row["number"], row["moved_up"], row["passed_by"])
        table.add_row(Text(row["friend_id"]), row["state"], *(str(one or "-") for one in cells))
    return table
