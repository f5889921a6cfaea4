"""What-ifs on the embedded AWS, where every function is judged by its own role."""

import json
from pathlib import Path
from typing import Any

import boto3
import pytest

from best_friends import bootstrap
from best_friends.application.report_what_if import report_path, text_of
from best_friends.application.select_nominees import nominees_of
from best_friends.domain.policy import Policy
from best_friends.domain.programme import Run
from best_friends.domain.what_if import Against, WhatIf
from ops.faults import Stop
from ops.rehearsal.rehearse import World, follow
from ops.what_if import run_grid
from tests.support.waiting import until
from tests.whole.closed_year.conftest import SCREEN, YEAR
from tests.whole.conftest import Command

pytestmark = [pytest.mark.whole]
NEVER_RUN = 2024
HIGHER = {"revenue_top_percent": "10"}
LOWER = {"revenue_top_percent": "2"}


@pytest.fixture(scope="module")
def closed(here: World) -> World:
    """The stack when nothing of the year is on its way any more."""
    names = here.deployed.names
    until(lambda: not waiting(names.letters_queue) + waiting(names.deliveries_queue), what="the last events")
    return here


def waiting(queue: str) -> int:
    """How many messages a queue holds, those that are delayed or being worked on among them."""
    found = bootstrap.sqs().get_queue_attributes(QueueUrl=queue, AttributeNames=["All"])["Attributes"]
    kinds = ("", "NotVisible", "Delayed")
    return sum(int(found.get(f"ApproximateNumberOfMessages{kind}", "0")) for kind in kinds)


def tried(here: World, *rules: dict[str, Any], year: int = YEAR) -> list[WhatIf]:
    return run_grid(here.deployed.names, year, [Policy.of({"qualification": one}) for one in rules], SCREEN)


def moved(report: WhatIf) -> tuple[set[str], set[str]]:
    changes = report.difference.changes
    return tuple({one.friend_id for one in changes if one.comes_in is way} for way in (True, False))  # type: ignore[return-value]


def content_of(here: World) -> tuple[dict[str, Any], dict[str, str]]:
    """Every item of every table, and the ETag of every archived object."""
    names = here.deployed.names
    tables = [getattr(names, name) for name in names.__dataclass_fields__ if name.endswith("_table")]
    pages = boto3.client("dynamodb").get_paginator("scan")
    items = {
        table: sorted((item for page in pages.paginate(TableName=table) for item in page["Items"]), key=repr)
        for table in tables
    }
    listed = boto3.client("s3").get_paginator("list_objects_v2").paginate(Bucket=names.archive_bucket)
    return items, {one["Key"]: one["ETag"] for page in listed for one in page.get("Contents", [])}


def nominees(here: World, run: Run) -> set[str]:
    names = here.deployed.names
    archive = bootstrap.archive(names.archive_bucket)
    paths = [path for path in content_of(here)[1] if path.startswith(f"{run.prefix}/nominees/")]
    return {friend_id for path in paths for friend_id, _ in nominees_of(archive, path)}


def test_a_year_that_was_never_run_is_held_against_the_policy_in_force(here: World) -> None:
    higher, same = tried(here, HIGHER, {}, year=NEVER_RUN)
    assert (higher.baseline.against, same.baseline.against) == (Against.IN_FORCE, Against.ITSELF)
    into, out = moved(higher)
    assert into and not out
    assert moved(same) == (set(), set())
    assert bootstrap.programme(here.deployed.names.programme_table).year(NEVER_RUN) is None


def test_the_same_policy_changes_nothing_about_a_year_that_was_run(closed: World) -> None:
    [same] = tried(closed, {})
    assert (same.baseline.against, moved(same)) == (Against.AS_RUN, (set(), set()))
    assert same.difference.figures_differ == same.difference.merged == 0
    assert same.difference.nominees.after == len(nominees(closed, Run(YEAR)))


