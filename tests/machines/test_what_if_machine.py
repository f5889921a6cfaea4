"""What-ifs: the annual machine's own steps up to the nominees, then a report, and nothing else written."""

import json
from dataclasses import replace
from datetime import date
from threading import Event
from typing import Any

import pytest

from best_friends.application.report_what_if import report_of
from best_friends.domain.policy import Policy, Role
from best_friends.domain.programme import Run, YearState
from best_friends.domain.stats import Totals
from best_friends.domain.what_if import Against, WhatIf
from ops.console import Screen
from ops.deployment import Deployment
from ops.faults import Stop
from ops.what_if import run_grid
from tests.support.deployed import deployment_of
from tests.support.machines import Machines
from tests.support.marketplace import YEAR, Marketplace
from tests.support.stack import Stack
from tests.support.waiting import until

BEGIN = {"year": YEAR, "opened_on": "2026-01-15"}
QUICK = BEGIN | {"pace": {"seconds_a_day": 0.02, "seconds_a_nominee": 0}}
HALF = {"qualification": {"revenue_top_percent": "50"}}
MACHINES = pytest.mark.parametrize("machine", ["WhatIfMachine", "AnnualMachine"])


@pytest.fixture
def stack(real_stack: Stack) -> Stack:
    """These machines run in real time."""
    return real_stack


@pytest.fixture
def year(marketplace: Marketplace) -> Marketplace:
    """Six Friends with revenue, of whom one is in the top 5 %, and a mentor without any."""
    for number in range(1, 7):
        marketplace.star(f"F{number:02d}", 1_000_000 - number * 1_000)
    return marketplace.has("M1").engaged("M1", Role.MENTOR, date(2025, 3, 1)).settle()


def run(machines: Machines, machine: str = "WhatIfMachine", **begin: Any) -> dict[str, Any]:
    """A what-if to its end; what the execution says of itself."""
    return machines.finished(machines.start(machine, BEGIN | {"what_if": "half"} | begin, "what-if"))


def moves(stack: Stack, name: str = "half") -> tuple[Against, set[str], set[str]]:
    report = report_of(stack.archive, Run(YEAR, name))
    into, out = (
        {one.friend_id for one in report.difference.changes if one.comes_in is way} for way in (True, False)
    )
    return report.baseline.against, into, out


@MACHINES
def test_a_what_if_reports_and_writes_to_nobody(
    machines: Machines, stack: Stack, year: Marketplace, machine: str
) -> None:
    before = stack.dump()
    ended = run(machines, machine, policy=HALF)
    assert ended["status"] == "SUCCEEDED", ended
    told = json.loads(ended["output"])
    assert told["selection"]["counts"]["by_figures"] == 3
    assert told["report"]["report"] == f"what-if/{YEAR}/half/report.json"
    assert machines.states_visited(machines.started[0])[-3:] == ["IsWhatIf", "ReportWhatIf", "WhatIfReported"]
    assert stack.dump() == before
    assert all(key.startswith(f"what-if/{YEAR}/half/") for key in stack.objects())
    assert moves(stack) == (Against.ITSELF, set(), set())
    assert machines.invitations() == []
    assert stack.postbox.mails == []


def test_a_what_if_is_held_against_the_year_as_it_was_run_and_leaves_it_alone(
    machines: Machines, stack: Stack, year: Marketplace
) -> None:
    machines.finished(machines.start("AnnualMachine", QUICK, "year"))
    machines.all_invitations_ended()
    before, archived = stack.dump(), stack.objects()
    machines.finished(machines.start("WhatIfMachine", BEGIN | {"what_if": "same"}, "same"))
    run(machines, policy=HALF)
    assert stack.dump() == before
    after = stack.objects()
    assert {key: after[key] for key in archived} == archived
    assert after["years/2025/nominees/000.jsonl.gz"] == after["what-if/2025/same/nominees/000.jsonl.gz"]
    assert moves(stack, "same") == (Against.AS_RUN, set(), set())
    assert moves(stack) == (Against.AS_RUN, {"F02", "F03"}, set())


def test_a_what_if_of_a_year_that_was_never_run_is_held_against_another_one(
    machines: Machines, stack: Stack, year: Marketplace
) -> None:
    machines.finished(machines.start("WhatIfMachine", BEGIN | {"what_if": "base", "policy": HALF}, "base"))
    ended = run(machines, against="base")
    assert ended["status"] == "SUCCEEDED", ended
    assert moves(stack) == (Against.IN_FORCE, set(), {"F02", "F03"})
    assert stack.programme.year(YEAR) is None


@MACHINES
def test_a_what_if_over_stats_that_differ_repairs_nothing_and_says_what_to_do(
    machines: Machines, stack: Stack, year: Marketplace, machine: str
) -> None:
    stack.stats.put("F06", {"2025-06": Totals(cents=1)}, read_at=1)
    before = stack.dump()
    ended = run(machines, machine)
    assert (ended["status"], ended["error"]) == ("FAILED", "AuditDiffers")
    assert "best-friends audit --repair" in ended["cause"]
    assert stack.dump() == before


