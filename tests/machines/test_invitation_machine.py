"""The invitation machine: one nominee, its answer, and what the table says."""

import json

import pytest

from best_friends.adapters.errors import UNSENDABLE
from best_friends.application.ports import Pending
from best_friends.domain.invitation import Answer, InvitationState
from tests.support.machines import Machines
from tests.support.marketplace import YEAR, Marketplace, address_of, year_record
from tests.support.pages import press
from tests.support.queues import SqsDriver
from tests.support.stack import Clock, Stack
from tests.support.steps import Steps, answered, invited, state_of
from tests.support.waiting import until
from tests.support.wire import Crash

BEGIN = {"friend_id": "F1", "year": YEAR}
BACKSTOP = '"TimeoutSeconds": 7776000'


@pytest.fixture
def nominee(stack: Stack, marketplace: Marketplace) -> None:
    """A nominee with an open invitation, of which nobody has been told."""
    marketplace.star("F1").settle()
    Steps(stack).nominees_are(["F1"])
    invited(stack, "F1")


@pytest.fixture
def waiting(machines: Machines, stack: Stack, nominee: None) -> str:
    """An invitation that was started, and whose letter was sent."""
    execution = machines.start("InvitationMachine", BEGIN, "F1")
    until(lambda: machines.letters.deliver() or stack.postbox.to(address_of("F1")), what="the letter")
    return execution


@pytest.fixture
def impatient(machines: Machines) -> Machines:
    """The machines, with a backstop of one second in the place of 90 days."""
    machines.redeploy("InvitationMachine", {BACKSTOP: '"TimeoutSeconds": 1'})
    return machines


def token(stack: Stack) -> str:
    return stack.postbox.to(address_of("F1"), "invitation")[-1].token


def close(stack: Stack, clock: Clock) -> int:
    clock.move(days=30)
    steps = Steps(stack)
    steps.selection = {"chunks": [f"years/{YEAR}/nominees/000.jsonl.gz"]}
    return steps.close_answers()


def task_token(stack: Stack) -> str | None:
    pending = stack.invitations.pending("F1", YEAR)
    assert isinstance(pending, Pending)
    return pending.task_token


def test_confirmed_friend_is_welcomed(machines: Machines, stack: Stack, waiting: str) -> None:
    press(stack, token(stack), "confirm")
    ended = machines.finished(waiting)
    machines.letters.drain()
    assert ended["status"] == "SUCCEEDED"
    assert json.loads(ended["output"])["invitation"] == {"state": "confirmed"}
    assert machines.states_visited(waiting)[-1] == "Confirmed"
    assert stack.postbox.kinds() == ["invitation", "welcome"]


def test_declined_friend_gets_no_further_letter(machines: Machines, stack: Stack, waiting: str) -> None:
    press(stack, token(stack), "decline")
    machines.finished(waiting)
    assert machines.states_visited(waiting)[-1] == "Declined"
    assert not machines.letters.waiting()
    assert stack.postbox.kinds() == ["invitation"]


def test_silent_friend_ends_as_expired_when_the_answers_are_closed(
    machines: Machines, stack: Stack, waiting: str, clock: Clock
) -> None:
    assert close(stack, clock) == 1
    machines.finished(waiting)
    assert machines.states_visited(waiting)[-1] == "Expired"
    assert state_of(stack, "F1") is InvitationState.EXPIRED
    assert task_token(stack) is None


def test_refused_letter_ends_the_invitation_as_undeliverable(
    machines: Machines, stack: Stack, nominee: None
) -> None:
    stack.wire.refuse("sesv2.SendEmail", UNSENDABLE)
    execution = machines.start("InvitationMachine", BEGIN, "F1")
    machines.finished(execution)
    assert machines.states_visited(execution)[-1] == "Undeliverable"
    assert state_of(stack, "F1") is InvitationState.UNDELIVERABLE


def test_bounce_ends_the_invitation_as_undeliverable(
    machines: Machines, stack: Stack, waiting: str, deliveries_queue: SqsDriver
) -> None:
    bounce = {
        "message_id": stack.postbox.mails[0].message_id,
        "kind": "Bounce",
        "bounce_type": "Permanent",
        "at": "2026-01-15T05:00:09Z",
    }
    stack.client("sqs").send_message(QueueUrl=stack.name("DeliveriesQueue"), MessageBody=json.dumps(bounce))
    deliveries_queue.drain()
    machines.finished(waiting)
    assert machines.states_visited(waiting)[-1] == "Undeliverable"


def test_answer_after_the_end_of_the_period_is_too_late_and_the_expiry_stands(
    machines: Machines, stack: Stack, waiting: str, clock: Clock
) -> None:
    close(stack, clock)
    machines.finished(waiting)
    page = press(stack, token(stack), "confirm")
    assert page["statusCode"] == 200
    assert "<form" not in page["body"]
    assert state_of(stack, "F1") is InvitationState.EXPIRED
    assert stack.postbox.kinds() == ["invitation"]


