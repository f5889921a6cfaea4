"""What a letter needs to know about its reader."""

from dataclasses import dataclass
from datetime import date

from best_friends.domain.invitation import Reasons
from best_friends.domain.policy import Qualification


@dataclass(frozen=True)
class LetterView:
    """One Friend, one year. `language` is one of the catalogues; a welcome needs no `link`.

    `reminder` counts the reminders from 1; `days_left` is how many whole days remain after the
    day of sending, 0 where that is not told. `late` is for an invitation that a review brought;
    `announced` is whether the year's Best Friends are known, `can_change` whether there is time to
    change the answer.
    """

    name: str
    language: str
    year: int
    reasons: Reasons
    qualification: Qualification
    answer_by: date
    link: str
    reminder: int = 0
    days_left: int = 0
    late: bool = False
    announced: bool = False
    can_change: bool = True
