"""What the mail service says of a letter after it was handed over."""

from dataclasses import dataclass

from best_friends.application.ports import Clock, Invitations, Workflows
from best_friends.application.ports_letters import Letters
from best_friends.application.send_letter import end_undeliverable
from best_friends.domain.letter import NO_YEAR


class UnknownMessage(Exception):
    """No letter has this message id yet: the event was faster than our own record."""


@dataclass(frozen=True, slots=True)
class DeliveryEvent:
    """One event, without the address. `permanent` is true for a bounce that will not mend itself."""

    message_id: str
    kind: str
    permanent: bool
    at: str


@dataclass(frozen=True, slots=True)
class RecordDelivery:
    """Note an event with its letter; a permanent bounce ends the invitation as undeliverable.

    Addresses that bounce or complain are suppressed by the mail service itself (the configuration
    set's suppression list), so no later letter goes there either.
    """

    letters: Letters
    invitations: Invitations
    workflows: Workflows
    clock: Clock

    def __call__(self, event: DeliveryEvent) -> bool:
        """Record the event; True when it ended an invitation.

        Raises:
            UnknownMessage: when it should be delivered again a little later.
        """
        found = self.letters.by_message(event.message_id)
        if found is None:
            raise UnknownMessage
        letter_id, friend_id, year = found
        self.letters.note_event(letter_id, event.kind, event.at)
        if not event.permanent or year == NO_YEAR:  # a notification that bounces ends no invitation
            return False
        return end_undeliverable(self.invitations, self.workflows, self.clock, friend_id, year)
