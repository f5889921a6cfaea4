"""`best-friends rehearse`: a marketplace's data through a whole programme year."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from best_friends import bootstrap
from best_friends.application.audit_stats import replayed
from best_friends.application.ports import Segment
from best_friends.domain.benefits_report import BenefitsReport
from best_friends.domain.dispatch_report import DispatchReport
from best_friends.domain.policy import Policy
from best_friends.domain.what_if import WhatIf
from ops.console import Screen
from ops.deployment import Deployment
from ops.export import CheckedExport
from ops.faults import Stop
from ops.importing import checked, put_policy_in_force, told, write
from ops.local.deploy import Deployed, deploy
from ops.local.desk import Desk
from ops.local.embedded import embedded_aws, free_port
from ops.local.front import front, serving
from ops.local.postbox import Postbox
from ops.rehearsal.answers import Answers
from ops.rehearsal.benefits import play_benefits
from ops.rehearsal.dispatching import SECONDS_A_WAVE, dispatch_jobs, plans
from ops.rehearsal.friends import RehearsedFriends
from ops.rehearsal.grid import try_policies
from ops.rehearsal.outcome import Outcome, outcome_of
from ops.rehearsal.standing import standing_page
from ops.rehearsal.waiting import POLL_SECONDS, until

SEGMENTS = 2
SECONDS_A_DAY = 0.8
SECONDS_A_NOMINEE = 0.3
"""Time in which an invitation's letter goes out, before the first compressed day begins."""

SHORTEST_PERIOD_SECONDS = 15
"""In which everybody can read a letter and answer it, on a slow machine too."""


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What is rehearsed."""

    folder: Path
    year: int
    policy: Policy
    answers: Answers = field(default_factory=Answers)
    seed: int = 1
    seconds_a_day: float = SECONDS_A_DAY
    jobs: int = 0
    what_ifs: bool = False
    standing: bool = False
    benefits: bool = False

    @property
    def wave_pace(self) -> int:
        """What the seconds between waves are divided by."""
        return max(1, self.policy.dispatch.wave_seconds // SECONDS_A_WAVE)

    @property
    def policy_in_force(self) -> Policy:
        """The policy without quiet hours: a rehearsal does not wait for the morning."""
        awake = self.policy.dispatch.model_copy(update={"quiet_from": "", "quiet_until": ""})
        return self.policy.model_copy(update={"dispatch": awake})


@dataclass(slots=True)
class World:
    """A deployed stack with its front and its postbox, and how long each step took."""

    endpoint: str
    deployed: Deployed
    postbox: Postbox
    pages_url: str
    timings: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def timed(self, name: str) -> Iterator[None]:
        """Time a step."""
        begin = time.monotonic()
        yield
        self.timings[name] = self.timings.get(name, 0.0) + time.monotonic() - begin


@contextmanager
def world(
    screen: Screen, port: int | None = None, desk_of: int | None = None, wave_pace: int = 1
) -> Iterator[World]:
    """Start the embedded AWS, deploy the template, serve the pages; stop it all in the end.

    With `desk_of` a year, the front shows that year's desk as well.

    Raises:
        Stop: when the port is taken, or something does not come up.
    """
    port = port or free_port()
    pages_url = f"http://127.0.0.1:{port}"
    with ExitStack() as stack:
        begin = time.monotonic()
        with screen.step("Starting the embedded AWS"):
            endpoint = stack.enter_context(embedded_aws())
        started = time.monotonic()
        with screen.step("Deploying template.yaml"):
            deployed = deploy(pages_url, SEGMENTS, wave_pace)
        postbox = Postbox(endpoint, deployed.names.deliveries_queue)
        app = front(deployed)
        if desk_of is not None:
            Desk(deployed.names, postbox, desk_of, SEGMENTS).serve_on(app)
        stack.enter_context(serving(app, port))
        timings = {"start": started - begin, "deploy": time.monotonic() - started}
        yield World(endpoint, deployed, postbox, pages_url, timings)


def rehearse(rehearsal: Rehearsal, screen: Screen) -> Outcome:
    """Run the year and return what it came to; everything that was started is stopped.

    Raises:
        Stop: when the data or the policy cannot be used, or the year fails.
    """
    with (
        checked(rehearsal.folder, screen) as export,
        world(screen, wave_pace=rehearsal.wave_pace) as here,
    ):
        bring_in(here, export, rehearsal, screen)
        execution = start_year(here, rehearsal)
        with here.timed("year"):
            attend(here, rehearsal, execution, screen)
        dispatched = dispatch(here, rehearsal, screen)
        tried, page = look_back(here, rehearsal, screen)
        benefits = play(here, rehearsal, screen)
        outcome = outcome_of(here.deployed.names, rehearsal.year, SEGMENTS, here.timings)
        report = replace(outcome.report, dispatch=dispatched)
        return replace(outcome, report=report, what_ifs=tried, standing_page=page, benefits=benefits)


def bring_in(here: World, export: CheckedExport, rehearsal: Rehearsal, screen: Screen) -> None:
    """Import the export, then the corrections that lie beside it, and wait for the stats."""
    names = here.deployed.names
    put_policy_in_force(names, rehearsal.policy_in_force)
    _import(here, export, screen)
    corrections = rehearsal.folder / "corrections"
    if corrections.is_dir():
        with checked(corrections, screen) as corrected:
            _import(here, corrected, screen)


def _import(here: World, export: CheckedExport, screen: Screen) -> None:
    with here.timed("import"):
        done = write(export, here.deployed.names, screen)
    screen.say(told(done))
    with here.timed("stats"), screen.step("Waiting for the rolling stats"):
        wait_for_stats(here.deployed.names)


def wait_for_stats(names: Deployment) -> None:
    """Wait until the stats add up to the ledger.

    Raises:
        Stop: when they do not within ten minutes.
    """
    ledger, stats = bootstrap.ledger(names.ledger_table), bootstrap.stats(names.stats_table)
    whole = Segment(0, 1)
    wanted = dict(replayed(ledger.scan(whole)))
    until(
        lambda: {friend: months for friend, months in stats.scan(whole) if months} == wanted,
        "the rolling stats did not catch up with the ledger",
    )


def dispatch(here: World, rehearsal: Rehearsal, screen: Screen) -> DispatchReport | None:
    """Post jobs around the Friends, now that the year's Best Friends hold the status; None without jobs.

    Raises:
        Stop: when a dispatch does not end.
    """
    names = here.deployed.names
    friends = list(bootstrap.friends(names.friends_table).everybody())
    made = plans([one for one in friends if one.may_be_notified], rehearsal.jobs, rehearsal.seed)
    if not made:
        return None
    with here.timed("dispatch"):
        return dispatch_jobs(
            names, here.postbox, here.pages_url, made, rehearsal.policy_in_force.dispatch, screen
        )


def look_back(here: World, rehearsal: Rehearsal, screen: Screen) -> tuple[tuple[WhatIf, ...], str]:
    """What other policies would have changed, and the page of somebody whom the year has just missed.

    Raises:
        Stop: when a what-if fails, or no letter with a link comes.
    """
    names, year = here.deployed.names, rehearsal.year
    tried: tuple[WhatIf, ...] = ()
    page = ""
    if rehearsal.what_ifs:
        with here.timed("what-ifs"):
            tried = try_policies(names, year, rehearsal.policy, screen)
    if rehearsal.standing:
        with here.timed("standing"):
            page = standing_page(names, here.postbox, here.pages_url, year, SEGMENTS, screen)
    return tried, page


def play(here: World, rehearsal: Rehearsal, screen: Screen) -> BenefitsReport | None:
    """The other benefits and referrals, if they are wanted.

    Raises:
        Stop: when something that is waited for does not come.
    """
    if not rehearsal.benefits:
        return None
    with here.timed("benefits"):
        return play_benefits(here.deployed.names, here.postbox, here.pages_url, rehearsal.year, screen)


def start_year(here: World, rehearsal: Rehearsal) -> str:
    """Start the annual machine as the schedule would on 15 January, at the rehearsal's pace."""
    # Machines need seconds where people need days: a short answer period gets longer days.
    shortest = SHORTEST_PERIOD_SECONDS / rehearsal.policy.invitation.answer_days
    seconds_a_day = max(rehearsal.seconds_a_day, shortest)
    begin = {
        "year": rehearsal.year,
        "policy": rehearsal.policy.document(),
        "opened_on": date(rehearsal.year + 1, 1, 15).isoformat(),
        "pace": {"seconds_a_day": seconds_a_day, "seconds_a_nominee": SECONDS_A_NOMINEE},
    }
    reply = bootstrap.step_functions().start_execution(
        stateMachineArn=here.deployed.names.annual_machine,
        name=f"rehearsal-{rehearsal.year}",
        input=json.dumps(begin),
    )
    return reply["executionArn"]


