"""Badges, keys and their signer in memory; the keys are real, made for the test."""

import base64
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import count

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from best_friends.adapters.open_badges import OpenBadges
from best_friends.application import ports_badges
from best_friends.application.accounts import Accounts
from best_friends.application.badges import FindBadge, KeysInUse
from best_friends.application.change_badges import RevokeBadge, RotateKey
from best_friends.application.errors import Conflict
from best_friends.application.hand_over import HandOver, Sending
from best_friends.application.issue_badges import IssueBadges
from best_friends.application.send_badge_letter import SendBadgeLetter
from best_friends.application.show_badge import ShowBadge
from best_friends.application.sign_badge import SignBadge
from best_friends.domain.badge import Addresses, Badge
from best_friends.domain.badge_keys import BadgeKey
from best_friends.domain.invitation import Invitation, InvitationState
from best_friends.domain.programme import Settings
from tests.support.marketplace import friend
from tests.unit.fakes import ANSWER_UNTIL, REASONS, FakeInvitations
from tests.unit.fakes_changes import FakeTrail
from tests.unit.fakes_standing import StandingWorld
from tests.unit.line import Line, OnLine, call

AT = Addresses("https://pages.example")
FIRST = "arn:key-0"
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


class FakeBadges(OnLine, ports_badges.Badges):
    """Badges by Friend and year; the invitations are looked at in the same breath."""

    def __init__(self, line: Line, invitations: FakeInvitations) -> None:
        super().__init__(line)
        self.rows: dict[tuple[str, int], Badge] = {}
        self._invitations = invitations

    @call
    def issue(self, badge: Badge) -> bool:
        key = badge.friend_id, badge.year
        own = self._invitations.rows.get(key)
        if key in self.rows or own is None or own.invitation.state is not InvitationState.CONFIRMED:
            return False
        self.rows[key] = badge
        return True

    @call
    def find(self, public_id: str) -> Badge | None:
        return next((one for one in self.rows.values() if one.public_id == public_id), None)

    @call
    def of(self, accounts: Collection[str], year: int) -> list[Badge]:
        return [self.rows[one, year] for one in accounts if (one, year) in self.rows][::-1]

    @call
    def of_friend(self, friend_id: str) -> list[Badge]:
        return sorted((one for one in self.rows.values() if one.friend_id == friend_id), key=lambda b: b.year)

    @call
    def revoke(self, friend_id: str, year: int, at: datetime) -> bool:
        own = self.rows.get((friend_id, year))
        if own is None or own.revoked_at is not None:
            return False
        self.rows[friend_id, year] = replace(own, revoked_at=at)
        return True

    @call
    def note_told(self, friend_id: str, year: int, at: datetime) -> bool:
        own = self.rows.get((friend_id, year))
        if own is None:
            return False
        self.rows[friend_id, year] = replace(own, told_at=at)
        return True


class FakeRing(OnLine, ports_badges.KeyRing):
    """The row of keys."""

    def __init__(self, line: Line) -> None:
        super().__init__(line)
        self.row: tuple[BadgeKey, ...] = ()

    @call
    def keys(self) -> tuple[BadgeKey, ...]:
        return self.row

    @call
    def put(self, keys: Sequence[BadgeKey], *, read: Sequence[BadgeKey]) -> None:
        if tuple(read) != self.row:
            raise Conflict
        self.row = tuple(keys)


class FakeKeys(ports_badges.Signer, ports_badges.KeyMaker):
    """A key service: it makes keys, signs, and gives nothing but public halves."""

    def __init__(self) -> None:
        self._private = {FIRST: Ed25519PrivateKey.generate()}
        self.discarded: list[str] = []
        self.signed = 0

    def public_key(self, key_arn: str) -> bytes:
        public = self._private[key_arn].public_key()
        return public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)

    def sign(self, key_arn: str, message: bytes) -> bytes:
        assert len(message) <= 4096, "KMS takes no more"
        self.signed += 1
        return self._private[key_arn].sign(message)

    def make_like(self, key_arn: str) -> str:
        assert key_arn in self._private
        made = f"arn:key-{len(self._private)}"
        self._private[made] = Ed25519PrivateKey.generate()
        return made

    def discard(self, key_arn: str) -> None:
        self.discarded.append(key_arn)


@dataclass
class BadgeWorld:
    """Ada and Bea said yes to 2025 and hold the status; Cleo said no."""

    whole: StandingWorld = field(default_factory=StandingWorld)
    kms: FakeKeys = field(default_factory=FakeKeys)

    def __post_init__(self) -> None:
        whole, line = self.whole, self.whole.line
        self.badges = FakeBadges(line, whole.invitations)
        self.ring = FakeRing(line)
        self.trail = FakeTrail()
        self.clock = whole.clock
        self.clock.now = NOW
        self.find = FindBadge(self.badges, whole.invitations, whole.friends, whole.programme)
        self.keys = KeysInUse(self.ring, self.kms, FIRST)
        ids = count()
        self.issue = IssueBadges(
            self.badges,
            whole.invitations,
            whole.friends,
            whole.programme,
            whole.queue,
            self.clock,
            lambda: base64.urlsafe_b64encode(bytes(15) + bytes([next(ids)])).decode().rstrip("="),
        )
        hand_over = HandOver(whole.letters, self.clock)
        self.send = SendBadgeLetter(self.find, hand_over, whole.mail, AT.pages_url)
        self.show = ShowBadge(self.find, whole.programme)
        self.sign = SignBadge(self.find, self.keys, self.kms, OpenBadges(), self.clock)
        self.revoke = RevokeBadge(self.badges, Accounts(whole.friends), self.trail, self.clock)
        self.rotate = RotateKey(self.keys, self.kms, self.clock)
        for name, state in (
            ("ADA", InvitationState.CONFIRMED),
            ("BEA", InvitationState.CONFIRMED),
            ("CLEO", InvitationState.DECLINED),
        ):
            whole.friends.put_many([friend(name)])
            whole.invitations.create(Invitation(name, 2025, state, REASONS, ANSWER_UNTIL))
        self.holds(2025)

    def holds(self, year: int | None) -> None:
        """Whose status runs."""
        settings: Settings = self.whole.programme.in_force
        self.whole.programme.in_force = replace(settings, best_friends_of=year)

    def answers(self, friend_id: str, state: InvitationState) -> None:
        """Let an invitation stand otherwise."""
        row = self.whole.invitations.rows[friend_id, 2025]
        row.invitation = replace(row.invitation, state=state)

    def deliver(self) -> list[Sending]:
        """Let every order in the queue be sent; what becomes of them."""
        orders, self.whole.queue.orders = self.whole.queue.orders, []
        return [self.send(one) for one in orders]

    def id_of(self, friend_id: str) -> str:
        """The public id of a badge."""
        return self.badges.rows[friend_id, 2025].public_id
