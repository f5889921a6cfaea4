"""The ports of the dispatcher: waves, rosters, its queues, the marketplace's app."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from best_friends.domain.offer import Ended, Wave


class MissingRoster(Exception):
    """There is no roster (of this version)."""


class Waves(Protocol):
    """The Waves table. All reads are strong."""

    def of_job(self, job_id: str) -> list[Wave]:
        """The frozen waves of a job, in order."""
        ...

    def freeze(self, wave: Wave) -> None:
        """Write a wave once.

        Raises:
            Conflict: when the job has a wave of this number.
        """
        ...

    def end(self, ended: Ended) -> None: ...
    def ended(self, job_id: str) -> Ended | None: ...


@dataclass(frozen=True, slots=True)
class PackedRoster:
    """A roster's bytes and the version under which they are kept."""

    version: str
    content: bytes


class RosterStore(Protocol):
    """The roster's versions, the newest and those of the last 90 days."""

    def newest(self, known: str = "") -> PackedRoster | None:
        """The newest roster, or None when its version is the known one.

        Raises:
            MissingRoster: when none was ever built.
        """
        ...

    def of(self, version: str) -> PackedRoster:
        """A version.

        Raises:
            MissingRoster: when it is not kept (any more).
        """
        ...

    def put(self, content: bytes) -> str | None:
        """Keep a new version and return it; None when the newest has the same content."""
        ...


@dataclass(frozen=True, slots=True)
class WaveOrder:
    """A wave of a job that is due, as it stands in the jobs queue."""

    job_id: str
    wave: int = 1


class JobsQueue(Protocol):
    """The way to `dispatch_job`."""

    def put(self, order: WaveOrder, *, after_seconds: int = 0) -> None:
        """Queue a wave for now, or for up to 900 seconds later."""
        ...


@dataclass(frozen=True, slots=True)
class NotificationOrder:
    """A Friend to be notified of a job, as it stands in the notifications queue: ids only."""

    job_id: str
    friend_id: str
    wave: int


class NotificationsQueue(Protocol):
    """The way to `send_notifications`."""

    def put(self, orders: Iterable[NotificationOrder]) -> None: ...


class App(Protocol):
    """The marketplace's own app, for the Friends who want to be notified there."""

    def notify(self, order: NotificationOrder, language: str) -> None:
        """Tell the app, without a name, an address or a link: who uses it is signed in.

        Raises:
            Throttled: it was not taken; nobody was told.
            InDoubt: it may have been taken.
        """
        ...
