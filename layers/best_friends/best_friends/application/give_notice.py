"""The letter of the last quarter: ordered once a year, for those who are near or would lose the status."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import batched

from best_friends.application.ports import Clock, Invitations, Programme
from best_friends.application.ports_letters import LetterOrder, LettersQueue
from best_friends.application.ports_standing import CutoffRecords
from best_friends.application.refresh_cutoffs import WHOLE
from best_friends.application.survey import FiguresOfAll
from best_friends.domain.ledger import business_date
from best_friends.domain.letter import LetterKind
from best_friends.domain.policy import Policy
from best_friends.domain.qualification import Figures, judge
from best_friends.domain.standing import Cutoffs, Stage, YearStanding, missing, notice_for, shown_cutoff

ORDERS_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class GiveNotice:
    """Order the letters on the policy's day, or on the first day after it on which this runs."""

    figures: FiguresOfAll
    programme: Programme
    cutoffs: CutoffRecords
    invitations: Invitations
    letters: LettersQueue
    clock: Clock

    def __call__(self) -> int:
        """Order them, and return how many; none before the day, or a second time.

        Whoever reads the order looks at the figures again: a letter that is not true any more does not
        leave, and its id lets it leave once a year at most.
        """
        settings = self.programme.settings()
        today = business_date(self.clock(), settings.policy.programme.zone)
        day = settings.policy.early_notice.day(today.year)
        taken = self.cutoffs.get(today.year)
        if day is None or today < day or taken is None or self.cutoffs.noticed(today.year):
            return 0
        ordered = 0
        for batch in batched(self._whom(settings.policy, taken), ORDERS_AT_ONCE, strict=False):
            self.letters.put([LetterOrder(LetterKind.EARLY_NOTICE, one, today.year) for one in batch])
            ordered += len(batch)
        self.cutoffs.note_noticed(today.year)
        return ordered

    def _whom(self, policy: Policy, taken: Cutoffs) -> Iterator[str]:
        of = self.programme.settings().best_friends_of
        best_friends = frozenset(self.invitations.best_friends(of)) if of is not None else frozenset()
        for figures in self.figures(taken.year, taken.rule, WHOLE):
            standing = standing_by(figures, taken, policy)
            if notice_for(standing, policy.early_notice, best_friend=figures.friend_id in best_friends):
                yield figures.friend_id


def standing_by(figures: Figures, taken: Cutoffs, policy: Policy) -> YearStanding:
    """Where somebody stands by the cut-offs as of a day; amounts are in no currency yet."""
    verdict = judge(figures, taken.by_name(), taken.rule)
    cutoff = shown_cutoff(taken.by_name().get(verdict.cohort), policy.standing.step_cents)
    return YearStanding(
        year=taken.year,
        stage=Stage.RUNNING,
        figures=figures,
        verdict=verdict,
        rule=taken.rule,
        currency="",
        cutoff=cutoff,
        missing=missing(figures, verdict, taken.rule, cutoff),
        as_of=taken.as_of,
    )
