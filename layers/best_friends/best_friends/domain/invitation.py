"""Invitations and their answers (domain.md, "Invitation and answer")."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from best_friends.domain.policy import Role


class InvitationState(StrEnum):
    """Where an invitation stands. It ends as exactly one of the last four (reliability I6)."""

    OPEN = "open"
    CONFIRMED = "confirmed"
    DECLINED = "declined"
    EXPIRED = "expired"
    UNDELIVERABLE = "undeliverable"


class Answer(StrEnum):
    """The two buttons of the page."""

    CONFIRM = "confirm"
    DECLINE = "decline"

    @property
    def state(self) -> InvitationState:
        """The state that the answer leads to."""
        return InvitationState.CONFIRMED if self is Answer.CONFIRM else InvitationState.DECLINED


ANSWERED = (InvitationState.CONFIRMED, InvitationState.DECLINED)


@dataclass(frozen=True, slots=True)
class Reasons:
    """Why a Friend was nominated, frozen when the year was selected.

    ratings and stars are the count and the sum in the rating window, cents the revenue in the
    revenue window, in the programme's currency.
    """

    by_figures: bool
    roles: tuple[Role, ...]
    ratings: int
    stars: int
    cents: int
    currency: str


@dataclass(frozen=True, slots=True)
class Invitation:
    """One nominee's invitation of one year.

    `late` is for one that a review brought after the others were invited: its answer period is its own.
    """

    friend_id: str
    year: int
    state: InvitationState
    reasons: Reasons
    answer_until: datetime
    late: bool = False

    @property
    def answered(self) -> bool:
        """Whether the Friend has said yes or no."""
        return self.state in ANSWERED


class AnswerOutcome(StrEnum):
    """What an answer did."""

    RECORDED = "recorded"
    REPEATED = "repeated"
    CHANGED = "changed"
    TOO_LATE = "too_late"


def outcome_of(invitation: Invitation, answer: Answer, received_at: datetime) -> AnswerOutcome:
    """What an answer received at an instant does to an invitation.

    The instant decides, not the state: an answer that was received in time wins over an expiry
    that raced it, and over a bounce, since whoever answers has read the letter.
    """
    if received_at > invitation.answer_until:
        return AnswerOutcome.TOO_LATE
    if invitation.state is answer.state:
        return AnswerOutcome.REPEATED
    return AnswerOutcome.CHANGED if invitation.answered else AnswerOutcome.RECORDED
