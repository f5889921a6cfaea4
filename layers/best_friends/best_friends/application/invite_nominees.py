"""Invite a chunk of nominees: one record and one small workflow each."""

from collections.abc import Callable
from dataclasses import dataclass

from best_friends.application.errors import Refusal
from best_friends.application.ports import Archive, Invitations, Workflows
from best_friends.application.run import Runs
from best_friends.application.select_nominees import nominees_of
from best_friends.domain.invitation import Invitation, InvitationState
from best_friends.domain.programme import Run


@dataclass(frozen=True, slots=True)
class Invited:
    """How many invitations were started, and the Friends for whom it failed for now."""

    started: int
    failed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class InviteNominees:
    """Start the invitations of a chunk. Run twice, it starts nothing twice."""

    archive: Archive
    invitations: Invitations
    workflows: Workflows
    runs: Runs
    on_failure: Callable[[str, Exception], None]

    def __call__(self, run: Run, chunk: str) -> Invited:
        """Invite every nominee of the chunk; one that fails does not stop the others.

        Raises:
            Refusal: when the year has no end of the answer period yet.
        """
        answer_until = self.runs.frozen(run).answer_until
        if answer_until is None:
            raise Refusal(f"the nominees of {run.year} have not been selected yet")
        started = 0
        failed: list[str] = []
        for friend_id, reasons in nominees_of(self.archive, chunk):
            invitation = Invitation(friend_id, run.year, InvitationState.OPEN, reasons, answer_until)
            try:
                started += self._invite(invitation)
            except Exception as error:  # whatever it is, it must not cost the others their letter
                self.on_failure(friend_id, error)
                failed.append(friend_id)
        return Invited(started, tuple(failed))

    def _invite(self, invitation: Invitation) -> bool:
        if not self.invitations.create(invitation):
            # Workflow names are free again after 90 days; the record is what really says "once".
            existing = self.invitations.get(invitation.friend_id, invitation.year)
            if existing is not None and existing.state is not InvitationState.OPEN:
                return False
        return self.workflows.start_invitation(invitation.friend_id, invitation.year)
