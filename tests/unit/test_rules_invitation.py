"""Engagement, answers, letters: the rules of "Invitation and answer"."""

from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from best_friends.domain.friends import Engagement, roles_held
from best_friends.domain.invitation import (
    Answer,
    AnswerOutcome,
    Invitation,
    InvitationState,
    Reasons,
    outcome_of,
)
from best_friends.domain.letter import LetterKind, letter_id_of, letter_ids_of_year
from best_friends.domain.policy import Role

UNTIL = datetime(2026, 2, 5, 23, tzinfo=UTC)
REASONS = Reasons(by_figures=True, roles=(), ratings=15, stars=75, cents=100, currency="CHF")
DAYS = st.dates(date(2023, 1, 1), date(2027, 12, 31))
UNANSWERED = (InvitationState.OPEN, InvitationState.EXPIRED, InvitationState.UNDELIVERABLE)


def invitation(state: InvitationState) -> Invitation:
    return Invitation("F1", 2025, state, REASONS, UNTIL)


# ---------------------------------------------------------------- engagement


@pytest.mark.parametrize(
    ("held_from", "held_until", "held"),
    [
        (date(2025, 12, 31), None, True),
        (date(2026, 1, 1), None, False),
        (date(2020, 5, 5), None, True),
        (date(2020, 5, 5), date(2024, 12, 31), False),
        (date(2020, 5, 5), date(2025, 1, 1), True),
        (date(2025, 6, 1), date(2025, 6, 1), True),
        (date(2020, 1, 1), date(2030, 1, 1), True),
        (date(2026, 1, 1), date(2026, 12, 31), False),
    ],
)
def test_a_role_counts_when_it_was_held_on_any_day_of_the_year(
    held_from: date, held_until: date | None, held: bool
) -> None:
    assert Engagement("F1", Role.MENTOR, held_from, held_until).held_in(2025) is held


@given(DAYS, st.integers(0, 900), st.integers(2022, 2028))
def test_a_role_held_in_a_year_shares_a_day_with_it(held_from: date, days: int, year: int) -> None:
    until = held_from + timedelta(days=days)
    shared = any((held_from + timedelta(days=day)).year == year for day in range(days + 1))
    assert Engagement("F1", Role.MENTOR, held_from, until).held_in(year) is shared


@given(DAYS, st.integers(2022, 2028))
def test_a_role_without_an_end_is_held_ever_after(held_from: date, year: int) -> None:
    assert Engagement("F1", Role.MENTOR, held_from).held_in(year) is (year >= held_from.year)


def test_roles_are_told_once_each_in_the_policys_order_and_only_those_that_count() -> None:
    held = [
        Engagement("F1", Role.MENTOR, date(2025, 1, 1), date(2025, 1, 31)),
        Engagement("F1", Role.MENTOR, date(2025, 6, 1)),
        Engagement("F1", Role.MEETUP_ORGANISER, date(2025, 6, 1)),
        Engagement("F1", Role.BRAND_AMBASSADOR, date(2026, 1, 1)),
    ]
    assert roles_held(held, 2025, tuple(Role)) == (Role.MEETUP_ORGANISER, Role.MENTOR)
    assert roles_held(held, 2025, (Role.MENTOR, Role.MEETUP_ORGANISER)) == (
        Role.MENTOR,
        Role.MEETUP_ORGANISER,
    )
    assert roles_held(held, 2025, (Role.MENTOR, Role.MENTOR)) == (Role.MENTOR,)
    assert roles_held(held, 2025, (Role.PRODUCT_TESTER,)) == ()
    assert roles_held(held, 2026, (Role.BRAND_AMBASSADOR,)) == (Role.BRAND_AMBASSADOR,)


# ---------------------------------------------------------------- answers


@pytest.mark.parametrize(("state", "answer"), [*product(InvitationState, Answer)])
def test_an_answer_after_the_end_is_too_late_whatever_stands(state: InvitationState, answer: Answer) -> None:
    late = UNTIL + timedelta(microseconds=1)
    assert outcome_of(invitation(state), answer, late) is AnswerOutcome.TOO_LATE


