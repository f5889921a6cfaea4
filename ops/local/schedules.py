"""The schedules of template.yaml: the embedded AWS fires none, so a thread calls what they would call."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from botocore.exceptions import BotoCoreError, ClientError

from ops.console import Screen
from ops.deployment import Deployment
from ops.faults import Stop

EVERY_SECONDS = 20.0
"""Minutes and hours on AWS; whoever looks around does not want to wait for them."""


def scheduled(names: Deployment) -> tuple[Callable[[], object], ...]:
    """What runs by itself: lists of events, invitations to tests, announcements, badges, roster, cut-offs."""
    return (
        names.order_events_now,
        names.invite_testers_now,
        names.publish_announcements_now,
        names.issue_badges_now,
        names.build_roster_now,
        names.refresh_cutoffs_now,
        names.update_referrers_now,
    )


@contextmanager
def ticking(
    calls: Sequence[Callable[[], object]], screen: Screen, seconds: float = EVERY_SECONDS
) -> Iterator[None]:
    """Call them again and again for as long as the block runs; one that fails is said and tried again."""
    over = threading.Event()

    def tick() -> None:
        while not over.wait(seconds):
            for call in calls:
                if over.is_set():
                    return
                try:
                    call()
                except (Stop, BotoCoreError, ClientError) as error:
                    screen.say(str(error))

    thread = threading.Thread(target=tick, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
