"""Each letter by whoever writes its kind; all leave by the one way out."""

from collections.abc import Callable
from dataclasses import dataclass

from best_friends.application.hand_over import Sending
from best_friends.application.ports import LetterOrder
from best_friends.domain.letter import ANSWER_LETTERS, LINK_LETTERS, NEWS, REVIEW_LETTERS

Send = Callable[[LetterOrder], Sending]
OF_REQUESTS = frozenset({*LINK_LETTERS, *ANSWER_LETTERS, *REVIEW_LETTERS})


@dataclass(frozen=True, slots=True)
class SendByKind:
    """The letters of years, those about requests and cases, and the news."""

    of_years: Send
    of_requests: Send
    of_news: Send

    def __call__(self, order: LetterOrder) -> Sending:
        """Send it; raises as whoever sends it."""
        if order.kind in OF_REQUESTS:
            return self.of_requests(order)
        return (self.of_news if order.kind in NEWS else self.of_years)(order)
