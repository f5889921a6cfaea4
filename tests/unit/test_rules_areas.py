"""The rules of areas: one more, one less, and what an import makes of it."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from best_friends.domain.areas import AreaFault, with_area, without_area
from best_friends.domain.friends import ADDED, Area, Friend, with_what_is_known_here
from tests.unit.fakes import friend_of
from tests.unit.fakes_requests import BERN, HOME

AREAS = st.builds(
    Area,
    latitude=st.integers(-80, 80).map(float),
    longitude=st.integers(-170, 170).map(float),
    radius_km=st.integers(1, 90).map(float),
    label=st.text("abcdefg", min_size=3, max_size=8),
)


def friend(*areas: Area) -> Friend:
    return replace(friend_of("F1"), areas=areas)


def test_an_area_that_is_added_comes_last_and_says_that_it_was_added() -> None:
    assert with_area(friend(HOME), BERN).areas == (HOME, replace(BERN, origin=ADDED))


@pytest.mark.parametrize(
    ("area", "said"),
    [
        (replace(HOME, label="Zürich"), "has this area already: it is called home"),
        (replace(BERN, label=" HOME "), "an area home already"),
        (replace(BERN, label="  "), "needs a name"),
        (replace(BERN, label="x" * 61), "needs a name"),
    ],
)
def test_an_area_that_is_there_or_has_no_name_of_its_own_is_refused(area: Area, said: str) -> None:
    with pytest.raises(AreaFault, match=said):
        with_area(friend(HOME), area)


def test_an_area_is_removed_by_its_label_or_its_number() -> None:
    for name in ("bern", " Bern", "2"):
        after, gone = without_area(friend(HOME, BERN), name)
        assert (after.areas, gone) == ((HOME,), BERN)


def test_two_areas_of_one_label_are_told_apart_by_their_number() -> None:
    twice = friend(HOME, BERN, replace(BERN, radius_km=3.0))
    with pytest.raises(AreaFault, match=r"2 areas called Bern; .* 1 home, 2 Bern, 3 Bern"):
        without_area(twice, "Bern")
    assert without_area(twice, "3")[0].areas == (HOME, BERN)


def test_the_last_area_stays() -> None:
    with pytest.raises(AreaFault, match="is the only area"):
        without_area(friend(HOME), "home")


def test_an_unknown_area_is_refused_with_those_that_there_are() -> None:
    for name in ("Chur", "0", "3", "²"):
        with pytest.raises(AreaFault, match=f"no area {name}; .* 1 home, 2 Bern"):
            without_area(friend(HOME, BERN), name)


@given(st.lists(AREAS, min_size=2, max_size=5, unique_by=lambda one: (one.latitude, one.label)), AREAS)
def test_importing_the_same_export_again_undoes_nothing(exported: list[Area], new: Area) -> None:
    before = friend(*exported)
    for changed in (
        _added(before, new),
        without_area(before, "1")[0],
        _added(without_area(before, "2")[0], new),
    ):
        assert with_what_is_known_here(changed, before) == changed


def _added(before: Friend, new: Area) -> Friend:
    try:
        return with_area(before, new)
    except AreaFault:
        return before


def test_an_area_that_the_export_learns_of_is_there_once() -> None:
    added = with_area(friend(HOME), BERN)
    assert with_what_is_known_here(added, friend(HOME, BERN)).areas == (HOME, BERN)


def test_an_area_that_was_removed_and_added_again_stays_through_imports() -> None:
    removed, _ = without_area(friend(HOME, BERN), "Bern")
    again = with_area(removed, BERN)
    assert with_what_is_known_here(again, friend(HOME, BERN)).areas == (HOME, replace(BERN, origin=ADDED))


def test_only_an_area_of_the_export_is_remembered_as_removed() -> None:
    added = with_area(friend(HOME), BERN)
    assert without_area(added, "Bern")[0] == friend(HOME)
    assert without_area(friend(HOME, BERN), "Bern")[0].removed_areas == (BERN,)
