"""Product tests: the order can be recomputed, room follows from places, and what stands for a Friend."""

import hashlib
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from best_friends.domain.friends import Friend
from best_friends.domain.product_tests import (
    COUNTS_FOR,
    Cancelled,
    ProductTestState,
    Standing,
    Wave,
    chance_of,
    may_test,
    ordered,
    room,
    standing_of,
    wave_of,
)
from best_friends.domain.product_tests import (
    Tester as Invited,
)
from best_friends.domain.product_tests import (
    TesterState as State,
)
from tests.unit.fakes import friend_of
from tests.unit.fakes_offers import START, drill

SKILLS = ("assembly", "repair", "garden")
IDS = st.text("ABCDEF0123456789", min_size=1, max_size=6)
FRIENDS = st.dictionaries(IDS, st.lists(st.sampled_from([*SKILLS, "piano"]), unique=True), max_size=20).map(
    lambda found: [replace(friend_of(one), skills=tuple(skills)) for one, skills in found.items()]
)


@given(FRIENDS, st.permutations(SKILLS), st.randoms(use_true_random=False))
def test_the_order_is_by_matching_skills_then_by_the_draw_whoever_comes_first(
    friends: list[Friend], wanted: list[str], random: object
) -> None:
    order = ordered(friends, "drill", wanted)
    assert ordered(friends[::-1], "drill", wanted) == order
    counts = [len(one.matching) for one in order]
    assert counts == sorted(counts, reverse=True) and all(counts)
    for before, after in pairwise(order):
        assert len(before.matching) > len(after.matching) or before.drawn < after.drawn
    assert {one.friend_id for one in order} == {one.friend_id for one in friends if may_test(one, wanted)}
    assert len(ordered(friends, "drill", ())) == len(friends)


@given(IDS, IDS)
def test_a_draw_can_be_recomputed_by_hand(test_id: str, friend_id: str) -> None:
    digest = hashlib.sha256(f"{test_id}#{friend_id}".encode()).hexdigest()
    assert chance_of(test_id, friend_id) == (int(digest[:13], 16) + 0.5) / 16**13
    assert 0 < chance_of(test_id, friend_id) < 1


def test_draws_of_different_tests_differ() -> None:
    friends = [friend_of(f"F{number}") for number in range(50)]
    first, second = ([one.friend_id for one in ordered(friends, test, ())] for test in ("drill", "saw"))
    assert first != second and sorted(first) == sorted(second)


@pytest.mark.parametrize(
    "changes",
    [{"active": False}, {"paused": True}, {"merged_into": "F2"}, {"email": ""}, {"skills": ("tv",)}],
)
def test_who_may_not_be_invited(changes: dict[str, object]) -> None:
    able = replace(friend_of("F1"), skills=("repair",))
    assert may_test(able, SKILLS)
    assert not may_test(replace(able, **changes), SKILLS)  # type: ignore[arg-type]


def invited(friend_id: str, state: State = State.INVITED, hours: float = 0) -> Invited:
    at = START - timedelta(hours=hours)
    return Invited("drill", friend_id, Wave.BEST_FRIENDS, (), 0.5, at, state)


def test_waves_follow_the_clock_and_end_with_the_places() -> None:
    test = drill()
    second = timedelta(seconds=1)
    assert wave_of(test, test.starts_at - second) is None
    assert wave_of(test, test.starts_at) is wave_of(test, test.others_from - second) is Wave.BEST_FRIENDS
    assert wave_of(test, test.others_from) is wave_of(test, test.answer_until) is Wave.EVERYBODY
    assert wave_of(test, test.answer_until + second) is None
    assert wave_of(replace(test, taken=2), test.starts_at) is None
    assert wave_of(replace(test, state=ProductTestState.CANCELLED), test.starts_at) is None


@given(st.integers(1, 5), st.integers(0, 5), st.lists(st.sampled_from(State), max_size=20))
def test_room_is_three_open_invitations_a_place_that_is_left(
    places: int, taken: int, states: list[State]
) -> None:
    test = drill(places, taken=min(taken, places))
    testers = [invited(f"F{number}", state) for number, state in enumerate(states)]
    free = room(test, testers, START)
    waiting = states.count(State.INVITED)
    assert free == max(0, 3 * test.left - waiting)


def test_silence_makes_room_after_a_day() -> None:
    testers = [invited(f"F{number}", hours=COUNTS_FOR / timedelta(hours=1)) for number in range(6)]
    assert room(drill(2), testers, START) == 6
    assert room(drill(2), [replace(one, invited_at=START) for one in testers], START) == 0


def test_what_stands_for_a_friend() -> None:
    test, late = drill(), drill().answer_until + timedelta(seconds=1)
    yes, no, none = (invited("F1", state) for state in (State.ACCEPTED, State.DECLINED, State.INVITED))
    full = replace(test, taken=2)
    off = replace(test, state=ProductTestState.CANCELLED, cancelled=Cancelled(START, "Ada", "no drills"))
    assert standing_of(test, none, START) is Standing.OPEN
    assert standing_of(full, none, START) is Standing.FULL
    assert standing_of(full, yes, START) is standing_of(test, yes, late) is Standing.ACCEPTED
    assert standing_of(test, no, START) is Standing.DECLINED
    assert standing_of(test, no, late) is standing_of(test, none, late) is Standing.OVER
    assert {standing_of(off, one, late) for one in (yes, no, none)} == {Standing.CANCELLED}
