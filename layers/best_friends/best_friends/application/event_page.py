"""The page of an event: for anybody what it is, behind a personal link where one stands and the buttons."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import tzinfo
from enum import StrEnum

from best_friends.application.accounts import Accounts
from best_friends.application.ask_event_link import AskEventLink
from best_friends.application.links import EVENT, ExpiredLink, FollowLink, UnknownLink
from best_friends.application.ports import Friends, Programme
from best_friends.application.ports_events import Events
from best_friends.application.take_part import TakePart
from best_friends.domain.events import Event, Phase
from best_friends.domain.friends import Friend
from best_friends.domain.waiting_list import reason_for
from best_friends.pages.event import EventPage, EventState, Stands
from best_friends.texts.languages import best_language

Fields = Mapping[str, Sequence[str]]


class Act(StrEnum):
    """What was posted, by the path that it was posted to."""

    ASK = "ask"
    REGISTER = "register"
    CANCEL = "cancel"


@dataclass(frozen=True, slots=True)
class Shown:
    """The page; whose it is ("" for anybody's), and what was done just now, if anything."""

    page: EventPage
    friend_id: str = ""
    done: Act | None = None


@dataclass(frozen=True, slots=True)
class ShowEvent:
    """Show an event (which changes nothing, ever), or do what was posted."""

    follow: FollowLink
    friends: Friends
    events: Events
    part: TakePart
    ask: AskEventLink
    programme: Programme

    def __call__(self, event_id: str, act: Act | None, given: Fields, language: str) -> Shown:
        """The page; `given` is what was asked for (`act` None) or posted, `language` is the public page's."""
        languages = self.programme.settings().policy.programme.languages
        public = best_language(language, languages)
        event = self.events.get(event_id)
        if event is None:
            return Shown(EventPage(EventState.UNKNOWN_EVENT, public))
        token = _one(given, "token")
        if not token:
            return Shown(self._for_anybody(event, act, given, public))
        try:
            friend = self._behind(event, token)
        except (UnknownLink, ExpiredLink) as lost:
            known = isinstance(lost, ExpiredLink)
            state = EventState.EXPIRED_LINK if known else EventState.UNKNOWN_LINK
            return Shown(EventPage(state, public, event_id=event_id))
        done = self._do(event, friend, act)
        page = self._for_friend(event_id, friend, best_language(friend.language, languages))
        return Shown(replace(page, token=token), friend.friend_id, done)

    def _behind(self, event: Event, token: str) -> Friend:
        link = self.follow(token, EVENT)
        friend = Accounts(self.friends).friend(link.friend_id)  # an alias's links follow it
        if friend is None or link.job_id != event.event_id:
            raise UnknownLink
        return friend

    def _do(self, event: Event, friend: Friend, act: Act | None) -> Act | None:
        if act is Act.REGISTER:
            return act if self.part.register(event, friend) else None
        if act is Act.CANCEL:
            return act if self.part.cancel(event, friend) else None
        return None

    def _for_anybody(self, event: Event, act: Act | None, given: Fields, language: str) -> EventPage:
        page = self._page(EventState.PUBLIC, event, language)
        if act is not Act.ASK or page.phase in (Phase.OVER, Phase.CANCELLED):
            return page
        address = _one(given, "address")
        if self.ask(event.event_id, address):
            return replace(page, state=EventState.ASKED)
        return replace(page, state=EventState.FAULTY, address=address[:320])

    def _for_friend(self, event_id: str, friend: Friend, language: str) -> EventPage:
        event = self.events.get(event_id)  # as it stands after what was done
        if event is None:
            raise UnknownLink
        page = replace(
            self._page(EventState.OWN, event, language), name=friend.display_name, active=friend.active
        )
        mine = self.part.of(event, friend)
        if mine is None:
            return page
        entry, reason = event.entry(mine.stub), reason_for(event, mine.stub)
        stands = Stands.REGISTERED
        if entry:
            stands = Stands.ADMITTED if entry.admitted else Stands.WAITING
        at = mine.registered_at.astimezone(self._zone())
        return replace(page, stands=stands, reason=reason, registered_at=at)

    def _page(self, state: EventState, event: Event, language: str) -> EventPage:
        settings = self.programme.settings()
        now = self.part.clock()
        return EventPage(
            state=state,
            language=language,
            event_id=event.event_id,
            facts=event.facts.in_zone(self._zone()),
            phase=event.phase(now),
            ordered=event.ordered_at is not None,
            places_up=settings.policy.benefits.places_up,
            languages=settings.policy.programme.languages,
        )

    def _zone(self) -> tzinfo:
        return self.programme.settings().policy.programme.zone


def _one(given: Fields, name: str) -> str:
    values = given.get(name, ())
    return values[0] if len(values) == 1 else ""
