"""Letters about requests: the link to ask, and the answer to what was asked."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from best_friends.application.accounts import Accounts
from best_friends.application.hand_over import HandOver, Sending, mailed
from best_friends.application.links import AREAS, ENGAGEMENT, MintLink
from best_friends.application.ports import Clock, Friends, LetterOrder, Mail, Programme
from best_friends.application.ports_requests import Requests
from best_friends.domain.friends import Friend
from best_friends.domain.letter import ANSWER_LETTERS, LINK_LETTERS, NO_YEAR, LetterKind, letter_id_about
from best_friends.domain.policy import Policy
from best_friends.domain.requests import Request, RequestState, RoleWish
from best_friends.letters import Letter, RequestView, render_request_letter
from best_friends.texts.languages import best_language

LINK_LIVES = timedelta(days=30)
PURPOSES = {LetterKind.AREAS_LINK: AREAS, LetterKind.ENGAGEMENT_LINK: ENGAGEMENT}
PATHS = {AREAS: "areas", ENGAGEMENT: "engagement"}


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
        request = self.requests.get(order.about) if order.kind in ANSWER_LETTERS else None
        decided = request is not None and request.state is not RequestState.OPEN
        if friend is None or not friend.email or not (decided or order.kind in LINK_LETTERS):
            return Sending.NOT_WANTED

        def send() -> str:
            return mailed(self.mail, order.kind, NO_YEAR, friend, self._written(order, friend, request))

        return self.hand_over(letter_id_about(order.kind, order.about), friend.friend_id, NO_YEAR, send)

    def _written(self, order: LetterOrder, friend: Friend, request: Request | None) -> Letter:
        policy = self.programme.settings().policy
        zone = policy.programme.zone
        last_day = (self.clock() + LINK_LIVES).astimezone(zone).date()
        # To the end of the day that the letter names.
        until = datetime.combine(last_day + timedelta(days=1), time(), zone).astimezone(UTC)
        view = RequestView(
            name=friend.display_name,
            language=best_language(friend.language, policy.programme.languages),
            link=self._link(order.kind, friend, until) if request is None else "",
            link_until=last_day,
            request=request,
            nominates=_nominates(request, policy),
        )
        return render_request_letter(order.kind, view)

    def _link(self, kind: LetterKind, friend: Friend, until: datetime) -> str:
        purpose = PURPOSES[kind]
        token = self.mint(purpose, friend.friend_id, NO_YEAR, until)
        return f"{self.pages_url}/{PATHS[purpose]}/{token}"


@dataclass(frozen=True, slots=True)
class SendByKind:
    """Each letter by whoever writes its kind."""

    of_years: Callable[[LetterOrder], Sending]
    of_requests: Callable[[LetterOrder], Sending]

    def __call__(self, order: LetterOrder) -> Sending:
        """Send it; raises as whoever sends it."""
        about_requests = order.kind in (*LINK_LETTERS, *ANSWER_LETTERS)
        return (self.of_requests if about_requests else self.of_years)(order)


def _nominates(request: Request | None, policy: Policy) -> bool:
    granted = request.decision.granted if request and request.decision else None
    return isinstance(granted, RoleWish) and granted.role in policy.qualification.engagement_roles
