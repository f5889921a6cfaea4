"""Product tests, testers and announcements on DynamoDB: whole, conditional, safe to repeat."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from best_friends import bootstrap_offers
from best_friends.adapters.announcements import PagesOfFriends
from best_friends.adapters.dynamodb import bound
from best_friends.adapters.models import FriendRow
from best_friends.adapters.product_tests import ProductTestsTable
from best_friends.adapters.product_tests import TestersTable as Table
from best_friends.application.errors import Conflict
from best_friends.domain.announcements import (
    Announcement,
    AnnouncementWords,
    Edition,
    Round,
    RoundKind,
)
from best_friends.domain.letter import NO_YEAR, LetterState, announcement_letter_id
from best_friends.domain.product_tests import (
    Cancelled,
    ProductTestState,
    Wave,
)
from best_friends.domain.product_tests import Tester as Invited
from best_friends.domain.product_tests import TesterState as State
from tests.support.marketplace import friend
from tests.support.stack import Stack
from tests.unit.fakes_offers import START, drill


@pytest.fixture
def tests(stack: Stack) -> ProductTestsTable:
    """The tests."""
    return bootstrap_offers.product_tests(stack.name("ProductTestsTable"))


@pytest.fixture
def testers(stack: Stack) -> Table:
    """The testers."""
    return bootstrap_offers.testers(stack.name("ProductTestsTable"), stack.name("TestersTable"))


def invited(friend_id: str) -> Invited:
    return Invited("drill", friend_id, Wave.EVERYBODY, ("repair",), 0.123456789012345, START)


def test_a_test_comes_back_whole_and_is_added_once(tests: ProductTestsTable) -> None:
    test = drill(skills=("repair",))
    assert tests.add(test) and not tests.add(drill(9))
    assert tests.get("drill") == test and list(tests.all()) == [test] and tests.get("none") is None
    tests.rest("drill", START)
    off = Cancelled(START, "Ada", "no drills")
    assert tests.cancel("drill", off) and not tests.cancel("drill", off)
    tests.told("drill")
    known = tests.get("drill")
    assert known is not None and known.cancelled == replace(off, told=True)
    assert (known.state, known.rests_until) == (ProductTestState.CANCELLED, START)
    tests.told("none")


def test_places_are_taken_and_freed_with_the_answer_or_not_at_all(
    tests: ProductTestsTable, testers: Table
) -> None:
    tests.add(drill(1))
    one, two = invited("F1"), invited("F2")
    assert testers.invite(one) and testers.invite(two) and not testers.invite(one)
    testers.ordered("drill", "F1")
    testers.ordered("drill", "gone")
    testers.answer(drill(1), one, State.ACCEPTED, START)
    with pytest.raises(Conflict):
        testers.answer(drill(1), two, State.ACCEPTED, START)  # no place is left
    with pytest.raises(Conflict):
        testers.answer(drill(1), one, State.DECLINED, START)  # it is not as it was seen
    known = {tester.friend_id: tester for tester in testers.of_test("drill")}
    assert known["F1"] == replace(one, state=State.ACCEPTED, answered_at=START, ordered=True)
    assert known["F2"] == two
    testers.answer(drill(1), known["F1"], State.DECLINED, START)
    testers.answer(drill(1), two, State.DECLINED, START)
    test = tests.get("drill")
    assert test is not None and test.taken == 0
    tests.cancel("drill", Cancelled(START, "Ada", "x"))
    [declined] = testers.of_accounts("drill", ["F1", "F9"])
    with pytest.raises(Conflict):
        testers.answer(test, declined, State.ACCEPTED, START)


def test_an_announcement_is_written_over_the_revision_that_was_read(stack: Stack) -> None:
    table = bootstrap_offers.announcements(stack.name("AnnouncementsTable"))
    first = Announcement(
        "app",
        date(2026, 3, 9),
        date(2026, 3, 2),
        {"de": AnnouncementWords("Neu", ("a", "b"))},
        (Edition(1, START, "Ada", "x", {"de": "y"}),),
        running=Round(RoundKind.EARLY, 1, "F1", 3),
        done=(Round(RoundKind.EARLY, 1),),
    )
    assert table.add(first) and not table.add(first)
    assert table.get("app") == first and table.get("none") is None
    second = table.save(replace(first, begun=True))
    assert second.revision == 1 and list(table.all()) == [second]
    with pytest.raises(Conflict):
        table.save(first)


def test_who_has_which_version_is_told_by_the_letters(stack: Stack) -> None:
    letters, readers = stack.letters, bootstrap_offers.readers(stack.name("LettersTable"))
    at = datetime(2026, 3, 1, tzinfo=UTC)
    states = {"F1": LetterState.SENT, "F2": LetterState.FAILED, "F3": LetterState.IN_DOUBT, "F4": None}
    for friend_id, state in states.items():
        letter_id = announcement_letter_id("app", 1, friend_id)
        letters.claim(letter_id, friend_id, NO_YEAR, at)
        if state:
            letters.settle(letter_id, state)
    letters.claim(announcement_letter_id("app", 2, "F1"), "F1", NO_YEAR, at)
    many = [*states, *(f"X{number}" for number in range(120))]
    assert readers.versions("app", 2, many) == {"F1": 2, "F3": 1, "F4": 1}
    assert readers.versions("app", 1, many) == {"F1": 1, "F3": 1, "F4": 1}
    assert readers.versions("other", 1, many) == {}


@pytest.mark.parametrize("size", [1, 2, 3, 7, 100])
def test_friends_come_in_parts_each_once(stack: Stack, size: int) -> None:
    stack.friends.put_many([friend(f"F{number}") for number in range(6)])
    pages, after, seen = PagesOfFriends(bound(FriendRow, stack.name("FriendsTable"))), None, []
    for _ in range(10):
        friends, after = pages.page(after, size)
        seen += [one.friend_id for one in friends]
        if after is None:
            break
    assert sorted(seen) == [f"F{number}" for number in range(6)]
