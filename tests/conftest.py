"""What is so for every suite: the machine's own time zone must not matter."""

import os
import time

import pytest

os.environ["TZ"] = "UTC"
time.tzset()


def pytest_configure(config: pytest.Config) -> None:
    """Most steps have nothing to count; Powertools warns of that every time."""
    config.addinivalue_line("filterwarnings", "ignore:No application metrics to publish:UserWarning")
