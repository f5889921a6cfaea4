"""The rules of requests: what a form may hold, and which requests are one."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from best_friends.domain.policy import Role
from best_friends.domain.requests import (
    PLACE_LENGTH,
    WORDS_LENGTH,
    AreaForm,
    AreaWish,
    Field,
    RequestKind,
    RequestState,
    RoleForm,
    RoleWish,
    one_line,
    requested,
)
from tests.unit.fakes_requests import NOON

TODAY = date(2026, 3, 3)
AARAU = AreaForm("Aarau", "15", "on Mondays")


def test_a_form_that_is_filled_in_is_a_wish() -> None:
    assert AARAU.faults() == frozenset()
    assert AreaForm("  Aarau,\n Bahnhof ", " 15 km ", "").wish() == AreaWish("Aarau, Bahnhof", 15)


@pytest.mark.parametrize(
    ("form", "fault"),
    [
        (AreaForm(" \u200b", "15"), Field.PLACE),
        (AreaForm("x" * (PLACE_LENGTH + 1), "15"), Field.PLACE),
        (AreaForm("Aarau", "0"), Field.RADIUS),
        (AreaForm("Aarau", "101"), Field.RADIUS),
        (AreaForm("Aarau", "-5"), Field.RADIUS),
        (AreaForm("Aarau", "1.5"), Field.RADIUS),
        (AreaForm("Aarau", "٣"), Field.RADIUS),
        (AreaForm("Aarau", ""), Field.RADIUS),
        (AreaForm("Aarau", "15", "x" * (WORDS_LENGTH + 1)), Field.WORDS),
    ],
)
def test_a_form_says_which_field_is_at_fault(form: AreaForm, fault: Field) -> None:
    assert form.faults() == {fault}


def test_a_role_needs_a_few_words_and_must_not_be_held() -> None:
    assert RoleForm("mentor", "I like it").faults() == frozenset()
    assert RoleForm("mentor", " ").faults() == {Field.WORDS}
    assert RoleForm("boss", "I like it").faults() == {Field.ROLE}
    assert RoleForm("", "").faults() == {Field.ROLE, Field.WORDS}
    assert RoleForm("mentor", "I like it").faults(frozenset({Role.MENTOR})) == {Field.ROLE}


@given(st.text(), st.text(), st.text())
def test_whatever_is_typed_is_judged_and_a_wish_without_fault_is_within_bounds(
    place: str, radius: str, words: str
) -> None:
    form = AreaForm(place, radius, words)
    if not form.faults():
        wish = form.wish()
        assert 1 <= wish.radius_km <= 100 and 0 < len(wish.place) <= PLACE_LENGTH
        assert wish.place == one_line(wish.place)


@given(st.text())
def test_one_line_is_one_line_that_can_be_seen(text: str) -> None:
    line = one_line(text)
    assert len(line.splitlines()) <= 1 and line == line.strip() == one_line(line)


def test_the_same_wish_on_the_same_day_is_one_request() -> None:
    first = requested("F1", AreaWish("Aarau", 15), "on Mondays", NOON, TODAY)
    again = requested("F1", AreaWish("Aarau", 15), " on  Mondays", NOON + timedelta(hours=3), TODAY)
    assert first.request_id == again.request_id
    assert (first.kind, first.state) == (RequestKind.AREA, RequestState.OPEN)


@given(
    st.sampled_from(["F1", "F2"]),
    st.sampled_from([AreaWish("Aarau", 15), AreaWish("Aarau", 16), RoleWish(Role.MENTOR)]),
    st.sampled_from(["", "on Mondays"]),
    st.sampled_from([TODAY, TODAY + timedelta(days=1)]),
)
def test_whatever_differs_makes_it_another_request(
    friend_id: str, asked: AreaWish | RoleWish, words: str, on: date
) -> None:
    one = requested("F1", AreaWish("Aarau", 15), "", NOON, TODAY)
    other = requested(friend_id, asked, words, NOON, on)
    same = (friend_id, asked, words, on) == ("F1", AreaWish("Aarau", 15), "", TODAY)
    assert (one.request_id == other.request_id) is same
