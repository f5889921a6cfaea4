"""One deployed system whose year is closed, for all files of this folder in the order of their numbers.

The first changes nothing about the year, the last ends it. To deploy and to run a year is dear.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from best_friends.domain.policy import Policy
from ops.console import Screen
from ops.deployment import Deployment
from ops.importing import checked
from ops.rehearsal.answers import Answers
from ops.rehearsal.rehearse import Rehearsal, World, attend, bring_in, start_year, world
from ops.sample import write_sample

YEAR = 2025
SCREEN = Screen(quiet=True)


@pytest.fixture(scope="package")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A deployed stack with a marketplace of 120 Friends, all of whose nominees have confirmed."""
    folder: Path = tmp_path_factory.mktemp("marketplace")
    write_sample(folder, friends=120, seed=3)
    rehearsal = Rehearsal(folder, YEAR, Policy(), Answers(confirm=1.0, decline=0.0))
    with checked(folder, SCREEN) as export, world(SCREEN) as started:
        bring_in(started, export, rehearsal, SCREEN)
        attend(started, rehearsal, start_year(started, rehearsal), SCREEN)
        started.deployed.names.refresh_cutoffs_now()
        yield started


@pytest.fixture(scope="package")
def names(here: World) -> Deployment:
    """The names of the stack."""
    return here.deployed.names
