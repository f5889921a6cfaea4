"""The catalogues, the choice of a language, and figures in the reader's own form."""

import re
import string
from datetime import date, time
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from best_friends.domain.place import Direction
from best_friends.domain.policy import LANGUAGES, Role
from best_friends.texts import (
    MissingTextError,
    best_language,
    catalogue,
    figures_in,
    language_from_accept,
)
from best_friends.texts.jobs import skill_name, whereabouts
from ops.sample.people import SKILLS

KEYS = sorted({key for language in LANGUAGES for key in catalogue(language).sentences})


def placeholders(sentence: str) -> set[str | None]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence)} - {None}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_language_lacks_a_sentence_and_none_has_another(language: str) -> None:
    assert sorted(catalogue(language).sentences) == KEYS


@pytest.mark.parametrize("key", KEYS)
def test_a_sentence_has_the_same_placeholders_in_every_language(key: str) -> None:
    assert len({frozenset(placeholders(catalogue(one).sentences[key])) for one in LANGUAGES}) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_sentences_keep_to_the_voice(language: str) -> None:
    for key, sentence in catalogue(language).sentences.items():
        assert sentence == sentence.strip() and "  " not in sentence, key
        assert sentence.count("!") <= 1, key
        assert "ß" not in sentence and "'" not in sentence and '"' not in sentence, key


def test_french_signs_never_begin_a_line() -> None:
    """A narrow space that does not break stands before ? ! ; : and within « »."""
    for key, sentence in catalogue("fr").sentences.items():
        assert not re.search(r" [?!;:»]|« ", sentence), key
        assert not re.search(r"\w[?!;»]", sentence), key


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_role_has_a_name(language: str) -> None:
    assert all(catalogue(language).say(f"roles.{role}") for role in Role)


def test_a_missing_sentence_placeholder_or_language_is_refused() -> None:
    with pytest.raises(MissingTextError):
        catalogue("de").say("letters.nothing")
    with pytest.raises(MissingTextError):
        catalogue("de").say("letters.greeting")
    with pytest.raises(MissingTextError):
        catalogue("../de")


def test_a_name_with_braces_is_shown_and_not_filled() -> None:
    assert catalogue("de").say("letters.greeting", name="{year}") == "Hallo {year}"


def test_a_number_chooses_its_form() -> None:
    words = catalogue("de")
    assert words.count("letters.reminder.days", 1, date="x", days=1).endswith("1 Tag.")
    assert words.count("letters.reminder.days", 7, date="x", days=7).endswith("7 Tage.")


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [("de", "de"), ("de-CH", "de"), ("FR_ch", "fr"), ("rm", "it"), ("", "it"), ("pt-BR", "it")],
)
def test_best_language_falls_back_to_the_first(wanted: str, expected: str) -> None:
    assert best_language(wanted, ["it", "de", "fr"]) == expected


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("fr-CH, fr;q=0.9, en;q=0.8", "fr"),
        ("en;q=0.3, it-CH;q=0.9, *;q=0.1", "it"),
        ("rm, de;q=0.5", "de"),
        ("en, de", "en"),
        ("it;q=0, en;q=0.1", "en"),
        ("it;q=nan, en;q=inf, fr;q=0.2", "fr"),
        ("", "de"),
        (";;;,=,q=", "de"),
    ],
)
def test_accept_language_is_read(header: str, expected: str) -> None:
    assert language_from_accept(header, ["de", "fr", "it", "en"]) == expected


@given(st.text())
def test_accept_language_survives_garbage(header: str) -> None:
    assert language_from_accept(header, LANGUAGES) in LANGUAGES


def test_money_takes_switzerlands_form_for_francs_and_the_languages_own_otherwise() -> None:
    assert figures_in("de", "CHF").money(1_248_000) == "CHF\xa012’480"
    assert figures_in("de", "CHF").money(1_248_050) == "CHF\xa012’480.50"
    assert figures_in("fr", "CHF").money(1_248_000) == "12\u202f480\xa0CHF"
    assert figures_in("de", "EUR").money(1_248_000) == "12.480\xa0€"
    assert figures_in("en", "EUR").money(1_248_005) == "€12,480.05"


def test_whole_money_is_rounded_down() -> None:
    assert figures_in("de", "CHF").money(1_248_099, whole=True) == "CHF\xa012’480"