def test_answer_changed_after_the_workflow_ended_is_welcomed_by_the_page(
    machines: Machines, stack: Stack, waiting: str
) -> None:
    press(stack, token(stack), "decline")
    machines.finished(waiting)
    press(stack, token(stack), "confirm")
    machines.letters.drain()
    assert state_of(stack, "F1") is InvitationState.CONFIRMED
    assert stack.postbox.kinds() == ["invitation", "welcome"]


def test_answer_changed_twice_is_welcomed_once(machines: Machines, stack: Stack, waiting: str) -> None:
    for answer in ("confirm", "decline", "confirm", "confirm"):
        press(stack, token(stack), answer)
    machines.finished(waiting)
    machines.letters.drain()
    assert stack.postbox.kinds() == ["invitation", "welcome"]


def test_answer_whose_telling_broke_off_is_passed_on_when_the_answers_are_closed(
    machines: Machines, stack: Stack, waiting: str, clock: Clock
) -> None:
    stack.wire.crash("sfn.SendTaskSuccess")
    with pytest.raises(Crash):
        press(stack, token(stack), "confirm")
    assert machines.state_of(waiting)["status"] == "RUNNING"
    assert close(stack, clock) == 0
    machines.finished(waiting)
    machines.letters.drain()
    assert machines.states_visited(waiting)[-1] == "Confirmed"
    assert stack.postbox.kinds() == ["invitation", "welcome"]


def test_workflow_that_gave_up_waiting_expires_the_silent(
    impatient: Machines, stack: Stack, nominee: None
) -> None:
    execution = impatient.start("InvitationMachine", BEGIN, "F1")
    impatient.finished(execution)
    assert impatient.states_visited(execution)[-2:] == ["ExpireSilent", "Expired"]
    assert state_of(stack, "F1") is InvitationState.EXPIRED


def test_workflow_that_gave_up_waiting_finds_the_answer_in_the_table(
    impatient: Machines, stack: Stack, nominee: None, clock: Clock
) -> None:
    answered(stack, "F1", Answer.CONFIRM, clock())
    execution = impatient.start("InvitationMachine", BEGIN, "F1")
    impatient.finished(execution)
    impatient.letters.drain()
    assert impatient.states_visited(execution)[-1] == "Confirmed"
    assert stack.postbox.kinds() == ["welcome"]


def test_answer_in_the_last_moment_wins_over_the_expiry(
    impatient: Machines, stack: Stack, nominee: None, clock: Clock
) -> None:
    stack.wire.before(
        "dynamodb.UpdateItem", lambda: answered(stack, "F1", Answer.CONFIRM, clock()), about=":expired"
    )
    execution = impatient.start("InvitationMachine", BEGIN, "F1")
    impatient.finished(execution)
    visited = impatient.states_visited(execution)
    assert visited[-5:] == ["ExpireSilent", "RecordAnswer", "WhichAnswer", "QueueWelcome", "Confirmed"]
    assert state_of(stack, "F1") is InvitationState.CONFIRMED


def test_confirmation_survives_a_welcome_that_cannot_be_queued(
    machines: Machines, stack: Stack, waiting: str
) -> None:
    stack.wire.refuse("sqs.SendMessage", "AccessDenied", times=None, about="welcome")
    press(stack, token(stack), "confirm")
    ended = machines.finished(waiting)
    assert (ended["status"], ended["error"]) == ("FAILED", "NotWelcomed")
    assert state_of(stack, "F1") is InvitationState.CONFIRMED
    assert list(stack.invitations.best_friends(YEAR)) == ["F1"]


def test_throttled_table_is_asked_again(machines: Machines, stack: Stack, waiting: str) -> None:
    stack.wire.refuse(
        "dynamodb.UpdateItem", "ProvisionedThroughputExceededException", times=3, about="recorded_at"
    )
    press(stack, token(stack), "decline")
    machines.finished(waiting)
    assert machines.states_visited(waiting)[-1] == "Declined"


def test_workflow_without_an_invitation_fails_and_writes_none(machines: Machines, stack: Stack) -> None:
    stack.programme.open(year_record())
    machines.redeploy("InvitationMachine", {BACKSTOP: '"TimeoutSeconds": 1'})
    execution = machines.start("InvitationMachine", BEGIN, "F1")
    ended = machines.finished(execution)
    assert (ended["status"], ended["error"]) == ("FAILED", "NotRecorded")
    assert stack.items("InvitationsTable") == []


def test_no_workflow_token_is_in_a_letter_an_output_or_the_table_in_the_end(
    machines: Machines, stack: Stack, waiting: str
) -> None:
    capability = task_token(stack)
    assert capability
    press(stack, token(stack), "confirm")
    ended = machines.finished(waiting)
    machines.letters.drain()
    letters = json.dumps([mail.request for mail in stack.postbox.mails])
    assert capability not in letters + ended["output"] + json.dumps(stack.dump())
