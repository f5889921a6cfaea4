"""What operators do about events: announce, change, close, cancel, and send somebody the link."""

import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from best_friends.application.accounts import Accounts
from best_friends.application.correct_ledger import By
from best_friends.application.errors import Conflict, Refusal
from best_friends.application.ports import Clock, Friends
from best_friends.application.ports_events import Events
from best_friends.application.ports_letters import LetterOrder, LettersQueue
from best_friends.application.settle_event import Busy, SettleEvent
from best_friends.domain.events import Event, EventError, EventNote, Facts, Phase, checked
from best_friends.domain.letter import NO_YEAR, LetterKind

EVENT_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
"""It stands in the address of the event's page."""

ENDED = (Phase.OVER, Phase.CANCELLED)
ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class ManageEvents:
    """Each change is a note of the event, then everybody concerned is told by settling it."""

    events: Events
    friends: Friends
    letters: LettersQueue
    settle: SettleEvent
    clock: Clock

    def add(self, event_id: str, facts: Facts) -> Event:
        """Announce an event.

        Raises:
            Refusal: when it cannot be so, or there is one of this id.
        """
        if not EVENT_ID.fullmatch(event_id):
            raise Refusal(f"{event_id!r}: an event's id is 1 to 60 of a-z, 0-9 and -, such as barbecue-2026")
        event = Event(event_id, _sound(facts))
        if event.phase(self.clock()) is Phase.OVER:
            raise Refusal("the event would have started already; give a start that lies ahead")
        if not self.events.add(event):
            raise Refusal(f"there is an event {event_id}; choose another id")
        return event

    def get(self, event_id: str) -> Event:
        """An event.

        Raises:
            Refusal: when there is none.
        """
        event = self.events.get(event_id)
        if event is None:
            raise Refusal(f"there is no event {event_id}; `best-friends event list` names them all")
        return event

    def close(self, event_id: str, by: By) -> Event:
        """Close the registration now; the list is ordered within minutes."""

        def closed(event: Event, now: datetime) -> Event:
            if event.phase(now) is Phase.CLOSED:
                return event
            opens_at = min(event.facts.opens_at, now)
            return replace(event, facts=replace(event.facts, opens_at=opens_at, closes_at=now))

        return self._change(event_id, by, "closed", closed)

    def cancel(self, event_id: str, by: By) -> Event:
        """Cancel it and tell everybody who registered; the letter quotes the reason."""
        return self._change(event_id, by, "cancelled", lambda event, _: replace(event, cancelled=True))

    def places(self, event_id: str, places: int, by: By) -> Event:
        """Change how many places there are; nobody who is admitted loses the place."""

        def changed(event: Event, _: datetime) -> Event:
            return replace(event, facts=_sound(replace(event.facts, places=places)))

        return self._change(event_id, by, f"{places} places", changed)

    def move(self, event_id: str, starts_at: datetime | None, place: str | None, by: By) -> Event:
        """Change when and where it is, and tell everybody who registered; the letter quotes the reason."""

        def moved(event: Event, now: datetime) -> Event:
            facts = replace(
                event.facts, starts_at=starts_at or event.facts.starts_at, place=place or event.facts.place
            )
            if facts == event.facts:
                return event
            return replace(event, facts=_sound(facts), edition=event.edition + 1, changed_at=now)

        return self._change(event_id, by, "changed", moved)

    def send_link(self, event_id: str, friend_id: str) -> str:
        """Order the letter with a personal link; the id of the Friend who gets it."""
        event, friend = self.get(event_id), Accounts(self.friends).friend(friend_id)
        if friend is None:
            raise Refusal(f"there is no Friend {friend_id}; look the id up in the marketplace")
        if event.phase(self.clock()) in ENDED:
            raise Refusal(f"{event_id} is {event.phase(self.clock())}; there is nothing to register for")
        about = f"{event_id}#link-{uuid.uuid4().hex[:12]}"
        self.letters.put([LetterOrder(LetterKind.EVENT_LINK, friend.friend_id, NO_YEAR, about=about)])
        return friend.friend_id

    def _change(
        self, event_id: str, by: By, action: str, change: Callable[[Event, datetime], Event]
    ) -> Event:
        for _ in range(ATTEMPTS):
            event, now = self.get(event_id), self.clock()
            if event.phase(now) is Phase.OVER or (event.cancelled and action != "cancelled"):
                raise Refusal(f"{event_id} is {event.phase(now)}; nothing can be changed about it any more")
            after = change(event, now)
            if after != event:
                note = EventNote(now, by.who, action, by.why)
                try:
                    self.events.save(replace(after, notes=(*event.notes, note)))
                except Conflict:
                    continue
            try:  # also when nothing is new: the last try may have broken off here
                return self.settle(event_id) or after
            except Busy:
                return after
        raise Refusal(f"{event_id} keeps changing; run the same command again")


def _sound(facts: Facts) -> Facts:
    try:
        return checked(facts)
    except EventError as error:
        raise Refusal(str(error)) from None
