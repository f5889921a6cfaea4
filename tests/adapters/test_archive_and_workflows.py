"""The archive keeps bytes, the workflows are started once and told once."""

import gzip
import hashlib
import json
import time
from typing import Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st

from best_friends import bootstrap
from best_friends.adapters.workflows import GONE, StepFunctions, execution_name
from best_friends.domain.invitation import InvitationState
from tests.support.fixtures import few_examples
from tests.support.machines import Machines
from tests.support.marketplace import YEAR, Marketplace
from tests.support.stack import Stack
from tests.support.steps import Steps, invited
from tests.support.waiting import until

VALUES = st.none() | st.booleans() | st.integers() | st.text(max_size=20)
ROWS = st.lists(
    st.dictionaries(st.text(max_size=8), VALUES | st.lists(VALUES, max_size=3), max_size=5), max_size=8
)


@few_examples
@given(ROWS)
def test_rows_come_back_as_they_were_written(stack: Stack, rows: list[dict[str, Any]]) -> None:
    digest = stack.archive.write_rows("rows.jsonl.gz", rows)
    assert list(stack.archive.read_rows("rows.jsonl.gz")) == rows
    assert digest == hashlib.sha256(gzip.decompress(stack.objects()["rows.jsonl.gz"])).hexdigest()


@few_examples
@given(ROWS)
def test_same_rows_are_the_same_bytes_whatever_the_order_of_their_keys(
    stack: Stack, rows: list[dict[str, Any]]
) -> None:
    turned = [dict(reversed(row.items())) for row in rows]
    digests = [stack.archive.write_rows("one", rows), stack.archive.write_rows("other", iter(turned))]
    written = stack.objects()
    assert digests[0] == digests[1]
    assert written["one"] == written["other"]


def test_same_rows_at_another_time_are_the_same_bytes(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    for path, now in (("one", 1_000_000_000.0), ("other", 1_700_000_000.0)):
        with monkeypatch.context() as at:
            at.setattr(time, "time", lambda now=now: now)
            stack.archive.write_rows(path, [{"friend_id": "F1"}])
    written = stack.objects()
    assert written["one"] == written["other"]


def test_text_comes_back_and_what_is_not_there_is_none(stack: Stack) -> None:
    stack.archive.write("years/2025/report.html", "<p>Grüezi</p>", "text/html; charset=utf-8")
    assert stack.archive.read("years/2025/report.html") == "<p>Grüezi</p>"
    assert stack.archive.read("years/2024/report.html") is None


def test_archive_that_may_not_be_read_is_not_taken_for_empty(stack: Stack) -> None:
    stack.client("s3").delete_bucket(Bucket=stack.name("ArchiveBucket"))
    with pytest.raises(ClientError):
        stack.archive.read("years/2025/opened.json")


def test_rows_that_break_off_leave_nothing_behind(stack: Stack) -> None:
    def breaking() -> Any:
        yield {"friend_id": "F1"}
        raise RuntimeError("out of memory")

    with pytest.raises(RuntimeError):
        stack.archive.write_rows("half.jsonl.gz", breaking())
    assert stack.objects() == {}


@pytest.fixture
def workflows(machines: Machines, stack: Stack) -> StepFunctions:
    """The invitation machine."""
    return bootstrap.workflows(stack.name("InvitationMachine"))


@given(st.text(min_size=1, max_size=200))
def test_any_friend_id_makes_a_name_that_is_allowed(friend_id: str) -> None:
    name = execution_name(friend_id, YEAR)
    assert len(name) <= 80
    assert name.replace("-", "").isalnum()
    assert name.isascii()


def test_names_of_two_friends_and_of_two_years_differ() -> None:
    assert len({execution_name(one, year) for one in ("F1", "F2", "f1") for year in (2024, 2025)}) == 6


def test_invitation_is_started_once_by_its_name(machines: Machines, workflows: StepFunctions) -> None:
    assert workflows.start_invitation("F1", YEAR)
    workflows.start_invitation("F1", YEAR)
    [execution] = machines.invitations()
    assert json.loads(machines.state_of(execution)["input"]) == {"friend_id": "F1", "year": YEAR}


def test_name_that_was_used_before_is_not_started_again(stack: Stack, workflows: StepFunctions) -> None:
    stack.wire.refuse("sfn.StartExecution", "ExecutionAlreadyExists")
    assert not workflows.start_invitation("F1", YEAR)


def test_start_that_is_not_allowed_is_told(stack: Stack, workflows: StepFunctions) -> None:
    stack.wire.refuse("sfn.StartExecution", "AccessDeniedException")
    with pytest.raises(ClientError):
        workflows.start_invitation("F1", YEAR)


def test_waiting_invitation_goes_on_once_it_is_told(
    machines: Machines, stack: Stack, workflows: StepFunctions, marketplace: Marketplace
) -> None:
    marketplace.star("F1").settle()
    Steps(stack).nominees_are(["F1"])
    invited(stack, "F1")
    workflows.start_invitation("F1", YEAR)
    until(machines.letters.waiting, what="the order")
    [order] = stack.messages("LettersQueue")
    assert workflows.tell(order["task_token"], InvitationState.CONFIRMED)
    [execution] = machines.invitations()
    until(lambda: machines.state_of(execution)["status"] != "RUNNING", what="the end")
    assert not workflows.tell(order["task_token"], InvitationState.CONFIRMED)


@pytest.mark.parametrize("gone", sorted(GONE))
def test_nobody_waiting_is_no_fault(stack: Stack, workflows: StepFunctions, gone: str) -> None:
    stack.wire.refuse("sfn.SendTaskSuccess", gone)
    assert not workflows.tell("a-token", InvitationState.CONFIRMED)


def test_telling_that_is_not_allowed_is_told(stack: Stack, workflows: StepFunctions) -> None:
    stack.wire.refuse("sfn.SendTaskSuccess", "AccessDeniedException")
    with pytest.raises(ClientError):
        workflows.tell("a-token", InvitationState.CONFIRMED)