@pytest.mark.parametrize("answer", Answer)
def test_an_answer_at_the_last_instant_is_in_time(answer: Answer) -> None:
    assert outcome_of(invitation(InvitationState.OPEN), answer, UNTIL) is AnswerOutcome.RECORDED


@pytest.mark.parametrize(("state", "answer"), [*product(UNANSWERED, Answer)])
def test_an_answer_in_time_wins_over_an_expiry_and_a_bounce(state: InvitationState, answer: Answer) -> None:
    before = UNTIL - timedelta(days=1)
    assert outcome_of(invitation(state), answer, before) is AnswerOutcome.RECORDED


@pytest.mark.parametrize("answer", Answer)
def test_the_same_answer_twice_is_repeated_and_a_different_one_changes_it(answer: Answer) -> None:
    other = Answer.DECLINE if answer is Answer.CONFIRM else Answer.CONFIRM
    assert outcome_of(invitation(answer.state), answer, UNTIL) is AnswerOutcome.REPEATED
    assert outcome_of(invitation(answer.state), other, UNTIL) is AnswerOutcome.CHANGED


@given(
    st.sampled_from(InvitationState),
    st.sampled_from(Answer),
    st.timedeltas(timedelta(days=-40), timedelta(days=40)),
)
def test_the_instant_decides_and_not_the_state(
    state: InvitationState, answer: Answer, off: timedelta
) -> None:
    outcome = outcome_of(invitation(state), answer, UNTIL + off)
    assert (outcome is AnswerOutcome.TOO_LATE) is (off > timedelta(0))


def test_the_offset_in_which_the_instant_is_told_does_not_matter() -> None:
    told = datetime.fromisoformat("2026-02-06T00:00:00+01:00")
    assert outcome_of(invitation(InvitationState.OPEN), Answer.CONFIRM, told) is AnswerOutcome.RECORDED


def test_only_yes_and_no_are_answers() -> None:
    answered = {state for state in InvitationState if invitation(state).answered}
    assert answered == {answer.state for answer in Answer}
    assert answered == {InvitationState.CONFIRMED, InvitationState.DECLINED}


def test_an_invitation_is_open_or_ended_in_one_of_four_ways() -> None:
    assert [str(state) for state in InvitationState] == [
        "open",
        "confirmed",
        "declined",
        "expired",
        "undeliverable",
    ]


# ---------------------------------------------------------------- letters


def test_a_letter_has_one_id_however_often_it_is_asked_for() -> None:
    assert letter_id_of(LetterKind.INVITATION, 2025, "F1") == "invitation#2025#F1"
    assert letter_id_of(LetterKind.REMINDER, 2025, "F1", 2) == "reminder-2#2025#F1"


LETTERS = st.tuples(
    st.sampled_from(LetterKind),
    st.integers(2000, 9999),
    st.text(alphabet="F12-#", min_size=1, max_size=5).filter(lambda one: "#" not in one),
    st.integers(0, 12),
)


@given(LETTERS, LETTERS)
def test_two_letters_have_two_ids(
    one: tuple[LetterKind, int, str, int], other: tuple[LetterKind, int, str, int]
) -> None:
    assert (letter_id_of(*one) == letter_id_of(*other)) is (one == other)


@given(st.integers(0, 10))
def test_a_nominee_may_get_an_invitation_a_welcome_and_the_policys_reminders(reminders: int) -> None:
    letters = letter_ids_of_year(2025, "F1", reminders)
    assert len({letter_id for _, letter_id in letters}) == len(letters) == reminders + 2
    assert [kind for kind, _ in letters].count(LetterKind.REMINDER) == reminders
    for number in range(1, reminders + 1):
        assert (LetterKind.REMINDER, letter_id_of(LetterKind.REMINDER, 2025, "F1", number)) in letters
