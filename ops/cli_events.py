"""`best-friends event ...`: announce events, see who registered, change, close and cancel them."""

import json
from collections.abc import Callable
from typing import Annotated

import typer

from best_friends import bootstrap
from best_friends.application.errors import Refusal
from best_friends.domain.events import Facts
from ops.console import Screen
from ops.deployment import Deployment
from ops.events import (
    event_document,
    event_table,
    instant_in,
    managing,
    registration_documents,
    registration_table,
    standing_in,
    titles_in,
    zone_of,
)
from ops.faults import Stop
from ops.ids import identifier
from ops.who import by

Stack = Annotated[str, typer.Option(envvar="BEST_FRIENDS_STACK", help="The deployed stack.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Why = Annotated[str, typer.Option(help="The reason; it is kept with the event.")]
Told = Annotated[str, typer.Option("--why", help="The reason; the letter to the Friends quotes it.")]
EventId = Annotated[str, typer.Argument(metavar="EVENT", help="The event's id.", callback=identifier)]
FriendId = Annotated[str, typer.Argument(metavar="FRIEND", help="The Friend's id.", callback=identifier)]
Titles = Annotated[list[str], typer.Option("--title", help="Language and title, de=...; repeat for others.")]
Places = Annotated[int, typer.Option(help="How many may come.")]
When = "such as 2026-03-01T18:30, in the programme's time zone."

event_app = typer.Typer(help="Events, their places and waiting lists.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add these commands to the operators' command."""
    app.add_typer(event_app, name="event")


@event_app.command("add")
def add(
    event_id: EventId,
    title: Titles,
    place: Annotated[str, typer.Option(help="Where it is.")],
    places: Places,
    opens: Annotated[str, typer.Option(help=f"When registration opens, {When}")],
    closes: Annotated[str, typer.Option(help=f"When it closes and the list is ordered, {When}")],
    starts: Annotated[str, typer.Option(help=f"When the event starts, {When}")],
    stack: Stack = "best-friends",
) -> None:
    """Announce an event; its page is there at once, at /events/EVENT of the deployed pages."""
    titles, deployment = titles_in(title), Deployment.of_stack(stack)
    zone = zone_of(deployment)
    facts = Facts(
        titles,
        place,
        places,
        opens_at=instant_in("--opens", opens, zone),
        closes_at=instant_in("--closes", closes, zone),
        starts_at=instant_in("--starts", starts, zone),
    )
    event = _or_stop(lambda: managing(deployment).add(event_id, facts))
    print(f"{event.event_id} is announced: {deployment.pages_url}/events/{event.event_id}")


@event_app.command("list")
def list_events(stack: Stack = "best-friends", as_json: AsJson = False) -> None:
    """All events, the one that starts last first."""
    deployment, now = Deployment.of_stack(stack), bootstrap.clock()
    events = list(managing(deployment).events.everything())
    if as_json:
        print(json.dumps([event_document(one, now) for one in events], indent=1, ensure_ascii=False))
    elif events:
        Screen().out.print(event_table(events, now, zone_of(deployment)))
    else:
        print("None.")


@event_app.command("show")
def show(event_id: EventId, stack: Stack = "best-friends", as_json: AsJson = False) -> None:
    """An event: who has a place, who waits, and why each stands where it stands."""
    deployment, now = Deployment.of_stack(stack), bootstrap.clock()
    event = _or_stop(lambda: managing(deployment).get(event_id))
    rows = registration_documents(event, standing_in(deployment, event_id))
    if as_json:
        document = event_document(event, now) | {"registrations": rows}
        print(json.dumps(document, indent=1, ensure_ascii=False))
        return
    screen = Screen()
    zone = zone_of(deployment)
    screen.out.print(event_table([event], now, zone))
    if rows:
        screen.out.print(registration_table(rows))
    for note in event.notes:
        at = note.at.astimezone(zone)
        screen.out.print(f"{at:%Y-%m-%d %H:%M} {note.who}: {note.action} ({note.why})", markup=False)


@event_app.command("close")
def close(event_id: EventId, why: Why, stack: Stack = "best-friends") -> None:
    """Close the registration now; the list is ordered within five minutes."""
    reason, use_case = by(why), managing(Deployment.of_stack(stack))
    _or_stop(lambda: use_case.close(event_id, reason))
    print(f"The registration for {event_id} is closed; its list is ordered within five minutes.")


@event_app.command("cancel")
def cancel(event_id: EventId, why: Told, stack: Stack = "best-friends") -> None:
    """Cancel an event; a letter tells everybody who registered, and quotes the reason."""
    reason, use_case = by(why), managing(Deployment.of_stack(stack))
    already = _or_stop(lambda: use_case.get(event_id)).cancelled
    _or_stop(lambda: use_case.cancel(event_id, reason))
    if already:
        print(f"{event_id} was cancelled already; the reason that was given then stays.")
    else:
        print(f"{event_id} is cancelled; letters tell those who registered.")


@event_app.command("places")
def change_places(
    event_id: EventId,
    places: Annotated[int, typer.Argument(help="How many may come.")],
    why: Why,
    stack: Stack = "best-friends",
) -> None:
    """Change how many places there are; nobody who has one loses it."""
    reason, use_case = by(why), managing(Deployment.of_stack(stack))
    event = _or_stop(lambda: use_case.places(event_id, places, reason))
    print(
        f"{event_id} has {event.facts.places} places: given {len(event.admitted)},"
        f" waiting {len(event.waiting)}."
    )


@event_app.command("move")
def move(
    event_id: EventId,
    why: Told,
    starts: Annotated[str, typer.Option(help=f"When it starts now, {When}")] = "",
    place: Annotated[str, typer.Option(help="Where it is now.")] = "",
    stack: Stack = "best-friends",
) -> None:
    """Change when or where it is; a letter tells everybody who registered, and quotes the reason."""
    if not starts and not place.strip():
        raise Stop("give --starts, --place or both; without them nothing changes")
    reason, deployment = by(why), Deployment.of_stack(stack)
    at = instant_in("--starts", starts, zone_of(deployment)) if starts else None
    _or_stop(lambda: managing(deployment).move(event_id, at, place.strip() or None, reason))
    print(f"{event_id} is changed; letters tell those who registered.")


@event_app.command("link")
def link(event_id: EventId, friend_id: FriendId, stack: Stack = "best-friends") -> None:
    """Mail a Friend a personal link to an event; it is shown to nobody else."""
    use_case = managing(Deployment.of_stack(stack))
    reader = _or_stop(lambda: use_case.send_link(event_id, friend_id))
    print(f"A letter with a link to {event_id} is on its way to {reader}.")


def _or_stop[T](act: Callable[[], T]) -> T:
    try:
        return act()
    except Refusal as refusal:
        raise Stop(str(refusal)) from None