@MACHINES
def test_a_what_if_that_fails_is_no_failure_of_the_year(
    machines: Machines, stack: Stack, year: Marketplace, machine: str
) -> None:
    machines.finished(machines.start("AnnualMachine", QUICK, "year"))
    machines.all_invitations_ended()
    before = stack.dump()

    def fail() -> None:
        raise RuntimeError("out of memory")

    machines.hooks |= {"ReportWhatIf": fail}
    ended = run(machines, machine, policy=HALF)
    assert (ended["status"], ended["error"]) == ("FAILED", "WhatIfFailed")
    assert stack.dump() == before
    record = stack.programme.year(YEAR)
    assert record
    assert (record.state, record.failure) == (YearState.CLOSED, "")


def test_without_a_name_the_what_if_machine_opens_nothing_and_says_why(
    machines: Machines, stack: Stack, year: Marketplace
) -> None:
    before = stack.dump()
    ended = run(machines, what_if="")
    assert (ended["status"], ended["error"]) == ("FAILED", "WhatIfUnnamed")
    assert "best-friends what-if" in ended["cause"]
    assert (stack.dump(), stack.objects()) == (before, {})
    assert machines.invoked == ["WhatIfOpenYear"]


# ---------------------------------------------------------------- a whole call


@pytest.fixture
def names(machines: Machines, stack: Stack, year: Marketplace) -> Deployment:
    """The stack's names, when the year is closed."""
    machines.finished(machines.start("AnnualMachine", QUICK, "year"))
    machines.all_invitations_ended()
    return replace(deployment_of(stack), what_if_machine=stack.name("WhatIfMachine"))


def policy(**qualification: Any) -> Policy:
    return Policy.of({"qualification": qualification})


def tried(names: Deployment, *policies: Policy) -> list[WhatIf]:
    return run_grid(names, YEAR, policies, Screen(quiet=True))


def executions(stack: Stack) -> list[str]:
    listed = stack.client("stepfunctions").list_executions(stateMachineArn=stack.name("WhatIfMachine"))
    describe = stack.client("stepfunctions").describe_execution
    return [str(describe(executionArn=one["executionArn"])["status"]) for one in listed["executions"]]


def test_reports_come_in_the_order_asked_for_and_equal_policies_once(names: Deployment, stack: Stack) -> None:
    reports = tried(
        names, policy(revenue_top_percent="50"), policy(ratings_min=16), policy(revenue_top_percent="50.0")
    )
    nominees = [one.difference.nominees for one in reports]
    assert [(one.comes_in, one.goes_out) for one in nominees] == [(2, 0), (0, 1)]
    assert executions(stack) == ["SUCCEEDED"] * 2


def test_corrections_since_let_the_years_own_policy_be_run_as_well(
    names: Deployment, stack: Stack, year: Marketplace
) -> None:
    year.earned("F06", 9_000_000).settle()
    half, control = tried(names, policy(revenue_top_percent="50"))
    assert (half.is_control, control.is_control) == (False, True)
    assert half.difference.figures_differ == control.difference.figures_differ == 1
    assert {(one.friend_id, one.corrected) for one in control.difference.changes} == {
        ("F06", True),
        ("F01", False),
    }


def test_a_failure_is_told_with_its_policy_and_its_cause_and_leaves_nothing_running(
    names: Deployment, machines: Machines, stack: Stack
) -> None:
    def fail() -> None:
        raise RuntimeError("out of memory")

    machines.hooks["ReportWhatIf"] = fail
    with pytest.raises(Stop) as stopped:
        tried(names, policy(ratings_min=16), policy(ratings_min=17))
    told = str(stopped.value)
    assert "the what-if of the policy with qualification.ratings_min: 15 -> 1" in told
    assert "A step failed after all its tries" in told and "(out of memory)" in told
    assert "RUNNING" not in executions(stack)


class CtrlC(BaseException):
    """What pressing it raises, but for the test runner."""


def test_a_call_that_is_broken_off_leaves_nothing_running(
    names: Deployment, machines: Machines, stack: Stack
) -> None:
    begun = Event()
    machines.hooks["WhatIfOpenYear"] = begun.set

    def press(*_: object) -> None:
        if begun.is_set():
            raise CtrlC

    stack.wire.listeners["sfn.DescribeExecution"] = press
    with pytest.raises(CtrlC):
        tried(names, policy(ratings_min=16))
    del stack.wire.listeners["sfn.DescribeExecution"]
    until(lambda: "RUNNING" not in executions(stack), what="the end of the execution")
    assert stack.wire.count("sfn.StopExecution") == 1
    assert not [key for key in stack.objects() if key.endswith("/report.json")]
