"""The waiting list of an event: who moves up, who is admitted, and that nobody who is admitted loses."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from best_friends.domain.events import Entry, Event, EventError, Facts, Phase, Registration, checked
from best_friends.domain.waiting_list import Rule, ordered, reason_for, settled

OPENS = datetime(2026, 3, 1, 9, tzinfo=UTC)
CLOSES, STARTS = OPENS + timedelta(days=7), OPENS + timedelta(days=20)
AFTER = CLOSES + timedelta(minutes=5)
FACTS = Facts({"de": "Grillabend"}, "Zürich", 3, OPENS, CLOSES, STARTS)
EVENT = Event("grill", FACTS)


def registration(number: int, minute: int | None = None, turn: int = 1) -> Registration:
    """The registration of a Friend, by default the later the higher its number."""
    at = OPENS + timedelta(minutes=number if minute is None else minute)
    return Registration("grill", f"F{number:03}", f"t{number}", at, turn)


def rule(*best: int, places_up: int = 3) -> Rule:
    """These hold the status."""
    return Rule(lambda: frozenset(f"t{one}-{turn}" for one in best for turn in (1, 2)), places_up)


def numbers(entries: tuple[Entry, ...]) -> list[int]:
    """The entries by their tickets' numbers."""
    return [int(one.stub[1:].split("-")[0]) for one in entries]


def entries(count: int) -> list[Entry]:
    """A list in the order of registration."""
    return [Entry(f"t{number}-1", number) for number in range(1, count + 1)]


lists = st.integers(0, 14).flatmap(
    lambda count: st.tuples(
        st.just(entries(count)),
        st.sets(st.integers(1, max(1, count))).map(lambda some: {f"t{one}-1" for one in some}),
        st.integers(0, 6),
    )
)


# ------------------------------------------------------------ the move
@pytest.mark.parametrize(
    ("best", "places_up", "expected"),
    [
        ({5}, 3, [1, 5, 2, 3, 4, 6]),
        ({5, 6}, 3, [1, 5, 6, 2, 3, 4]),
        ({2, 3}, 3, [2, 3, 1, 4, 5, 6]),
        ({1}, 3, [1, 2, 3, 4, 5, 6]),
        ({2}, 3, [2, 1, 3, 4, 5, 6]),
        ({1, 2, 3, 4, 5, 6}, 3, [1, 2, 3, 4, 5, 6]),
        ({6}, 0, [1, 2, 3, 4, 5, 6]),
        (set(), 3, [1, 2, 3, 4, 5, 6]),
    ],
)
def test_a_best_friend_moves_up_and_never_past_another(
    best: set[int], places_up: int, expected: list[int]
) -> None:
    assert numbers(ordered(entries(6), {f"t{one}-1" for one in best}, places_up)) == expected


@given(lists)
def test_ordering_loses_and_invents_nobody(given_list: tuple[list[Entry], set[str], int]) -> None:
    line, best, places_up = given_list
    assert sorted(numbers(ordered(line, best, places_up))) == [one.number for one in line]


@given(lists)
def test_best_friends_are_never_worse_off_and_others_by_no_more_than_best_friends_behind_them(
    given_list: tuple[list[Entry], set[str], int],
) -> None:
    line, best, places_up = given_list
    after = ordered(line, best, places_up)
    for place, one in enumerate(after, start=1):
        behind = sum(other.stub in best for other in line if other.number > one.number)
        if one.stub in best:
            assert one.number - places_up <= place <= one.number
            assert one.moved_up == one.number - place + sum(
                other.stub in best and other.number > one.number for other in after[: place - 1]
            )
        else:
            assert one.number <= place <= one.number + behind
            assert one.passed_by == place - one.number and one.moved_up is None


@given(lists)
def test_best_friends_and_the_others_each_stay_in_their_order(
    given_list: tuple[list[Entry], set[str], int],
) -> None:
    line, best, places_up = given_list
    after = ordered(line, best, places_up)
    for group in (True, False):
        own = [one.number for one in after if (one.stub in best) is group]
        assert own == sorted(own)


@given(lists)
def test_a_move_is_made_once(given_list: tuple[list[Entry], set[str], int]) -> None:
    line, best, places_up = given_list
    once = ordered(line, best, places_up)
    assert ordered(once, best, places_up) == once


# ------------------------------------------------------------ the event
def test_before_the_closing_nobody_is_on_the_list() -> None:
    some = [registration(number) for number in range(1, 5)]
    for now in (OPENS, CLOSES, CLOSES + timedelta(seconds=29)):
        assert settled(EVENT, some, rule(), now) == EVENT


def test_the_list_is_ordered_and_the_first_are_admitted() -> None:
    after = settled(EVENT, [registration(number) for number in range(1, 7)], rule(5), AFTER)
    assert numbers(after.admitted) == [1, 5, 2] and numbers(after.waiting) == [3, 4, 6]
    assert set(after.untold) == {one.stub for one in after.line}
    moved, passed = reason_for(after, "t5-1"), reason_for(after, "t3-1")
    assert moved is not None and (moved.number, moved.moved_up, moved.position) == (5, 3, 0)
    assert passed is not None and (passed.number, passed.passed_by, passed.position) == (3, 1, 1)
    assert passed.gone == 3  # 1, 2 and 5 have places


def test_the_same_instant_is_decided_by_the_id() -> None:
    some = [registration(number, minute=0) for number in (3, 1, 2)]
    assert numbers(settled(EVENT, some, rule(), AFTER).line) == [1, 2, 3]


