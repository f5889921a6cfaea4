"""Each letter by whoever writes its kind; all leave by the one way out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from best_friends.application.hand_over import Sending
from best_friends.application.ports_letters import LetterOrder
from best_friends.domain.letter import LetterKind

Send = Callable[[LetterOrder], Sending]


@dataclass(frozen=True, slots=True)
class SendByKind:
    """The letters of years, and by their kinds those that others write."""

    of_years: Send
    others: Mapping[LetterKind, Send]

    def __call__(self, order: LetterOrder) -> Sending:
        """Send it; raises as whoever sends it."""
        return self.others.get(order.kind, self.of_years)(order)
