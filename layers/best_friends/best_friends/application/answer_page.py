"""From what the use case saw to what the page says."""

from best_friends.application.answer_invitation import Seen
from best_friends.domain.invitation import AnswerOutcome, InvitationState
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
    )


def _state(seen: Seen) -> PageState:
    stands = seen.invitation.state
    if seen.outcome is AnswerOutcome.CHANGED:
        return CHANGED[stands]
    if not seen.in_time and seen.outcome in (None, AnswerOutcome.TOO_LATE):
        return PageState.TOO_LATE
    # Neither a bounce nor an expiry that came early keeps somebody who reads this from answering.
    return ANSWERED.get(stands, PageState.OPEN)
