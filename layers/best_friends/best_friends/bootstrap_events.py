"""The composition root's part about events."""

import secrets
from collections.abc import Callable
from typing import Protocol

from best_friends import bootstrap, bootstrap_standing
from best_friends.adapters.dynamodb import bound
from best_friends.adapters.events import EventsTable, RegistrationsTable
from best_friends.adapters.models_events import EventRow, RegistrationRow
from best_friends.application.ask_event_link import AskEventLink
from best_friends.application.event_page import ShowEvent
from best_friends.application.event_people import EventPeople
from best_friends.application.manage_events import ManageEvents
from best_friends.application.order_events import OrderEvents
from best_friends.application.send_event_letter import SendEventLetter
from best_friends.application.send_letter import SendLetter
from best_friends.application.settle_event import SettleEvent
from best_friends.application.take_part import TakePart


class Names(Protocol):
    """The names of the tables that settling an event takes, and of the letters queue."""

    @property
    def events_table(self) -> str: ...
    @property
    def registrations_table(self) -> str: ...
    @property
    def friends_table(self) -> str: ...
    @property
    def invitations_table(self) -> str: ...
    @property
    def programme_table(self) -> str: ...
    @property
    def letters_queue(self) -> str: ...


class PageNames(Names, Protocol):
    """What the page takes besides."""

    @property
    def links_table(self) -> str: ...


def ticket() -> str:
    """A random name for a registration on an event's list."""
    return secrets.token_hex(6)


def events(table: str) -> EventsTable:
    """Events, by the table's name."""
    return EventsTable(bound(EventRow, table))


def registrations(table: str) -> RegistrationsTable:
    """Registrations, by the table's name."""
    return RegistrationsTable(bound(RegistrationRow, table))


def settle_event(names: Names) -> SettleEvent:
    """What brings an event to where it has to be."""
    people = EventPeople(
        bootstrap.friends(names.friends_table),
        bootstrap_standing.directory(names.friends_table),
        bootstrap.invitations(names.invitations_table),
        bootstrap.programme(names.programme_table),
    )
    return SettleEvent(
        events(names.events_table),
        registrations(names.registrations_table),
        people,
        bootstrap.letters_queue(names.letters_queue),
        bootstrap.clock,
    )


def order_events(names: Names, on_failure: Callable[[Exception], None]) -> OrderEvents:
    """What settles all events; `on_failure` hears of those that could not be settled."""
    settle = settle_event(names)
    return OrderEvents(settle.events, settle, on_failure)


def manage_events(names: Names) -> ManageEvents:
    """What operators do about events."""
    settle = settle_event(names)
    return ManageEvents(settle.events, settle.people.friends, settle.letters, settle, bootstrap.clock)


def show_event(names: PageNames) -> ShowEvent:
    """The page of an event."""
    settle = settle_event(names)
    people = settle.people
    part = TakePart(settle.events, settle.registrations, people, settle, bootstrap.clock, ticket)
    ask = AskEventLink(people.directory, settle.letters, bootstrap.clock)
    follow = bootstrap.follow_link(names.links_table)
    return ShowEvent(follow, people.friends, settle.events, part, ask, people.programme)


def send_event_letter(of_years: SendLetter, events_table: str, registrations_table: str) -> SendEventLetter:
    """Letters about events, which leave by the same way as those of years."""
    return SendEventLetter(
        of_years.friends,
        events(events_table),
        registrations(registrations_table),
        of_years.programme,
        of_years.hand_over,
        of_years.mint,
        of_years.mail,
        of_years.clock,
        of_years.pages_url,
    )
