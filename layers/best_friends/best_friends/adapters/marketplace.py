"""Friends, engagements, ledger and stats, on DynamoDB."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import asdict
from datetime import date
from itertools import batched

from pydantic import TypeAdapter
from pynamodb.exceptions import UpdateError
from pynamodb.expressions.update import Action

from best_friends.adapters.errors import condition_failed, conflicts
from best_friends.adapters.models import (
    EngagementRow,
    FriendRow,
    LedgerRow,
    StatsRow,
)
from best_friends.adapters.scans import HotScans
from best_friends.application.ports import Segment, StoredStats
from best_friends.domain.friends import Area, Channel, Decided, Engagement, Friend
from best_friends.domain.ledger import LedgerEntry
from best_friends.domain.policy import Role
from best_friends.domain.stats import Months, Totals

GET_BATCH = 100
DECIDED = TypeAdapter(Decided)


class FriendsTable:
    """Implements `ports.Friends`."""

    def __init__(self, model: type[FriendRow], scans: HotScans) -> None:
        self._model = model
        self._scans = scans

    def get(self, friend_id: str) -> Friend | None:
        """One Friend, strongly read."""
        try:
            return friend_of(self._model.get(friend_id, consistent_read=True))
        except self._model.DoesNotExist:
            return None

    def get_many(self, friend_ids: Sequence[str]) -> dict[str, Friend]:
        """The Friends there are among these ids."""
        rows = (
            row
            for batch in batched(friend_ids, GET_BATCH, strict=False)
            for row in self._model.batch_get(list(batch), consistent_read=True)
        )
        return {row.friend_id: friend_of(row) for row in rows}

    def put_many(self, friends: Iterable[Friend]) -> None:
        """Write Friends in batches."""
        with self._model.batch_write() as batch:
            for friend in friends:
                batch.save(self._row(friend))

    def scan(self, segment: Segment) -> Iterator[tuple[str, bool, str]]:
        """(friend_id, active, region) of every Friend of a segment."""
        return self._scans.friends(self._model.Meta.table_name, segment)

    def aliases(self, segment: Segment) -> Iterator[tuple[str, str]]:
        """(friend_id, merged_into) of every alias of a segment."""
        return self._scans.aliases(self._model.Meta.table_name, segment)

    def everybody(self) -> Iterator[Friend]:
        """Every Friend, whole; a moment old at most, which a roster is anyway."""
        return (friend_of(row) for row in self._model.scan())

    def alias(self, friend_id: str, into: str, *, was: str) -> bool:
        """Let an account mean another one, or itself again, if it is as it was."""
        model = self._model
        change = model.merged_into.set(into) if into else model.merged_into.remove()
        as_it_was = (model.merged_into == was) if was else model.merged_into.does_not_exist()
        try:
            model(friend_id).update(actions=[change], condition=model.friend_id.exists() & as_it_was)
        except UpdateError as error:
            if condition_failed(error):
                return False
            raise
        return True

    def put_areas(self, friend_id: str, areas: Sequence[Area], removed: Sequence[Area] | None = None) -> None:
        """Set a Friend's areas."""
        model = self._model
        actions: list[Action] = [model.areas.set([asdict(area) for area in areas])]
        if removed is not None:
            actions.append(model.removed_areas.set([asdict(area) for area in removed]))
        with conflicts():
            model(friend_id).update(actions=actions, condition=model.friend_id.exists())

    def _row(self, friend: Friend) -> FriendRow:
        return self._model(
            friend_id=friend.friend_id,
            display_name=friend.display_name,
            email=friend.email,
            language=friend.language,
            areas=[asdict(area) for area in friend.areas],
            skills=list(friend.skills),
            joined_on=friend.joined_on.isoformat(),
            active=friend.active,
            region=friend.region,
            postal_code=friend.postal_code,
            channel=str(friend.channel),
            paused=friend.paused,
            merged_into=friend.merged_into or None,
            removed_areas=[asdict(area) for area in friend.removed_areas] or None,
            address=address_key(friend.email) or None,
        )


def address_key(address: str) -> str:
    """An e-mail address as it is looked for: however it is capitalised, and whatever stands around it."""
    return address.strip().casefold()


def friend_of(row: FriendRow) -> Friend:
    """A Friend from its row."""
    return Friend(
        friend_id=row.friend_id,
        display_name=row.display_name,
        email=row.email,
        language=row.language,
        areas=tuple(Area(**area) for area in row.areas),
        skills=tuple(row.skills),
        joined_on=date.fromisoformat(row.joined_on),
        active=row.active,
        region=row.region,
        postal_code=row.postal_code,
        channel=Channel(row.channel),
        paused=row.paused,
        merged_into=row.merged_into or "",
        removed_areas=tuple(Area(**area) for area in row.removed_areas or ()),
    )


class EngagementsTable:
    """Implements `ports.Engagements`."""

    def __init__(self, model: type[EngagementRow]) -> None:
        self._model = model

    def all(self) -> Iterator[Engagement]:
        """Every engagement there is; hundreds, not millions."""
        return map(engagement_of, self._model.scan(consistent_read=True))

    def of_friend(self, friend_id: str) -> list[Engagement]:
        """Every engagement of one account."""
        return [engagement_of(row) for row in self._model.query(friend_id, consistent_read=True)]

    def put_many(self, engagements: Iterable[Engagement]) -> None:
        """Write engagements in batches."""
        with self._model.batch_write() as batch:
            for one in engagements:
                batch.save(engagement_row(self._model, one))


