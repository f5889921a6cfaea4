"""The profile badge: what it shows of a status, for how long, and under which public address."""

import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from urllib.parse import quote, urlsplit

from best_friends.domain.invitation import Invitation, InvitationState

PUBLIC_ID = re.compile(r"[A-Za-z0-9_-]{22}")
"""128 random bits, url safe. It says nothing about the Friend and cannot be guessed."""
A_YEAR = timedelta(days=365)


class BadgeState(StrEnum):
    """What a badge shows. `gone` is for a status that was given back or withdrawn."""

    VALID = "valid"
    PAST = "past"
    GONE = "gone"

    @property
    def shown(self) -> bool:
        """Whether it still speaks of a Best Friend."""
        return self is not BadgeState.GONE


@dataclass(frozen=True, slots=True)
class Badge:
    """The badge of a Friend and a year.

    `revoked_at` is when operators took it back, `told_at` when the letter about it was ordered.
    """

    friend_id: str
    year: int
    public_id: str
    issued_at: datetime
    revoked_at: datetime | None = None
    told_at: datetime | None = None


def public_id() -> str:
    """A fresh one."""
    return secrets.token_urlsafe(16)


def state_of(badge: Badge, invitation: Invitation | None, holds: int | None) -> BadgeState:
    """The state as of now.

    `holds` is the year whose Best Friends hold the status. A badge speaks only for a yes that stands, of a
    year that was announced.
    """
    confirmed = invitation is not None and invitation.state is InvitationState.CONFIRMED
    if badge.revoked_at is not None or not confirmed or holds is None or holds < badge.year:
        return BadgeState.GONE
    return BadgeState.VALID if holds == badge.year else BadgeState.PAST


def valid_until(badge: Badge) -> datetime:
    """The latest that a credential of a badge is good for, in UTC.

    The status ends when the next Best Friends are announced, which nobody knows to the day; they are in
    the first quarter, and the status list says so at once. A badge that was issued late, or in a rehearsal
    of a year long past, is good for a year, if its status has not ended before.
    """
    return max(datetime(badge.year + 2, 4, 1, tzinfo=UTC), badge.issued_at.replace(microsecond=0) + A_YEAR)


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where badges are found, below the address of the pages (without a slash at the end)."""

    pages_url: str

    @property
    def issuer(self) -> str:
        """The issuer as a did:web; it resolves to `/badges/did.json` of the pages' host."""
        at = urlsplit(self.pages_url)
        parts = [at.netloc, *(part for part in at.path.split("/") if part), "badges"]
        return "did:web:" + ":".join(quote(part, safe="") for part in parts)

    def page(self, public_id: str) -> str:
        """The page that anybody may look at."""
        return f"{self.pages_url}/badges/{public_id}"

    def image(self, public_id: str) -> str:
        """The picture to embed."""
        return f"{self.page(public_id)}.svg"

    def credential(self, public_id: str) -> str:
        """The signed credential."""
        return f"{self.page(public_id)}/credential"

    def status(self, public_id: str) -> str:
        """The signed list that says whether the credential still counts."""
        return f"{self.page(public_id)}/status"

    def achievement(self, year: int) -> str:
        """What was achieved, as a name that no other issuer can use."""
        return f"{self.issuer}#best-friend-{year}"
