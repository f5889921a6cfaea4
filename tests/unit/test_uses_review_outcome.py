"""Outcomes put right in a case: invited after all, an answer set by people, and what the Friend reads."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from best_friends.application.answer_page import ShowAnswerPage
from best_friends.application.correct_ledger import By
from best_friends.application.errors import Refusal
from best_friends.application.ports_letters import LetterOrder
from best_friends.domain.invitation import Answer, InvitationState
from best_friends.domain.letter import LetterKind
from best_friends.domain.policy import LANGUAGES
from best_friends.domain.programme import YearState
from best_friends.domain.requests import Righted
from best_friends.domain.review import Changes
from best_friends.pages.answer import PageState, render_answer_page
from tests.unit.fakes import YEAR, answer_invitation, go_on, work_off
from tests.unit.fakes_review import BY, ReviewWorld
from tests.unit.line import Crash

NOMINATED = Changes(outcome=Righted.NOMINATED)
LAST_DAY = date(2026, 3, 24)
"""21 days after the day of the decision."""


def nominated(state: YearState = YearState.CLOSED, language: str = "en") -> ReviewWorld:
    """A world in which F1 was invited after all; `token-1` opens its invitation."""
    world = ReviewWorld(state)
    world.friends.rows["F1"] = replace(world.friends.rows["F1"], language=language)
    world.review.decide(world.asked(), BY, NOMINATED)
    world.queue.orders = [one for one in world.queue.orders if one.kind is LetterKind.INVITATION]
    work_off(world)
    return world


def said(text: str) -> str:
    return " ".join(text.replace("\xa0", " ").split())


# ---------------------------------------------------------------- invited after all


def test_a_late_invitation_has_the_figures_of_now_and_a_period_of_its_own() -> None:
    world = nominated()
    invitation = world.invitations.rows["F1", YEAR].invitation
    assert (invitation.state, invitation.late) == (InvitationState.OPEN, True)
    assert (invitation.reasons.ratings, invitation.reasons.stars) == (2, 6)
    assert invitation.answer_until == datetime(2026, 3, 24, 22, 59, 59, 999999, tzinfo=UTC)
    assert world.workflows.started == [("F1", YEAR)]
    [note] = [one for one in world.trail.rows if one.action == "invited after a review"]
    assert note.after == {"year": YEAR, "answer_by": "2026-03-24"} and note.who == BY.who


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_letter_names_its_own_last_day_and_says_why_it_comes_late(language: str) -> None:
    [letter] = nominated(language=language).mail.sent
    for part in (letter.text, letter.html):
        assert "24" in part and "2026" in part
        assert not any(day in said(part) for day in ("5. Februar", "5 février", "5 febbraio", "5 February"))
    late = {"de": "noch einmal", "fr": "encore une fois", "it": "ancora una volta", "en": "looked again"}
    assert late[language] in said(letter.text)


def test_the_last_day_is_whole_and_then_it_is_over() -> None:
    world = nominated()
    world.clock.now = datetime(2026, 3, 24, 22, 59, 59, tzinfo=UTC)  # a second before midnight in Zurich
    assert ShowAnswerPage(answer_invitation(world))("token-1", [], "en")[0].state is PageState.OPEN
    world.clock.now += timedelta(seconds=1)
    page, _ = ShowAnswerPage(answer_invitation(world))("token-1", ["confirm"], "en")
    assert (page.state, page.answer_by) == (PageState.TOO_LATE, LAST_DAY)
    assert "You could answer until 24 March 2026" in said(render_answer_page(page))


@pytest.mark.parametrize(
    ("state", "begins"),
    [
        (YearState.CLOSED, "Your status begins at once."),
        (YearState.OPEN, "As soon as we announce the Best Friends 2025, your status begins."),
    ],
)
def test_a_late_yes_says_on_the_page_and_in_the_welcome_when_the_status_begins(
    state: YearState, begins: str
) -> None:
    world = nominated(state)
    page, _ = ShowAnswerPage(answer_invitation(world))("token-1", [Answer.CONFIRM], "en")
    shown = said(render_answer_page(page))
    assert begins in shown and "You can change your answer until 24 March 2026" in shown
    go_on(world)
    work_off(world)
    welcome = said(world.mail.sent[-1].text)
    assert world.mail.sent[-1].tags["kind"] == "welcome"
    assert begins in welcome and "until 24 March 2026" in welcome and "5 February" not in welcome
    assert list(world.invitations.best_friends(YEAR)) == ["F1"]


def test_somebody_who_answered_before_the_command_was_repeated_is_not_asked_again() -> None:
    world = ReviewWorld()
    case_id = world.asked()
    world.line.turn = _crash_at_decision
    with pytest.raises(ZeroDivisionError):
        world.review.decide(case_id, BY, NOMINATED)
    world.line.mend()
    world.queue.orders = world.queue.orders[-1:]
    work_off(world)
    answer_invitation(world)("token-1", Answer.DECLINE)
    world.review.decide(case_id, BY, NOMINATED)
    assert world.invitations.state("F1", YEAR) is InvitationState.DECLINED
    assert world.invitations.rows["F1", YEAR].history == [InvitationState.DECLINED]


def _crash_at_decision(name: str) -> None:
    if name == "FakeDecisions.write":
        raise ZeroDivisionError


# ---------------------------------------------------------------- an answer set by people


def waiting() -> ReviewWorld:
    """An open year in which F1's workflow waits for an answer."""
    world = ReviewWorld(YearState.OPEN)
    world.invited(InvitationState.OPEN)
    world.workflows.start_invitation("F1", YEAR)
    world.invitations.keep_token("F1", YEAR, f"task {YEAR} F1")
    world.queue.orders.clear()
    return world


