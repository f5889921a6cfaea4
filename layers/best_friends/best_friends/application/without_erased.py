"""An export without those who were erased: their old rows must not bring them back."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol
from zoneinfo import ZoneInfo

from best_friends.domain.erasure import key_of
from best_friends.domain.friends import Engagement, Friend
from best_friends.domain.ledger import Job, LedgerEntry


class Rows(Protocol):
    """A marketplace's export, as an import reads it (`import_marketplace.Export`)."""

    @property
    def currency(self) -> str | None: ...
    def friends(self) -> Iterator[Friend]: ...
    def engagements(self) -> Iterator[Engagement]: ...
    def ledger(self, zone: ZoneInfo) -> Iterator[tuple[str, list[LedgerEntry]]]: ...
    def jobs(self) -> Iterator[Job]: ...


@dataclass(frozen=True, slots=True)
class WithoutErased:
    """Leaves out every row of an account whose key is among those erased.

    Lines of the ledger and jobs that stayed under a pseudonym are left as they are: what the marketplace
    says of them later is said of somebody whom the programme does not know any more.
    """

    export: Rows
    erased: frozenset[str]

    @property
    def currency(self) -> str | None:
        """The export's one currency."""
        return self.export.currency

    def friends(self) -> Iterator[Friend]:
        """The profiles of those who were not erased."""
        return (one for one in self.export.friends() if self._known(one.friend_id))

    def engagements(self) -> Iterator[Engagement]:
        """Their engagements."""
        return (one for one in self.export.engagements() if self._known(one.friend_id))

    def ledger(self, zone: ZoneInfo) -> Iterator[tuple[str, list[LedgerEntry]]]:
        """Their lines."""
        return ((one, lines) for one, lines in self.export.ledger(zone) if self._known(one))

    def jobs(self) -> Iterator[Job]:
        """Jobs of nobody, and theirs."""
        return (one for one in self.export.jobs() if not one.friend_id or self._known(one.friend_id))

    def _known(self, account: str) -> bool:
        return not self.erased or key_of(account) not in self.erased
