"""What a merge would come to: the figures and the standing of both sides before, and of the one after."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from best_friends.application.accounts import Accounts
from best_friends.application.merge_accounts import MergeAccounts
from best_friends.application.ports import Clock, Engagements, Programme
from best_friends.domain.friends import Friend, roles_held
from best_friends.domain.ledger import LedgerEntry, business_date
from best_friends.domain.qualification import (
    EVERYBODY,
    SMALLER_REGIONS,
    Cohort,
    Figures,
    Verdict,
    figures_for,
    judge,
)
from best_friends.domain.stats import Totals, replay, totals_of

NONE_YET = {name: Cohort(name, 0, 0, None, 0) for name in (EVERYBODY, SMALLER_REGIONS)}
LOOKED_BACK = 3
"""How many years back the last cut-off is looked for."""


@dataclass(frozen=True, slots=True)
class Side:
    """An account's figures: of its whole history, and cut to the windows of the running year.

    `verdict` holds the figures against the policy in force and the cut-off of the last closed year; it
    says nothing of revenue when no year was ever closed.
    """

    friend_id: str
    name: str
    total: Totals
    figures: Figures
    verdict: Verdict
    areas: int


@dataclass(frozen=True, slots=True)
class Preview:
    """Both sides before, the one that is left after, and the year whose windows and cut-off were used."""

    gone: Side
    kept: Side
    after: Side
    year: int
    cutoff_of: int | None


@dataclass(frozen=True, slots=True)
class PreviewMerge:
    """Computed from the ledger itself; writes nothing."""

    merge: MergeAccounts
    engagements: Engagements
    programme: Programme
    clock: Clock

    def __call__(self, from_id: str, into_id: str) -> Preview:
        """Look ahead.

        Raises:
            Refusal: when the merge itself would be refused.
        """
        gone, kept = self.merge.checked(from_id, into_id)
        policy = self.programme.settings().policy
        year = business_date(self.clock(), policy.programme.zone).year
        cutoff_of, cohorts = self._last_cutoffs(year)
        lines = [self.merge.ledger.of_friend(one) for one in (from_id, into_id)]
        together = replace(kept, areas=self.merge.joined(kept, gone))

        def side(friend: Friend, *ledgers: Iterable[LedgerEntry], roles_of: tuple[str, ...]) -> Side:
            entries = [entry for ledger in ledgers for entry in ledger]
            meant = Accounts(self.merge.friends)
            held = [one for one in self.engagements.all() if meant.surviving(one.friend_id) in roles_of]
            figures = figures_for(
                friend.friend_id,
                active=friend.active,
                region=friend.region,
                months=replay(entries),
                roles=roles_held(held, year, policy.qualification.engagement_roles),
                year=year,
                rule=policy.qualification,
            )
            verdict = judge(figures, cohorts, policy.qualification)
            return Side(
                friend.friend_id, friend.display_name, totals_of(entries), figures, verdict, len(friend.areas)
            )

        return Preview(
            gone=side(gone, lines[0], roles_of=(from_id,)),
            kept=side(kept, lines[1], roles_of=(into_id,)),
            after=side(together, *lines, roles_of=(from_id, into_id)),
            year=year,
            cutoff_of=cutoff_of,
        )

    def _last_cutoffs(self, year: int) -> tuple[int | None, dict[str, Cohort]]:
        """The cohorts of the last year whose cut-off is fixed."""
        for last in range(year - 1, year - 1 - LOOKED_BACK, -1):
            record = self.programme.year(last)
            if record and record.cohorts:
                return last, NONE_YET | {cohort.name: cohort for cohort in record.cohorts}
        return None, NONE_YET
