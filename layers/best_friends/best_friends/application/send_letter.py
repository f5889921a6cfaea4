"""The one way out for all mail: claim, send, record."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from best_friends.application.accounts import Accounts
from best_friends.application.errors import Conflict
from best_friends.application.hand_over import HandOver, Sending, mailed
from best_friends.application.links import ANSWER, MintLink
from best_friends.application.ports import Clock, Friends, Invitations, Programme, Workflows
from best_friends.application.ports_letters import LetterOrder, LettersQueue, Mail
from best_friends.domain.friends import Friend
from best_friends.domain.invitation import Invitation, InvitationState
from best_friends.domain.letter import LetterKind, letter_id_of
from best_friends.domain.programme import YearRecord, YearState
from best_friends.letters import Letter, LetterView, render
from best_friends.texts.languages import best_language

LINK_LIVES_ON = timedelta(days=90)
"""How long after the end of the answer period the page still says what stands."""

WANTED_STATE = {
    LetterKind.INVITATION: InvitationState.OPEN,
    LetterKind.REMINDER: InvitationState.OPEN,
    LetterKind.WELCOME: InvitationState.CONFIRMED,
}
"""The state in which a letter still makes sense; a nominee who has just answered gets no reminder."""


@dataclass(frozen=True, slots=True)
class SendLetter:
    """Send an ordered letter at most once."""

    friends: Friends
    programme: Programme
    invitations: Invitations
    hand_over: HandOver
    mint: MintLink
    mail: Mail
    workflows: Workflows
    clock: Clock
    pages_url: str

    def __call__(self, order: LetterOrder) -> Sending:
        """Send it, or say why not.

        Raises:
            Throttled: the letter is free again; the order is to be delivered once more.
        """
        if order.task_token:
            try:
                self.invitations.keep_token(order.friend_id, order.year, order.task_token)
            except Conflict:
                # The person was erased in the meantime: its workflow must not wait for an answer.
                self.workflows.tell(order.task_token, InvitationState.EXPIRED)
                return Sending.NOT_WANTED
        invitation = self.invitations.get(order.friend_id, order.year)
        friend = Accounts(self.friends).friend(order.friend_id)
        record = self.programme.year(order.year)
        if invitation is None or friend is None or record is None:
            return self._undeliverable(order) if invitation else Sending.NOT_WANTED
        if invitation.state is not WANTED_STATE[order.kind]:
            if order.task_token:
                # A letter that comes after the end must not leave its workflow waiting for an answer.
                self.workflows.tell(order.task_token, invitation.state)
                self.invitations.forget_token(order.friend_id, order.year, order.task_token)
            return Sending.NOT_WANTED
        return self._send(order, friend, invitation, record)

    def _send(
        self, order: LetterOrder, friend: Friend, invitation: Invitation, record: YearRecord
    ) -> Sending:
        letter_id = letter_id_of(order.kind, order.year, order.friend_id, order.number)

        def send() -> str:
            letter = self._written(order, friend, invitation, record)
            return mailed(self.mail, order.kind, order.year, friend, letter)

        sending = self.hand_over(letter_id, order.friend_id, order.year, send)
        # Also when it had failed before: whoever found that out may have broken off before saying so.
        return self._undeliverable(order) if sending is Sending.FAILED else sending

    def _written(
        self, order: LetterOrder, friend: Friend, invitation: Invitation, record: YearRecord
    ) -> Letter:
        calendar, answer_by = record.calendar, record.answer_by(invitation)
        token = self.mint(ANSWER, order.friend_id, order.year, invitation.answer_until + LINK_LIVES_ON)
        told_on = calendar.reminders_on[order.number - 1] if order.number else calendar.opened_on
        view = LetterView(
            name=friend.display_name,
            language=best_language(friend.language, record.policy.programme.languages),
            year=order.year,
            reasons=invitation.reasons,
            qualification=record.policy.qualification,
            answer_by=answer_by,
            link=f"{self.pages_url}/answers/{token}",
            reminder=order.number,
            days_left=(answer_by - told_on).days,
            late=invitation.late,
            announced=record.state is YearState.CLOSED,
            can_change=self.clock() <= invitation.answer_until,
        )
        return render(order.kind, view)

    def _undeliverable(self, order: LetterOrder) -> Sending:
        end_undeliverable(self.invitations, self.workflows, self.clock, order.friend_id, order.year)
        return Sending.FAILED


@dataclass(frozen=True, slots=True)
class SendOrSetAside:
    """Send an order, and set it aside when its last attempt fails.

    `attempts` is one less than what the queue itself allows, so that it is always here, and not in
    the queue's own redrive, that an order ends: without the workflow's token, which has no place in
    a dead letter. The token is kept with the invitation by then, so the order can be delivered again.
    """

    send: Callable[[LetterOrder], Sending]
    dead_letters: LettersQueue
    attempts: int

    def __call__(self, order: LetterOrder, attempt: int) -> Sending:
        """Send it; on the last attempt (counted from 1) a failure sets it aside.

        Raises:
            Exception: whatever kept the letter from being sent, while there are attempts left.
        """
        try:
            return self.send(order)
        except Exception:
            if attempt < self.attempts:
                raise
            self.dead_letters.put([replace(order, task_token=None)])
            return Sending.SET_ASIDE


def end_undeliverable(
    invitations: Invitations, workflows: Workflows, clock: Clock, friend_id: str, year: int
) -> bool:
    """End an open invitation whose letter cannot arrive, and let its workflow go on."""
    ended = invitations.end(friend_id, year, InvitationState.UNDELIVERABLE, clock())
    pending = invitations.pending(friend_id, year)
    if ended and pending is not None and pending.task_token:
        workflows.tell(pending.task_token, pending.invitation.state)
        invitations.forget_token(friend_id, year, pending.task_token)
    return ended
