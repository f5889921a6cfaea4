"""Please check this: a Friend's words open a case, with the days by which it hears from people."""

from dataclasses import dataclass

from best_friends.application.ask import Ask
from best_friends.application.ports import Clock, Programme
from best_friends.application.ports_letters import LetterOrder, LettersQueue
from best_friends.domain.ledger import business_date
from best_friends.domain.letter import NO_YEAR, LetterKind
from best_friends.domain.requests import Request
from best_friends.domain.review import wish_for


@dataclass(frozen=True, slots=True)
class OpenReview:
    """Open a case, and thank the Friend for it by letter."""

    ask: Ask
    programme: Programme
    letters: LettersQueue
    clock: Clock

    def __call__(self, friend_id: str, year: int, words: str) -> tuple[Request, bool]:
        """The case as it stands, and whether it is new; the same words are one case a day.

        Raises:
            TooMany: when the Friend has as many cases open as it may; nothing is written.
        """
        policy = self.programme.settings().policy
        today = business_date(self.clock(), policy.programme.zone)
        case, new = self.ask(friend_id, wish_for(year, today, policy.review), words)
        # Also when the case was there: the first try may have broken off here. Its id keeps it single.
        order = LetterOrder(LetterKind.REVIEW_OPENED, case.friend_id, NO_YEAR, about=case.request_id)
        self.letters.put([order])
        return case, new
