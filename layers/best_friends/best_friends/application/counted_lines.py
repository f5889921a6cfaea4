"""Every line of the ledger that a standing is made of."""

from collections.abc import Iterable
from dataclasses import dataclass

from best_friends.application.ports import Ledger, Programme
from best_friends.domain.standing import CountedLine, YearStanding, counted


@dataclass(frozen=True, slots=True)
class CountedLines:
    """Read a Friend's lines as the ledger has them now.

    A judged year's verdict may have been made before a correction; what differs is what people look for.
    """

    ledger: Ledger
    programme: Programme

    def __call__(self, standing: YearStanding, accounts: Iterable[str]) -> list[CountedLine]:
        """Every job and rating that counts for a standing, the newest first."""
        zone = self.programme.settings().policy.programme.zone
        lines = (line for account in accounts for line in self.ledger.of_friend(account))
        return counted(lines, standing.year, standing.rule, zone)
