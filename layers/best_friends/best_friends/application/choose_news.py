"""A Friend ends the news, or takes it up again; its personal letters come as before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from best_friends.application.links import NEWS, ExpiredLink, FollowLink, UnknownLink
from best_friends.application.ports import Friends, Programme
from best_friends.application.ports_standing import Choices, Stream
from best_friends.application.request_pages import behind
from best_friends.pages.news import NewsPage, NewsState
from best_friends.texts.languages import best_language

ONE_CLICK = {"List-Unsubscribe": ["One-Click"]}
"""What a mail program posts (RFC 8058, section 3.2); nothing else of it is asked for."""


class Choice(StrEnum):
    """The two buttons of the page."""

    STOP = "stop"
    TAKE_UP = "take_up"


@dataclass(frozen=True, slots=True)
class ChooseNews:
    """Show what stands (which changes nothing, ever), or do what was posted."""

    follow: FollowLink
    friends: Friends
    choices: Choices
    programme: Programme

    def __call__(
        self, token: str, posted: Mapping[str, Sequence[str]] | None, language: str
    ) -> tuple[NewsPage, str]:
        """The page, and the id of the Friend whose choice it is ("" without a known link)."""
        try:
            friend = behind(self.follow, self.friends, token, NEWS)
        except UnknownLink:
            return NewsPage(NewsState.UNKNOWN_LINK, language), ""
        except ExpiredLink:
            return NewsPage(NewsState.EXPIRED_LINK, language), ""
        choice = chosen(posted)
        if choice is not None:
            self.choices.choose(friend.friend_id, Stream.NEWS, wanted=choice is Choice.TAKE_UP)
            state = NewsState.STOPPED if choice is Choice.STOP else NewsState.TAKEN_UP
        else:
            wants = self.choices.wants((friend.friend_id,), Stream.NEWS)
            state = NewsState.ON if wants else NewsState.OFF
        languages = self.programme.settings().policy.programme.languages
        own = best_language(friend.language, languages)
        return NewsPage(state, own, friend.display_name), friend.friend_id


def chosen(posted: Mapping[str, Sequence[str]] | None) -> Choice | None:
    """What was posted: a button's value, or a mail program's one click; anything else is no choice."""
    if posted is None:
        return None
    if {name: list(values) for name, values in posted.items()} == ONE_CLICK:
        return Choice.STOP
    values = list(posted.get("choice", ()))
    return Choice(values[0]) if len(values) == 1 and values[0] in tuple(Choice) else None
