"""The ports of referrals: what was referred, and which addresses get no mail."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from best_friends.domain.referrals import Referral


class Referrals(Protocol):
    """The Referrals table. What is found by Friend may be a moment old, its content is not."""

    def get(self, referral_id: str) -> Referral | None: ...
    def get_many(self, referral_ids: Collection[str]) -> dict[str, Referral]: ...
    def add(self, referral: Referral) -> bool:
        """Write a new one; False when there is one of this id."""
        ...

    def put(self, referral: Referral) -> bool:
        """Write the next version; False when it is not the one that was read any more."""
        ...

    def join(self, referral: Referral, friend_id: str, at: datetime) -> bool:
        """Write that the person has an account now; False when it or the account belongs to a referral."""
        ...

    def joined(self, friend_ids: Collection[str]) -> Mapping[str, str]:
        """The referral by which an account joined, of those that did; strongly read."""
        ...

    def of_friends(self, accounts: Sequence[str]) -> list[Referral]:
        """What these accounts have referred, the newest first."""
        ...

    def everything(self) -> Iterator[Referral]: ...
    def updated(self, month: str) -> bool:
        """Whether the letters about a month (`YYYY-MM`) have been ordered."""
        ...

    def note_updated(self, month: str) -> None: ...
    def remove(self, referral: Referral) -> bool:
        """Remove it with what stands beside its account; False when it is not the one that was read."""
        ...


class SuppressionList(Protocol):
    """The addresses to which the mail service sends nothing any more."""

    def holds(self, address: str) -> bool: ...
