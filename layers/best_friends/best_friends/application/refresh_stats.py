"""Keep a Friend's rolling stats equal to its ledger."""

from collections.abc import Collection
from dataclasses import dataclass

from best_friends.application.errors import Conflict
from best_friends.application.ports import Ledger, Stats
from best_friends.domain.stats import refreshed, totals_of

ATTEMPTS = 8


@dataclass(frozen=True, slots=True)
class RefreshStats:
    """Bring months of a Friend's stats up to what the ledger says now.

    State-based: whatever was delivered, twice, late or out of order, the months are added up anew.
    The order is the contract: the version first, the ledger second. A writer that read the ledger
    before a change then always loses against the one that read it after.
    """

    ledger: Ledger
    stats: Stats

    def __call__(self, friend_id: str, months: Collection[str]) -> None:
        """Refresh the months (`YYYY-MM`).

        Raises:
            Conflict: when others kept writing the same Friend; the delivery is to be tried again.
        """
        for _ in range(ATTEMPTS):
            stored = self.stats.get(friend_id)
            entries = self.ledger.of_months(friend_id, months)
            fresh = {month: totals_of(one for one in entries if one.month == month) for month in months}
            try:
                # Also when nothing differs: the new version is what makes a slower, staler writer lose.
                self.stats.put(friend_id, refreshed(stored.months, fresh), read_at=stored.version)
                return
            except Conflict:
                continue
        raise Conflict(f"the stats of one Friend were written by others {ATTEMPTS} times in a row")
