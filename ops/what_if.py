"""Run what-ifs: the annual machine itself, with a role that reads, for each policy of a grid."""

import json
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from best_friends import bootstrap
from best_friends.application.report_what_if import report_of
from best_friends.domain.calendar import has_ended
from best_friends.domain.policy import Policy
from best_friends.domain.programme import Run, differences
from best_friends.domain.what_if import Against, Baseline, WhatIf, name_of
from ops.console import Advance, Screen
from ops.deployment import Deployment
from ops.faults import Stop
from ops.grids import distinct

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient

AT_ONCE = 3
"""Executions at a time: each scans the tables, and the programme's other work goes on beside them."""

POLL_SECONDS = 0.2


def run_grid(deployment: Deployment, year: int, policies: Sequence[Policy], screen: Screen) -> list[WhatIf]:
    """Run a what-if for each policy, and return their reports in the same order, equal policies once.

    They are held against the year as it was run, or, when it never was, against the policy in force. When
    figures have changed since the year was run, its own policy is run as well and ends the list: what it
    changes is by corrections alone.

    Raises:
        Stop: when the year has not ended, a policy cannot be used, or a what-if fails.
    """
    wanted = distinct(list(policies))
    baseline, opened_on = baseline_of(deployment, year)
    check(year, wanted, baseline.policy, opened_on)
    runs = _Runs(deployment, year, baseline.policy, opened_on)
    with runs.stopped_when_broken_off():
        return _run(runs, wanted, baseline, screen)


def _run(runs: "_Runs", wanted: list[Policy], baseline: Baseline, screen: Screen) -> list[WhatIf]:
    as_run = baseline.against is Against.AS_RUN
    against = "" if as_run else name_of(baseline.policy, Against.ITSELF)
    names = {one: name_of(one, against or Against.AS_RUN) for one in wanted}
    first = [] if as_run else [(baseline.policy, against)]
    if not as_run and baseline.policy in names:
        names[baseline.policy] = against
    others = [(one, name) for one, name in names.items() if name != against]
    caption = f"Trying {len(wanted)} {'policy' if len(wanted) == 1 else 'policies'} on {runs.year}"
    with screen.bar(caption, len(first) + len(others)) as advance:
        runs.each(first, "", advance)
        runs.each(others, against, advance)
    reports = [runs.report(name) for name in names.values()]
    differ = any(one.difference.figures_differ for one in reports)
    if as_run and differ and not any(one.is_control for one in reports):
        own = (baseline.policy, name_of(baseline.policy, Against.AS_RUN))
        with screen.bar("The year's own policy, on today's figures", 1) as advance:
            runs.each([own], "", advance)
        reports.append(runs.report(own[1]))
    return reports


def baseline_of(deployment: Deployment, year: int) -> tuple[Baseline, date | None]:
    """What a year's what-ifs are held against: the year as it was run, or else the policy in force.

    A year that was run lends its day of opening too: a rehearsed one may not have ended by the clock.
    """
    programme = bootstrap.programme(deployment.programme_table)
    record = programme.year(year)
    if record and record.digests:
        return Baseline.of(Against.AS_RUN, record.policy), record.calendar.opened_on
    return Baseline.of(Against.IN_FORCE, programme.settings().policy), None


def check(year: int, policies: Sequence[Policy], held: Policy, opened_on: date | None = None) -> None:
    """Say before anything is started what the machine would refuse.

    Raises:
        Stop: when the year has not ended, or a policy tells dates in another time zone.
    """
    if not has_ended(year, opened_on or bootstrap.clock().astimezone(held.programme.zone).date()):
        raise Stop(f"the year {year} has not ended; what-ifs can be run from 1 January {year + 1}")
    dated = held.programme.timezone
    for one in policies:
        if one.programme.timezone != dated:
            raise Stop(
                f"programme.timezone: the ledger is dated in {dated}, so a year cannot be judged in"
                f' {one.programme.timezone}; write it into the policy, [programme] timezone = "{dated}"'
            )


@dataclass(slots=True)
class _Runs:
    """Executions of the what-if machine; `running` are their policies by ARN."""

    deployment: Deployment
    year: int
    held: Policy
    opened_on: date | None = None
    running: dict[str, Policy] = field(default_factory=dict)

    @property
    def client(self) -> "SFNClient":
        """Step Functions."""
        return bootstrap.step_functions()

    def report(self, name: str) -> WhatIf:
        """A report that was written."""
        return report_of(bootstrap.archive(self.deployment.archive_bucket), Run(self.year, name))

    def each(self, wanted: Sequence[tuple[Policy, str]], against: str, advance: Advance) -> None:
        """Run what-ifs (policy, name) to their ends, a few at a time.

        Raises:
            Stop: when one fails, with its policy and what it says of itself.
        """
        ahead = list(wanted)
        while ahead or self.running:
            while ahead and len(self.running) < AT_ONCE:
                policy, name = ahead.pop(0)
                self.running[self._start(policy, name, against)] = policy
            for arn in list(self.running):
                described = self.client.describe_execution(executionArn=arn)
                if described["status"] == "RUNNING":
                    continue
                policy = self.running.pop(arn)
                if described["status"] != "SUCCEEDED":
                    raise Stop(f"the what-if of {self._told(policy)} failed: {self._why(dict(described))}")
                advance(1)
            time.sleep(POLL_SECONDS if self.running else 0)

    def _start(self, policy: Policy, name: str, against: str) -> str:
        begin: dict[str, Any] = {"year": self.year, "what_if": name, "policy": policy.document()}
        if against:
            begin["against"] = against
        if self.opened_on:
            begin["opened_on"] = self.opened_on.isoformat()
        reply = self.client.start_execution(
            stateMachineArn=self.deployment.what_if_machine,
            name=f"what-if-{self.year}-{name}-{uuid.uuid4().hex[:12]}",
            input=json.dumps(begin),
        )
        return reply["executionArn"]

    def _told(self, policy: Policy) -> str:
        changed = differences(self.held, policy)
        return f"the policy with {', '.join(changed)}" if changed else "the policy held"

    def _why(self, described: dict[str, Any]) -> str:
        """The sentence that the execution ends with, and that of the step that failed, if one did."""
        said = str(described.get("cause") or described.get("error") or described["status"])
        history = self.client.get_execution_history(
            executionArn=described["executionArn"], reverseOrder=True, maxResults=100
        )
        for event in history["events"]:
            details = next((event[key] for key in FAILURES if key in event), None)  # type: ignore[literal-required]
            if details and details.get("cause") not in (None, said):
                return f"{said} ({_message(details['cause'])})"
        return said

    @contextmanager
    def stopped_when_broken_off(self) -> Iterator[None]:
        """Leave nothing running behind a failure or a Ctrl-C; what was written lies below what-if/."""
        try:
            yield
        finally:
            for arn in self.running:
                self.client.stop_execution(executionArn=arn, cause="the command was broken off")


FAILURES = ("lambdaFunctionFailedEventDetails", "taskFailedEventDetails", "executionFailedEventDetails")


def _message(cause: str) -> str:
    """What a function said when it failed, without its stack trace."""
    try:
        told = json.loads(cause)
    except ValueError:
        return cause
    return str(told.get("errorMessage", cause)) if isinstance(told, dict) else cause
