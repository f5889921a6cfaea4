"""One deployed system for all files of this folder, in the order of their numbers; to deploy is dear.

Every file brings Friends of its own. The first counts on there being no others.
"""

from collections.abc import Iterator

import pytest

from ops.console import Screen
from ops.rehearsal.rehearse import World, world

SCREEN = Screen(quiet=True)


@pytest.fixture(scope="package")
def system() -> Iterator[World]:
    """A deployed stack with nothing in it."""
    with world(SCREEN) as deployed:
        yield deployed
