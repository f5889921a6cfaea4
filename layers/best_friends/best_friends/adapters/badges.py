"""Badges and the keys that they are signed with, on DynamoDB."""

from collections.abc import Collection, Sequence
from datetime import datetime

from pydantic import TypeAdapter
from pynamodb.exceptions import TransactWriteError, UpdateError

from best_friends.adapters.dynamodb import transaction_once
from best_friends.adapters.errors import condition_failed, conflicts
from best_friends.adapters.models import InvitationRow
from best_friends.adapters.models_badges import BadgeKeysRow, BadgeRow
from best_friends.domain.badge import Badge
from best_friends.domain.badge_keys import BadgeKey
from best_friends.domain.invitation import InvitationState

KEYS = TypeAdapter(list[BadgeKey])
RING = "badge-keys"
NOT_ISSUED = ("None", "ConditionalCheckFailed")
"""Why a transaction was cancelled when there is a badge already, or nobody to give one to."""


class BadgesTable:
    """Implements `ports_badges.Badges`."""

    def __init__(self, model: type[BadgeRow], invitations: type[InvitationRow] | None = None) -> None:
        self._model = model
        self._invitations = invitations

    def issue(self, badge: Badge) -> bool:
        """Write a badge that the Friend does not have yet, if its yes stands."""
        if self._invitations is None:
            raise TypeError("issuing takes the invitations")
        confirmed = self._invitations.state == str(InvitationState.CONFIRMED)
        row = self._model(
            badge.friend_id,
            badge.year,
            public_id=badge.public_id,
            issued_at=badge.issued_at.isoformat(),
        )
        try:
            with transaction_once() as transaction:
                transaction.condition_check(self._invitations, badge.friend_id, badge.year, confirmed)
                transaction.save(row, condition=self._model.friend_id.does_not_exist())
        except TransactWriteError as error:
            reasons = {one.code for one in error.cancellation_reasons if one}
            if reasons and reasons <= set(NOT_ISSUED):
                return False
            raise
        return True

    def find(self, public_id: str) -> Badge | None:
        """The badge of a public id."""
        for hit in self._model.by_public_id.query(public_id):
            row = self._row(hit.friend_id, int(hit.year))
            if row is not None:
                return _badge(row)
        return None

    def of(self, accounts: Collection[str], year: int) -> list[Badge]:
        """The badges of these accounts for a year."""
        rows = self._model.batch_get([(one, year) for one in accounts], consistent_read=True)
        return [_badge(row) for row in rows]

    def of_friend(self, friend_id: str) -> list[Badge]:
        """All badges of an account."""
        return [_badge(row) for row in self._model.query(friend_id, consistent_read=True)]

    def revoke(self, friend_id: str, year: int, at: datetime) -> bool:
        """Mark it, if it is there and unmarked."""
        model = self._model
        try:
            model(friend_id, year).update(
                actions=[model.revoked_at.set(at.isoformat())],
                condition=model.friend_id.exists() & model.revoked_at.does_not_exist(),
            )
        except UpdateError as error:
            if condition_failed(error):
                return False
            raise
        return True

    def note_told(self, friend_id: str, year: int, at: datetime) -> bool:
        """Mark it, if it is there: an update would otherwise bring an erased one back as an empty row."""
        model = self._model
        try:
            model(friend_id, year).update(
                actions=[model.told_at.set(at.isoformat())], condition=model.friend_id.exists()
            )
        except UpdateError as error:
            if condition_failed(error):
                return False
            raise
        return True

    def _row(self, friend_id: str, year: int) -> BadgeRow | None:
        try:
            return self._model.get(friend_id, year, consistent_read=True)
        except self._model.DoesNotExist:
            return None


class KeyRingTable:
    """Implements `ports_badges.KeyRing`, in the Programme table."""

    def __init__(self, model: type[BadgeKeysRow]) -> None:
        self._model = model

    def keys(self) -> tuple[BadgeKey, ...]:
        """The keys, oldest first."""
        try:
            row = self._model.get(RING, consistent_read=True)
        except self._model.DoesNotExist:
            return ()
        return tuple(KEYS.validate_python(row.badge_keys or []))

    def put(self, keys: Sequence[BadgeKey], *, read: Sequence[BadgeKey]) -> None:
        """Write them, unless somebody else did since."""
        model = self._model
        as_read = model.badge_keys == KEYS.dump_python(list(read), mode="json")
        unchanged = as_read if read else model.badge_keys.does_not_exist()
        with conflicts():
            model(RING).update(
                actions=[model.badge_keys.set(KEYS.dump_python(list(keys), mode="json"))], condition=unchanged
            )


def _badge(row: BadgeRow) -> Badge:
    return Badge(
        friend_id=row.friend_id,
        year=int(row.year),
        public_id=row.public_id,
        issued_at=datetime.fromisoformat(row.issued_at),
        revoked_at=datetime.fromisoformat(row.revoked_at) if row.revoked_at else None,
        told_at=datetime.fromisoformat(row.told_at) if row.told_at else None,
    )
