"""The silent: remind them while there is time, and close what stays unanswered."""

from dataclasses import dataclass

from best_friends.application.ports import Archive, Clock, Invitations, Workflows
from best_friends.application.ports_letters import LetterOrder, LettersQueue
from best_friends.application.select_nominees import nominees_of
from best_friends.domain.invitation import InvitationState
from best_friends.domain.letter import LetterKind
from best_friends.domain.programme import Run


@dataclass(frozen=True, slots=True)
class RemindSilent:
    """Queue a reminder for every nominee of a chunk whose invitation is still open."""

    archive: Archive
    invitations: Invitations
    queue: LettersQueue

    def __call__(self, run: Run, chunk: str, number: int) -> int:
        """Queue the `number`th reminder and return how many there are."""
        friend_ids = [friend_id for friend_id, _ in nominees_of(self.archive, chunk)]
        orders = [
            LetterOrder(LetterKind.REMINDER, invitation.friend_id, run.year, number)
            for invitation in self.invitations.get_many(friend_ids, run.year)
            if invitation.state is InvitationState.OPEN
        ]
        self.queue.put(orders)
        return len(orders)


@dataclass(frozen=True, slots=True)
class CloseAnswers:
    """End the silent as expired, and let every workflow go on that still waits."""

    archive: Archive
    invitations: Invitations
    workflows: Workflows
    queue: LettersQueue
    clock: Clock

    def __call__(self, run: Run, chunk: str) -> int:
        """Close a chunk and return how many expired.

        The table decides: an answer that was written a moment before stands, and one that was
        received in time and is written a moment later replaces the expiry.
        """
        expired = 0
        confirmed: list[LetterOrder] = []
        for friend_id, _ in nominees_of(self.archive, chunk):
            expired += self.invitations.end(friend_id, run.year, InvitationState.EXPIRED, self.clock())
            pending = self.invitations.pending(friend_id, run.year)
            if pending is not None and pending.task_token:
                # Also for the answered: whoever wrote the answer may have broken off before telling.
                self.workflows.tell(pending.task_token, pending.invitation.state)
                self.invitations.forget_token(friend_id, run.year, pending.task_token)
            if pending is not None and pending.invitation.state is InvitationState.CONFIRMED:
                # Nearly all have it already, and its id keeps it single; but whoever took the last
                # answer may have broken off before ordering it.
                confirmed.append(LetterOrder(LetterKind.WELCOME, friend_id, run.year))
        self.queue.put(confirmed)
        return expired
