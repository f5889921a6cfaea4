"""The two pages behind personal links on which Friends ask: for another area, for a role."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Protocol
from urllib.parse import parse_qs

from best_friends.application.accounts import Accounts
from best_friends.application.ask import Ask, TooMany
from best_friends.application.links import AREAS, ENGAGEMENT, ExpiredLink, FollowLink, UnknownLink
from best_friends.application.ports import Friends
from best_friends.application.ports_requests import Roles
from best_friends.domain.friends import Friend
from best_friends.domain.ledger import business_date
from best_friends.domain.policy import Role
from best_friends.domain.requests import AreaForm, Field, Request, RequestKind, RoleForm, Wish
from best_friends.pages.areas import AreasPage
from best_friends.pages.engagement import EngagementPage
from best_friends.pages.requests import AskState, PageOfRequests
from best_friends.texts.languages import best_language

MOST_FIELDS = 20
Posted = Mapping[str, Sequence[str]]


class Form(Protocol):
    """A form as it was filled in."""

    @property
    def words(self) -> str:
        """What the Friend says about it."""
        ...

    def wish(self) -> Wish:
        """What is asked for, if there is no fault."""
        ...


@dataclass(frozen=True, slots=True)
class Asked:
    """What came of a form: the state of the page, and the request if one was new."""

    state: AskState
    new: Request | None = None
    known: tuple[Request, ...] = ()


@dataclass(frozen=True, slots=True)
class ShowAreasPage:
    """Show a Friend its areas (which changes nothing, ever), or write down that it asks for another."""

    follow: FollowLink
    friends: Friends
    ask: Ask

    def __call__(self, token: str, posted: Posted | None, language: str) -> tuple[AreasPage, Request | None]:
        """The page, and the request if one is new; `posted` is None when nothing was posted."""
        try:
            friend = behind(self.follow, self.friends, token, AREAS)
        except (UnknownLink, ExpiredLink) as lost:
            return AreasPage(lost_page(lost, language)), None
        form = AreaForm() if posted is None else _area_form(posted)
        faults = frozenset[Field]() if posted is None else form.faults()
        came = asked(self.ask, friend, RequestKind.AREA, form if posted is not None else None, faults)
        page = page_of(self.ask, friend, token, came)
        return AreasPage(page, friend.areas, form, faults), came.new


@dataclass(frozen=True, slots=True)
class ShowEngagementPage:
    """Show a Friend the roles there are, or write down that it applies for one."""

    follow: FollowLink
    friends: Friends
    roles: Roles
    ask: Ask

    def __call__(
        self, token: str, posted: Posted | None, language: str
    ) -> tuple[EngagementPage, Request | None]:
        """The page, and the application if one is new; `posted` is None when nothing was posted."""
        try:
            friend = behind(self.follow, self.friends, token, ENGAGEMENT)
        except (UnknownLink, ExpiredLink) as lost:
            return EngagementPage(lost_page(lost, language)), None
        held = self._held(friend)
        form = RoleForm() if posted is None else RoleForm(_one(posted, Field.ROLE), _one(posted, Field.WORDS))
        faults = frozenset[Field]() if posted is None else form.faults(held)
        came = asked(self.ask, friend, RequestKind.ENGAGEMENT, form if posted is not None else None, faults)
        page = page_of(self.ask, friend, token, came)
        return EngagementPage(page, tuple(role for role in Role if role in held), form, faults), came.new

    def _held(self, friend: Friend) -> frozenset[Role]:
        today = self._today()
        known = self.roles.of_friend(friend.friend_id)
        return frozenset(one.role for one in known if one.held_between(today, today))

    def _today(self) -> date:
        return business_date(self.ask.clock(), self.ask.programme.settings().policy.programme.zone)


def behind(follow: FollowLink, friends: Friends, token: str, purpose: str) -> Friend:
    """The Friend whom a link names; an alias's links follow it.

    Raises:
        UnknownLink, ExpiredLink: as for any link.
    """
    friend = Accounts(friends).friend(follow(token, purpose).friend_id)
    if friend is None:
        raise UnknownLink
    return friend


def asked(ask: Ask, friend: Friend, kind: RequestKind, form: Form | None, faults: frozenset[Field]) -> Asked:
    """Write down what a form asks for, if anything was posted and it has no fault."""
    state, new, stands = AskState.OPEN, None, None
    if form is not None and faults:
        state = AskState.FAULTY
    elif form is not None:
        try:
            stands, is_new = ask(friend.friend_id, form.wish(), form.words)
            state, new = AskState.ASKED, stands if is_new else None
        except TooMany:
            state = AskState.TOO_MANY
    known = {one.request_id: one for one in ask.requests.of_friend(friend.friend_id) if one.kind is kind}
    if stands is not None:  # the index that finds a Friend's requests may be a moment behind
        known = {stands.request_id: stands} | known
    return Asked(state, new, tuple(known.values()))


def page_of(ask: Ask, friend: Friend, token: str, came: Asked) -> PageOfRequests:
    """What both pages have in common, in the Friend's own language."""
    settings = ask.programme.settings()
    programme = settings.policy.programme
    local = [replace(one, asked_at=one.asked_at.astimezone(programme.zone)) for one in came.known]
    return PageOfRequests(
        state=came.state,
        language=best_language(friend.language, programme.languages),
        name=friend.display_name,
        requests=tuple(local),
        token=token,
    )


def lost_page(lost: UnknownLink | ExpiredLink, language: str) -> PageOfRequests:
    """What is said to somebody whom no link names."""
    unknown = isinstance(lost, UnknownLink)
    return PageOfRequests(AskState.UNKNOWN_LINK if unknown else AskState.EXPIRED_LINK, language)


def posted_in(body: str) -> dict[str, list[str]]:
    """The fields of a form's body; one that holds more than any form of ours, or no text, is refused.

    Raises:
        ValueError: when it is none of ours.
    """
    return parse_qs(body, keep_blank_values=True, max_num_fields=MOST_FIELDS)


def _area_form(posted: Posted) -> AreaForm:
    return AreaForm(_one(posted, Field.PLACE), _one(posted, Field.RADIUS), _one(posted, Field.WORDS))


def _one(posted: Posted, name: str) -> str:
    values = posted.get(name, ())
    return values[0] if len(values) == 1 else ""
