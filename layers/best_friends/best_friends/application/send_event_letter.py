"""Letters about events: the link, that somebody registered, a place, a position, a change, the end of it."""

from dataclasses import dataclass

from best_friends.application.accounts import Accounts
from best_friends.application.hand_over import HandOver, Sending, mailed
from best_friends.application.links import EVENT, MintLink
from best_friends.application.ports import Clock, Friends, Programme
from best_friends.application.ports_events import Events, Registrations
from best_friends.application.ports_letters import LetterOrder, Mail
from best_friends.domain.events import TAKES, Event, Phase, Registration
from best_friends.domain.friends import Friend
from best_friends.domain.letter import NO_YEAR, LetterKind, letter_id_about
from best_friends.domain.waiting_list import reason_for
from best_friends.letters.events import EventView, render_event_letter
from best_friends.letters.render import Letter
from best_friends.texts.languages import best_language


@dataclass(frozen=True, slots=True)
class SendEventLetter:
    """Send a letter about an event at most once, and only while it says what is so."""

    friends: Friends
    events: Events
    registrations: Registrations
    programme: Programme
    hand_over: HandOver
    mint: MintLink
    mail: Mail
    clock: Clock
    pages_url: str

    def __call__(self, order: LetterOrder) -> Sending:
        """Send it, or say why not.

        Raises:
            Throttled: nothing was sent; the order is to be delivered once more.
        """
        event_id, _, stub = order.about.partition("#")
        event = self.events.get(event_id)
        friend = Accounts(self.friends).friend(order.friend_id)
        if event is None or friend is None or not friend.email:
            return Sending.NOT_WANTED
        mine = self._registration(order, event_id, stub)
        if not _is_so(order, event, mine, event.phase(self.clock())):
            return Sending.NOT_WANTED

        def send() -> str:
            return mailed(self.mail, order.kind, NO_YEAR, friend, self._written(order, event, friend, mine))

        # The link is asked for by an address, which several accounts may have.
        letter_id = letter_id_about(order.kind, f"{order.about}#{order.number}#{friend.friend_id}")
        return self.hand_over(letter_id, friend.friend_id, NO_YEAR, send)

    def _registration(self, order: LetterOrder, event_id: str, stub: str) -> Registration | None:
        if order.kind is LetterKind.EVENT_LINK:
            return None
        found = self.registrations.of(event_id, [order.friend_id])
        return next((one for one in found if one.stub == stub and one.cancelled_at is None), None)

    def _written(self, order: LetterOrder, event: Event, friend: Friend, mine: Registration | None) -> Letter:
        settings = self.programme.settings()
        programme = settings.policy.programme
        notes = [one for one in event.notes if one.action in ("changed", "cancelled")]
        view = EventView(
            name=friend.display_name,
            language=best_language(friend.language, programme.languages),
            facts=event.facts.in_zone(programme.zone),
            link="" if order.kind is LetterKind.EVENT_CANCELLED else self._link(event, friend),
            reason=reason_for(event, mine.stub) if mine else None,
            late=bool(mine and event.ordered_at),
            why=notes[-1].why if notes else "",
            places_up=settings.policy.benefits.places_up,
        )
        return render_event_letter(order.kind, view)

    def _link(self, event: Event, friend: Friend) -> str:
        until = event.facts.starts_at
        token = self.mint(EVENT, friend.friend_id, NO_YEAR, until, event.event_id)
        return f"{self.pages_url}/events/{event.event_id}?token={token}"


def _is_so(order: LetterOrder, event: Event, mine: Registration | None, phase: Phase) -> bool:
    """Whether the letter still says what is so; a newer one is on its way when it does not."""
    if order.kind is LetterKind.EVENT_LINK:
        return phase in (Phase.ANNOUNCED, *TAKES)
    if mine is None:
        return False
    entry = event.entry(mine.stub)
    match order.kind:
        case LetterKind.EVENT_CANCELLED:
            return event.cancelled
        case LetterKind.EVENT_CHANGED:
            return phase in TAKES and order.number == event.edition
        case LetterKind.EVENT_REGISTERED:
            return phase in TAKES and not (entry and entry.tale)
        case _:
            return phase in TAKES and entry is not None and entry.tale == order.number