def test_a_free_place_goes_to_the_next_and_a_new_best_friend_moves_then() -> None:
    six = [registration(number) for number in range(1, 7)]
    event = settled(EVENT, six, rule(), AFTER)
    assert settled(event, six, rule(6), AFTER) == event  # no place is free, so nothing is ordered
    event = settled(event, [one for one in six if one.friend_id != "F002"], rule(6), AFTER)
    assert numbers(event.admitted) == [1, 3, 6] and numbers(event.waiting) == [4, 5]
    assert event.entry("t4-1").passed_by == 1  # type: ignore[union-attr]


def test_who_comes_late_stands_at_the_end_and_who_comes_back_does_not_move_again() -> None:
    six = [registration(number) for number in range(1, 7)]
    event = settled(EVENT, six, rule(6), AFTER)
    assert numbers(event.waiting) == [6, 4, 5] or event.entry("t6-1").moved_up == 3  # type: ignore[union-attr]
    late = registration(7, minute=30_000)
    event = settled(event, [*six, late], rule(6), AFTER)
    assert numbers(event.waiting)[-1] == 7 and late.stub not in event.untold
    back = replace(registration(6, minute=40_000), turn=2)
    event = settled(event, [*six[:5], late, back], rule(6), AFTER)
    assert event.entry(back.stub).moved_up == 0  # type: ignore[union-attr]
    assert numbers(event.waiting)[-1] == 6


def test_news_are_told_when_place_or_position_changes_and_only_then() -> None:
    six = [registration(number) for number in range(1, 7)]
    event = replace(settled(EVENT, six, rule(), AFTER), untold=())
    event = settled(event, six[:4] + six[5:], rule(), AFTER)  # 5 cancels
    assert event.untold == ("t6-1",) and event.entry("t6-1").tale == 2  # type: ignore[union-attr]
    fewer = settled(replace(event, untold=()), six[1:4] + six[5:], rule(), AFTER)  # 1 cancels
    assert set(fewer.untold) == {"t4-1", "t6-1"}


@pytest.mark.parametrize("ends", [{"cancelled": True}, {"facts": replace(FACTS, starts_at=AFTER)}])
def test_nothing_moves_when_it_is_over(ends: dict[str, object]) -> None:
    event = replace(EVENT, **ends)  # type: ignore[arg-type]
    assert settled(event, [registration(1)], rule(), AFTER) == event


steps = st.lists(
    st.tuples(st.sampled_from(["register", "cancel", "places", "status"]), st.integers(1, 9)), max_size=30
)


@given(steps, st.integers(0, 5), st.randoms(use_true_random=False))
def test_whatever_happens_nobody_loses_a_place_and_no_place_is_given_twice(
    happened: list[tuple[str, int]], places_up: int, random: Random
) -> None:
    rows: dict[int, Registration] = {number: registration(number) for number in range(1, 7)}
    turns: dict[int, int] = dict.fromkeys(range(1, 10), 1)
    best: set[int] = {4}
    event, minute = EVENT, 20_000
    for act, number in (("status", 4), *happened):
        minute += 1
        if act == "register" and number not in rows:
            turns[number] += 1
            rows[number] = registration(number, minute, turns[number])
        elif act == "cancel":
            rows.pop(number, None)
        elif act == "places":
            event = replace(event, facts=replace(event.facts, places=number))
        elif act == "status":
            best ^= {number}
        shuffled = list(rows.values())
        random.shuffle(shuffled)
        before = event
        holders = frozenset(f"t{one}-{turns[one]}" for one in best)
        held = Rule(lambda holders=holders: holders, places_up)  # type: ignore[misc]
        event = settled(event, shuffled, held, AFTER)
        stubs = {one.stub for one in rows.values()}
        assert {one.stub for one in event.line} == stubs and len(event.line) == len(stubs)
        assert {one.stub for one in before.admitted} & stubs <= {one.stub for one in event.admitted}
        assert len(event.admitted) <= max(event.facts.places, len(before.admitted))
        assert not event.waiting or len(event.admitted) >= event.facts.places
        assert settled(event, rows.values(), held, AFTER) == event  # once more changes nothing


def test_phases_follow_each_other() -> None:
    second = timedelta(seconds=1)
    for now, phase in (
        (OPENS - second, Phase.ANNOUNCED),
        (OPENS, Phase.OPEN),
        (CLOSES, Phase.CLOSED),
        (STARTS, Phase.OVER),
    ):
        assert EVENT.phase(now) is phase
        assert replace(EVENT, cancelled=True).phase(now) is Phase.CANCELLED


@pytest.mark.parametrize(
    "wrong",
    [
        {"titles": {}},
        {"titles": {"xx": "?"}},
        {"titles": {"de": " "}},
        {"titles": {"de": "a\nb"}},
        {"place": ""},
        {"places": 0},
        {"closes_at": OPENS},
        {"starts_at": CLOSES - timedelta(1)},
    ],
)
def test_an_event_that_cannot_be_is_refused_in_a_sentence(wrong: dict[str, object]) -> None:
    with pytest.raises(EventError, match=r"\w+"):
        checked(replace(FACTS, **wrong))  # type: ignore[arg-type]
    assert checked(FACTS) == FACTS


def test_a_title_is_shown_in_a_language_that_it_has() -> None:
    assert FACTS.title("fr") == "Grillabend"
    assert replace(FACTS, titles={"en": "Barbecue", "de": "Grillabend"}).title("en") == "Barbecue"
