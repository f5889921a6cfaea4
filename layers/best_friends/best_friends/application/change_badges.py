"""What operators do with badges: take one back, and let another key sign."""

from dataclasses import dataclass, replace

from best_friends.application.accounts import Accounts
from best_friends.application.badges import KeysInUse
from best_friends.application.correct_ledger import By
from best_friends.application.errors import Conflict, Refusal
from best_friends.application.ports import Clock
from best_friends.application.ports_badges import Badges, KeyMaker
from best_friends.application.ports_changes import Trail
from best_friends.domain.badge import Badge
from best_friends.domain.badge_keys import BadgeKey, badge_key
from best_friends.domain.corrections import Note

REVOKED = "badge revoked"


@dataclass(frozen=True, slots=True)
class RevokeBadge:
    """Take a badge back for good. Run again, it does nothing twice."""

    badges: Badges
    accounts: Accounts
    trail: Trail
    clock: Clock

    def __call__(self, friend_id: str, year: int, by: By) -> Badge:
        """Take it back.

        Raises:
            Refusal: when there is no such Friend, or it has no badge of that year.
        """
        self.accounts.known(friend_id)
        found = next((one for one in self.badges.of_friend(friend_id) if one.year == year), None)
        if found is None:
            raise Refusal(
                f"{friend_id} has no badge of {year}; `best-friends badge show {friend_id}` lists its badges"
            )
        if found.revoked_at is not None:
            return found
        now, about = self.clock(), str(year)
        # Noted first: the trail never lacks a change, whatever breaks off.
        known = self.trail.of_friend(friend_id)
        if not any((one.action, one.about) == (REVOKED, about) for one in known):
            self.trail.note([Note(friend_id, now, REVOKED, about, by.who, by.why, {"year": year}, None)])
        self.badges.revoke(friend_id, year, now)
        return replace(found, revoked_at=now)


@dataclass(frozen=True, slots=True)
class RotateKey:
    """Let a new key sign; the public halves of the old ones stay published."""

    keys: KeysInUse
    maker: KeyMaker
    clock: Clock

    def __call__(self, *, withdraw: bool = False) -> BadgeKey:
        """Make the key and put it in use. With `withdraw` nothing counts any more that others signed.

        Raises:
            Refusal: when somebody else rotates at the same time.
        """
        read = self.keys.ring.keys()
        before = read or self.keys()
        arn = self.maker.make_like(before[-1].key_arn)
        new = badge_key(self.maker.public_key(arn), arn, self.clock())
        old = [replace(one, withdrawn=one.withdrawn or withdraw) for one in before]
        try:
            self.keys.ring.put([*old, new], read=read)
        except Conflict:
            self.maker.discard(arn)
            raise Refusal("somebody else has just rotated the key; nothing was changed here") from None
        return new