def test_a_grid_is_exactly_the_difference_of_two_selections_and_changes_nothing_else(closed: World) -> None:
    tables, archived = content_of(closed)
    higher, lower, without = tried(closed, HIGHER, LOWER, {"engagement_roles": []})
    after_tables, after_archived = content_of(closed)
    assert after_tables == tables
    kept = {path: etag for path, etag in archived.items() if not path.startswith("what-if/")}
    assert {path: etag for path, etag in after_archived.items() if not path.startswith("what-if/")} == kept
    published = nominees(closed, Run(YEAR))
    for report in (higher, lower, without):
        selected = nominees(closed, Run(YEAR, report.name))
        assert moved(report) == (selected - published, published - selected)
    assert moved(higher)[0] and moved(lower)[1] and moved(without)[1]
    assert {reason for one in lower.difference.changes for reason in one.reasons} == {"revenue"}
    assert {reason for one in without.difference.changes for reason in one.reasons} == {"engagement"}


def test_a_second_run_gives_the_same_bytes(closed: World) -> None:
    archive = bootstrap.archive(closed.deployed.names.archive_bucket)
    first, again = (tried(closed, {"revenue_top_percent": percent})[0] for percent in ("10", "10.0"))
    assert again == first
    assert archive.read(report_path(Run(YEAR, again.name))) == text_of(first)


def test_the_command_prints_writes_and_answers_in_json(
    closed: World, command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", closed.endpoint)
    grid, report = tmp_path / "grid.toml", tmp_path / "what-if.html"
    grid.write_text("[qualification]\nrevenue_top_percent = [2, 10]\n")
    said = command.run("what-if", str(YEAR), "--grid", str(grid), "--report", str(report))
    assert said.status == 0, said.err
    assert "Trying 2 policies on 2025" in said.err
    assert max(map(len, said.out.splitlines()[:-1])) <= 80
    assert "What another policy would have changed about 2025" in report.read_text()
    policy = tmp_path / "policy.toml"
    policy.write_text("[qualification]\nratings_min = 20\n")
    told = command.run("what-if", str(YEAR), "--policy", str(policy), "--json")
    assert (told.status, told.err) == (0, "")
    assert [one["label"] for one in json.loads(told.out)["what_ifs"]] == ["20 ratings"]


def test_without_a_name_the_machine_opens_no_year(closed: World) -> None:
    before = content_of(closed)
    for begin in ({"year": YEAR - 1}, {}):
        with pytest.raises(Stop, match="WhatIfUnnamed: This machine runs what-ifs only"):
            follow(start(closed.deployed.names.what_if_machine, begin))
    assert content_of(closed) == before


def test_a_policy_that_the_machine_refuses_is_told_with_its_name(closed: World) -> None:
    with pytest.raises(Stop, match="the ledger is dated in Europe/Zurich"):
        run_grid(
            closed.deployed.names, YEAR, [Policy.of({"programme": {"timezone": "America/Lima"}})], SCREEN
        )


@pytest.mark.parametrize(
    ("function", "event"),
    [
        ("WhatIfOpenYear", {"input": {"year": 2024}, "opens": "year"}),
        ("WhatIfFixCutoff", {"run": {"year": YEAR, "what_if": ""}, "segment_count": 2}),
        ("WhatIfSelectNominees", {"run": {"year": YEAR, "what_if": ""}, "segment_count": 2}),
        ("WhatIfConcludeAudit", {"run": {"year": YEAR, "what_if": ""}, "parts": [], "attempt": 0}),
        ("WhatIfSurveyFriends", {"run": {"year": YEAR, "what_if": ""}, "segment": {"number": 0, "of": 2}}),
    ],
)
def test_whatever_a_what_ifs_function_is_asked_its_role_cannot_touch_a_year(
    closed: World, function: str, event: dict[str, Any]
) -> None:
    before = content_of(closed)
    reply = boto3.client("lambda").invoke(
        FunctionName=closed.deployed.functions[function],
        Payload=json.dumps({"execution": "by hand", **event}),
    )
    told = reply["Payload"].read().decode()
    assert "FunctionError" in reply and ("AccessDenied" in told or "not authorized" in told), told
    assert content_of(closed) == before


def start(machine: str, begin: dict[str, Any]) -> str:
    reply = bootstrap.step_functions().start_execution(stateMachineArn=machine, input=json.dumps(begin))
    return reply["executionArn"]
