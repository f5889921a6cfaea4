"""How many cases wait, and how many of them wait too long."""

from dataclasses import dataclass

from best_friends.application.ports import Clock, Programme
from best_friends.application.ports_requests import Requests
from best_friends.domain.ledger import business_date
from best_friends.domain.requests import RequestKind
from best_friends.domain.review import Overdue, overdue


@dataclass(frozen=True, slots=True)
class Waiting:
    """Counts of cases: those that are open, and among them those whose day is over.

    A case that lacks both a reply and a decision is in both counts, and once in `overdue`.
    """

    open: int
    overdue_reply: int
    overdue_decision: int
    overdue: int


@dataclass(frozen=True, slots=True)
class OverdueReviews:
    """Count them as of today, where the programme lives."""

    requests: Requests
    programme: Programme
    clock: Clock

    def __call__(self) -> Waiting:
        """Count; nothing is changed."""
        today = business_date(self.clock(), self.programme.settings().policy.programme.zone)
        late = [overdue(case, today) for case in self.requests.open(RequestKind.REVIEW)]
        return Waiting(
            open=len(late),
            overdue_reply=sum(Overdue.REPLY in one for one in late),
            overdue_decision=sum(Overdue.DECISION in one for one in late),
            overdue=sum(bool(one) for one in late),
        )