def engagement_of(row: EngagementRow) -> Engagement:
    """An engagement from its row."""
    until = date.fromisoformat(row.held_until) if row.held_until else None
    return Engagement(
        row.friend_id,
        Role(row.role),
        date.fromisoformat(row.held_from),
        until,
        withdrawn=bool(row.withdrawn),
        decided=None if row.decided is None else DECIDED.validate_python(row.decided),
        earned=bool(row.earned),
    )


def engagement_row(model: type[EngagementRow], one: Engagement) -> EngagementRow:
    """An engagement as its row."""
    return model(
        friend_id=one.friend_id,
        engagement=f"{one.role}#{one.held_from}",
        role=str(one.role),
        held_from=one.held_from.isoformat(),
        held_until=one.held_until.isoformat() if one.held_until else None,
        withdrawn=one.withdrawn or None,
        decided=DECIDED.dump_python(one.decided, mode="json") if one.decided else None,
        earned=one.earned or None,
    )


class LedgerTable:
    """Implements `ports.Ledger`."""

    def __init__(self, model: type[LedgerRow], scans: HotScans) -> None:
        self._model = model
        self._scans = scans

    def of_months(self, friend_id: str, months: Collection[str]) -> list[LedgerEntry]:
        """The entries of some months: one query over the span from the first to the last of them."""
        # "$" follows "#": the span ends behind the last month's last entry.
        span = self._model.entry.between(f"{min(months)}#", f"{max(months)}$")
        entries = map(entry_of, self._model.query(friend_id, span, consistent_read=True))
        return [entry for entry in entries if entry.month in months]

    def of_friend(self, friend_id: str) -> list[LedgerEntry]:
        """All entries of one Friend."""
        return [entry_of(row) for row in self._model.query(friend_id, consistent_read=True)]

    def is_empty(self) -> bool:
        """Whether there is no entry at all."""
        return next(iter(self._model.scan(limit=1, consistent_read=True)), None) is None

    def write(self, put: Iterable[LedgerEntry], delete: Iterable[LedgerEntry]) -> None:
        """Write and remove entries in batches."""
        with self._model.batch_write() as batch:
            for entry in put:
                batch.save(ledger_row(self._model, entry))
            for entry in delete:
                batch.delete(self._model(friend_id=entry.friend_id, entry=entry.entry))

    def located(self, source: str) -> list[LedgerEntry]:
        """Where the line of a job or a rating is; found by the index, read strongly."""
        keys = [(row.friend_id, row.entry) for row in self._model.by_source.query(source)]
        return [entry_of(row) for row in self._model.batch_get(keys, consistent_read=True)] if keys else []

    def scan(self, segment: Segment) -> Iterator[LedgerEntry]:
        """Every entry of a segment; DynamoDB keeps the entries of one Friend together."""
        return self._scans.ledger(self._model.Meta.table_name, segment)


def entry_of(row: LedgerRow) -> LedgerEntry:
    """A line from its row."""
    return LedgerEntry(row.friend_id, row.entry, row.at, int(row.stars), int(row.cents), row.owner or "")


def ledger_row(model: type[LedgerRow], entry: LedgerEntry) -> LedgerRow:
    """A line as its row."""
    return model(
        friend_id=entry.friend_id,
        entry=entry.entry,
        at=entry.at,
        stars=entry.stars,
        cents=entry.cents,
        source=entry.source,
        owner=entry.owner or None,
    )


class StatsTable:
    """Implements `ports.Stats`."""

    def __init__(self, model: type[StatsRow], scans: HotScans) -> None:
        self._model = model
        self._scans = scans

    def get(self, friend_id: str) -> StoredStats:
        """A Friend's stats with their version."""
        try:
            row = self._model.get(friend_id, consistent_read=True)
        except self._model.DoesNotExist:
            return StoredStats(0, {})
        months = {month: Totals(*map(int, sums)) for month, sums in row.months.as_dict().items()}
        return StoredStats(int(row.version), months)

    def get_many(self, friend_ids: Sequence[str]) -> dict[str, Months]:
        """The months of the Friends that have stats."""
        return self._scans.stats_of(self._model.Meta.table_name, friend_ids)

    def put(self, friend_id: str, months: Months, *, read_at: int) -> None:
        """Write the next version, if the last one is still what was read."""
        row = self._model(
            friend_id=friend_id,
            version=read_at + 1,
            months={month: [t.ratings, t.stars, t.jobs, t.cents] for month, t in sorted(months.items())},
        )
        unchanged = self._model.version == read_at if read_at else self._model.friend_id.does_not_exist()
        with conflicts():
            row.save(unchanged)

    def scan(self, segment: Segment) -> Iterator[tuple[str, Months]]:
        """Every Friend's months of a segment."""
        return self._scans.stats(self._model.Meta.table_name, segment)

    def ids(self, segment: Segment) -> Iterator[str]:
        """Every Friend of a segment that has stats."""
        return self._scans.ids(self._model.Meta.table_name, segment)
