"""invite_nominees, remind_silent, close_answers, close_year: each nominee once, and an end for each."""

import json

import pytest
from botocore.exceptions import ClientError

from best_friends.adapters.workflows import execution_name
from best_friends.domain.invitation import Answer, InvitationState
from best_friends.domain.policy import Policy
from best_friends.domain.programme import Settings as InForce
from best_friends.domain.programme import YearState
from tests.support.fixtures import Printed
from tests.support.machines import Machines
from tests.support.marketplace import ANSWER_UNTIL, YEAR, Marketplace, address_of
from tests.support.pages import press
from tests.support.queues import SqsDriver
from tests.support.stack import SIX_IN_ZURICH, Clock, Stack
from tests.support.steps import Steps, answered, invited, letter_sent, state_of

NOMINEES = ("F1", "F2", "F3")
# Its message names how many could not be started; who they are is in the log.
NOT_ALL = "1 invitations could not be started"


@pytest.fixture
def chosen(machines: Machines, stack: Stack, steps: Steps) -> Steps:
    """Three nominees in one chunk."""
    steps.nominees_are(NOMINEES)
    return steps


def test_every_nominee_has_an_open_invitation_and_one_workflow(
    machines: Machines, stack: Stack, chosen: Steps
) -> None:
    assert chosen.invite() == [{"started": 3}]
    assert [state_of(stack, one) for one in NOMINEES] == [InvitationState.OPEN] * 3
    names = {execution.rsplit(":", 1)[1] for execution in machines.invitations()}
    assert names == {execution_name(one, YEAR) for one in NOMINEES}
    invitation = stack.invitations.get("F1", YEAR)
    assert invitation
    assert invitation.answer_until == ANSWER_UNTIL


def test_inviting_twice_invites_once(machines: Machines, stack: Stack, chosen: Steps) -> None:
    chosen.invite()
    before = stack.items("InvitationsTable")
    chosen.invite()
    assert len(machines.invitations()) == 3
    assert stack.items("InvitationsTable") == before


def test_one_that_fails_does_not_stop_the_others(
    machines: Machines, stack: Stack, chosen: Steps, printed: Printed
) -> None:
    stack.wire.refuse("sfn.StartExecution", "AccessDeniedException", about=execution_name("F2", YEAR))
    with pytest.raises(Exception, match=NOT_ALL):
        chosen.invite()
    assert len(machines.invitations()) == 2
    assert printed.metric("InvitationsStarted") == 2
    assert [line["friend_id"] for line in printed.said("invitation not started")] == ["F2"]
    chosen.invite()
    assert len(machines.invitations()) == 3


def test_answered_nominee_is_not_started_again_when_names_are_free_again(
    machines: Machines, stack: Stack, chosen: Steps, clock: Clock
) -> None:
    for one in NOMINEES:
        invited(stack, one)
    answered(stack, "F1", Answer.DECLINE, clock())
    assert chosen.invite() == [{"started": 2}]
    assert state_of(stack, "F1") is InvitationState.DECLINED


def test_lost_reply_of_a_started_workflow_starts_no_second_one(
    machines: Machines, stack: Stack, chosen: Steps
) -> None:
    stack.wire.lose_reply("sfn.StartExecution")
    chosen.invite()
    assert len(machines.invitations()) == 3


def test_workflow_is_told_the_friend_and_the_year_and_nothing_else(
    machines: Machines, stack: Stack, chosen: Steps
) -> None:
    chosen.invite()
    inputs = [json.loads(machines.state_of(one)["input"]) for one in machines.invitations()]
    assert sorted(one["friend_id"] for one in inputs) == list(NOMINEES)
    assert all(one == {"friend_id": one["friend_id"], "year": YEAR} for one in inputs)


