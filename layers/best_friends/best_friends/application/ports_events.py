"""The ports of events and of who registered for them. All reads are strong but the list of live events."""

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Protocol

from best_friends.domain.events import Event, Registration


class Events(Protocol):
    """The Events table."""

    def get(self, event_id: str) -> Event | None: ...
    def add(self, event: Event) -> bool:
        """Write a new event; False when there is one of this id."""
        ...

    def save(self, event: Event) -> Event:
        """Write an event over the version that it was read at; what is returned has the new version.

        Raises:
            Conflict: when it was written since.
        """
        ...

    def everything(self) -> Iterator[Event]:
        """Every event, the one that starts last first."""
        ...

    def live(self) -> Iterator[str]:
        """The ids of the events that are not finished; an index may be a moment behind."""
        ...


class Registrations(Protocol):
    """The Registrations table: event_id + friend_id."""

    def of_event(self, event_id: str) -> list[Registration]:
        """All of an event, the cancelled ones among them."""
        ...

    def of(self, event_id: str, accounts: Collection[str]) -> list[Registration]:
        """Those of some accounts, in no order."""
        ...

    def put(self, registration: Registration, over: Registration | None) -> None:
        """Write a registration where there is none, or over a cancelled one.

        Raises:
            Conflict: when that is not as it was read.
        """
        ...

    def cancel(self, registration: Registration, at: datetime) -> None:
        """Cancel it; nothing happens when it is cancelled, or another turn, already."""
        ...

    def note_told(self, registration: Registration) -> None:
        """Note that the letter about this registration was ordered; nothing happens when it is gone."""
        ...
