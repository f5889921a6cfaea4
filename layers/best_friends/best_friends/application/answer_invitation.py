"""The page behind the link: show where an invitation stands, take an answer."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from best_friends.application.accounts import Accounts
from best_friends.application.errors import Conflict
from best_friends.application.links import ANSWER, FollowLink, UnknownLink
from best_friends.application.ports import Clock, Friends, Invitations, Link, Programme, Workflows
from best_friends.application.ports_letters import LetterOrder, LettersQueue
from best_friends.domain.invitation import Answer, AnswerOutcome, Invitation, InvitationState, outcome_of
from best_friends.domain.letter import LetterKind
from best_friends.domain.policy import Policy
from best_friends.domain.programme import YearState

ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class Seen:
    """What the page shows. `outcome` is None when nothing was answered just now; `announced` is whether
    the year's Best Friends are known, so that a late yes counts at once."""

    name: str
    language: str
    policy: Policy
    answer_by: date
    invitation: Invitation
    in_time: bool
    outcome: AnswerOutcome | None = None
    announced: bool = False


@dataclass(frozen=True, slots=True)
class LookAtInvitation:
    """Show an invitation; changes nothing, ever, since mail scanners open links."""

    follow: FollowLink
    friends: Friends
    programme: Programme
    invitations: Invitations
    clock: Clock

    def __call__(self, token: str) -> Seen:
        """What stands behind a token.

        Raises:
            UnknownLink, ExpiredLink: as for any link.
        """
        return self.seen(self.follow(token, ANSWER))

    def seen(self, link: Link, outcome: AnswerOutcome | None = None) -> Seen:
        """What the link's page shows."""
        friend = Accounts(self.friends).friend(link.friend_id)  # an alias's invitation follows it
        invitation = self.invitations.get(link.friend_id, link.year)
        record = self.programme.year(link.year)
        if friend is None or invitation is None or record is None:
            raise UnknownLink  # the account has gone since the letter was sent
        return Seen(
            name=friend.display_name,
            language=friend.language,
            policy=record.policy,
            answer_by=record.answer_by(invitation),
            invitation=invitation,
            in_time=self.clock() <= invitation.answer_until,
            outcome=outcome,
            announced=record.state is YearState.CLOSED,
        )


@dataclass(frozen=True, slots=True)
class AnswerInvitation:
    """Take an answer: written to the table before anything else happens."""

    look: LookAtInvitation
    invitations: Invitations
    workflows: Workflows
    queue: LettersQueue
    clock: Clock
    on_untold: Callable[[Exception], None]

    def __call__(self, token: str, answer: Answer) -> Seen:
        """Record the answer and show the page that follows it.

        Raises:
            UnknownLink, ExpiredLink: as for any link; nothing is recorded.
            Conflict: when the invitation kept changing; nothing is recorded.
        """
        received_at = self.clock()
        link = self.look.follow(token, ANSWER)
        before = self.look.seen(link)
        outcome = self._record(before.invitation, answer, received_at)
        if outcome is not AnswerOutcome.TOO_LATE:
            try:
                self._pass_on(link)
            except Exception as error:
                # The answer is safe in the table; closing the answers passes on what was not told.
                self.on_untold(error)
        return self.look.seen(link, outcome)

    def _record(self, invitation: Invitation, answer: Answer, received_at: datetime) -> AnswerOutcome:
        seen: Invitation | None = invitation
        for _ in range(ATTEMPTS):
            if seen is None:
                raise UnknownLink
            outcome = outcome_of(seen, answer, received_at)
            if outcome in (AnswerOutcome.TOO_LATE, AnswerOutcome.REPEATED):
                return outcome
            try:
                self.invitations.record_answer(seen, answer, received_at)
                return outcome
            except Conflict:
                seen = self.invitations.get(invitation.friend_id, invitation.year)
        raise Conflict("an invitation changed again and again while it was being answered")

    def _pass_on(self, link: Link) -> None:
        pending = self.invitations.pending(link.friend_id, link.year)
        if pending is None:
            return
        state, token = pending.invitation.state, pending.task_token
        told = bool(token) and self.workflows.tell(str(token), state)
        if token:
            self.invitations.forget_token(link.friend_id, link.year, token)
        if not told and state is InvitationState.CONFIRMED:
            # The workflow has ended, so nobody else will order the letter; its id keeps it single.
            self.queue.put([LetterOrder(LetterKind.WELCOME, link.friend_id, link.year)])
