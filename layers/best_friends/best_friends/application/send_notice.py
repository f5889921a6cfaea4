"""Send news: only to those who want it, each letter with a way to end it by one click."""

from collections.abc import Callable
from dataclasses import dataclass

from best_friends.application.accounts import Accounts
from best_friends.application.hand_over import HandOver, Sending
from best_friends.application.links import NEWS, MintLink
from best_friends.application.news import LINK_LIVES, one_click
from best_friends.application.ports import Clock, Friends, Programme
from best_friends.application.ports_letters import LetterOrder, Mail
from best_friends.application.ports_standing import Choices, Stream
from best_friends.application.standing import StandingOf
from best_friends.domain.friends import Friend
from best_friends.domain.letter import LetterKind, letter_id_of
from best_friends.domain.standing import Notice, notice_for
from best_friends.letters.notice import NoticeView, render_notice
from best_friends.texts.languages import best_language

__all__ = ["LINK_LIVES", "SendNotice", "one_click"]


@dataclass(frozen=True, slots=True)
class SendNotice:
    """Send the letter of the last quarter at most once a year."""

    friends: Friends
    standing_of: Callable[[Friend], StandingOf]
    choices: Choices
    programme: Programme
    hand_over: HandOver
    mint: MintLink
    mail: Mail
    clock: Clock
    pages_url: str

    def __call__(self, order: LetterOrder) -> Sending:
        """Send it, unless it is not true or not wanted any more.

        Raises:
            Throttled: nothing was sent; the order is to be delivered once more.
        """
        friend = Accounts(self.friends).friend(order.friend_id)
        if friend is None or not friend.email:
            return Sending.NOT_WANTED
        found = self.standing_of(friend)
        settings = self.programme.settings()
        best_friend = found.best_friend_of is not None
        notice = notice_for(found.running, settings.policy.early_notice, best_friend=best_friend)
        if (
            notice is None
            or found.running.year != order.year
            or not self.choices.wants(found.accounts, Stream.NEWS)
        ):
            return Sending.NOT_WANTED
        letter_id = letter_id_of(LetterKind.EARLY_NOTICE, order.year, friend.friend_id)
        return self.hand_over(
            letter_id, friend.friend_id, order.year, lambda: self._send(friend, found, notice)
        )

    def _send(self, friend: Friend, found: StandingOf, notice: Notice) -> str:
        programme = self.programme.settings().policy.programme
        token = self.mint(NEWS, friend.friend_id, found.running.year, self.clock() + LINK_LIVES)
        unsubscribe = f"{self.pages_url}/news/{token}"
        letter = render_notice(
            NoticeView(
                name=friend.display_name,
                language=best_language(friend.language, programme.languages),
                notice=notice,
                standing=found.running,
                page=f"{self.pages_url}/standing",
                unsubscribe=unsubscribe,
                zone=programme.zone,
            )
        )
        return self.mail.send(
            to=friend.email,
            subject=letter.subject,
            html=letter.html,
            text=letter.text,
            tags={"kind": LetterKind.EARLY_NOTICE, "year": str(found.running.year)},
            headers=one_click(unsubscribe),
        )
