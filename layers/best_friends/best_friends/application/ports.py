"""The ports: what the use cases need from the world, as Protocols."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from best_friends.domain.friends import Area, Engagement, Friend
from best_friends.domain.invitation import Answer, Invitation, InvitationState
from best_friends.domain.ledger import Job, LedgerEntry
from best_friends.domain.programme import Settings, YearRecord
from best_friends.domain.stats import Months, Totals


class Clock(Protocol):
    """Tells the time, with an offset."""

    def __call__(self) -> datetime: ...


class TokenSource(Protocol):
    """Draws an unguessable token of at least 128 bits, fit for a link."""

    def __call__(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Segment:
    """One of `of` parts of a table, counted from 0, that together are the whole."""

    number: int
    of: int


@dataclass(frozen=True, slots=True)
class StoredStats:
    """A Friend's stats and the version they were read at; version 0 means there are none yet."""

    version: int
    months: dict[str, Totals]


class Friends(Protocol):
    """The Friends table."""

    def get(self, friend_id: str) -> Friend | None: ...
    def get_many(self, friend_ids: Sequence[str]) -> dict[str, Friend]: ...
    def put_many(self, friends: Iterable[Friend]) -> None: ...
    def scan(self, segment: Segment) -> Iterator[tuple[str, bool, str]]:
        """(friend_id, active, region) of every Friend of a segment, strongly read."""
        ...

    def aliases(self, segment: Segment) -> Iterator[tuple[str, str]]:
        """(friend_id, merged_into) of every alias of a segment, strongly read."""
        ...

    def alias(self, friend_id: str, into: str, *, was: str) -> bool:
        """Let an account mean another one, or itself ("") again; False when it is not as it `was`."""
        ...

    def put_areas(self, friend_id: str, areas: Sequence[Area], removed: Sequence[Area] | None = None) -> None:
        """Set a Friend's areas, and those of the export that were removed if given."""
        ...

    def everybody(self) -> Iterator[Friend]:
        """Every Friend, whole, read as it was a moment ago at the latest."""
        ...


class Engagements(Protocol):
    """The Engagements table: small, read as a whole."""

    def all(self) -> Iterator[Engagement]: ...
    def put_many(self, engagements: Iterable[Engagement]) -> None: ...


class Ledger(Protocol):
    """The Ledger table. All reads are strong."""

    def of_months(self, friend_id: str, months: Collection[str]) -> list[LedgerEntry]:
        """The entries of these months (`YYYY-MM`), at least one, read by one query."""
        ...

    def of_friend(self, friend_id: str) -> list[LedgerEntry]: ...
    def located(self, source: str) -> list[LedgerEntry]:
        """The line of a job or a rating, `JOB#id` or `RATING#id`, whoever's it is; two while it moves."""
        ...

    def is_empty(self) -> bool: ...
    def write(self, put: Iterable[LedgerEntry], delete: Iterable[LedgerEntry]) -> None: ...
    def scan(self, segment: Segment) -> Iterator[LedgerEntry]:
        """Every entry of a segment, the entries of one Friend together."""
        ...


class Stats(Protocol):
    """The Stats table. All reads are strong."""

    def get(self, friend_id: str) -> StoredStats: ...
    def get_many(self, friend_ids: Sequence[str]) -> dict[str, Months]: ...
    def put(self, friend_id: str, months: Months, *, read_at: int) -> None:
        """Write, unless the version has moved on since `read_at`.

        Raises:
            Conflict: when it has.
        """
        ...

    def scan(self, segment: Segment) -> Iterator[tuple[str, Months]]: ...
    def ids(self, segment: Segment) -> Iterator[str]:
        """Every Friend of a segment that has stats, also if they are empty."""
        ...


class Jobs(Protocol):
    """The Jobs table. All reads are strong."""

    def get(self, job_id: str) -> Job | None: ...
    def post(self, job: Job) -> bool:
        """Write a new job; False when there is one of this id."""
        ...

    def put_posted(self, job: Job) -> bool:
        """Write a job over one that is posted; False when a Friend was faster, or it is over."""
        ...

    def accept(self, job_id: str, friend_id: str, at: datetime) -> bool:
        """Give a posted job to a Friend; False when it is not posted any more. The first wins."""
        ...

    def cancel(self, job_id: str) -> bool:
        """Cancel a job that is posted or accepted; False when it is neither."""
        ...

    def get_many(self, job_ids: Sequence[str]) -> dict[str, Job]: ...
    def put_many(self, jobs: Iterable[Job]) -> None: ...


class Programme(Protocol):
    """The Programme table: settings in force and the years' records. All reads are strong."""

    def settings(self) -> Settings: ...
    def save_settings(self, settings: Settings) -> None: ...
    def year(self, year: int) -> YearRecord | None: ...
    def open(self, record: YearRecord) -> None:
        """Write a year's record once.

        Raises:
            Conflict: when the year has one.
        """
        ...

    def update(self, year: int, **changes: Any) -> None:
        """Set fields of a year's record; never its policy."""
        ...

    def announce(self, year: int) -> None:
        """Let the status pass to the Best Friends of this year, unless a later one has it already."""
        ...


@dataclass(frozen=True, slots=True)
class Pending:
    """An invitation whose workflow waits, with the token that lets it go on; never shown."""

    invitation: Invitation
    task_token: str | None


class Invitations(Protocol):
    """The Invitations table. All reads are strong but those by year."""

    def create(self, invitation: Invitation) -> bool:
        """Write once; False when the Friend has this year's invitation already."""
        ...

    def get(self, friend_id: str, year: int) -> Invitation | None: ...
    def get_many(self, friend_ids: Sequence[str], year: int) -> list[Invitation]: ...
    def pending(self, friend_id: str, year: int) -> Pending | None: ...
    def keep_token(self, friend_id: str, year: int, task_token: str) -> None: ...
    def forget_token(self, friend_id: str, year: int, task_token: str) -> None: ...
    def record_answer(self, seen: Invitation, answer: Answer, at: datetime) -> None:
        """Write the answer, if the invitation still stands as it was seen.

        Raises:
            Conflict: when it has changed since.
        """
        ...

    def end(self, friend_id: str, year: int, state: InvitationState, at: datetime) -> bool:
        """End an open invitation without an answer; False when it is not open any more."""
        ...

    def settle(self, friend_id: str, year: int, state: InvitationState, at: datetime) -> bool:
        """Set the state of an invitation by force; False when it is so already, or there is none."""
        ...

    def best_friends(self, year: int) -> Iterator[str]: ...


@dataclass(frozen=True, slots=True)
class Link:
    """What a link opens: one thing for one Friend and year, or job, until it expires."""

    purpose: str
    friend_id: str
    year: int
    expires_at: datetime
    job_id: str = ""


class Links(Protocol):
    """The Links table, by the hash of the token."""

    def put(self, token_hash: str, link: Link) -> None: ...
    def get(self, token_hash: str) -> Link | None: ...


class Workflows(Protocol):
    """The invitation machine."""

    def start_invitation(self, friend_id: str, year: int) -> bool:
        """Start it once; False when it runs or ran already."""
        ...

    def tell(self, task_token: str, state: InvitationState) -> bool:
        """Let a waiting invitation go on; False when it does not wait any more."""
        ...


class Archive(Protocol):
    """Files of a run, by path. The same content is the same bytes."""

    def write_rows(self, path: str, rows: Iterable[Mapping[str, Any]]) -> str: ...
    def read_rows(self, path: str) -> Iterator[dict[str, Any]]: ...
    def write(self, path: str, content: str, content_type: str) -> str: ...
    def read(self, path: str) -> str | None: ...
