"""Waiting for what functions do, with an end to it."""

import time
from collections.abc import Callable

from ops.faults import Stop

MINUTES = 10
"""A busy machine may be slow; whoever waits longer than this waits for nothing."""

POLL_SECONDS = 0.2


def until[T](look: Callable[[], T], missing: str, every: float = POLL_SECONDS) -> T:
    """Look again every few moments (`every`, seconds) until there is something to see.

    Raises:
        Stop: when there was nothing for ten minutes; `missing` says what did not happen.
    """
    deadline = time.monotonic() + MINUTES * 60
    while not (found := look()):
        if time.monotonic() > deadline:
            raise Stop(f"{missing} within {MINUTES} minutes")
        time.sleep(every)
    return found