def test_nobody_is_invited_before_the_end_of_the_period_is_known(stack: Stack, chosen: Steps) -> None:
    stack.client("dynamodb").update_item(
        TableName=stack.name("ProgrammeTable"),
        Key={"record_id": {"S": f"year#{YEAR}"}},
        UpdateExpression="REMOVE answer_until",
    )
    with pytest.raises(Exception, match="have not been selected yet"):
        chosen.invite()
    assert stack.items("InvitationsTable") == []


def test_only_the_open_are_reminded(stack: Stack, chosen: Steps, clock: Clock) -> None:
    for one in NOMINEES:
        invited(stack, one)
    answered(stack, "F1", Answer.CONFIRM, clock())
    stack.invitations.end("F2", YEAR, InvitationState.UNDELIVERABLE, clock())
    assert chosen.remind(2) == 1
    assert stack.messages("LettersQueue") == [
        {"letter": "reminder", "friend_id": "F3", "year": YEAR, "number": 2}
    ]


def test_nominee_without_an_invitation_is_not_reminded(stack: Stack, chosen: Steps) -> None:
    invited(stack, "F1")
    assert chosen.remind(1) == 1


def test_reminding_twice_sends_one_letter(
    stack: Stack, chosen: Steps, marketplace: Marketplace, letters_queue: SqsDriver
) -> None:
    marketplace.star("F1").settle()
    invited(stack, "F1")
    chosen.remind(1)
    chosen.remind(1)
    letters_queue.drain()
    assert stack.postbox.kinds() == ["reminder"]


def test_reminders_beyond_a_batch_of_the_queue_are_all_queued(stack: Stack, steps: Steps) -> None:
    many = [f"F{number:02d}" for number in range(23)]
    steps.nominees_are(many)
    for one in many:
        invited(stack, one)
    assert steps.remind(1) == 23
    assert sorted(one["friend_id"] for one in stack.messages("LettersQueue")) == many


def test_silent_expire_and_the_answered_stay(stack: Stack, chosen: Steps, clock: Clock) -> None:
    for one in NOMINEES:
        invited(stack, one)
    answered(stack, "F1", Answer.CONFIRM, clock())
    answered(stack, "F2", Answer.DECLINE, clock())
    clock.now = ANSWER_UNTIL
    assert chosen.close_answers() == 1
    assert [str(state_of(stack, one)) for one in NOMINEES] == ["confirmed", "declined", "expired"]


def test_closing_twice_expires_once_and_writes_one_event(stack: Stack, chosen: Steps) -> None:
    invited(stack, "F1")
    assert [chosen.close_answers(), chosen.close_answers()] == [1, 0]
    [row] = stack.items("InvitationsTable")
    assert [event["M"]["state"]["S"] for event in row["history"]["L"]] == ["expired"]


def test_answer_in_the_last_moment_wins_over_the_closing(stack: Stack, chosen: Steps, clock: Clock) -> None:
    invited(stack, "F1")
    stack.wire.before(
        "dynamodb.UpdateItem", lambda: answered(stack, "F1", Answer.CONFIRM, clock()), about="expired"
    )
    assert chosen.close_answers() == 0
    assert state_of(stack, "F1") is InvitationState.CONFIRMED


def test_answer_received_in_time_and_written_after_the_closing_replaces_the_expiry(
    stack: Stack, chosen: Steps, marketplace: Marketplace, letters_queue: SqsDriver, clock: Clock
) -> None:
    marketplace.star("F1").settle()
    invited(stack, "F1")
    link = letter_sent(stack, letters_queue, "F1")
    clock.now = ANSWER_UNTIL
    stack.wire.before("dynamodb.UpdateItem", chosen.close_answers, about="confirmed")
    assert press(stack, link, "confirm")["statusCode"] == 200
    letters_queue.drain()
    assert state_of(stack, "F1") is InvitationState.CONFIRMED
    assert list(stack.invitations.best_friends(YEAR)) == ["F1"]
    assert stack.postbox.kinds() == ["invitation", "welcome"]