def test_dates_take_the_long_form() -> None:
    day = date(2027, 2, 15)
    assert figures_in("de", "CHF").date(day).replace("\xa0", " ") == "15. Februar 2027"
    assert figures_in("it", "CHF").date(day).replace("\xa0", " ") == "lunedì 15 febbraio 2027"
    assert figures_in("fr", "EUR").date(date(2027, 2, 1)).replace("\xa0", " ") == "1er février 2027"


def test_a_day_near_at_hand_is_told_by_its_weekday_and_the_time_by_the_clock() -> None:
    day, at = date(2026, 3, 1), time(14, 5)
    said = {
        one: f"{figures_in(one, '').weekday(day)} {figures_in(one, '').clock(at)}".replace("\xa0", " ")
        for one in LANGUAGES
    }
    assert said == {
        "de": "Sonntag, 1. März 14:05",
        "fr": "dimanche 1er mars 14 h 05",
        "it": "domenica 1 marzo 14:05",
        "en": "Sunday 1 March 14:05",
    }
    assert figures_in("fr", "").clock(time(22, 0)) == "22\xa0h"


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [(1, "1 second"), (60, "60 seconds"), (90, "90 seconds"), (180, "3 minutes"), (86_400, "24 hours")],
)
def test_a_duration_is_told_in_its_largest_whole_unit(seconds: int, expected: str) -> None:
    assert figures_in("en", "").duration(seconds).replace("\xa0", " ") == expected


def test_percentages_and_thresholds_keep_their_places() -> None:
    figures = figures_in("en", "CHF")
    assert (figures.percent(Decimal(5)), figures.percent(Decimal("2.5"))) == ("5%", "2.5%")
    assert figures.decimal(Decimal("4.5")) == "4.5"


def test_an_average_below_the_threshold_never_reads_as_the_threshold() -> None:
    assert figures_in("de", "EUR").average(67, 15) == "4,46"
    assert figures_in("de", "EUR").average(4499, 1000) == "4,49"
    assert figures_in("de", "EUR").average(47, 10) == "4,7"


@given(st.integers(1, 10_000).flatmap(lambda n: st.tuples(st.integers(n, 5 * n), st.just(n))))
def test_an_average_never_overstates(pair: tuple[int, int]) -> None:
    stars, ratings = pair
    shown = Fraction(figures_in("en", "EUR").average(stars, ratings))
    assert shown <= Fraction(stars, ratings) < shown + Fraction(1, 100)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_name_is_followed_by_a_full_stop(language: str) -> None:
    # Many a display name ends in one: "Anke G."
    assert not [one for one in catalogue(language).sentences.values() if "{name}." in one]


# Jobs


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_samples_skills_have_names_and_others_are_told_by_their_ids(language: str) -> None:
    for skill in SKILLS:
        assert f"skills.{skill}" in catalogue(language).sentences
    assert skill_name(language, "coffee_machine") == "coffee machine"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_direction_has_a_name_of_its_own(language: str) -> None:
    assert len({catalogue(language).say(f"directions.{one}") for one in Direction}) == len(Direction)


@pytest.mark.parametrize(
    ("km", "expected"),
    [
        (0.0, "less than 1 km"),
        (0.999, "less than 1 km"),
        (1.0, "about 1 km"),
        (2.5, "about 3 km"),
        (4.49, "about 4 km"),
        (39.6, "about 40 km"),
    ],
)
def test_distances_are_rounded(km: float, expected: str) -> None:
    assert whereabouts("en", km, Direction.WEST, "").distance.replace("\xa0", " ") == expected


def test_an_area_is_named_and_home_is_home() -> None:
    def said(label: str, km: float = 4.2, language: str = "en") -> str:
        return whereabouts(language, km, Direction.NORTH_EAST, label).phrase.replace("\xa0", " ")

    assert said("Meggen") == "about 4 km north-east of your area Meggen"
    assert said("home") == said("") == said(" Home ") == "about 4 km north-east of your home"
    assert said("Meggen", language="fr") == "à environ 4 km au nord-est de ta zone Meggen"
    assert said("{km}") == "about 4 km north-east of your area {km}"


def test_within_a_kilometre_no_direction_gives_the_customer_away() -> None:
    phrases = {whereabouts("de", 0.7, one, "Meggen").phrase for one in Direction}
    assert len(phrases) == 1
