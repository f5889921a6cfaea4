"""Answering: an answer is kept before anything else happens, and nothing that races it takes it away."""

from collections.abc import Callable
from contextlib import suppress
from copy import deepcopy
from datetime import timedelta

import pytest

from best_friends.application.answer_invitation import ATTEMPTS, LookAtInvitation, Seen
from best_friends.application.answer_page import ShowAnswerPage
from best_friends.application.errors import Conflict
from best_friends.application.hand_over import Sending
from best_friends.application.links import ANSWER, ExpiredLink, FollowLink, MintLink, UnknownLink, hash_of
from best_friends.application.ports import Link
from best_friends.application.ports_letters import LetterOrder
from best_friends.application.send_letter import LINK_LIVES_ON
from best_friends.domain.invitation import Answer, AnswerOutcome, InvitationState
from best_friends.domain.letter import LetterKind
from best_friends.pages.answer import PageState
from tests.unit.fakes import (
    ANSWER_UNTIL,
    CHUNK,
    RUN,
    YEAR,
    World,
    answer_invitation,
    close_answers,
    go_on,
    invited,
    work_off,
)
from tests.unit.line import Actor, Crash, Unreachable, every_order

TOKEN = "token-1"
WELCOME = LetterOrder(LetterKind.WELCOME, "F1", YEAR)
CHANGING = (
    "_put",
    ".put",
    "record_answer",
    ".end",
    "keep_token",
    "forget_token",
    ".tell",
    ".update",
    ".claim",
)


@pytest.fixture
def world() -> World:
    return invited("F1")


def state(world: World) -> InvitationState:
    return world.invitations.state("F1", YEAR)


def answer(world: World, said: Answer) -> Seen:
    return answer_invitation(world)(TOKEN, said)


def welcomes(world: World) -> int:
    return sum(mailed.tags["kind"] == "welcome" for mailed in world.mail.sent)


# ---------------------------------------------------------------- looking


def test_looking_changes_nothing_ever(world: World) -> None:
    before = world.content()
    for _ in range(3):
        seen = answer_invitation(world).look(TOKEN)
        assert (seen.name, seen.in_time, seen.outcome) == ("Name of F1", True, None)
    assert world.content() == before
    assert not [name for name in world.line.calls if name.endswith(CHANGING)]


def test_a_forged_link_opens_nothing(world: World) -> None:
    for token in ("", "token-2", TOKEN.upper(), hash_of(TOKEN)):
        with pytest.raises(UnknownLink):
            answer_invitation(world)(token, Answer.CONFIRM)
    assert state(world) is InvitationState.OPEN


def test_only_the_hash_of_a_token_is_kept(world: World) -> None:
    assert TOKEN not in repr(world.links.rows) and hash_of(TOKEN) in world.links.rows


def test_a_link_of_another_purpose_answers_nothing(world: World) -> None:
    token = MintLink(world.links, world.tokens)("badge", "F1", YEAR, ANSWER_UNTIL)
    with pytest.raises(UnknownLink):
        answer_invitation(world)(token, Answer.CONFIRM)


def test_a_link_answers_for_its_own_friend_and_year_alone() -> None:
    world = invited("F1", "F2")
    answer(world, Answer.CONFIRM)
    assert state(world) is InvitationState.CONFIRMED
    assert world.invitations.state("F2", YEAR) is InvitationState.OPEN
    assert world.links.rows[hash_of(TOKEN)] == Link(ANSWER, "F1", YEAR, ANSWER_UNTIL + LINK_LIVES_ON)


def test_a_link_expires_and_says_so(world: World) -> None:
    world.clock.now = ANSWER_UNTIL + LINK_LIVES_ON
    assert answer_invitation(world).look(TOKEN).in_time is False
    world.clock.now += timedelta(seconds=1)
    with pytest.raises(ExpiredLink):
        answer_invitation(world).look(TOKEN)


def test_a_link_of_an_account_that_has_gone_opens_nothing(world: World) -> None:
    del world.friends.rows["F1"]
    with pytest.raises(UnknownLink):
        answer_invitation(world)(TOKEN, Answer.CONFIRM)
    assert state(world) is InvitationState.OPEN


