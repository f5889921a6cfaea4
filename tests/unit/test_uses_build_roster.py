"""Building the roster: whoever may be offered jobs, as known now; the same Friends are the same bytes."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from best_friends.application.ports import StoredStats
from best_friends.application.ports_dispatch import MissingRoster, WaveOrder
from best_friends.application.rosters import AT_ONCE, Rosters
from best_friends.domain.invitation import InvitationState
from best_friends.domain.offer import Ending
from best_friends.domain.roster import MalformedRoster, Roster, unpack
from best_friends.domain.stats import Totals
from tests.unit.fakes_dispatch import (
    DispatchWorld,
    area,
    around_bern,
    build_roster,
    dispatch_job,
    helper,
    job_of,
)
from tests.unit.line import Crash


@pytest.fixture
def world() -> DispatchWorld:
    """Anna lives in Bern, Luc in two places."""
    world = DispatchWorld()
    world.friends.rows["anna"] = helper("anna")
    world.friends.rows["luc"] = helper("luc", area(3), area(-40, 5, "work"), skills=("printer", "tv"))
    return world


def built(world: DispatchWorld) -> Roster:
    build_roster(world)()
    return unpack(list(world.rosters.versions.values())[-1])


def names(roster: Roster) -> list[str]:
    return sorted(name.decode() for name in roster.friend_ids.tolist())


def of(roster: Roster, friend_id: str) -> int:
    [row] = roster.rows_of(friend_id).tolist()
    return int(row)


# ---------------------------------------------------------------- who is in it


def test_every_friend_is_in_it_with_a_row_for_each_area(world: DispatchWorld) -> None:
    roster = built(world)
    assert names(roster) == ["anna", "luc", "luc"]
    assert roster.skills == ("computer", "printer", "tv")
    assert sorted(roster.columns["radius"].tolist()) == [5_000, 20_000, 20_000]


@pytest.mark.parametrize(
    "changes", [{"active": False}, {"paused": True}, {"areas": ()}, {"skills": ()}], ids=str
)
def test_who_may_not_be_offered_jobs_is_not_in_it(world: DispatchWorld, changes: dict[str, object]) -> None:
    world.change("anna", **changes)
    assert names(built(world)) == ["luc", "luc"]


def test_a_marketplace_without_friends_has_a_roster_of_nobody() -> None:
    world = DispatchWorld()
    assert world.build().rows == 0
    world.jobs.rows["J1"] = job_of()
    assert dispatch_job(world)(WaveOrder("J1")).ending is Ending.UNKNOWN_SKILL


# ---------------------------------------------------------------- what is known of them


def test_all_ratings_there_ever_were_count(world: DispatchWorld) -> None:
    months = {"2019-02": Totals(9, 45), "2025-12": Totals(5, 25), "2026-03": Totals(1, 5)}
    world.stats.rows["anna"] = StoredStats(1, months)
    world.stats.rows["luc"] = StoredStats(1, {"2025-12": Totals(14, 14)})
    roster = built(world)
    assert not roster.newcomer[of(roster, "anna")], "fifteen in all"
    assert roster.newcomer[roster.rows_of("luc")].all()
    # A prior of 10 ratings at 4.0: (75 + 40) / 25 / 5 and (14 + 40) / 24 / 5.
    assert roster.quality[of(roster, "anna")] == pytest.approx(0.92)
    assert roster.quality[roster.rows_of("luc")] == pytest.approx(0.45)


def test_who_was_never_rated_is_a_newcomer_of_the_priors_quality(world: DispatchWorld) -> None:
    roster = built(world)
    assert roster.newcomer.all()
    assert roster.quality == pytest.approx(0.8)


def test_the_priors_in_force_are_used() -> None:
    world = DispatchWorld(quality_prior_ratings=1, quality_prior_average=2, newcomer_ratings_below=3)
    world.friends.rows["anna"] = helper("anna")
    world.rated("anna", 3)
    roster = built(world)
    assert roster.quality == pytest.approx((15 + 2) / 4 / 5)
    assert not roster.newcomer.any()


def test_best_friends_are_those_whose_status_runs(world: DispatchWorld) -> None:
    world.honour("luc", 2025)
    world.honour("anna", 2024)
    world.programme.in_force = replace(world.programme.in_force, best_friends_of=2025)
    roster = built(world)
    assert roster.best_friend[roster.rows_of("luc")].all()
    assert not roster.best_friend[of(roster, "anna")]
    world.programme.announce(2026)
    assert not built(world).best_friend.any(), "another year's have the status now"


@pytest.mark.parametrize("state", [one for one in InvitationState if one is not InvitationState.CONFIRMED])
def test_who_has_not_confirmed_is_no_best_friend(world: DispatchWorld, state: InvitationState) -> None:
    world.honour("luc")
    row = world.invitations.rows["luc", 2025]
    row.invitation = replace(row.invitation, state=state)
    assert not built(world).best_friend.any()


def test_before_the_first_year_nobody_is_a_best_friend(world: DispatchWorld) -> None:
    world.honour("luc")
    world.programme.in_force = replace(world.programme.in_force, best_friends_of=None)
    assert not built(world).best_friend.any()


# ---------------------------------------------------------------- versions


def test_a_build_says_what_it_came_to(world: DispatchWorld) -> None:
    done = build_roster(world)()
    assert (done.version, done.rows) == (next(iter(world.rosters.versions)), 3)
    assert done.size == len(world.rosters.versions[done.version])  # type: ignore[index]


def test_the_same_friends_in_any_order_are_no_new_version(world: DispatchWorld) -> None:
    first = build_roster(world)()
    world.friends.rows = dict(reversed(world.friends.rows.items()))
    world.later(days=3)
    assert build_roster(world)() == replace(first, version=None)
    assert len(world.rosters.versions) == 1


CHANGES: dict[str, Callable[[DispatchWorld], object]] = {
    "somebody joined": lambda world: world.friends.rows.update(mia=helper("mia")),
    "somebody left": lambda world: world.change("anna", active=False),
    "somebody moved": lambda world: world.change("anna", areas=(area(0.001),)),
    "somebody narrowed an area": lambda world: world.change("anna", areas=(area(0, 19.999),)),
    "somebody learned something": lambda world: world.change("anna", skills=("computer", "tv")),
    "somebody was rated": lambda world: world.rated("anna", 1),
    "somebody was honoured": lambda world: world.honour("anna"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_whatever_changes_is_in_the_next_version(
    world: DispatchWorld, change: Callable[[DispatchWorld], object]
) -> None:
    build_roster(world)()
    change(world)
    assert build_roster(world)().version == list(world.rosters.versions)[1]
    assert build_roster(world)().version is None


@pytest.mark.parametrize("change", [{"display_name": "Ann"}, {"email": "a@b.example"}, {"language": "fr"}])
def test_what_a_draw_does_not_look_at_makes_no_version(
    world: DispatchWorld, change: dict[str, object]
) -> None:
    build_roster(world)()
    world.change("anna", **change)
    assert build_roster(world)().version is None


def test_nothing_personal_but_the_id_is_in_it(world: DispatchWorld) -> None:
    build_roster(world)()
    [content] = world.rosters.versions.values()
    assert b"anna" in content
    assert [word for word in (b"Mara", b"friends.example", b"home", b"work") if word in content] == []


def test_a_build_that_breaks_off_anywhere_leaves_a_whole_roster_or_the_old_one(world: DispatchWorld) -> None:
    build_roster(world)()
    calls = len(world.line.calls)
    world.honour("anna")
    for number in range(1, calls + 1):
        world.line.break_at(number, Crash())
        with pytest.raises(Crash):
            build_roster(world)()
        world.line.mend()
        assert len(world.rosters.versions) == 1
    assert len(built(world)) == 3


# ---------------------------------------------------------------- reading them


def test_a_roster_is_read_again_only_when_there_is_a_newer_one(world: DispatchWorld) -> None:
    rosters = Rosters(world.rosters)
    build_roster(world)()
    version, roster = rosters.newest()
    assert rosters.newest() == (version, roster)
    world.honour("anna")
    build_roster(world)()
    newer, other = rosters.newest()
    assert newer != version and len(other) == 3
    assert rosters.of(version) is roster
    assert world.line.calls.count("FakeRosters.of") == 0


@given(st.lists(st.integers(0, 3 * AT_ONCE), max_size=30))
def test_any_version_is_had_at_any_time_whatever_is_in_memory(asked: list[int]) -> None:
    world = around_bern(2)
    for number in range(3 * AT_ONCE):
        world.friends.rows[f"N{number}"] = helper(f"N{number}")
        world.build()
    versions = list(world.rosters.versions)
    rosters = Rosters(world.rosters)
    for number in asked:
        if number % 3:
            assert len(rosters.of(versions[number])) == 2 + number
        else:
            assert rosters.newest()[0] == versions[-1]


def test_a_version_that_is_not_kept_any_more_is_missing(world: DispatchWorld) -> None:
    rosters = Rosters(world.rosters)
    with pytest.raises(MissingRoster):
        rosters.newest()
    with pytest.raises(MissingRoster):
        rosters.of("v1")


def test_a_roster_that_cannot_be_read_does_not_stand_in_for_the_one_before(world: DispatchWorld) -> None:
    rosters = Rosters(world.rosters)
    build_roster(world)()
    before = rosters.newest()
    world.rosters.put(b"broken")
    with pytest.raises(MalformedRoster):
        rosters.newest()
    with pytest.raises(MalformedRoster):
        rosters.newest()
    assert rosters.of(before[0]) is before[1]
