"""Waiting for other threads, with an end to it."""

import time
from collections.abc import Callable
from threading import Event

TICK = 0.03
PATIENCE = 120.0
"""Seconds; an end to the waiting on a busy machine, not a measure of anything."""


class TooLate(AssertionError):
    """What was waited for has not happened."""


def until[T](look: Callable[[], T], *, within: float = PATIENCE, what: str = "it") -> T:
    """Look again and again until there is something to see.

    Raises:
        TooLate: when there was nothing within so many seconds.
    """
    deadline, pause = time.monotonic() + within, Event()
    while not (seen := look()):
        if time.monotonic() > deadline:
            raise TooLate(f"{what} did not happen within {within:g} s")
        pause.wait(TICK)
    return seen