# ---------------------------------------------------------------- answering


@pytest.mark.parametrize("said", Answer)
def test_an_answer_is_recorded_and_the_workflow_is_told(world: World, said: Answer) -> None:
    seen = answer(world, said)
    assert (seen.outcome, seen.invitation.state) == (AnswerOutcome.RECORDED, said.state)
    assert world.workflows.told == [(f"task {YEAR} F1", said.state)]
    assert world.invitations.rows["F1", YEAR].task_token is None
    assert world.queue.orders == [], "the workflow itself orders the welcome"


def test_an_answer_is_written_before_anything_else_happens(world: World) -> None:
    answer(world, Answer.CONFIRM)
    changing = [name for name in world.line.calls if name.endswith(CHANGING)]
    assert changing[0] == "FakeInvitations.record_answer"


def test_the_same_answer_twice_shows_the_same_page_and_welcomes_once(world: World) -> None:
    first = answer(world, Answer.CONFIRM)
    go_on(world)
    again = answer(world, Answer.CONFIRM)
    assert again.outcome is AnswerOutcome.REPEATED
    assert again.invitation == first.invitation
    assert world.invitations.rows["F1", YEAR].history == [InvitationState.CONFIRMED]
    assert world.queue.orders == [WELCOME, WELCOME]
    assert work_off(world) == [Sending.SENT, Sending.ALREADY_DONE]
    assert welcomes(world) == 1


def test_a_different_answer_is_accepted_until_the_end(world: World) -> None:
    answer(world, Answer.CONFIRM)
    world.clock.now = ANSWER_UNTIL
    assert answer(world, Answer.DECLINE).outcome is AnswerOutcome.CHANGED
    assert state(world) is InvitationState.DECLINED


def test_who_changes_to_yes_after_the_workflow_has_ended_is_welcomed_all_the_same(world: World) -> None:
    answer(world, Answer.DECLINE)
    go_on(world)
    assert world.queue.orders == []
    assert answer(world, Answer.CONFIRM).outcome is AnswerOutcome.CHANGED
    assert work_off(world) == [Sending.SENT]
    assert welcomes(world) == 1


def test_who_changes_to_no_before_the_welcome_goes_out_gets_none(world: World) -> None:
    answer(world, Answer.CONFIRM)
    go_on(world)
    answer(world, Answer.DECLINE)
    assert work_off(world) == [Sending.NOT_WANTED]
    answer(world, Answer.CONFIRM)
    assert work_off(world) == [Sending.SENT]


@pytest.mark.parametrize("said", Answer)
def test_an_answer_after_the_end_changes_nothing_and_shows_what_stands(world: World, said: Answer) -> None:
    answer(world, Answer.CONFIRM)
    before = world.content()
    world.clock.now = ANSWER_UNTIL + timedelta(seconds=1)
    seen = answer(world, said)
    assert (seen.outcome, seen.in_time) == (AnswerOutcome.TOO_LATE, False)
    assert seen.invitation.state is InvitationState.CONFIRMED
    assert world.content() == before


@pytest.mark.parametrize("ended", [InvitationState.EXPIRED, InvitationState.UNDELIVERABLE])
def test_an_answer_in_time_replaces_an_expiry_and_a_bounce(world: World, ended: InvitationState) -> None:
    world.invitations.end("F1", YEAR, ended, world.clock.now)
    world.workflows.waiting.clear()
    assert answer(world, Answer.CONFIRM).outcome is AnswerOutcome.RECORDED
    assert state(world) is InvitationState.CONFIRMED
    assert world.queue.orders == [WELCOME]


def test_a_workflow_that_waits_no_more_is_not_told_and_the_welcome_is_ordered(world: World) -> None:
    world.workflows.waiting.clear()
    answer(world, Answer.CONFIRM)
    assert world.queue.orders == [WELCOME]
    assert world.invitations.rows["F1", YEAR].task_token is None


