"""Referrals on DynamoDB, and the mail service's suppression list."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import batched
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError
from pynamodb.exceptions import PutError, TransactWriteError

from best_friends.adapters.changes import CANCELLED
from best_friends.adapters.dynamodb import transaction_once
from best_friends.adapters.errors import code_of, condition_failed
from best_friends.adapters.marketplace import GET_BATCH
from best_friends.adapters.models_referrals import ReferralRow
from best_friends.application.ports_person import Row
from best_friends.domain.referrals import NOBODY, Declined, Referral

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client

JOINED = "joined#"
UPDATED = "updated#"


class ReferralsTable:
    """Implements `ports_referrals.Referrals`."""

    def __init__(self, model: type[ReferralRow]) -> None:
        self._model = model

    def get(self, referral_id: str) -> Referral | None:
        """One referral, strongly read."""
        return self.get_many([referral_id]).get(referral_id)

    def get_many(self, referral_ids: Collection[str]) -> dict[str, Referral]:
        """The referrals there are among these ids, strongly read."""
        rows = self._rows(referral_ids)
        return {row.referral_id: referral_of(row) for row in rows if row.friend_id}

    def add(self, referral: Referral) -> bool:
        """Write a new one."""
        return self._put(referral, is_new=True)

    def put(self, referral: Referral) -> bool:
        """Write the next version over the one that was read."""
        return self._put(referral, is_new=False)

    def join(self, referral: Referral, friend_id: str, at: datetime) -> bool:
        """Write the account into the referral and the referral beside the account, both or neither."""
        model = self._model
        after = replace(referral, joined=friend_id, joined_at=at, version=referral.version + 1)
        try:
            with transaction_once() as transaction:
                transaction.save(_row(model, after), condition=model.version == referral.version)
                transaction.save(
                    model(f"{JOINED}{friend_id}", of=referral.referral_id),
                    condition=model.referral_id.does_not_exist(),
                )
        except TransactWriteError as error:
            if error.cause_response_code in CANCELLED:
                return False
            raise
        return True

    def joined(self, friend_ids: Collection[str]) -> dict[str, str]:
        """The referral by which an account joined, of those that did."""
        rows = self._rows([f"{JOINED}{one}" for one in friend_ids])
        return {row.referral_id.removeprefix(JOINED): str(row.of) for row in rows if row.of}

    def of_friends(self, accounts: Sequence[str]) -> list[Referral]:
        """What these accounts have referred, the newest first."""
        keys = [row.referral_id for one in accounts for row in self._model.by_friend.query(one)]
        return sorted(self.get_many(keys).values(), key=_when, reverse=True)

    def everything(self) -> Iterator[Referral]:
        """Every referral there is."""
        return (referral_of(row) for row in self._model.scan(consistent_read=True) if row.friend_id)

    def updated(self, month: str) -> bool:
        """Whether the letters about a month have been ordered."""
        return bool(list(self._rows([f"{UPDATED}{month}"])))

    def note_updated(self, month: str) -> None:
        """Note that they have."""
        self._model(f"{UPDATED}{month}").save()

    def remove(self, referral: Referral) -> bool:
        """Remove the referral and what stands beside the account, both or neither."""
        model = self._model
        try:
            with transaction_once() as transaction:
                transaction.delete(model(referral.referral_id), condition=model.version == referral.version)
                if referral.joined:
                    transaction.delete(model(f"{JOINED}{referral.joined}"))
        except TransactWriteError as error:
            if error.cause_response_code in CANCELLED:
                return False
            raise
        return True

    def forget(self, referral_id: str) -> bool:
        """Drop the name, and which account the person has; that somebody was referred stays."""
        known = self.get(referral_id)
        if known is None or not (known.name or known.joined):
            return False
        if known.joined:
            self._model(f"{JOINED}{known.joined}").delete()
        return self.put(replace(known, name="", joined=""))

    def _put(self, referral: Referral, *, is_new: bool) -> bool:
        model = self._model
        as_read = model.referral_id.does_not_exist() if is_new else model.version == referral.version
        try:
            _row(model, replace(referral, version=referral.version + 1)).save(as_read)
        except PutError as error:
            if condition_failed(error):
                return False
            raise
        return True

    def _rows(self, keys: Iterable[str]) -> Iterator[ReferralRow]:
        for batch in batched(dict.fromkeys(keys), GET_BATCH, strict=False):
            yield from self._model.batch_get(list(batch), consistent_read=True)


class ReferralsOfPerson:
    """Implements `ports_person.Holdings`: what a person has referred, and by what it was referred itself."""

    def __init__(self, model: type[ReferralRow]) -> None:
        self._model = model
        self._table = ReferralsTable(model)

    def of(self, accounts: Collection[str]) -> list[Row]:
        """The person's own referrals, without the accounts of others; of the one that led to the person,
        what is kept of the person and nothing of who made it."""
        own = [_told(row) for row in self._own(accounts)]
        return own + [{**_told(row), "friend_id": "another Friend"} for row in self._of_others(accounts)]

    def remove(self, accounts: Collection[str]) -> None:
        """Make the person's own referrals nobody's, and drop the person from that of another Friend.

        What stays of a referral is that this person was referred once, which counts for ever.
        """
        for row in self._of_others(accounts):
            self._table.forget(row.referral_id)
        for row in self._own(accounts):
            if row.joined:
                self._model(f"{JOINED}{row.joined}").delete()
            if row.declined:
                row.delete()
            else:
                self._model(row.referral_id, friend_id=NOBODY, recorded_at=row.recorded_at, version=1).save()

    def _own(self, accounts: Collection[str]) -> list[ReferralRow]:
        keys = [row.referral_id for one in accounts for row in self._model.by_friend.query(one)]
        found = self._model.batch_get(keys, consistent_read=True) if keys else ()
        return sorted((row for row in found if row.friend_id in accounts), key=lambda row: row.referral_id)

    def _of_others(self, accounts: Collection[str]) -> list[ReferralRow]:
        keys = sorted(set(self._table.joined(accounts).values()))
        found = self._model.batch_get(keys, consistent_read=True) if keys else ()
        return [row for row in found if row.friend_id not in accounts and row.joined in accounts]


class SesSuppression:
    """Implements `ports_referrals.SuppressionList`."""

    def __init__(self, client: "SESV2Client") -> None:
        self._client = client

    def holds(self, address: str) -> bool:
        """Whether the address has bounced for good or complained before."""
        try:
            self._client.get_suppressed_destination(EmailAddress=address.strip())
        except ClientError as error:
            if code_of(error) == "NotFoundException":
                return False
            raise
        return True


def referral_of(row: ReferralRow) -> Referral:
    """A referral from its row."""
    return Referral(
        referral_id=row.referral_id,
        friend_id=str(row.friend_id),
        recorded_at=datetime.fromisoformat(str(row.recorded_at)),
        name=row.name or "",
        declined=Declined(row.declined) if row.declined else None,
        joined=row.joined or "",
        joined_at=_instant(row.joined_at),
        first_job_at=_instant(row.first_job_at),
        tenth_job_at=_instant(row.tenth_job_at),
        months=tuple(row.months or ()),
        version=int(row.version or 0),
    )


def _row(model: type[ReferralRow], one: Referral) -> ReferralRow:
    return model(
        referral_id=one.referral_id,
        friend_id=one.friend_id,
        recorded_at=one.recorded_at.isoformat(),
        name=one.name or None,
        declined=str(one.declined) if one.declined else None,
        joined=one.joined or None,
        joined_at=one.joined_at.isoformat() if one.joined_at else None,
        first_job_at=one.first_job_at.isoformat() if one.first_job_at else None,
        tenth_job_at=one.tenth_job_at.isoformat() if one.tenth_job_at else None,
        months=list(one.months) or None,
        version=one.version,
    )


def _told(row: ReferralRow) -> Row:
    told: Row = row.to_simple_dict(force=True)
    hidden = ("joined", "version")
    return {name: value for name, value in told.items() if name not in hidden and value is not None}


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _when(referral: Referral) -> tuple[datetime, str]:
    return referral.recorded_at, referral.referral_id
