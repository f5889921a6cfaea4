"""A Friend's rows, and the roster as it would be were they others."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from best_friends.domain.dispatch import draw
from best_friends.domain.policy import Dispatch
from best_friends.domain.roster import Roster, changed
from best_friends.domain.roster_rows import Row
from tests.support.rosters import KM, area, friend_ids, job, roster_of

POLICY = Dispatch()
AREAS = ((30, 10.0), (60, 55.0))
"""Those of F1: kilometres to the north, and the radius."""


@pytest.fixture(autouse=True, scope="module", params=[0, 10_000], ids=["in bands", "among few"])
def both_looks(request: pytest.FixtureRequest) -> Iterator[None]:
    """However few the rows are, they are looked for in both ways."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("best_friends.domain.roster_index.FEW", request.param)
        yield


def crowd_with_f1(**changes: Any) -> list[Row]:
    """Twenty Friends in two towns, one of whom has two areas."""
    rows = [
        area(f"F{number}", latitude=46.948 + number % 2 * 30 * KM, newcomer=number % 3 == 0)
        for number in range(2, 20)
    ]
    own = [area("F1", several=True, latitude=46.948 + far * KM, radius_km=radius) for far, radius in AREAS]
    return [*rows, *(replace(row, **changes) for row in own)]


def order_of(roster: Roster, south: int = 0) -> list[tuple[str, float, float]]:
    """Who is notified of a job, how far away and at which key."""
    drawn = draw(roster, job(latitude=46.948 + 25 * KM * (1 - south)), POLICY)
    return list(zip(drawn.friend_id, drawn.distance_km.tolist(), drawn.key.tolist(), strict=True))


def test_a_friends_rows_are_found_by_its_id() -> None:
    roster = roster_of(crowd_with_f1())

    assert friend_ids(roster, roster.rows_of("F1").tolist()) == ["F1", "F1"]
    assert sorted(roster.columns["radius"][roster.rows_of("F1")].tolist()) == [10_000, 55_000]
    assert len(roster.rows_of("F2")) == 1
    assert roster.rows_of("F").tolist() == roster.rows_of("F99").tolist() == []


def test_an_id_whose_hash_another_has_is_still_told_apart() -> None:
    roster = roster_of([area("F1"), area("F2")])
    same = roster.columns | {"id_hash": roster.id_hash[[0, 0]]}
    owner = friend_ids(roster, [0])[0]

    assert replace(roster, columns=same).rows_of(owner).tolist() == [0]


def test_more_radius_reaches_as_if_it_had_been_packed_so() -> None:
    wider = changed(roster_of(crowd_with_f1()), "F1", radius_km=30.0)

    rows = [replace(row, radius_km=max(row.radius_km, 30.0)) for row in crowd_with_f1()[-2:]]
    assert order_of(wider, south=1) == order_of(roster_of([*crowd_with_f1()[:-2], *rows]), south=1)
    assert sorted(wider.columns["radius"][wider.rows_of("F1")].tolist()) == [30_000, 55_000]


def test_more_radius_for_one_area_leaves_the_other_as_it_is() -> None:
    roster = roster_of(crowd_with_f1())
    south, north = roster.rows_of("F1").tolist()

    assert roster.columns["radius"][[south, north]].tolist() == [10_000, 55_000]
    wider = changed(roster, "F1", radius_km=300.0, row=south)
    assert sorted(wider.columns["radius"][wider.rows_of("F1")].tolist()) == [55_000, 300_000]
    other = changed(roster, "F1", radius_km=300.0, row=len(roster) + 1)
    assert other.columns["radius"].tolist() == roster.columns["radius"].tolist()


def test_a_radius_that_has_become_far_reaching_does_not_widen_the_look_for_everybody() -> None:
    roster = roster_of(crowd_with_f1())

    wider = changed(roster, "F1", radius_km=5000.0)

    assert (roster.local_rows, wider.local_rows) == (20, 18)
    assert wider.index.reach_km == 20
    assert "F1" in [name for name, _, _ in order_of(wider, south=5)]


def test_less_radius_than_there_is_changes_nothing() -> None:
    roster = roster_of(crowd_with_f1())

    assert order_of(changed(roster, "F1", radius_km=1.0)) == order_of(roster)


def test_the_status_is_given_and_taken_away() -> None:
    roster = roster_of(crowd_with_f1())
    best = roster_of(crowd_with_f1(best_friend=True))

    assert order_of(changed(roster, "F1", best_friend=True)) == order_of(best)
    assert order_of(changed(best, "F1", best_friend=False)) == order_of(roster)
    assert order_of(changed(best, "F1", radius_km=1.0)) == order_of(best)


def test_what_was_looked_at_before_is_not_changed() -> None:
    roster = roster_of(crowd_with_f1())
    before = order_of(roster)

    after = order_of(changed(roster, "F1", best_friend=True, radius_km=500.0))

    assert before == order_of(roster) != after


def test_a_friend_who_is_not_there_changes_nothing() -> None:
    roster = roster_of(crowd_with_f1())

    assert order_of(changed(roster, "F99", best_friend=True, radius_km=500.0)) == order_of(roster)
    assert len(changed(roster_of([]), "F1", best_friend=True)) == 0


def packed_anew(rows: Sequence[Row], friend_id: str, radius_km: float, best_friend: bool) -> Roster:
    """The roster of the same rows, changed before they were packed."""
    return roster_of(
        replace(row, radius_km=max(row.radius_km, radius_km), best_friend=best_friend)
        if row.friend_id == friend_id
        else row
        for row in rows
    )


RADII = st.sampled_from([1.0, 20.0, 99.0, 101.0, 400.0, 30_000.0])
ROWS = st.lists(
    st.builds(
        area,
        st.sampled_from(["F1", "F2", "F3", "F4"]),
        latitude=st.sampled_from([46.0, 46.948, 47.2, 50.0, 89.5]),
        longitude=st.sampled_from([7.4474, 7.9, 179.95]),
        radius_km=RADII,
        several=st.just(True),
    ),
    max_size=10,
)


@given(ROWS, st.sampled_from(["F1", "F2"]), RADII, st.booleans(), st.sampled_from([46.948, 49.9, 89.9]))
def test_a_changed_roster_draws_like_one_packed_anew(
    rows: list[Row], friend_id: str, radius_km: float, best_friend: bool, latitude: float
) -> None:
    place = job(latitude=latitude)

    then = changed(roster_of(rows), friend_id, radius_km=radius_km, best_friend=best_friend)
    anew = packed_anew(rows, friend_id, radius_km, best_friend)
    one, other = draw(then, place, POLICY), draw(anew, place, POLICY)

    assert one.friend_id == other.friend_id
    assert one.key.tolist() == other.key.tolist()
