"""A letter leaves at most once: claim, send, record."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from best_friends.application.errors import InDoubt, Refused
from best_friends.application.ports import Clock
from best_friends.application.ports_letters import Letters, Mail
from best_friends.domain.friends import Friend
from best_friends.domain.letter import LetterKind, LetterState
from best_friends.letters import TEMPLATE_VERSION, Letter


class Sending(StrEnum):
    """What became of a letter order."""

    SENT = "sent"
    ALREADY_DONE = "already_done"
    NOT_WANTED = "not_wanted"
    IN_DOUBT = "in_doubt"
    FAILED = "failed"
    SET_ASIDE = "set_aside"


@dataclass(frozen=True, slots=True)
class HandOver:
    """Let one letter leave by its id, which is the same however often it is asked for."""

    letters: Letters
    clock: Clock

    def __call__(self, letter_id: str, friend_id: str, year: int, send: Callable[[], str]) -> Sending:
        """Claim the letter and call `send`, which hands it over and returns its message id.

        Raises:
            Exception: whatever went wrong before the letter was handed over; it is free again.
        """
        before = self.letters.claim(letter_id, friend_id, year, self.clock())
        if before is LetterState.SENDING:
            self.letters.settle(letter_id, LetterState.IN_DOUBT)
            return Sending.IN_DOUBT
        if before is LetterState.FAILED:
            return Sending.FAILED
        if before is not LetterState.CREATED:
            return Sending.ALREADY_DONE
        try:
            message_id = send()
        except InDoubt:
            self.letters.settle(letter_id, LetterState.IN_DOUBT)
            return Sending.IN_DOUBT
        except Refused:
            self.letters.settle(letter_id, LetterState.FAILED)
            return Sending.FAILED
        except Exception:  # Throttled, and whatever went wrong before the letter was handed over
            self.letters.release(letter_id)
            raise
        self.letters.settle(letter_id, LetterState.SENT, template=TEMPLATE_VERSION, message_id=message_id)
        return Sending.SENT


def mailed(mail: Mail, kind: LetterKind, year: int, friend: Friend, letter: Letter) -> str:
    """Hand a letter to the mail service and return its message id; raises as `Mail.send`."""
    return mail.send(
        to=friend.email,
        subject=letter.subject,
        html=letter.html,
        text=letter.text,
        tags={"kind": kind, "year": str(year)},
    )
