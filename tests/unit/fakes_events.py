"""Events and registrations in memory, over the world of `fakes_standing`."""

from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from best_friends.application import ports_events
from best_friends.application.ask_event_link import AskEventLink
from best_friends.application.correct_ledger import By
from best_friends.application.errors import Conflict
from best_friends.application.event_page import Act, ShowEvent, Shown
from best_friends.application.event_people import EventPeople
from best_friends.application.hand_over import HandOver, Sending
from best_friends.application.links import EVENT, FollowLink
from best_friends.application.manage_events import ManageEvents
from best_friends.application.order_events import OrderEvents
from best_friends.application.send_event_letter import SendEventLetter
from best_friends.application.settle_event import SettleEvent
from best_friends.application.take_part import TakePart
from best_friends.domain.events import Event, Facts, Registration
from best_friends.domain.invitation import Invitation, InvitationState
from best_friends.domain.letter import NO_YEAR
from tests.unit.fakes import ANSWER_UNTIL, REASONS
from tests.unit.fakes_standing import StandingWorld
from tests.unit.line import Line, OnLine, call

OPENS = datetime(2026, 3, 1, 9, tzinfo=UTC)
CLOSES, STARTS = OPENS + timedelta(days=7), OPENS + timedelta(days=20)
FACTS = Facts({"de": "Grillabend", "en": "Barbecue"}, "Zürich, Rote Fabrik", 3, OPENS, CLOSES, STARTS)
BY = By("Ada", "Der Saal ist zu klein.")


class FakeEvents(OnLine, ports_events.Events):
    """Events by id, with their versions."""

    def __init__(self, line: Line) -> None:
        super().__init__(line)
        self.rows: dict[str, Event] = {}

    @call
    def get(self, event_id: str) -> Event | None:
        return self.rows.get(event_id)

    @call
    def add(self, event: Event) -> bool:
        if event.event_id in self.rows:
            return False
        self.rows[event.event_id] = replace(event, version=1)
        return True

    @call
    def save(self, event: Event) -> Event:
        if self.rows[event.event_id].version != event.version:
            raise Conflict
        after = self.rows[event.event_id] = replace(event, version=event.version + 1)
        return after

    @call
    def everything(self) -> Iterator[Event]:
        return iter(list(self.rows.values()))

    @call
    def live(self) -> Iterator[str]:
        return iter([one.event_id for one in self.rows.values() if not one.finished])


class FakeRegistrations(OnLine, ports_events.Registrations):
    """Registrations by event and Friend."""

    def __init__(self, line: Line) -> None:
        super().__init__(line)
        self.rows: dict[tuple[str, str], Registration] = {}

    @call
    def of_event(self, event_id: str) -> list[Registration]:
        return [one for (event, _), one in self.rows.items() if event == event_id]

    @call
    def of(self, event_id: str, accounts: Collection[str]) -> list[Registration]:
        return [self.rows[event_id, one] for one in accounts if (event_id, one) in self.rows]

    @call
    def put(self, registration: Registration, over: Registration | None) -> None:
        stored = self.rows.get((registration.event_id, registration.friend_id))
        free = stored is None or (over and stored.turn == over.turn and stored.cancelled_at)
        if not free:
            raise Conflict
        self.rows[registration.event_id, registration.friend_id] = registration

    @call
    def cancel(self, registration: Registration, at: datetime) -> None:
        self._change(registration, cancelled_at=at)

    @call
    def note_told(self, registration: Registration) -> None:
        self._change(registration, told=True)

    def _change(self, seen: Registration, **changes: object) -> None:
        key = (seen.event_id, seen.friend_id)
        stored = self.rows.get(key)
        if stored and stored.turn == seen.turn and stored.cancelled_at is None:
            self.rows[key] = replace(stored, **changes)  # type: ignore[arg-type]


class EventWorld(StandingWorld):
    """An event of three places in March 2026, whose registration is open."""

    def __init__(self) -> None:
        super().__init__()
        self.clock.now = OPENS
        self.events = FakeEvents(self.line)
        self.registrations = FakeRegistrations(self.line)
        self.failures: list[Exception] = []
        self.tickets = 0
        self.events.add(Event("grill", FACTS))

    def best_friend(self, friend_id: str) -> None:
        """Give the status of 2025 to somebody."""
        self.programme.in_force = replace(self.programme.in_force, best_friends_of=2025)
        self.invitations.create(Invitation(friend_id, 2025, InvitationState.CONFIRMED, REASONS, ANSWER_UNTIL))

    def token(self, friend_id: str, event_id: str = "grill") -> str:
        """A personal link."""
        return self.mint(EVENT, friend_id, NO_YEAR, STARTS, event_id)

    def press(self, act: Act | None, friend_id: str) -> Shown:
        """Press a button of the page a minute later."""
        self.clock.now += timedelta(minutes=1)
        return self.show("grill", act, {"token": [self.token(friend_id)]}, "de")

    def registered(self, *friend_ids: str) -> None:
        """Let Friends register one after the other; those that there are not yet are added."""
        for one in friend_ids:
            if one not in self.friends.rows:
                self.add(one)
            self.press(Act.REGISTER, one)

    def close(self) -> None:
        """Let the registration end, and the schedule do its work."""
        self.clock.now = CLOSES + timedelta(minutes=5)
        self.order()

    def line_of(self, *, admitted: bool) -> list[str]:
        """The Friends with a place, or those who wait, in their order."""
        event = self.events.rows["grill"]
        by_stub = {one.stub: one.friend_id for one in self.registrations.rows.values()}
        return [by_stub[one.stub] for one in (event.admitted if admitted else event.waiting)]

    def deliver(self) -> list[tuple[str, str]]:
        """Send all ordered letters, each order twice; (kind, address) of what left."""
        before = len(self.mail.sent)
        for order in [*self.queue.orders, *self.queue.orders]:
            assert self.send_event(order) is not Sending.IN_DOUBT
        self.queue.orders.clear()
        return [(one.tags["kind"], one.to) for one in self.mail.sent[before:]]

    def _ticket(self) -> str:
        self.tickets += 1
        return f"ticket{self.tickets}"

    @property
    def people(self) -> EventPeople:
        """Accounts and the status."""
        return EventPeople(self.friends, self.directory, self.invitations, self.programme)

    @property
    def settle(self) -> SettleEvent:
        """Settling."""
        return SettleEvent(self.events, self.registrations, self.people, self.queue, self.clock)

    @property
    def order(self) -> OrderEvents:
        """The schedule."""
        return OrderEvents(self.events, self.settle, self.failures.append)

    @property
    def manage(self) -> ManageEvents:
        """What operators do."""
        return ManageEvents(self.events, self.friends, self.queue, self.settle, self.clock)

    @property
    def show(self) -> ShowEvent:
        """The page."""
        part = TakePart(self.events, self.registrations, self.people, self.settle, self.clock, self._ticket)
        ask = AskEventLink(self.directory, self.queue, self.clock)
        return ShowEvent(
            FollowLink(self.links, self.clock), self.friends, self.events, part, ask, self.programme
        )

    @property
    def send_event(self) -> SendEventLetter:
        """The letters."""
        return SendEventLetter(
            self.friends,
            self.events,
            self.registrations,
            self.programme,
            HandOver(self.letters, self.clock),
            self.mint,
            self.mail,
            self.clock,
            "https://pages.example",
        )