@pytest.mark.parametrize("outcome", [Righted.CONFIRMED, Righted.DECLINED])
def test_a_waiting_workflow_hears_of_it_wherever_it_breaks_off(outcome: Righted) -> None:
    whole = waiting()
    case_id = whole.asked()
    whole.line.calls.clear()
    whole.review.decide(case_id, BY, Changes(outcome=outcome))
    for number in range(1, len(whole.line.calls) + 1):
        for after in (False, True):
            world = waiting()
            world.asked()
            world.line.break_at(number, Crash(), after=after)
            with pytest.raises(Crash):
                world.review.decide(case_id, BY, Changes(outcome=outcome))
            world.line.mend()
            world.review.decide(case_id, BY, Changes(outcome=outcome))
            assert (world.workflows.waiting, len(world.workflows.told)) == ({}, 1)
            go_on(world)
            world.queue.orders = [one for one in world.queue.orders if one.kind is LetterKind.WELCOME]
            work_off(world)
            assert len(world.mail.sent) == (outcome is Righted.CONFIRMED)
            assert len(world.invitations.rows["F1", YEAR].history) == 1
            assert len(world.trail.rows) == 2


def test_a_waiting_workflow_hears_of_it_and_welcomes() -> None:
    world = waiting()
    world.review.decide(world.asked(), BY, Changes(outcome=Righted.CONFIRMED))
    assert world.workflows.told == [(f"task {YEAR} F1", InvitationState.CONFIRMED)]
    assert world.invitations.rows["F1", YEAR].task_token is None
    assert LetterKind.WELCOME not in [one.kind for one in world.queue.orders]
    go_on(world)
    assert world.queue.orders[-1] == LetterOrder(LetterKind.WELCOME, "F1", YEAR)


def test_a_yes_that_came_too_late_counts_at_once_and_is_welcomed_without_a_date_that_is_over() -> None:
    world = ReviewWorld()
    world.friends.rows["F1"] = replace(world.friends.rows["F1"], language="en")
    world.invited(InvitationState.EXPIRED)
    world.review.decide(world.asked(), By("Ada", "It was our fault."), Changes(outcome=Righted.CONFIRMED))
    assert list(world.invitations.best_friends(YEAR)) == ["F1"]
    [note] = [one for one in world.trail.rows if one.action == "answer settled by a review"]
    assert (note.before, note.after) == (
        {"year": YEAR, "state": "expired"},
        {"year": YEAR, "state": "confirmed"},
    )
    world.queue.orders = [one for one in world.queue.orders if one.kind is LetterKind.WELCOME]
    work_off(world)
    welcome = said(world.mail.sent[-1].text)
    assert "Your status begins at once." in welcome and "2026" not in welcome


def test_an_aliass_invitation_is_its_accounts() -> None:
    world = ReviewWorld()
    world.add("OLD", merged_into="F1")
    world.invited(InvitationState.EXPIRED, "OLD")
    with pytest.raises(Refusal, match="has an invitation for 2025, which is expired"):
        world.review.decide(world.asked(), BY, NOMINATED)
    world.review.decide(world.asked(), BY, Changes(outcome=Righted.CONFIRMED))
    assert world.invitations.state("OLD", YEAR) is InvitationState.CONFIRMED


def test_a_status_that_has_passed_on_welcomes_nobody_but_the_record_is_put_right() -> None:
    world = ReviewWorld()
    world.programme.announce(YEAR + 1)
    world.invited(InvitationState.EXPIRED)
    world.review.decide(world.asked(), BY, Changes(outcome=Righted.CONFIRMED))
    assert world.invitations.state("F1", YEAR) is InvitationState.CONFIRMED
    assert LetterKind.WELCOME not in [one.kind for one in world.queue.orders]


# ---------------------------------------------------------------- refused, with the mend


@pytest.mark.parametrize("outcome", [Righted.NOMINATED, Righted.CONFIRMED, Righted.DECLINED])
def test_a_year_that_was_not_judged_has_no_outcome(outcome: Righted) -> None:
    world = ReviewWorld()
    refused(world, world.asked(year=2026), outcome, "the year 2026 has not been judged yet")
    world.programme.update(YEAR, state=YearState.OPEN, answer_until=None)
    refused(world, world.asked(), outcome, "the year 2025 has not been judged yet")
    world.programme.update(YEAR, state=YearState.FAILED)
    refused(world, world.asked(), outcome, "year start 2025 --resume")


def test_who_cannot_be_invited_is_refused_with_the_mend() -> None:
    world = ReviewWorld()
    case_id = world.asked()
    world.programme.announce(YEAR + 1)
    refused(world, case_id, Righted.NOMINATED, "has passed on to the next Best Friends")
    world.friends.rows["F1"] = replace(world.friends.rows["F1"], active=False)
    refused(world, case_id, Righted.NOMINATED, "F1 is not active")
    refused(world, case_id, Righted.DECLINED, "`--outcome nominated` makes one")


def test_another_case_cannot_invite_a_second_time() -> None:
    world = nominated()
    refused(world, world.asked("once more"), Righted.NOMINATED, "which is open")


def refused(world: ReviewWorld, case_id: str, outcome: Righted, sentence: str) -> None:
    before = world.content()
    with pytest.raises(Refusal, match=sentence):
        world.review.decide(case_id, BY, Changes(outcome=outcome))
    assert world.content() == before
