"""Badges: found by their public id, and the keys that they are signed with."""

from dataclasses import dataclass
from typing import Protocol

from best_friends.application.accounts import Accounts
from best_friends.application.ports import Friends, Invitations, Programme
from best_friends.application.ports_badges import Badges, KeyRing
from best_friends.domain.badge import PUBLIC_ID, Badge, BadgeState, state_of
from best_friends.domain.badge_keys import BadgeKey, badge_key
from best_friends.domain.friends import Friend


@dataclass(frozen=True, slots=True)
class FoundBadge:
    """A badge as it stands now: `friend` is who it belongs to, `holds` the year of the status."""

    badge: Badge
    state: BadgeState
    friend: Friend
    holds: int | None


@dataclass(frozen=True, slots=True)
class FindBadge:
    """Work out what a badge shows. Nothing of it is stored, so that no end can be missed."""

    badges: Badges
    invitations: Invitations
    friends: Friends
    programme: Programme

    def __call__(self, public_id: str) -> FoundBadge | None:
        """The badge; None when there is no such id, or nobody behind it any more."""
        badge = self.badges.find(public_id) if PUBLIC_ID.fullmatch(public_id) else None
        return self._as_it_stands(badge) if badge else None

    def of(self, friend_id: str, year: int) -> FoundBadge | None:
        """The badge of an account and a year; None as for an id."""
        own = self.badges.of([friend_id], year)
        return self._as_it_stands(own[0]) if own else None

    def _as_it_stands(self, badge: Badge) -> FoundBadge | None:
        friend = Accounts(self.friends).friend(badge.friend_id)
        if friend is None or not friend.email:  # a pseudonym has no address
            return None
        holds = self.programme.settings().best_friends_of
        invitation = self.invitations.get(badge.friend_id, badge.year)
        return FoundBadge(badge, state_of(badge, invitation, holds), friend, holds)


class PublicKeys(Protocol):
    """Where a public key is told."""

    def public_key(self, key_arn: str) -> bytes:
        """The public half, in DER."""
        ...


@dataclass(frozen=True, slots=True)
class KeysInUse:
    """All keys that were ever signed with; before the first rotation that is the stack's own."""

    ring: KeyRing
    signer: PublicKeys
    first_key: str

    def __call__(self) -> tuple[BadgeKey, ...]:
        """Oldest first; the last one signs."""
        return self.ring.keys() or (badge_key(self.signer.public_key(self.first_key), self.first_key),)
