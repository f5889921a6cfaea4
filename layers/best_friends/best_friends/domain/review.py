"""Cases: "please check this", the days by which people answer, and what they may put right."""

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from enum import StrEnum

from best_friends.domain.policy import Review
from best_friends.domain.requests import Request, ReviewWish, Righted


class Overdue(StrEnum):
    """What a Friend still waits for though its day is over."""

    REPLY = "reply"
    DECISION = "decision"


class Act(StrEnum):
    """What is done to a line of the ledger."""

    CORRECT = "correct"
    REFUND = "refund"
    WITHDRAW = "withdraw"


@dataclass(frozen=True, slots=True)
class LineChange:
    """A line of the ledger, `RATING#id` or `JOB#id`, put right in a case.

    A rating is corrected to `stars`, a job to `cents` of revenue; a refund takes all of a job's revenue.
    """

    source: str
    act: Act
    stars: int | None = None
    cents: int | None = None


@dataclass(frozen=True, slots=True)
class Changes:
    """All that a decision puts right; nothing at all lets everything stand as it was.

    `outcome` is one of `nominated`, `confirmed` and `declined`.
    """

    lines: tuple[LineChange, ...] = ()
    outcome: Righted | None = None

    @property
    def righted(self) -> tuple[Righted, ...]:
        """What the Friend is told of it."""
        figures = (Righted.FIGURES,) if self.lines else ()
        return figures + ((self.outcome,) if self.outcome else ())


TAKEN_FOR = timedelta(minutes=15)
"""So long nobody else may decide a case that somebody has begun to decide; a command takes seconds."""


def digest_of(why: str, changes: Changes) -> str:
    """What makes two decisions the same one: the reason and everything that they put right."""
    told = json.dumps([why, asdict(changes)], sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def wish_for(year: int, asked_on: date, policy: Review) -> ReviewWish:
    """What a Friend asks for on a business date, with the days by which it hears from people."""
    return ReviewWish(
        year=year,
        reply_by=asked_on + timedelta(days=policy.first_reply_days),
        decide_by=asked_on + timedelta(days=policy.decision_days),
    )


def wish_of(case: Request) -> ReviewWish:
    """The wish of a case.

    Raises:
        ValueError: when the request asks for something else.
    """
    if not isinstance(case.asked, ReviewWish):
        raise ValueError(f"{case.request_id} is no case")
    return case.asked


def due_on(case: Request) -> date:
    """The day by which people are to act next: the first reply, then the decision."""
    wish = wish_of(case)
    return wish.decide_by if case.reply else wish.reply_by


def overdue(case: Request, today: date) -> frozenset[Overdue]:
    """What is late on a business date; a day that is due is not over yet, and a decision needs nothing more.

    A decision that is late is so with a reply or without one.
    """
    wish = wish_of(case)
    if case.decision:
        return frozenset()
    late = {Overdue.REPLY} if case.reply is None and today > wish.reply_by else set()
    if today > wish.decide_by:
        late.add(Overdue.DECISION)
    return frozenset(late)
