"""A browser, and an open year with letters in the mailbox."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from best_friends.domain.policy import Policy
from ops.console import Screen
from ops.importing import checked
from ops.rehearsal.rehearse import Rehearsal, World, bring_in, start_year, world
from ops.sample import write_sample
from tests.support.waiting import PATIENCE

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
expect.set_options(timeout=PATIENCE * 1000)  # an end to the waiting, not a measure of anything
SLOW = 100_000.0
"""Seconds a day: the answer period does not end while the tests look at it."""


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's chromium. Its absence is a failure in CI, where the Makefile installs it."""
    if CHROMIUM is None:
        if os.environ.get("CI") == "true":
            pytest.fail("chromium is not here, and CI must test the pages in a browser")
        pytest.skip("chromium is not here; `make browser` installs it")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield started
        started.close()


@pytest.fixture(scope="module")
def open_year(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A small marketplace whose year is open and whose invitations have gone out."""
    folder: Path = tmp_path_factory.mktemp("marketplace")
    write_sample(folder, friends=120, seed=1)
    screen = Screen(quiet=True)
    rehearsal = Rehearsal(folder, 2025, Policy(), seconds_a_day=SLOW)
    with checked(folder, screen) as export, world(screen, desk_of=2025) as here:
        bring_in(here, export, rehearsal, screen)
        start_year(here, rehearsal)
        yield here
