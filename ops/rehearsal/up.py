"""`best-friends up`: a year that runs slowly, with everything there to look at."""

import time

from ops.console import Screen
from ops.faults import Stop
from ops.importing import checked
from ops.local.embedded import credentials, is_free
from ops.local.schedules import EVERY_SECONDS, scheduled, ticking
from ops.rehearsal.rehearse import Rehearsal, attend, bring_in, start_year, world


def stay_up(rehearsal: Rehearsal, port: int, screen: Screen) -> None:
    """Serve the local system until somebody presses Ctrl-C; then everything is stopped.

    Raises:
        Stop: when the port is taken, or the data cannot be used.
    """
    if not is_free(port):
        raise Stop(f"port {port} is taken; stop what uses it, or name another with --port")
    with (
        checked(rehearsal.folder, screen) as export,
        world(screen, port, desk_of=rehearsal.year) as here,
    ):
        bring_in(here, export, rehearsal, screen)
        here.deployed.names.build_roster_now()
        here.deployed.names.refresh_cutoffs_now()
        execution = start_year(here, rehearsal)
        screen.out.print(f"Open {here.pages_url} in a browser; Ctrl-C stops everything.")
        there = " ".join(f"{name}={value}" for name, value in credentials(here.endpoint).items())
        screen.out.print(f"Commands in another terminal reach it after: export {there}")
        screen.say(f"What runs every few minutes on AWS runs every {EVERY_SECONDS:g} s here.")
        with ticking(scheduled(here.deployed.names), screen):
            attend(here, rehearsal, execution, screen)
            screen.say(f"The year {rehearsal.year} is closed. {here.pages_url} stays up until Ctrl-C.")
            while True:
                time.sleep(3600)