def attend(here: World, rehearsal: Rehearsal, execution: str, screen: Screen) -> None:
    """Let the Friends read their mail until the year is closed and the last letter is out.

    Raises:
        Stop: when the year fails.
    """
    friends = RehearsedFriends(
        rehearsal.answers,
        rehearsal.seed,
        here.postbox,
        here.pages_url,
        reminders=len(rehearsal.policy.invitation.reminder_days),
    )
    caption = f"Running the year {rehearsal.year}: a day takes {rehearsal.seconds_a_day:g} s"
    with closing(friends), screen.step(caption):
        follow(execution, meanwhile=friends.read_mail)
        _wait_for_invitations(here)


def follow(execution: str, meanwhile: Callable[[], None] = lambda: None) -> None:
    """Wait until an execution of the annual machine has ended.

    Raises:
        Stop: when it failed, with what it says of itself.
    """
    client = bootstrap.step_functions()
    while (described := client.describe_execution(executionArn=execution))["status"] == "RUNNING":
        meanwhile()
        time.sleep(POLL_SECONDS)
    if described["status"] != "SUCCEEDED":
        why = f"{described.get('error', 'no error named')}: {described.get('cause', 'no cause given')}"
        raise Stop(f"the year {described['status'].lower()}: {why}")


def _wait_for_invitations(here: World) -> None:
    """The last invitations end, and queue their welcome letters, a moment after the year closes."""
    client, machine = bootstrap.step_functions(), here.deployed.names.invitation_machine
    until(
        lambda: not client.list_executions(stateMachineArn=machine, statusFilter="RUNNING")["executions"],
        "the last invitations did not end",
    )
