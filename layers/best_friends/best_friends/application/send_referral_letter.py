"""Letters about referrals: thanks at once for what a Friend did and for each result, and the month's news."""

from collections.abc import Callable
from dataclasses import dataclass

from best_friends.application.accounts import Accounts
from best_friends.application.hand_over import HandOver, Sending, mailed
from best_friends.application.links import NEWS, MintLink
from best_friends.application.news import LINK_LIVES, one_click
from best_friends.application.ports import Clock, Friends, Programme
from best_friends.application.ports_letters import LetterOrder, Mail
from best_friends.application.ports_referrals import Referrals
from best_friends.application.ports_standing import Choices, Directory, Stream
from best_friends.application.record_referral import accounts_of
from best_friends.domain.friends import Friend
from best_friends.domain.letter import NO_YEAR, LetterKind, letter_id_about, letter_id_of
from best_friends.domain.referrals import Referral, friends_in, thanks_due, told_in, went_on_in
from best_friends.letters.referrals import (
    ReferralView,
    UpdateView,
    render_referral_letter,
    render_referral_update,
)
from best_friends.texts.languages import best_language

Thanked = Callable[[float], None]


def nobody_measures(_: float) -> None:
    """For whoever does not want to know how long thanks took."""


@dataclass(frozen=True, slots=True)
class SendReferralLetter:
    """Send a letter about a referral at most once.

    `thanked` hears how many seconds lie between the recording of a referral and the handing over of its
    thanks to the mail service.
    """

    referrals: Referrals
    friends: Friends
    directory: Directory
    choices: Choices
    programme: Programme
    hand_over: HandOver
    mint: MintLink
    mail: Mail
    clock: Clock
    pages_url: str
    thanked: Thanked = nobody_measures

    def __call__(self, order: LetterOrder) -> Sending:
        """Send it, or say why not.

        Raises:
            Throttled: nothing was sent; the order is to be delivered once more.
        """
        friend = Accounts(self.friends).friend(order.friend_id)
        if friend is None or not friend.email:
            return Sending.NOT_WANTED
        if order.kind is LetterKind.REFERRAL_UPDATE:
            return self._update(order, friend)
        referral = self.referrals.get(order.about)
        if referral is None or order.kind not in thanks_due(referral) or self._is_whose(referral) != friend:
            return Sending.NOT_WANTED

        def send() -> str:
            language = self._language(friend)
            view = ReferralView(friend.display_name, language, referral.name)
            letter = render_referral_letter(order.kind, view)
            return mailed(self.mail, order.kind, NO_YEAR, friend, letter)

        letter_id = letter_id_about(order.kind, referral.referral_id)
        sending = self.hand_over(letter_id, friend.friend_id, NO_YEAR, send)
        if sending is Sending.SENT and order.kind is LetterKind.REFERRAL_THANKS:
            self.thanked((self.clock() - referral.recorded_at).total_seconds())
        return sending

    def _is_whose(self, referral: Referral) -> Friend | None:
        return Accounts(self.friends).friend(referral.friend_id)

    def _update(self, order: LetterOrder, friend: Friend) -> Sending:
        """The letter of the month `order.number` of `order.year`."""
        accounts = accounts_of(self.directory, friend.friend_id)
        month = f"{order.year}-{order.number:02d}"
        zone = self.programme.settings().policy.programme.zone
        own = [told_in(one, zone) for one in self.referrals.of_friends(accounts)]
        news = [one for one in own if went_on_in(one, month)]
        if not news or not self.choices.wants(accounts, Stream.NEWS):
            return Sending.NOT_WANTED
        letter_id = letter_id_of(order.kind, order.year, friend.friend_id, order.number)
        return self.hand_over(
            letter_id, friend.friend_id, order.year, lambda: self._send_update(order, friend, own, news)
        )

    def _send_update(
        self, order: LetterOrder, friend: Friend, own: list[Referral], news: list[Referral]
    ) -> str:
        policy = self.programme.settings().policy
        token = self.mint(NEWS, friend.friend_id, order.year, self.clock() + LINK_LIVES)
        unsubscribe = f"{self.pages_url}/news/{token}"
        meant = Accounts(self.friends)
        letter = render_referral_update(
            UpdateView(
                name=friend.display_name,
                language=self._language(friend),
                year=order.year,
                month=order.number,
                persons=tuple(one.name for one in news),
                counted=friends_in(own, meant.surviving).get(order.year, 0),
                needed=policy.referrals.ambassador_from,
                unsubscribe=unsubscribe,
            )
        )
        return self.mail.send(
            to=friend.email,
            subject=letter.subject,
            html=letter.html,
            text=letter.text,
            tags={"kind": order.kind, "year": str(order.year)},
            headers=one_click(unsubscribe),
        )

    def _language(self, friend: Friend) -> str:
        return best_language(friend.language, self.programme.settings().policy.programme.languages)
