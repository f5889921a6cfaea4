"""What is so for every suite: the machine's own time zone must not matter."""

import os
import time
from pathlib import PurePath
from typing import Any

import pytest

os.environ["TZ"] = "UTC"
time.tzset()


def pytest_configure(config: pytest.Config) -> None:
    """Most steps have nothing to count; Powertools warns of that every time."""
    config.addinivalue_line("filterwarnings", "ignore:No application metrics to publish:UserWarning")


@pytest.hookimpl(optionalhook=True)  # without xdist there is nobody to ask
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """A file is one worker's, and so is a folder of tests/whole, whose files share a deployed system."""
    from xdist.scheduler import LoadFileScheduling

    class ByDeployedSystem(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file = PurePath(nodeid.partition("::")[0])
            return str(file.parent) if file.match("tests/whole/*/*") else str(file)

    return ByDeployedSystem(config, log)
