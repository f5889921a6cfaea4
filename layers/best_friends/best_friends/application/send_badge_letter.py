"""The letter that tells a Best Friend of its badge."""

from dataclasses import dataclass

from best_friends.application.badges import FindBadge
from best_friends.application.hand_over import HandOver, Sending, mailed
from best_friends.application.ports_letters import LetterOrder, Mail
from best_friends.domain.badge import Addresses, BadgeState
from best_friends.domain.letter import letter_id_of
from best_friends.letters.badges import BadgeLetterView, render_badge_letter
from best_friends.texts.languages import best_language


@dataclass(frozen=True, slots=True)
class SendBadgeLetter:
    """Send the letter about a badge at most once, and only while the badge is valid."""

    find: FindBadge
    hand_over: HandOver
    mail: Mail
    pages_url: str

    def __call__(self, order: LetterOrder) -> Sending:
        """Send it, or say why not.

        Raises:
            Throttled: nothing was sent; the order is to be delivered once more.
        """
        found = self.find.of(order.friend_id, order.year)
        if found is None or found.state is not BadgeState.VALID:
            return Sending.NOT_WANTED
        badge, friend = found.badge, found.friend

        def send() -> str:
            programme = self.find.programme.settings().policy.programme
            language = best_language(friend.language, programme.languages)
            page = Addresses(self.pages_url).page(badge.public_id)
            view = BadgeLetterView(friend.display_name, language, badge.year, f"{page}?lang={language}")
            return mailed(self.mail, order.kind, badge.year, friend, render_badge_letter(view))

        # By whom it reaches: who had two accounts when saying yes has two badges and gets one letter.
        letter_id = letter_id_of(order.kind, badge.year, friend.friend_id)
        return self.hand_over(letter_id, friend.friend_id, badge.year, send)
