"""`best-friends year ...`: start a year, and see where it stands."""

import json
import uuid
from collections.abc import Iterator
from typing import Any

import boto3
from rich.table import Table

from best_friends import bootstrap
from best_friends.application.open_year import already_open
from best_friends.domain.calendar import has_ended
from best_friends.domain.policy import Policy
from best_friends.domain.programme import YearRecord, YearState
from ops.deployment import Deployment
from ops.faults import Stop


def start_year(deployment: Deployment, year: int, policy: Policy | None, *, resume: bool) -> str:
    """Start a year, or say that it is open already; the record's conditional write has the last word.

    Raises:
        Stop: when the year has not ended, or there is nothing to resume.
    """
    programme = bootstrap.programme(deployment.programme_table)
    in_force = programme.settings().policy
    existing = programme.year(year)
    zone = (policy or in_force).programme.zone
    if not has_ended(year, bootstrap.clock().astimezone(zone).date()):
        raise Stop(f"the year {year} has not ended; it can be opened from 1 January {year + 1}")
    if policy and policy.programme.timezone != in_force.programme.timezone:
        raise Stop(
            f"programme.timezone: the ledger is dated in {in_force.programme.timezone}, so a year cannot be"
            f" judged in {policy.programme.timezone}; leave it out of the policy"
        )
    if existing and (not resume or existing.state is YearState.CLOSED):
        return already_open(existing, policy or in_force)
    if existing and policy:
        raise Stop(f"the year {year} keeps the policy that it was opened with; leave out --policy")
    if existing and _running(deployment):
        raise Stop("the annual machine is running; resume the year when it has stopped")
    if resume and not existing:
        raise Stop(f"the year {year} has not been opened, so there is nothing to resume; leave out --resume")
    begin: dict[str, Any] = {"year": year, "resume": resume}
    if policy:
        begin["policy"] = policy.document()
    boto3.client("stepfunctions").start_execution(
        stateMachineArn=deployment.annual_machine,
        name=f"year-{year}-{uuid.uuid4().hex[:12]}",
        input=json.dumps(begin),
    )
    return f"The year {year} {'goes on' if resume else 'was started'}; see `best-friends year show {year}`."


def _running(deployment: Deployment) -> bool:
    """Whether an execution of the annual machine runs; one that was aborted leaves its year open."""
    listed = boto3.client("stepfunctions").list_executions(
        stateMachineArn=deployment.annual_machine, statusFilter="RUNNING"
    )
    return bool(listed["executions"])


def year_table(deployment: Deployment, year: int) -> Table:
    """Where a year stands.

    Raises:
        Stop: when it has not been opened.
    """
    record = bootstrap.programme(deployment.programme_table).year(year)
    if record is None:
        raise Stop(f"the year {year} has not been opened; open it with `best-friends year start {year}`")
    table = Table(title=f"Year {year}", show_header=False, title_justify="left")
    table.add_column(style="dim")
    table.add_column()
    for label, value in _rows(record):
        table.add_row(label, value)
    return table


def _rows(record: YearRecord) -> Iterator[tuple[str, str]]:
    calendar = record.calendar
    yield "state", record.state
    if record.failure:
        yield "stopped at", record.failure
    yield "opened on", f"{calendar.opened_on} by {record.opened_by}"
    yield "reminders on", ", ".join(map(str, calendar.reminders_on)) or "none"
    yield "answers until", str(calendar.answer_by)
    for cohort in record.cohorts:
        if cohort.cutoff_cents is not None:
            yield f"cut-off {cohort.name}", f"{cohort.cutoff_cents / 100:,.2f} {record.currency}"
    for name, number in record.counts.items():
        yield name.replace("_", " "), f"{number:,}"
    if record.audit:
        yield "ledger = stats", "yes" if record.audit.get("equal") else "no"
