"""A Friend registers for an event, or gives the place back."""

from collections.abc import Callable
from dataclasses import dataclass

from best_friends.application.errors import Conflict
from best_friends.application.event_people import EventPeople, best_off
from best_friends.application.ports import Clock
from best_friends.application.ports_events import Events, Registrations
from best_friends.application.settle_event import Busy, SettleEvent
from best_friends.domain.events import TAKES, Event, Phase, Registration
from best_friends.domain.friends import Friend

ATTEMPTS = 4


@dataclass(frozen=True, slots=True)
class TakePart:
    """Write what a Friend wants, then settle the event. Each may be repeated."""

    events: Events
    registrations: Registrations
    people: EventPeople
    settle: SettleEvent
    clock: Clock
    ticket: Callable[[], str]

    def of(self, event: Event, friend: Friend) -> Registration | None:
        """The registration of a Friend that stands, under whichever of its accounts."""
        standing = [one for one in self._known(event, friend) if one.cancelled_at is None]
        return best_off(event, standing) if standing else None

    def register(self, event: Event, friend: Friend) -> bool:
        """Register a Friend, if one may now; whether it is new."""
        if event.phase(self.clock()) not in TAKES or not friend.active:
            return False
        new = self._register(event, friend)
        if new:
            self.settle.confirm(new)
        self._settle(event)
        return new is not None

    def cancel(self, event: Event, friend: Friend) -> bool:
        """Cancel all that a Friend has registered, if one may now; whether there was any."""
        now = self.clock()
        standing = [one for one in self._known(event, friend) if one.cancelled_at is None]
        if event.phase(now) not in TAKES or not standing:
            return False
        for one in standing:
            self.registrations.cancel(one, now)
        self._settle(event)
        return True

    def _known(self, event: Event, friend: Friend) -> list[Registration]:
        return self.registrations.of(event.event_id, self.people.accounts_of(friend.friend_id))

    def _register(self, event: Event, friend: Friend) -> Registration | None:
        for _ in range(ATTEMPTS):
            known = self._known(event, friend)
            if any(one.cancelled_at is None for one in known):
                return None
            over = next((one for one in known if one.friend_id == friend.friend_id), None)
            ticket, turn = (over.ticket, over.turn + 1) if over else (self.ticket(), 1)
            new = Registration(event.event_id, friend.friend_id, ticket, self.clock(), turn)
            try:
                self.registrations.put(new, over)
            except Conflict:  # the button was pressed twice
                continue
            return new
        return None

    def _settle(self, event: Event) -> None:
        if event.phase(self.clock()) is not Phase.CLOSED:
            return  # everybody is on the list only when it is made
        try:
            self.settle(event.event_id)
        except Busy:
            # What the Friend wants is written; the schedule does the rest within minutes.
            return
