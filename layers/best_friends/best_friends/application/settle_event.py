"""Bring an event to where it has to be: the list ordered, places given, and everybody told once.

It may run at any time, twice or at once, and break off anywhere: what it does follows from what is written.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from best_friends.application.errors import Conflict
from best_friends.application.event_people import EventPeople
from best_friends.application.ports import Clock
from best_friends.application.ports_events import Events, Registrations
from best_friends.application.ports_letters import LetterOrder, LettersQueue
from best_friends.domain.events import TAKES, Event, Phase, Registration
from best_friends.domain.letter import NO_YEAR, LetterKind
from best_friends.domain.waiting_list import Rule, settled

ATTEMPTS = 8


class Busy(Exception):
    """Too many write to this event at once; it is looked at again a few minutes later."""


@dataclass(frozen=True, slots=True)
class SettleEvent:
    """Settle one event."""

    events: Events
    registrations: Registrations
    people: EventPeople
    letters: LettersQueue
    clock: Clock

    def __call__(self, event_id: str) -> Event | None:
        """The event as it stands afterwards, None when there is none.

        Raises:
            Busy: when others keep writing to it.
            Throttled: when letters could not be ordered; the next time they are.
        """
        for _ in range(ATTEMPTS):
            event = self.events.get(event_id)
            if event is None or event.finished:
                return event
            try:
                return self._settle(event)
            except Conflict:
                continue
        raise Busy(event_id)

    def _settle(self, event: Event) -> Event:
        now = self.clock()
        standing = [one for one in self.registrations.of_event(event.event_id) if one.cancelled_at is None]
        if event.phase(now) is Phase.CLOSED or event.cancelled:
            standing = self.people.one_each(event, standing)
        places_up = self.people.programme.settings().policy.benefits.places_up
        rule = Rule(lambda: self.people.best_friends(standing), places_up)
        after = settled(event, standing, rule, now)
        if after != event:
            # What is to be told is written together with what happened, so that no crash can lose it.
            after = self.events.save(after)
        if after.phase(now) in TAKES:
            for one in standing:
                self.confirm(one)
        orders = list(_news(after, standing))
        if orders:
            self.letters.put(orders)
        over = after.phase(now) in (Phase.OVER, Phase.CANCELLED)
        told = replace(after, untold=(), told_edition=after.edition, finished=over)
        return self.events.save(told) if told != after else after

    def confirm(self, registration: Registration) -> None:
        """Order the letter that says that somebody registered, unless that was done."""
        if not registration.told:
            self.letters.put([_order(LetterKind.EVENT_REGISTERED, registration, 0)])
            self.registrations.note_told(registration)


def _news(event: Event, standing: Iterable[Registration]) -> Iterator[LetterOrder]:
    """What is to be told: the end of it, or a change of place and time, or where somebody stands now."""
    for one in standing:
        if event.cancelled:
            yield _order(LetterKind.EVENT_CANCELLED, one, 0)
            continue
        if event.told_edition < event.edition and event.changed_at and one.registered_at < event.changed_at:
            yield _order(LetterKind.EVENT_CHANGED, one, event.edition)
        entry = event.entry(one.stub)
        if entry and one.stub in event.untold:
            kind = LetterKind.EVENT_ADMITTED if entry.admitted else LetterKind.EVENT_WAITING
            yield _order(kind, one, entry.tale)


def _order(kind: LetterKind, one: Registration, number: int) -> LetterOrder:
    return LetterOrder(kind, one.friend_id, NO_YEAR, number, about=f"{one.event_id}#{one.stub}")
