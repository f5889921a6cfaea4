"""Settle every event that is not finished: close what is due, order the lists, give free places, tell."""

from collections.abc import Callable
from dataclasses import dataclass

from best_friends.application.ports_events import Events
from best_friends.application.settle_event import SettleEvent


@dataclass(frozen=True, slots=True)
class Ordering:
    """How many events were looked at, and how many of them could not be settled."""

    settled: int
    failed: int


@dataclass(frozen=True, slots=True)
class OrderEvents:
    """One event that cannot be settled holds up no other; `on_failure` hears why."""

    events: Events
    settle: SettleEvent
    on_failure: Callable[[Exception], None]

    def __call__(self) -> Ordering:
        """Settle them all."""
        done = failed = 0
        for event_id in list(self.events.live()):
            try:
                self.settle(event_id)
                done += 1
            except Exception as error:
                self.on_failure(error)
                failed += 1
        return Ordering(done, failed)
