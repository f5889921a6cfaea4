"""build_roster: everybody who may be offered jobs, packed every few minutes."""

from dataclasses import replace

import pytest

from best_friends.domain.invitation import Answer
from best_friends.domain.roster import Roster, unpack
from best_friends.domain.stats import Totals
from tests.support.fixtures import Printed
from tests.support.marketplace import YEAR, friend
from tests.support.offers import neighbours
from tests.support.stack import Clock, Stack
from tests.support.steps import answered, invited


def newest(stack: Stack) -> Roster:
    packed = stack.rosters.newest()
    assert packed
    return unpack(packed.content)


def test_roster_holds_everybody_who_may_be_notified(stack: Stack, printed: Printed) -> None:
    stack.friends.put_many([friend("F1"), friend("F2", active=False), replace(friend("F3"), paused=True)])
    done = stack.invoke("BuildRoster", {})
    roster = newest(stack)
    assert {name.decode() for name in roster.friend_ids.tolist()} == {"F1"}
    assert (done["rows"], done["version"]) == (2, stack.rosters.newest().version)  # type: ignore[union-attr]
    assert (printed.metric("RosterRows"), printed.metric("RostersBuilt")) == (2, 1)


def test_roster_knows_ratings_and_whose_status_runs(stack: Stack, clock: Clock) -> None:
    stack.friends.put_many([friend("F1"), friend("F2")])
    stack.stats.put("F1", {"2024-06": Totals(8, 40), "2025-06": Totals(7, 35)}, read_at=0)
    for name, answer in (("F1", Answer.CONFIRM), ("F2", Answer.DECLINE)):
        invited(stack, name)
        answered(stack, name, answer, clock())
    stack.invoke("BuildRoster", {})
    assert not newest(stack).best_friend.any(), "before it is announced"
    stack.programme.announce(YEAR)
    stack.invoke("BuildRoster", {})
    roster = newest(stack)
    ours, theirs = roster.rows_of("F1"), roster.rows_of("F2")
    assert roster.best_friend[ours].all() and not roster.best_friend[theirs].any()
    assert roster.newcomer[theirs].all() and not roster.newcomer[ours].any()
    assert roster.quality[ours] == pytest.approx(115 / 25 / 5)


def test_marketplace_larger_than_a_page_is_in_it_whole(stack: Stack) -> None:
    names = [f"F{number:04d}" for number in range(1_300)]
    stack.friends.put_many(replace(friend(name), display_name="x" * 900) for name in names)
    before = stack.wire.count("dynamodb.Scan")
    assert stack.invoke("BuildRoster", {})["rows"] == 2_600
    assert stack.wire.count("dynamodb.Scan") > before + 2


def test_build_without_news_keeps_the_version_and_says_so(stack: Stack, printed: Printed) -> None:
    neighbours(stack, 3)
    version = stack.rosters.newest().version  # type: ignore[union-attr]
    assert stack.invoke("BuildRoster", {}) == {"rows": 6, "version": None}
    assert stack.rosters.newest().version == version  # type: ignore[union-attr]
    assert printed.metric("RostersBuilt") == 2


@pytest.mark.parametrize("operation", ["dynamodb.Scan", "dynamodb.GetItem", "s3.PutObject"])
def test_build_that_fails_is_seen_as_an_error_and_leaves_the_last_roster(
    stack: Stack, operation: str, printed: Printed
) -> None:
    neighbours(stack, 3)
    before = stack.rosters.newest()
    stack.friends.put_many([friend("F99")])
    stack.wire.refuse(operation, "AccessDeniedException", times=None)
    with pytest.raises(Exception, match=r"AccessDenied|Bad Request"):
        stack.invoke("BuildRoster", {})
    stack.wire.mend()
    assert stack.rosters.newest() == before
    assert printed.metric("RostersBuilt") == 1
    assert stack.invoke("BuildRoster", {})["rows"] == 8


def test_build_that_crashes_leaves_the_last_roster(stack: Stack) -> None:
    neighbours(stack, 3)
    before = stack.rosters.newest()
    stack.friends.put_many([friend("F99")])
    stack.wire.crash("s3.PutObject")
    with pytest.raises(BaseException, match="PutObject"):
        stack.invoke("BuildRoster", {})
    assert stack.rosters.newest() == before


def test_nothing_personal_is_logged(stack: Stack, printed: Printed) -> None:
    neighbours(stack, 3)
    written = printed.text
    assert "roster built" in written
    assert [one for one in ("Muster", "mailbox.example", "F01", "47.37") if one in written] == []