def test_confirmed_whose_welcome_was_never_ordered_are_welcomed_by_the_closing(
    stack: Stack, chosen: Steps, marketplace: Marketplace, letters_queue: SqsDriver, clock: Clock
) -> None:
    marketplace.star("F1").star("F2").settle()
    for one in NOMINEES:
        invited(stack, one)
    answered(stack, "F1", Answer.CONFIRM, clock())
    answered(stack, "F2", Answer.DECLINE, clock())
    for _ in range(2):
        chosen.close_answers()
        letters_queue.drain()
    assert [(mail.kind, mail.to) for mail in stack.postbox.mails] == [("welcome", address_of("F1"))]


def test_workflow_that_is_gone_does_not_keep_the_chunk_from_closing(stack: Stack, chosen: Steps) -> None:
    invited(stack, "F1", token="long-gone")
    invited(stack, "F2")
    stack.wire.refuse("sfn.SendTaskSuccess", "TaskTimedOut")
    assert chosen.close_answers() == 2
    pending = stack.invitations.pending("F1", YEAR)
    assert pending
    assert pending.task_token is None


def test_crash_between_expiring_and_telling_is_made_good_by_the_next_try(
    machines: Machines, stack: Stack, chosen: Steps
) -> None:
    invited(stack, "F1", token="waiting")
    stack.wire.refuse("sfn.SendTaskSuccess", "AccessDeniedException")
    with pytest.raises(ClientError, match="AccessDenied"):
        chosen.close_answers()
    told = stack.wire.count("sfn.SendTaskSuccess")
    stack.wire.refuse("sfn.SendTaskSuccess", "TaskDoesNotExist")
    assert chosen.close_answers() == 0
    assert stack.wire.count("sfn.SendTaskSuccess") == told + 1


@pytest.fixture
def closing(stack: Stack, steps: Steps, marketplace: Marketplace) -> Steps:
    """A selected year of three nominees, one of whom has confirmed."""
    marketplace.star("F1", 500).star("F2", 500).star("F3", 500).settle()
    steps.selected()
    for one in NOMINEES:
        invited(stack, one)
    answered(stack, "F1", Answer.CONFIRM, SIX_IN_ZURICH)
    steps.close_answers()
    return steps


def test_closing_the_year_announces_publishes_and_counts(stack: Stack, closing: Steps) -> None:
    ends = closing.close_year()
    assert (ends["confirmed"], ends["expired"], ends["still_open"]) == (1, 2, 0)
    record = stack.programme.year(YEAR)
    assert record
    assert record.state is YearState.CLOSED
    assert record.counts["population"] == 3
    assert record.counts["confirmed"] == 1
    assert stack.programme.settings().best_friends_of == YEAR
    page = stack.client("s3").get_object(Bucket=stack.name("ArchiveBucket"), Key=f"years/{YEAR}/report.html")
    assert page["ContentType"] == "text/html; charset=utf-8"


def test_closing_the_year_twice_leaves_the_same(stack: Stack, closing: Steps) -> None:
    closing.close_year()
    before, archived = stack.dump(), stack.objects()
    closing.close_year()
    assert (stack.dump(), stack.objects()) == (before, archived)


def test_closing_an_old_year_late_does_not_take_the_status_back(stack: Stack, closing: Steps) -> None:
    stack.programme.announce(YEAR + 1)
    closing.close_year()
    assert stack.programme.settings().best_friends_of == YEAR + 1


def test_policy_in_force_survives_the_announcement(stack: Stack, closing: Steps) -> None:
    policy = Policy.of({"qualification": {"ratings_min": 3}})
    stack.programme.save_settings(InForce(policy=policy, currency="CHF"))
    closing.close_year()
    assert stack.programme.settings() == InForce(policy, "CHF", YEAR)


def test_year_that_was_never_opened_is_refused(stack: Stack, steps: Steps) -> None:
    steps.segments, steps.selection = [], {"chunks": []}
    with pytest.raises(Exception, match="has not been opened"):
        steps.close_year()
    assert stack.items("ProgrammeTable") == []