def test_an_answer_is_kept_when_the_workflow_cannot_be_told(world: World) -> None:
    untold: list[Exception] = []
    error = Unreachable()
    world.line.turn = lambda name: (_ for _ in ()).throw(error) if name.endswith(".tell") else None
    seen = answer_invitation(world, untold.append)(TOKEN, Answer.CONFIRM)
    assert (seen.outcome, state(world)) == (AnswerOutcome.RECORDED, InvitationState.CONFIRMED)
    assert untold == [error]
    world.line.mend()
    close_answers(world)(RUN, CHUNK)
    assert world.workflows.told == [(f"task {YEAR} F1", InvitationState.CONFIRMED)]
    go_on(world)
    work_off(world)
    assert welcomes(world) == 1


def test_an_answer_survives_a_crash_at_any_call_and_is_complete_when_it_is_given_again() -> None:
    whole = invited("F1")
    answer(whole, Answer.CONFIRM)
    for number in range(1, len(whole.line.calls) + 1):
        for after in (False, True):
            world = invited("F1")
            world.line.break_at(number, Crash(), after=after)
            with pytest.raises(Crash):
                answer(world, Answer.CONFIRM)
            world.line.mend()
            if "FakeInvitations.record_answer" in world.line.calls[: number - (not after)]:
                assert state(world) is InvitationState.CONFIRMED
            answer(world, Answer.CONFIRM)
            go_on(world)
            work_off(world)
            close_answers(world)(RUN, CHUNK)
            assert state(world) is InvitationState.CONFIRMED
            assert world.invitations.rows["F1", YEAR].history == [InvitationState.CONFIRMED]
            assert (welcomes(world), world.workflows.waiting) == (1, {})


def test_a_first_answer_that_broke_off_is_passed_on_when_the_answers_are_closed() -> None:
    for number in range(1, 30):
        world = invited("F1")
        world.line.break_at(number, Crash())
        with suppress(Crash):
            answer(world, Answer.CONFIRM)
            assert number > 5
            return
        world.line.mend()
        go_on(world)
        expired = close_answers(world)(RUN, CHUNK)
        go_on(world)
        work_off(world)
        confirmed = state(world) is InvitationState.CONFIRMED
        assert (expired, welcomes(world)) == (not confirmed, int(confirmed))
    pytest.fail("an answer must come to its end")


def test_an_invitation_that_keeps_changing_is_given_up_with_nothing_recorded(world: World) -> None:
    others = [InvitationState.DECLINED, InvitationState.OPEN] * ATTEMPTS

    def somebody_else_writes(name: str) -> None:
        if name == "FakeInvitations.record_answer":
            row = world.invitations.rows["F1", YEAR]
            row.invitation = type(row.invitation)(
                "F1", YEAR, others.pop(0), row.invitation.reasons, ANSWER_UNTIL
            )

    world.line.turn = somebody_else_writes
    with pytest.raises(Conflict):
        answer(world, Answer.CONFIRM)
    assert world.invitations.rows["F1", YEAR].history == []


# ---------------------------------------------------------------- races, in every order

ORDER_MATTERS = [
    *(f"FakeInvitations.{name}" for name in ("get", "record_answer", "pending", "end", "forget_token")),
    "FakeWorkflows.tell",
]


def racing(*works: Callable[[World], object]) -> Callable[[], tuple[World, list[Actor]]]:
    """A scene in which the works begin at once, at the last instant of the answer period."""
    invited_once = invited("F1")
    invited_once.clock.now = ANSWER_UNTIL

    def begin() -> tuple[World, list[Actor]]:
        world = deepcopy(invited_once)
        return world, [Actor(lambda work=work: work(world), ORDER_MATTERS) for work in works]  # type: ignore[misc]

    return begin


def welcomed(world: World) -> bool:
    """Whether a welcome goes out, whatever order is worked off first; its id lets it go out once."""
    go_on(world)
    assert set(world.queue.orders) <= {WELCOME}
    return bool(world.queue.orders) and state(world) is InvitationState.CONFIRMED


@pytest.mark.parametrize("said", Answer)
def test_an_answer_in_time_wins_over_the_closing_that_races_it_in_every_order(said: Answer) -> None:
    begin = racing(lambda world: answer(world, said), lambda world: close_answers(world)(RUN, CHUNK))
    orders = 0
    for world, actors in every_order(begin):
        orders += 1
        assert [actor.error for actor in actors] == [None, None]
        assert state(world) is said.state
        assert world.workflows.waiting == {}, "nobody waits for an answer that is there"
        assert welcomed(world) is (said is Answer.CONFIRM)
    assert orders > 100


