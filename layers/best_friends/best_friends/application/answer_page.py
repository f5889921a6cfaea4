"""The page behind a letter's link, from the request to what the page says."""

from collections.abc import Sequence
from dataclasses import dataclass

from best_friends.application.answer_invitation import AnswerInvitation, Seen
from best_friends.application.links import ExpiredLink, UnknownLink
from best_friends.domain.invitation import Answer, AnswerOutcome, InvitationState
from best_friends.pages.answer import AnswerPage, PageState
from best_friends.texts.languages import best_language

CHANGED = {
    InvitationState.CONFIRMED: PageState.CHANGED_TO_CONFIRMED,
    InvitationState.DECLINED: PageState.CHANGED_TO_DECLINED,
}
ANSWERED = {
    InvitationState.CONFIRMED: PageState.CONFIRMED,
    InvitationState.DECLINED: PageState.DECLINED,
}


@dataclass(frozen=True, slots=True)
class ShowAnswerPage:
    """Show a link's page, and take the answer when a button was pressed."""

    answer_invitation: AnswerInvitation

    def __call__(self, token: str, pressed: Sequence[str], language: str) -> tuple[AnswerPage, Seen | None]:
        """The page, and what was seen behind the link if there is anything.

        `pressed` is what was posted as the answer; whatever a scanner may post besides exactly one
        button's value is no answer. `language` is for those whom the link does not tell.
        """
        answer = Answer(pressed[0]) if list(pressed) in ([Answer.CONFIRM], [Answer.DECLINE]) else None
        try:
            seen = self.answer_invitation(token, answer) if answer else self.answer_invitation.look(token)
        except UnknownLink:
            return AnswerPage(PageState.UNKNOWN_LINK, language), None
        except ExpiredLink:
            return AnswerPage(PageState.EXPIRED_LINK, language), None
        return page_of(seen), seen


def page_of(seen: Seen) -> AnswerPage:
    """The page, in the Friend's own language."""
    return AnswerPage(
        state=_state(seen),
        language=best_language(seen.language, seen.policy.programme.languages),
        name=seen.name,
        year=seen.invitation.year,
        reasons=seen.invitation.reasons,
        qualification=seen.policy.qualification,
        answer_by=seen.answer_by,
        stands=seen.invitation.state,
        can_change=seen.in_time,
        late=seen.invitation.late,
        announced=seen.announced,
    )


def _state(seen: Seen) -> PageState:
    stands = seen.invitation.state
    if seen.outcome is AnswerOutcome.CHANGED:
        return CHANGED[stands]
    if not seen.in_time and seen.outcome in (None, AnswerOutcome.TOO_LATE):
        return PageState.TOO_LATE
    # Neither a bounce nor an expiry that came early keeps somebody who reads this from answering.
    return ANSWERED.get(stands, PageState.OPEN)
