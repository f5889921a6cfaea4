"""Correcting single lines, by hand and by a second import, with a trail."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from best_friends.application.correct_ledger import Change
from best_friends.application.errors import Conflict, Refusal
from tests.unit.fakes_changes import BY, Changes, friend, job, rating

EXPORT = {"ada": [rating("ada", 1, 2), job("ada", 1, 5000)], "bea": [rating("bea", 2, 4)]}


@pytest.fixture
def world() -> Changes:
    """Two Friends and three lines."""
    made = Changes()
    made.friends.put_many([friend("ada"), friend("bea")])
    made.bring_in(EXPORT)
    return made


def lines(world: Changes) -> dict[str, tuple[str, str, int, int]]:
    """Where each line lies, and its figures."""
    return {
        one.source: (one.friend_id, one.month, one.stars, one.cents) for one in world.ledger.rows.values()
    }


def test_stars_are_corrected_and_the_same_export_leaves_them(world: Changes) -> None:
    done = world.correcting().correct("RATING#R1", BY, Change(stars=5))
    assert (done.before.stars, done.after.stars) == (2, 5)
    assert world.bring_in(EXPORT).nothing_changed
    assert lines(world)["RATING#R1"] == ("ada", "2025-03", 5, 0)


def test_a_newer_word_of_the_marketplace_wins(world: Changes) -> None:
    world.correcting().correct("RATING#R1", BY, Change(stars=5))
    world.bring_in({"ada": [rating("ada", 1, 3), job("ada", 1, 5000)]})
    assert lines(world)["RATING#R1"] == ("ada", "2025-03", 3, 0)
    assert world.corrections.rows == {}


def test_a_line_is_dated_anew_into_its_month_where_the_programme_lives(world: Changes) -> None:
    at = datetime(2025, 12, 31, 23, 30, tzinfo=UTC)  # 2026 in Zurich
    world.correcting().correct("JOB#J1", BY, Change(at=at))
    assert lines(world)["JOB#J1"] == ("ada", "2026-01", 0, 5000)
    assert len(world.ledger.rows) == 3
    assert world.bring_in(EXPORT).nothing_changed


def test_a_job_is_given_to_another_friend(world: Changes) -> None:
    world.correcting().correct("JOB#J1", BY, Change(friend_id="bea"))
    assert lines(world)["JOB#J1"] == ("bea", "2025-03", 0, 5000)
    assert world.bring_in(EXPORT).nothing_changed
    with pytest.raises(Refusal, match="there is no Friend nobody"):
        world.correcting().correct("JOB#J1", BY, Change(friend_id="nobody"))


def test_a_refund_in_part_then_whole(world: Changes) -> None:
    assert world.correcting().refund("J1", BY, cents=1500).after.cents == 3500
    assert world.correcting().refund("J1", BY).after.cents == 0
    assert lines(world)["JOB#J1"] == ("ada", "2025-03", 0, 0)  # the job itself stays done
    with pytest.raises(Refusal, match=r"earned 0\.00"):
        world.correcting().refund("J1", BY, cents=1)
    assert world.bring_in(EXPORT).nothing_changed


def test_a_withdrawn_rating_stays_away(world: Changes) -> None:
    world.correcting().withdraw("RATING#R1", BY)
    world.bring_in(EXPORT)
    assert "RATING#R1" not in lines(world)
    with pytest.raises(Refusal, match="the rating R1 was withdrawn by olga"):
        world.correcting().withdraw("RATING#R1", BY)


def test_what_is_so_already_changes_nothing(world: Changes) -> None:
    done = world.correcting().correct("RATING#R1", BY, Change(stars=2))
    assert done.after == done.before
    assert world.trail.notes == [] and world.corrections.rows == {}


def test_the_trail_says_who_when_before_after_why(world: Changes) -> None:
    world.correcting().correct("RATING#R1", BY, Change(stars=5))
    world.correcting().withdraw("RATING#R1", BY)
    first, second = world.trail.of_friend("ada")
    assert (first.who, first.why, first.action, first.about) == (
        "olga",
        "because",
        "rating corrected",
        "RATING#R1",
    )
    assert (first.before["stars"], first.after["stars"]) == (2, 5)
    assert second.at > first.at and second.after is None


def test_what_an_import_changes_is_noted_as_well(world: Changes) -> None:
    world.bring_in({"ada": [replace(rating("ada", 1, 4), at="2025-03-06T10:00:00Z")]})
    [note] = world.trail.of_friend("ada")
    assert (note.action, note.about, note.before["stars"], note.after["stars"]) == (
        "changed by import",
        "RATING#R1",
        2,
        4,
    )


def test_a_rating_that_moved_to_another_friend_counts_once(world: Changes) -> None:
    done = world.bring_in({"bea": [rating("bea", 1, 2), rating("bea", 2, 4)]})
    assert lines(world)["RATING#R1"] == ("bea", "2025-03", 2, 0)
    assert done.new == {} and done.changed == {"ledger": 1}


def test_a_second_correction_keeps_what_was_exported(world: Changes) -> None:
    world.correcting().correct("RATING#R1", BY, Change(stars=5))
    world.correcting().correct("RATING#R1", BY, Change(stars=4))
    assert world.corrections.get("RATING#R1").exported.stars == 2
    assert world.bring_in(EXPORT).nothing_changed
    assert lines(world)["RATING#R1"][2] == 4


def test_a_correction_follows_a_merge(world: Changes) -> None:
    world.merging().merge("ada", "bea", BY)
    world.correcting().correct("RATING#R1", BY, Change(stars=5))
    assert lines(world)["RATING#R1"] == ("bea", "2025-03", 5, 0)
    assert world.bring_in(EXPORT).nothing_changed
    world.merging().unmerge("ada", BY)
    assert lines(world)["RATING#R1"] == ("ada", "2025-03", 5, 0)


def test_a_line_that_changes_meanwhile_is_read_again(world: Changes) -> None:
    moves, raced = world.moves, []

    class Racing:
        def correct(self, correction, move, note) -> None:
            if not raced:
                raced.append(True)
                world.ledger.write([rating("ada", 1, 1)], [])
                raise Conflict("somebody was faster")
            moves.correct(correction, move, note)

    done = replace(world.correcting(), moves=Racing()).correct("RATING#R1", BY, Change(stars=5))
    assert (done.before.stars, lines(world)["RATING#R1"][2]) == (1, 5)