def test_two_different_answers_at_once_leave_one_that_stands_in_every_order() -> None:
    begin = racing(*(lambda world, said=said: answer(world, said) for said in Answer))
    for world, actors in every_order(begin):
        assert [actor.error for actor in actors] == [None, None]
        outcomes = {actor.result.outcome for actor in actors if isinstance(actor.result, Seen)}
        assert outcomes == {AnswerOutcome.CHANGED, AnswerOutcome.RECORDED}
        assert len(world.invitations.rows["F1", YEAR].history) == 2
        assert (world.workflows.waiting, len(world.workflows.told)) == ({}, 1)
        assert welcomed(world) is (state(world) is InvitationState.CONFIRMED)


def test_the_same_answer_pressed_twice_at_once_is_recorded_once_in_every_order() -> None:
    begin = racing(*[lambda world: answer(world, Answer.CONFIRM)] * 2)
    for world, actors in every_order(begin):
        assert [actor.error for actor in actors] == [None, None]
        assert world.invitations.rows["F1", YEAR].history == [InvitationState.CONFIRMED]
        assert welcomed(world)


# ---------------------------------------------------------------- the page


@pytest.mark.parametrize(
    ("pressed", "shown"),
    [
        ((), PageState.OPEN),
        (("",), PageState.OPEN),
        (("CONFIRM",), PageState.OPEN),
        (("confirm", "decline"), PageState.OPEN),
        (("confirm", "confirm"), PageState.OPEN),
        (("confirm",), PageState.CONFIRMED),
        (("decline",), PageState.DECLINED),
    ],
)
def test_only_exactly_one_button_is_an_answer(
    world: World, pressed: tuple[str, ...], shown: PageState
) -> None:
    page, seen = ShowAnswerPage(answer_invitation(world))(TOKEN, pressed, "en")
    assert page.state is shown and seen is not None
    assert (state(world) is InvitationState.OPEN) is (shown is PageState.OPEN)


def test_a_link_that_opens_nothing_has_a_page_in_the_visitors_language(world: World) -> None:
    show = ShowAnswerPage(answer_invitation(world))
    page, seen = show("forged", ["confirm"], "fr")
    assert (page.state, page.language, seen) == (PageState.UNKNOWN_LINK, "fr", None)
    world.clock.now = ANSWER_UNTIL + LINK_LIVES_ON + timedelta(seconds=1)
    page, seen = show(TOKEN, ["confirm"], "it")
    assert (page.state, page.language, seen) == (PageState.EXPIRED_LINK, "it", None)


def test_after_the_end_the_page_says_what_stands(world: World) -> None:
    answer(world, Answer.DECLINE)
    world.clock.now = ANSWER_UNTIL + timedelta(seconds=1)
    for pressed in ([], ["confirm"]):
        page, _ = ShowAnswerPage(answer_invitation(world))(TOKEN, pressed, "en")
        assert (page.state, page.stands, page.can_change) == (
            PageState.TOO_LATE,
            InvitationState.DECLINED,
            False,
        )


def test_a_changed_answer_is_told_as_changed(world: World) -> None:
    show = ShowAnswerPage(answer_invitation(world))
    show(TOKEN, ["confirm"], "en")
    assert show(TOKEN, ["decline"], "en")[0].state is PageState.CHANGED_TO_DECLINED
    assert show(TOKEN, ["decline"], "en")[0].state is PageState.DECLINED
    assert show(TOKEN, ["confirm"], "en")[0].state is PageState.CHANGED_TO_CONFIRMED
    assert show(TOKEN, [], "en")[0].state is PageState.CONFIRMED


def test_looking_needs_no_more_than_it_is_given(world: World) -> None:
    look = LookAtInvitation(
        FollowLink(world.links, world.clock), world.friends, world.programme, world.invitations, world.clock
    )
    assert look(TOKEN).invitation.state is InvitationState.OPEN
