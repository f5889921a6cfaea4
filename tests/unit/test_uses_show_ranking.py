"""The public page of ranking parameters: the numbers in force, in the reader's language."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from best_friends.application.show_ranking import ShowRanking
from best_friends.domain.policy import Dispatch, Policy
from best_friends.domain.programme import Settings
from best_friends.pages.ranking import render_ranking_page
from tests.unit.fakes import World

MIDNIGHT_IN_ZURICH = datetime(2026, 3, 1, 23, tzinfo=UTC)


def in_force(**document: object) -> World:
    world = World()
    world.programme.in_force = Settings(policy=Policy.of(document))
    return world


@pytest.mark.parametrize(
    ("wanted", "accepted", "language"),
    [
        ("fr", "it", "fr"),
        ("", "it-CH,it;q=0.9,en;q=0.1", "it"),
        ("rm", "en", "en"),
        ("FR", "en", "en"),
        ("", "", "de"),
        ("", "pt-BR", "de"),
        ("../../etc", "\x00", "de"),
    ],
)
def test_the_language_that_was_asked_for_comes_first_then_the_browsers(
    wanted: str, accepted: str, language: str
) -> None:
    page = ShowRanking(World().programme)(wanted, accepted)
    assert (page.language, page.languages) == (language, ("de", "fr", "it", "en"))


def test_a_language_that_the_programme_does_not_speak_is_not_offered() -> None:
    world = in_force(programme={"languages": ["it", "de"]})
    assert ShowRanking(world.programme)("fr", "fr").language == "it"
    assert ShowRanking(world.programme)("de", "fr").language == "de"


def test_the_page_shows_the_numbers_in_force() -> None:
    world = in_force(dispatch={"wave_size": 7, "proximity_km": "12.5"})
    page = ShowRanking(world.programme)("en", "")
    assert page.dispatch == Dispatch(wave_size=7, proximity_km="12.5")  # type: ignore[arg-type]
    assert "12.5" in render_ranking_page(page)
    world.programme.in_force = Settings()
    assert ShowRanking(world.programme)("en", "").dispatch == Dispatch()


@pytest.mark.parametrize(
    ("zone", "day"), [("Europe/Zurich", date(2026, 3, 2)), ("America/New_York", date(2026, 3, 1))]
)
def test_the_numbers_are_in_force_since_a_day_where_the_programme_lives(zone: str, day: date) -> None:
    world = in_force(programme={"timezone": zone})
    assert ShowRanking(world.programme)("en", "").since is None
    world.programme.in_force = replace(world.programme.in_force, ranking_since=MIDNIGHT_IN_ZURICH)
    assert ShowRanking(world.programme)("en", "").since == day


def test_only_other_numbers_of_the_dispatch_begin_anew() -> None:
    settings = Settings().with_policy(Policy(dispatch=Dispatch(waves=3)), MIDNIGHT_IN_ZURICH)
    later = MIDNIGHT_IN_ZURICH + timedelta(days=30)
    other = Policy.of({"dispatch": {"waves": 3}, "qualification": {"ratings_min": 3}})
    world = World()
    world.programme.save_settings(settings)
    world.programme.save_settings(world.programme.settings().with_policy(other, later))
    assert ShowRanking(world.programme)("en", "").since == date(2026, 3, 2)
    world.programme.save_settings(world.programme.settings().with_policy(Policy(), later))
    assert ShowRanking(world.programme)("en", "").since == date(2026, 4, 1)
