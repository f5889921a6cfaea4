"""The ports of badges: their table, the keys, and what makes and signs credentials."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from best_friends.domain.badge import Addresses, Badge
from best_friends.domain.badge_keys import BadgeKey


class Badges(Protocol):
    """The Badges table: friend_id + year, and an index by public id that may be a moment behind."""

    def issue(self, badge: Badge) -> bool:
        """Write it once; False when the Friend has the year's badge, or no confirmed invitation (any more).

        The invitation is looked at in the same transaction, so that nobody who is being erased gets one.
        """
        ...

    def find(self, public_id: str) -> Badge | None:
        """The badge of a public id, strongly read once the index knows where."""
        ...

    def of(self, accounts: Collection[str], year: int) -> list[Badge]:
        """The badges of these accounts for a year, in no order."""
        ...

    def of_friend(self, friend_id: str) -> list[Badge]:
        """All badges of an account, oldest year first."""
        ...

    def revoke(self, friend_id: str, year: int, at: datetime) -> bool:
        """Take it back for good; False when it was before, or there is none."""
        ...

    def note_told(self, friend_id: str, year: int, at: datetime) -> bool:
        """Remember that its letter was ordered; False when there is none (any more)."""
        ...


class KeyRing(Protocol):
    """The keys that were ever in use, oldest first; the last one signs. Strongly read."""

    def keys(self) -> tuple[BadgeKey, ...]:
        """None before the first rotation."""
        ...

    def put(self, keys: Sequence[BadgeKey], *, read: Sequence[BadgeKey]) -> None:
        """Write them in the place of those that were read.

        Raises:
            Conflict: when they have changed since.
        """
        ...


class Signer(Protocol):
    """The key service. No private key ever leaves it."""

    def public_key(self, key_arn: str) -> bytes:
        """The public half, in DER."""
        ...

    def sign(self, key_arn: str, message: bytes) -> bytes:
        """Sign with Ed25519: 64 bytes, the same for the same message."""
        ...


class KeyMaker(Protocol):
    """The key service, for operators."""

    def public_key(self, key_arn: str) -> bytes:
        """The public half, in DER."""
        ...

    def make_like(self, key_arn: str) -> str:
        """Make another key that the same functions may sign with; its ARN."""
        ...

    def discard(self, key_arn: str) -> None:
        """Have a key deleted that nothing was signed with."""
        ...


@dataclass(frozen=True, slots=True)
class CredentialWords:
    """What a credential says in words, in English."""

    issuer: str
    name: str
    description: str
    criteria: str


class CredentialForm(Protocol):
    """The form of Open Badges 3.0: JSON that is ready to be signed."""

    def credential(self, badge: Badge, at: Addresses, words: CredentialWords) -> dict[str, Any]:
        """The credential; the same for the same badge."""
        ...

    def status_list(
        self, badge: Badge, at: Addresses, *, revoked: bool, now: datetime, until: datetime
    ) -> dict[str, Any]:
        """The status list of this one badge."""
        ...

    def baked(self, svg: str, token: str) -> str:
        """The picture with the signed credential in it."""
        ...
