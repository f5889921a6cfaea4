"""Links: an unguessable token opens one thing for one Friend and year; only its hash is kept."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from best_friends.application.ports import Clock, Link, Links, TokenSource

ANSWER = "answer"
ACCEPT = "accept"
AREAS = "areas"
ENGAGEMENT = "engagement"
STANDING = "standing"
NEWS = "news"
PRODUCT_TEST = "product_test"
REFERRALS = "referrals"
EVENT = "event"


class UnknownLink(Exception):
    """No such link."""


class ExpiredLink(Exception):
    """There was such a link; its time is over."""


@dataclass(frozen=True, slots=True)
class MintLink:
    """Make a new link's token."""

    links: Links
    tokens: TokenSource

    def __call__(
        self, purpose: str, friend_id: str, year: int, expires_at: datetime, job_id: str = ""
    ) -> str:
        """Store the hash and return the token, which is never seen again outside the letter."""
        token = self.tokens()
        self.links.put(hash_of(token), Link(purpose, friend_id, year, expires_at, job_id))
        return token


@dataclass(frozen=True, slots=True)
class FollowLink:
    """Find out what a token opens."""

    links: Links
    clock: Clock

    def __call__(self, token: str, purpose: str) -> Link:
        """The link behind a token.

        Raises:
            UnknownLink: forged, for another purpose, or long gone.
            ExpiredLink: its time is over.
        """
        link = self.links.get(hash_of(token))
        if link is None or link.purpose != purpose:
            raise UnknownLink
        if self.clock() > link.expires_at:
            raise ExpiredLink
        return link


def hash_of(token: str) -> str:
    """SHA-256 of the token: it has 256 random bits, so it needs neither salt nor stretching."""
    return hashlib.sha256(token.encode()).hexdigest()
