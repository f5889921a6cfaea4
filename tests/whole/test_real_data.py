"""A real marketplace's data through the real machine: every figure exactly as calculated elsewhere."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from best_friends import bootstrap
from best_friends.application.select_nominees import verdicts_path
from best_friends.domain.policy import Policy
from best_friends.domain.programme import Run
from ops.console import Screen
from ops.importing import checked, told, write
from ops.rehearsal.answers import Answers
from ops.rehearsal.outcome import outcome_of
from ops.rehearsal.rehearse import SEGMENTS, Rehearsal, World, attend, bring_in, follow, start_year, world
from tests.whole.conftest import OLIST

pytestmark = [
    pytest.mark.whole,
    pytest.mark.skipif(not OLIST.is_dir(), reason="the real sample is not on this machine"),
]
EXPECTED: list[dict[str, Any]] = json.loads((OLIST / "expected.json").read_text()) if OLIST.is_dir() else []
SCREEN = Screen(quiet=True)


def policy_of(expected: dict[str, Any]) -> Policy:
    """The policy of an expectation, which names only what differs from the defaults."""
    given = dict(expected["policy"])
    return Policy.of({"programme": {"timezone": given.pop("timezone")}, "qualification": given})


@pytest.fixture(scope="module")
def here() -> Iterator[World]:
    """The embedded AWS with the real sample in it."""
    with world(SCREEN) as started, checked(OLIST, SCREEN) as export:
        bring_in(started, export, Rehearsal(OLIST, 2018, Policy()), SCREEN)
        yield started


@pytest.mark.parametrize("number", range(len(EXPECTED)))
def test_each_entry_comes_out_exactly(here: World, number: int) -> None:
    expected = EXPECTED[number]
    # A what-if is the annual machine itself, up to the invitations: five policies without five worlds.
    run = Run(expected["year"], f"expected-{number}")
    what_if(here, run, policy_of(expected))
    names = here.deployed.names
    verdicts = [
        row
        for segment in range(SEGMENTS)
        for row in bootstrap.archive(names.archive_bucket).read_rows(verdicts_path(run, segment))
    ]
    (cohort,) = bootstrap.runs(names.programme_table, names.archive_bucket).frozen(run).cohorts
    assert cohort.population == expected["population"]
    assert cohort.places == expected["places"]
    assert cohort.cutoff_cents == expected["cutoff_cents"]
    assert cohort.top == expected["top"]
    assert sum(row["rating_ok"] for row in verdicts) == expected["rating_ok"]
    assert sorted(row["friend_id"] for row in verdicts if row["by_figures"]) == expected["qualified"]


def test_a_whole_year_of_it_comes_out_exactly(here: World) -> None:
    expected = EXPECTED[-1]
    rehearsal = Rehearsal(
        OLIST, expected["year"], policy_of(expected), Answers(confirm=0.5, decline=0.0), seed=3
    )
    attend(here, rehearsal, start_year(here, rehearsal), SCREEN)
    outcome = outcome_of(here.deployed.names, expected["year"], SEGMENTS, here.timings).document()
    compared = ("year", "population", "places", "cutoff_cents", "top", "rating_ok", "qualified")
    assert {name: outcome[name] for name in compared} == {name: expected[name] for name in compared}
    assert outcome["currency"] == "BRL"
    assert outcome["invitations"]["confirmed"] + outcome["invitations"]["expired"] == len(
        expected["qualified"]
    )


def test_importing_it_again_changes_nothing(here: World) -> None:
    with checked(OLIST, SCREEN) as export:
        again = write(export, here.deployed.names, SCREEN)
    assert again.nothing_changed, told(again)


def what_if(here: World, run: Run, policy: Policy) -> None:
    """Run a what-if to its end."""
    client = bootstrap.step_functions()
    begin = {"year": run.year, "what_if": run.what_if, "policy": policy.document()}
    follow(
        client.start_execution(
            stateMachineArn=here.deployed.names.what_if_machine, name=run.what_if, input=json.dumps(begin)
        )["executionArn"]
    )
