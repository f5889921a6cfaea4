"""Merging accounts: what is refused, what follows, what a preview says, and that it can be taken back."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from best_friends.application.accounts import Accounts
from best_friends.application.errors import Refusal
from best_friends.application.preview_merge import PreviewMerge
from best_friends.domain.accounts import Cycle, surviving
from best_friends.domain.friends import ADDED, Area, Engagement, with_what_is_known_here
from best_friends.domain.offer import hindrance
from best_friends.domain.policy import Role
from tests.unit.fakes_changes import BY, Broken, Changes, friend, job, rating

HOME = Area(47.0, 8.0, 15.0)
AARAU = Area(47.39, 8.04, 20.0, "Aarau")


@pytest.fixture
def world() -> Changes:
    """Two accounts of one person, and a third."""
    made = Changes()
    made.friends.put_many([friend("ada", HOME), friend("ada2", HOME, AARAU), friend("bea")])
    made.bring_in(
        {
            "ada": [rating("ada", 1, 5), job("ada", 1, 5000)],
            "ada2": [rating("ada2", 2, 4), job("ada2", 2, 7000, "2024-12")],
        }
    )
    return made


def test_the_history_moves_and_nothing_is_lost_or_twice(world: Changes) -> None:
    before = world.ledger.totals()
    done = world.merging().merge("ada2", "ada", BY)
    assert (done.moved, done.areas) == (2, 1)
    assert world.ledger.totals() == before
    assert world.ledger.of_friend("ada2") == []
    assert {line.account for line in world.ledger.of_friend("ada")} == {"ada", "ada2"}


def test_the_areas_join_each_place_once(world: Changes) -> None:
    world.merging().merge("ada2", "ada", BY)
    assert world.friends.get("ada").areas == (HOME, replace(AARAU, origin="ada2"))
    world.merging().unmerge("ada2", BY)
    assert world.friends.get("ada").areas == (HOME,)
    assert world.friends.get("ada2").areas == (HOME, AARAU)


def test_the_alias_is_notified_of_nothing_and_means_the_other(world: Changes) -> None:
    world.merging().merge("ada2", "ada", BY)
    alias = world.friends.get("ada2")
    assert not alias.may_be_notified
    assert hindrance(alias) == "merged"
    assert Accounts(world.friends).friend("ada2").friend_id == "ada"


@pytest.mark.parametrize(
    ("from_id", "into_id", "said"),
    [
        ("ada", "ada", "cannot be merged into itself"),
        ("nobody", "ada", "there is no Friend nobody"),
        ("ada", "nobody", "there is no Friend nobody"),
        ("ada2", "bea", "merged into ada already"),
        ("bea", "ada2", "is an alias of ada; merge into ada"),
        ("ada", "ada2", "circle"),
    ],
)
def test_what_cannot_be_is_refused_in_one_sentence(
    world: Changes, from_id: str, into_id: str, said: str
) -> None:
    world.merging().merge("ada2", "ada", BY)
    before = dict(world.ledger.rows), dict(world.friends.rows)
    with pytest.raises(Refusal, match=said):
        world.merging().merge(from_id, into_id, BY)
    assert (world.ledger.rows, world.friends.rows) == before


def test_unmerging_what_is_not_merged_is_refused(world: Changes) -> None:
    with pytest.raises(Refusal, match="ada is not merged"):
        world.merging().unmerge("ada", BY)
    world.merging().merge("ada2", "ada", BY)
    world.merging().unmerge("ada2", BY)
    with pytest.raises(Refusal, match="ada2 is not merged"):
        world.merging().unmerge("ada2", BY)


@pytest.mark.parametrize("writes", range(4))
def test_a_merge_that_died_goes_on(world: Changes, writes: int) -> None:
    expected = Changes(friends=world.friends.__class__(world.friends.rows.values()))
    expected.ledger.rows = dict(world.ledger.rows)
    expected.merging().merge("ada2", "ada", BY)
    world.ledger.break_after = writes
    try:
        world.merging().merge("ada2", "ada", BY)
    except Broken:
        world.ledger.break_after = None
        assert world.merging().merge("ada2", "ada", BY).resumed
    assert world.ledger.rows == expected.ledger.rows
    assert world.friends.rows == expected.friends.rows


def test_a_merge_again_changes_nothing(world: Changes) -> None:
    world.merging().merge("ada2", "ada", BY)
    before = dict(world.ledger.rows), dict(world.friends.rows), list(world.trail.notes)
    assert world.merging().merge("ada2", "ada", BY).moved == 0
    assert (world.ledger.rows, world.friends.rows, world.trail.notes) == before


def test_both_trails_say_who_and_why(world: Changes) -> None:
    world.merging().merge("ada2", "ada", BY)
    for one, other in (("ada", "ada2"), ("ada2", "ada")):
        [note] = world.trail.of_friend(one)
        assert (note.action, note.about, note.who, note.why) == ("merged", other, "olga", "because")


def test_what_arrives_under_the_alias_goes_to_the_account(world: Changes) -> None:
    world.merging().merge("ada2", "ada", BY)
    world.bring_in({"ada2": [rating("ada2", 9, 5)]})
    assert [line.source for line in world.ledger.of_friend("ada") if line.account == "ada2"] == [
        "JOB#J2",
        "RATING#R2",
        "RATING#R9",
    ]
    world.merging().unmerge("ada2", BY)
    assert len(world.ledger.of_friend("ada2")) == 3


def test_a_line_that_was_written_under_the_alias_meanwhile_is_settled(world: Changes) -> None:
    world.merging().merge("ada2", "ada", BY)
    late = rating("ada2", 9, 5)  # by an import that had read the alias before it was one (F21)
    world.ledger.write([late], [])
    assert world.merging().settle(["ada2"]) == 1
    assert world.ledger.of_friend("ada2") == []


def test_a_chain_of_merges_comes_apart_where_it_was_joined(world: Changes) -> None:
    before = dict(world.ledger.rows)
    world.merging().merge("ada2", "ada", BY)
    world.merging().merge("ada", "bea", BY)
    assert {friend_id for friend_id, _ in world.ledger.rows} == {"bea"}
    world.merging().unmerge("ada", BY)
    assert {friend_id for friend_id, _ in world.ledger.rows} == {"ada"}
    world.merging().unmerge("ada2", BY)
    assert world.ledger.rows == before


def test_a_preview_shows_both_sides_before_and_after(world: Changes) -> None:
    class Roles:
        def all(self):
            return iter([Engagement("ada2", Role.MENTOR, world.now.date())])

    before = dict(world.ledger.rows), dict(world.friends.rows)
    looked = PreviewMerge(world.merging(), Roles(), world.programme, world.clock)("ada2", "ada")
    assert (looked.gone.total.cents, looked.kept.total.cents, looked.after.total.cents) == (7000, 5000, 12000)
    assert (looked.gone.figures.ratings, looked.after.figures.ratings) == (1, 2)
    assert looked.kept.figures.roles == () and looked.after.figures.roles == (Role.MENTOR,)
    assert (looked.kept.areas, looked.after.areas) == (1, 2)
    assert looked.cutoff_of is None and not looked.after.verdict.revenue_met
    assert (world.ledger.rows, world.friends.rows) == before
    with pytest.raises(Refusal):
        PreviewMerge(world.merging(), Roles(), world.programme, world.clock)("ada", "ada")


def test_an_export_keeps_what_was_decided_here() -> None:
    exported = friend("ada", HOME, AARAU)
    here = replace(
        exported,
        areas=(HOME, Area(46.0, 7.0, 5.0, "Bern", ADDED), Area(45.0, 7.0, 5.0, "Sion", "ada2")),
        removed_areas=(AARAU,),
        merged_into="bea",
    )
    again = with_what_is_known_here(here, exported)
    assert again == here
    moved = with_what_is_known_here(here, friend("ada", AARAU))
    assert [area.label for area in moved.areas] == ["Bern", "Sion"]


def test_an_area_removed_here_may_come_back_when_the_export_drops_it_first() -> None:
    here = replace(friend("ada", HOME), removed_areas=(AARAU,))
    without = with_what_is_known_here(here, friend("ada", HOME))
    assert without.removed_areas == ()
    assert with_what_is_known_here(without, friend("ada", HOME, AARAU)).areas == (HOME, AARAU)


@given(st.dictionaries(st.sampled_from("abcdef"), st.sampled_from("abcdef")))
def test_an_alias_ends_at_an_account_or_is_a_circle(merged_into: dict[str, str]) -> None:
    for friend_id in "abcdef":
        try:
            assert surviving(friend_id, merged_into) not in merged_into
        except Cycle:
            assert friend_id in merged_into


def test_nobody_is_merged_with_somebody_who_was_erased(world: Changes) -> None:
    world.friends.put_many([friend("erased-1", display_name="", email="")])
    for pair in (("erased-1", "ada"), ("ada", "erased-1")):
        with pytest.raises(Refusal, match="erased-1 stands for somebody who was erased"):
            world.merging().merge(*pair, BY)


def test_a_merge_again_joins_no_area_that_was_removed_since(world: Changes) -> None:
    world.merging().merge("ada2", "ada", BY)
    world.friends.put_areas("ada", (HOME,))
    world.merging().merge("ada2", "ada", BY)
    assert world.friends.get("ada").areas == (HOME,)
