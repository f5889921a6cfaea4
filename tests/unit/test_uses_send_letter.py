"""Sending a letter: at most once, whatever breaks and however often the order is delivered."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from best_friends.application.answer_invitation import Seen
from best_friends.application.errors import InDoubt, Refused, Throttled
from best_friends.application.hand_over import Sending
from best_friends.application.invite_nominees import InviteNominees
from best_friends.application.links import hash_of
from best_friends.application.ports_letters import LetterOrder
from best_friends.application.send_letter import LINK_LIVES_ON, SendOrSetAside
from best_friends.domain.invitation import Answer, InvitationState
from best_friends.domain.letter import LetterKind, LetterState
from best_friends.letters import TEMPLATE_VERSION
from tests.unit.fakes import (
    ANSWER_UNTIL,
    CHUNK,
    RUN,
    YEAR,
    World,
    answer_invitation,
    close_answers,
    runs_of,
    selected,
    send_letter,
)
from tests.unit.line import Crash, Unreachable

TASK = f"task {YEAR} F1"
INVITATION = LetterOrder(LetterKind.INVITATION, "F1", YEAR, task_token=TASK)
REMINDER = LetterOrder(LetterKind.REMINDER, "F1", YEAR, 1)
WELCOME = LetterOrder(LetterKind.WELCOME, "F1", YEAR)
ENDED = [state for state in InvitationState if state is not InvitationState.OPEN]


def ordered(language: str = "de") -> World:
    """A world in which the invitation of F1 is in the queue and its workflow waits."""
    world = selected("F1")
    world.friends.rows["F1"] = replace(world.friends.rows["F1"], language=language)
    InviteNominees(world.archive, world.invitations, world.workflows, runs_of(world), lambda _, __: None)(
        RUN, CHUNK
    )
    world.line.calls.clear()
    return world


@pytest.fixture
def world() -> World:
    return ordered()


def letter(world: World, letter_id: str = f"invitation#{YEAR}#F1") -> LetterState:
    return world.letters.rows[letter_id].state


def state(world: World) -> InvitationState:
    return world.invitations.state("F1", YEAR)


def stand_at(world: World, state: InvitationState) -> None:
    row = world.invitations.rows["F1", YEAR]
    row.invitation = replace(row.invitation, state=state)


# ---------------------------------------------------------------- what becomes of an order


def test_an_invitation_goes_out_with_its_link_and_is_recorded(world: World) -> None:
    assert send_letter(world)(INVITATION) is Sending.SENT
    (mailed,) = world.mail.sent
    assert (mailed.to, mailed.tags) == ("f1@friends.example", {"kind": "invitation", "year": "2025"})
    assert "https://pages.example/answers/token-1" in mailed.text
    row = world.letters.rows[f"invitation#{YEAR}#F1"]
    assert (row.state, row.template, row.message_id) == (LetterState.SENT, TEMPLATE_VERSION, "message-1")
    assert world.links.rows[hash_of("token-1")].expires_at == ANSWER_UNTIL + LINK_LIVES_ON


def test_the_workflows_token_is_kept_first_and_never_in_the_letter(world: World) -> None:
    send_letter(world)(INVITATION)
    assert world.line.calls[0] == "FakeInvitations.keep_token"
    assert world.invitations.rows["F1", YEAR].task_token == TASK
    assert TASK not in world.mail.sent[0].html + world.mail.sent[0].text


@pytest.mark.parametrize("language", ["de", "fr", "it-CH", "en", "rm"])
def test_a_letter_is_in_the_friends_language_or_the_policys_first(language: str) -> None:
    world, first = ordered(language), ordered("de")
    send_letter(world)(INVITATION)
    send_letter(first)(INVITATION)
    assert (world.mail.sent[0].text == first.mail.sent[0].text) is (language in ("de", "rm"))


def test_every_letter_has_a_link_of_its_own(world: World) -> None:
    send_letter(world)(INVITATION)
    send_letter(world)(REMINDER)
    assert [mailed.tags["kind"] for mailed in world.mail.sent] == ["invitation", "reminder"]
    assert world.links.rows.keys() == {hash_of("token-1"), hash_of("token-2")}


def test_the_same_order_delivered_again_is_done_already(world: World) -> None:
    send_letter(world)(INVITATION)
    before = world.content()
    assert send_letter(world)(INVITATION) is Sending.ALREADY_DONE
    assert world.content() == before


def test_two_reminders_are_two_letters(world: World) -> None:
    orders = [replace(REMINDER, number=number) for number in (1, 2, 1, 2)]
    assert [send_letter(world)(order) for order in orders] == [
        Sending.SENT,
        Sending.SENT,
        Sending.ALREADY_DONE,
        Sending.ALREADY_DONE,
    ]


@pytest.mark.parametrize("ended", ENDED)
@pytest.mark.parametrize("order", [INVITATION, REMINDER])
def test_who_has_answered_or_ended_gets_no_invitation_and_no_reminder(
    world: World, order: LetterOrder, ended: InvitationState
) -> None:
    stand_at(world, ended)
    assert send_letter(world)(order) is Sending.NOT_WANTED
    assert (world.mail.sent, world.letters.rows) == ([], {})


@pytest.mark.parametrize("stands", [state for state in InvitationState if state != "confirmed"])
def test_only_who_confirmed_is_welcomed(world: World, stands: InvitationState) -> None:
    stand_at(world, stands)
    assert send_letter(world)(WELCOME) is Sending.NOT_WANTED
    stand_at(world, InvitationState.CONFIRMED)
    assert send_letter(world)(WELCOME) is Sending.SENT


@pytest.mark.parametrize("ended", ENDED)
def test_a_letter_that_comes_after_the_end_leaves_no_workflow_waiting(
    world: World, ended: InvitationState
) -> None:
    stand_at(world, ended)
    send_letter(world)(INVITATION)
    assert (world.workflows.waiting, world.workflows.told) == ({}, [(TASK, ended)])
    assert world.invitations.rows["F1", YEAR].task_token is None


def test_an_order_without_an_invitation_is_not_wanted(world: World) -> None:
    assert send_letter(world)(LetterOrder(LetterKind.REMINDER, "nobody", YEAR, 1)) is Sending.NOT_WANTED


def test_an_invitation_of_an_account_that_has_gone_is_undeliverable(world: World) -> None:
    del world.friends.rows["F1"]
    assert send_letter(world)(INVITATION) is Sending.FAILED
    assert state(world) is InvitationState.UNDELIVERABLE
    assert world.workflows.told == [(TASK, InvitationState.UNDELIVERABLE)]


# ---------------------------------------------------------------- what the mail service says


def test_a_throttled_letter_is_free_again_and_goes_out_later(world: World) -> None:
    world.mail.errors = [Throttled(), Throttled()]
    for _ in range(2):
        with pytest.raises(Throttled):
            send_letter(world)(INVITATION)
        assert letter(world) is LetterState.CREATED
    assert send_letter(world)(INVITATION) is Sending.SENT
    assert len(world.mail.sent) == 1


def test_a_refused_letter_ends_the_invitation_as_undeliverable(world: World) -> None:
    world.mail.errors = [Refused()]
    assert send_letter(world)(INVITATION) is Sending.FAILED
    assert (letter(world), state(world)) == (LetterState.FAILED, InvitationState.UNDELIVERABLE)
    assert world.workflows.told == [(TASK, InvitationState.UNDELIVERABLE)]
    assert send_letter(world)(INVITATION) is Sending.NOT_WANTED


def test_a_refused_welcome_takes_no_answer_away(world: World) -> None:
    stand_at(world, InvitationState.CONFIRMED)
    world.mail.errors = [Refused()]
    assert send_letter(world)(WELCOME) is Sending.FAILED
    assert state(world) is InvitationState.CONFIRMED
    assert send_letter(world)(WELCOME) is Sending.FAILED
    assert (state(world), world.mail.sent) == (InvitationState.CONFIRMED, [])


@pytest.mark.parametrize("sent", [False, True])
def test_a_letter_whose_reply_was_lost_is_in_doubt_and_never_sent_again(world: World, sent: bool) -> None:
    world.mail.errors = [InDoubt()]
    world.mail.sends_anyway = sent
    assert send_letter(world)(INVITATION) is Sending.IN_DOUBT
    assert letter(world) is LetterState.IN_DOUBT
    assert send_letter(world)(INVITATION) is Sending.ALREADY_DONE
    assert len(world.mail.sent) == sent
    assert state(world) is InvitationState.OPEN, "it may have arrived, so the Friend may answer"


# ---------------------------------------------------------------- at most once


def deliver_until_it_ends(world: World, order: LetterOrder) -> Sending:
    for _ in range(5):
        try:
            return send_letter(world)(order)
        except (Crash, Unreachable, Throttled):
            continue
        finally:
            world.line.mend()
    raise AssertionError("an order must come to its end")


def throttled(world: World) -> None:
    world.mail.errors = [Throttled()]


def refused(world: World) -> None:
    world.mail.errors = [Refused()]


def reply_lost(world: World) -> None:
    world.mail.errors = [InDoubt()]
    world.mail.sends_anyway = True


@pytest.mark.parametrize("weather", [lambda _: None, throttled, refused, reply_lost])
@pytest.mark.parametrize("error", [Crash, Unreachable])
@pytest.mark.parametrize("after", [False, True])
def test_a_letter_goes_out_at_most_once_wherever_its_sender_breaks_off(
    weather: Callable[[World], None], error: type[BaseException], after: bool
) -> None:
    whole = ordered()
    weather(whole)
    deliver_until_it_ends(whole, INVITATION)
    for number in range(1, len(whole.line.calls) + 1):
        if after and error is Unreachable and whole.line.calls[number - 1] == "FakeMail.send":
            continue  # a reply of the mail service that gets lost is told as doubt by its adapter
        world = ordered()
        weather(world)
        world.line.break_at(number, error(), after=after)
        outcome = deliver_until_it_ends(world, INVITATION)
        assert len(world.mail.sent) <= 1
        again = send_letter(world)(INVITATION)
        assert again in (Sending.ALREADY_DONE, Sending.NOT_WANTED)
        assert len(world.mail.sent) <= 1
        assert outcome in (
            Sending.SENT,
            Sending.FAILED,
            Sending.IN_DOUBT,
            Sending.NOT_WANTED,
            Sending.ALREADY_DONE,
        )
        assert letter(world) in (LetterState.SENT, LetterState.FAILED, LetterState.IN_DOUBT)
        if letter(world) is LetterState.SENT:
            assert len(world.mail.sent) == 1


@pytest.mark.parametrize("error", [Crash, Unreachable])
@pytest.mark.parametrize("after", [False, True])
def test_a_refused_letter_is_undeliverable_wherever_its_sender_breaks_off(
    error: type[BaseException], after: bool
) -> None:
    for number in range(1, 20):
        world = ordered()
        refused(world)
        world.line.break_at(number, error(), after=after)
        deliver_until_it_ends(world, INVITATION)
        close_answers(world)(RUN, CHUNK)
        assert world.workflows.waiting == {}
        if letter(world) is LetterState.FAILED:
            assert state(world) is InvitationState.UNDELIVERABLE
        else:  # it broke off while it was being handed over
            assert letter(world) in (LetterState.IN_DOUBT, LetterState.SENT)
            assert state(world) is InvitationState.EXPIRED


def test_an_answer_that_comes_while_the_order_is_delivered_again_is_not_disturbed(world: World) -> None:
    world.line.break_at(8, Crash(), after=True)
    with pytest.raises(Crash):
        send_letter(world)(INVITATION)
    world.line.mend()
    assert len(world.mail.sent) == 1, "the letter is out, and its sender broke off"
    seen = answer_invitation(world)("token-1", Answer.CONFIRM)
    assert isinstance(seen, Seen) and state(world) is InvitationState.CONFIRMED
    assert send_letter(world)(INVITATION) is Sending.NOT_WANTED
    assert world.invitations.rows["F1", YEAR].task_token is None
    assert state(world) is InvitationState.CONFIRMED


# ---------------------------------------------------------------- setting aside


def test_an_order_that_keeps_failing_is_set_aside_at_its_last_attempt_without_the_token(world: World) -> None:
    world.mail.errors = [Throttled()] * 3
    send = SendOrSetAside(send_letter(world), world.dead_letters, attempts=3)
    for attempt in (1, 2):
        with pytest.raises(Throttled):
            send(INVITATION, attempt)
        assert world.dead_letters.orders == []
    assert send(INVITATION, 3) is Sending.SET_ASIDE
    assert world.dead_letters.orders == [replace(INVITATION, task_token=None)]


def test_an_order_that_was_set_aside_can_be_delivered_again_and_its_workflow_goes_on(world: World) -> None:
    world.mail.errors = [Throttled()]
    send = SendOrSetAside(send_letter(world), world.dead_letters, attempts=1)
    assert send(INVITATION, 1) is Sending.SET_ASIDE
    world.clock.now += timedelta(days=3)
    assert send(world.dead_letters.orders.pop(), 1) is Sending.SENT
    answer_invitation(world)("token-2", Answer.CONFIRM)
    assert world.workflows.told == [(TASK, InvitationState.CONFIRMED)]


def test_an_order_that_does_not_fail_is_not_set_aside_at_its_last_attempt(world: World) -> None:
    send = SendOrSetAside(send_letter(world), world.dead_letters, attempts=3)
    assert send(INVITATION, 3) is Sending.SENT
    assert world.dead_letters.orders == []


def test_a_crash_is_not_a_failure_that_sets_aside(world: World) -> None:
    world.line.break_at(3, Crash())
    with pytest.raises(Crash):
        SendOrSetAside(send_letter(world), world.dead_letters, attempts=1)(INVITATION, 1)
    assert world.dead_letters.orders == []
