"""Corrections, trail, aliases and moves within the ledger: all of it or nothing, and found again."""

import uuid
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from best_friends import bootstrap
from best_friends.application.accounts import Accounts
from best_friends.application.correct_ledger import By, Change, CorrectLedger
from best_friends.application.errors import Conflict
from best_friends.application.merge_accounts import MergeAccounts
from best_friends.application.ports_changes import Move
from best_friends.domain.corrections import Correction, Note
from best_friends.domain.friends import ADDED, Area
from best_friends.domain.ledger import LedgerEntry
from tests.support.fixtures import few_examples
from tests.support.marketplace import friend
from tests.support.stack import Stack

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
BY = By("olga", "because")
DOCUMENTS = st.none() | st.dictionaries(
    st.text(max_size=5), st.text(max_size=9) | st.integers() | st.none(), max_size=3
)


def line(friend_id: str, number: int = 1, **changes: object) -> LedgerEntry:
    """A line of a rating."""
    made = LedgerEntry(friend_id, f"2025-03#RATING#{friend_id}-{number}", "2025-03-01T10:00:00Z", stars=4)
    return replace(made, **changes)


def moves(stack: Stack):
    """The ledger's transactions."""
    return bootstrap.ledger_moves(*map(stack.name, ("LedgerTable", "CorrectionsTable", "TrailTable")))


def someone() -> str:
    """An id of its own."""
    return uuid.uuid4().hex


def test_a_line_is_found_by_what_it_is_about(stack: Stack) -> None:
    one = line(someone(), owner="alias")
    stack.ledger.write([one, line(someone())], [])
    assert stack.ledger.located(one.source) == [one]
    assert stack.ledger.located("RATING#none") == []


def test_a_line_moves_as_a_whole(stack: Stack) -> None:
    from_id, into_id = someone(), someone()
    lines = [line(from_id, number) for number in range(95)]  # more than a transaction takes
    stack.ledger.write(lines, [])
    moves(stack).move([Move(one, one.at_home_with(into_id)) for one in lines])
    assert stack.ledger.of_friend(from_id) == []
    moved = stack.ledger.of_friend(into_id)
    assert len(moved) == 95 and {one.owner for one in moved} == {from_id}


def test_a_line_that_was_changed_meanwhile_stays(stack: Stack) -> None:
    from_id, into_id = someone(), someone()
    read = line(from_id)
    stack.ledger.write([replace(read, stars=1)], [])
    with pytest.raises(Conflict):
        moves(stack).move([Move(read, read.at_home_with(into_id))])
    assert stack.ledger.of_friend(from_id) == [replace(read, stars=1)]
    assert stack.ledger.of_friend(into_id) == []


def test_a_correction_is_written_with_its_line_and_its_note_or_not_at_all(stack: Stack) -> None:
    friend_id = someone()
    before = line(friend_id)
    after = replace(before, stars=5)
    correction = Correction(before, after, NOW, "olga", "because")
    note = Note(
        friend_id, NOW, "rating corrected", before.source, "olga", "because", {"stars": 4}, {"stars": 5}
    )
    corrections = bootstrap.corrections(stack.name("CorrectionsTable"))
    trail = bootstrap.trail(stack.name("TrailTable"))
    with pytest.raises(Conflict):
        moves(stack).correct(correction, Move(before, after), note)  # there is no such line yet
    assert corrections.get(before.source) is None and trail.of_friend(friend_id) == []
    stack.ledger.write([before], [])
    moves(stack).correct(correction, Move(before, after), note)
    assert stack.ledger.of_friend(friend_id) == [after]
    assert corrections.get(before.source) == correction
    assert correction in list(corrections.all())
    assert trail.of_friend(friend_id) == [note]
    corrections.drop(before.source)
    assert corrections.get(before.source) is None


def test_a_withdrawn_line_is_gone(stack: Stack) -> None:
    before = line(someone())
    stack.ledger.write([before], [])
    correction = Correction(before, None, NOW, "olga", "because")
    note = Note(before.friend_id, NOW, "withdrawn", before.source, "olga", "because")
    moves(stack).correct(correction, Move(before, None), note)
    assert stack.ledger.of_friend(before.friend_id) == []


@few_examples
@given(before=DOCUMENTS, after=DOCUMENTS, why=st.text(st.characters(exclude_categories=["Cs"]), max_size=20))
def test_notes_come_back_oldest_first_and_once(stack: Stack, before, after, why) -> None:
    friend_id = someone()
    first = Note(friend_id, NOW, "merged", "x", "olga", why, before, after)
    second = replace(first, at=datetime(2026, 3, 1, 12, 0, 1, tzinfo=UTC))
    trail = bootstrap.trail(stack.name("TrailTable"))
    trail.note([second])
    trail.note([first, second])
    assert trail.of_friend(friend_id) == [first, second]


def test_an_alias_is_made_on_condition(stack: Stack) -> None:
    one = someone()
    stack.friends.put_many([friend(one)])
    assert stack.friends.alias(one, "ada", was="")
    assert not stack.friends.alias(one, "bea", was="")
    assert stack.friends.get(one).merged_into == "ada"
    assert stack.friends.alias(one, "", was="ada")
    assert stack.friends.get(one).merged_into == ""
    assert not stack.friends.alias(someone(), "ada", was="")  # nobody is made by it


def test_areas_are_set_with_where_they_came_from(stack: Stack) -> None:
    one = someone()
    stack.friends.put_many([friend(one)])
    areas = (Area(47.1, 8.1, 12.5, "Aarau", ADDED), Area(46.1, 7.1, 5.0, "Bern", "other"))
    removed = (Area(45.0, 7.0, 3.0, "Sion"),)
    stack.friends.put_areas(one, areas, removed)
    stored = stack.friends.get(one)
    assert (stored.areas, stored.removed_areas) == (areas, removed)
    stack.friends.put_areas(one, areas[:1])
    assert stack.friends.get(one).removed_areas == removed
    with pytest.raises(Conflict):
        stack.friends.put_areas(someone(), areas)


def test_a_merge_and_back_on_the_tables(stack: Stack) -> None:
    kept, gone = someone(), someone()
    stack.friends.put_many([friend(kept), friend(gone)])
    lines = [line(kept), line(gone), line(gone, 2)]
    stack.ledger.write(lines, [])
    merging = MergeAccounts(
        stack.friends,
        stack.ledger,
        moves(stack),
        bootstrap.trail(stack.name("TrailTable")),
        bootstrap.clock,
    )
    assert merging.merge(gone, kept, BY).moved == 2
    correcting = CorrectLedger(
        stack.ledger,
        bootstrap.corrections(stack.name("CorrectionsTable")),
        moves(stack),
        Accounts(stack.friends),
        stack.programme,
        bootstrap.clock,
    )
    correcting.correct(lines[1].source, BY, Change(stars=5))
    assert len(stack.ledger.of_friend(kept)) == 3
    assert merging.unmerge(gone, BY).moved == 2
    assert stack.ledger.of_friend(gone) == [replace(lines[1], stars=5), lines[2]]
    assert stack.ledger.of_friend(kept) == [lines[0]]
