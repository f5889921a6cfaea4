"""Letters about requests: the link to a page, the answer to what was asked, and what a case comes to."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from best_friends.application.accounts import Accounts
from best_friends.application.hand_over import HandOver, Sending, mailed
from best_friends.application.links import AREAS, ENGAGEMENT, REFERRALS, STANDING, MintLink
from best_friends.application.ports import Clock, Friends, Programme
from best_friends.application.ports_letters import LetterOrder, Mail
from best_friends.application.ports_requests import Requests
from best_friends.domain.friends import Friend
from best_friends.domain.letter import (
    ANSWER_LETTERS,
    LINK_LETTERS,
    NO_YEAR,
    REVIEW_LETTERS,
    LetterKind,
    letter_id_about,
)
from best_friends.domain.policy import Policy
from best_friends.domain.requests import Request, RoleWish
from best_friends.letters import (
    Letter,
    RequestView,
    ReviewView,
    render_request_letter,
    render_review_letter,
)
from best_friends.texts.languages import best_language

LINK_LIVES = timedelta(days=30)
PURPOSES = {
    LetterKind.AREAS_LINK: AREAS,
    LetterKind.ENGAGEMENT_LINK: ENGAGEMENT,
    LetterKind.STANDING_LINK: STANDING,
    LetterKind.REFERRALS_LINK: REFERRALS,
}
PATHS = {AREAS: "areas", ENGAGEMENT: "engagement", STANDING: "standing", REFERRALS: "referrals"}
ABOUT_A_REQUEST = (*ANSWER_LETTERS, *REVIEW_LETTERS)


@dataclass(frozen=True, slots=True)
class SendRequestLetter:
    """Send a letter about a link or a request at most once."""

    friends: Friends
    requests: Requests
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
        friend = Accounts(self.friends).friend(order.friend_id)
        request = self.requests.get(order.about) if order.kind in ABOUT_A_REQUEST else None
        if friend is None or not friend.email or not _makes_sense(order.kind, request):
            return Sending.NOT_WANTED

        def send() -> str:
            return mailed(self.mail, order.kind, NO_YEAR, friend, self._written(order, friend, request))

        return self.hand_over(_letter_id(order, friend, request), friend.friend_id, NO_YEAR, send)

    def _written(self, order: LetterOrder, friend: Friend, request: Request | None) -> Letter:
        policy = self.programme.settings().policy
        language = best_language(friend.language, policy.programme.languages)
        if request is not None and order.kind in REVIEW_LETTERS:
            return render_review_letter(order.kind, ReviewView(friend.display_name, language, request))
        zone, now = policy.programme.zone, self.clock()
        last_day = (now + LINK_LIVES).astimezone(zone).date()
        # To the end of the day that the letter names.
        until = datetime.combine(last_day + timedelta(days=1), time(), zone).astimezone(UTC)
        hours = policy.standing.link_hours if order.kind is LetterKind.STANDING_LINK else 0
        if hours:
            until = now + timedelta(hours=hours)
        view = RequestView(
            name=friend.display_name,
            language=language,
            link=self._link(order.kind, friend, until) if request is None else "",
            link_until=last_day,
            request=request,
            nominates=_nominates(request, policy),
            link_hours=hours,
        )
        return render_request_letter(order.kind, view)

    def _link(self, kind: LetterKind, friend: Friend, until: datetime) -> str:
        purpose = PURPOSES[kind]
        token = self.mint(purpose, friend.friend_id, NO_YEAR, until)
        return f"{self.pages_url}/{PATHS[purpose]}/{token}"


def _makes_sense(kind: LetterKind, request: Request | None) -> bool:
    """Whether a letter still says what is so; a case that is decided is answered by its decision alone."""
    if kind in LINK_LETTERS:
        return True
    if request is None:
        return False
    match kind:
        case LetterKind.REVIEW_OPENED:
            return request.decision is None
        case LetterKind.REVIEW_REPLIED:
            return request.decision is None and request.reply is not None
        case _:
            return request.decision is not None


def _letter_id(order: LetterOrder, friend: Friend, request: Request | None) -> str:
    """The one id of the letter: each reply to a case is one of its own, and so is each Friend's link."""
    about = order.about
    if order.kind is LetterKind.REVIEW_REPLIED and request and request.reply:
        about = f"{about}#{request.reply.at.isoformat()}"
    if order.kind is LetterKind.STANDING_LINK:  # ordered for an address, which several accounts may have
        about = f"{about}#{friend.friend_id}"
    return letter_id_about(order.kind, about)


def _nominates(request: Request | None, policy: Policy) -> bool:
    granted = request.decision.granted if request and request.decision else None
    return isinstance(granted, RoleWish) and granted.role in policy.qualification.engagement_roles
