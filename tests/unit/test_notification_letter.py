"""The letter that offers a job: what and roughly where, one link, nothing that gives the customer away."""

import re
import unicodedata
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from best_friends.domain.place import Direction
from best_friends.domain.policy import LANGUAGES
from best_friends.letters import Letter, NotificationView, render_notification

LINK = "https://pages.example/jobs/J000017/accept?token=abcDEF_123-456"
VIEW = NotificationView(
    name="Mara",
    language="en",
    skill="smart_home",
    distance_km=4.234567,
    direction=Direction.NORTH_EAST,
    area="Meggen",
    link=LINK,
    open_until=datetime(2026, 3, 4, 14, 30, tzinfo=ZoneInfo("Europe/Zurich")),
)
ODD = st.text(max_size=60).filter(lambda text: "http" not in text) | st.sampled_from(
    ["<b>Mara</b>", 'M"ara', "{km}", "{{ x }}", "Ma\r\nBcc: x@example.org", " ", "home", "O'Neil & Söhne"]
)
VIEWS = st.builds(
    NotificationView,
    name=ODD,
    language=st.sampled_from(LANGUAGES),
    skill=ODD,
    distance_km=st.floats(0, 300),
    direction=st.sampled_from(Direction),
    area=ODD,
    link=st.just(LINK),
    open_until=st.datetimes(timezones=st.just(ZoneInfo("Europe/Zurich"))),
)


def plain(text: str) -> str:
    """Text with ordinary spaces."""
    return re.sub(r"[\xa0\u202f]", " ", text)


def parts(letter: Letter) -> list[str]:
    """What a reader sees: the subject, the text, the HTML's words."""
    seen = BeautifulSoup(letter.html, "html.parser").get_text(" ")
    return [letter.subject, letter.text, seen]


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_part_has_the_link_once_and_nothing_else_to_follow(language: str) -> None:
    letter = render_notification(replace(VIEW, language=language))
    soup = BeautifulSoup(letter.html, "html.parser")
    assert re.findall(r"https?://\S+", letter.text) == [LINK]
    assert [tag["href"] for tag in soup.find_all(href=True)] == [LINK]
    assert letter.html.count("http") == 1
    assert not soup.find_all(["img", "script", "link", "table", "iframe", "svg", "form"])
    assert soup.html and soup.html["lang"] == letter.language == language
    assert len(soup.find_all("h1")) == 1


def test_the_subject_names_the_skill_and_the_distance() -> None:
    subjects = {
        language: plain(render_notification(replace(VIEW, language=language)).subject)
        for language in LANGUAGES
    }
    assert subjects == {
        "de": "Neuer Auftrag: Smart Home, etwa 4 km entfernt",
        "fr": "Nouvelle mission : maison connectée, à environ 4 km",
        "it": "Nuovo incarico: domotica, a circa 4 km",
        "en": "New job: smart home, about 4 km away",
    }


def test_it_says_where_by_when_and_who_gets_the_job() -> None:
    said = " ".join(plain(render_notification(VIEW).text).split())
    assert "Where: about 4 km north-east of your area Meggen" in said
    assert "Open until: Wednesday 4 March, 14:30" in said
    assert "The first to accept gets the job" in said
    assert "meant for you alone" in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_reader_learns_no_more_of_the_place_than_a_rounded_distance(language: str) -> None:
    for distance in (0.123456, 4.234567, 12.987654):
        letter = render_notification(replace(VIEW, language=language, distance_km=distance))
        style = re.compile(r"<style>.*?</style>|style=\"[^\"]*\"", re.DOTALL)
        for part in (*parts(letter), style.sub("", letter.html)):
            assert not re.search(r"\d[.,]\d", part)


@pytest.mark.parametrize("language", LANGUAGES)
def test_within_a_kilometre_the_direction_is_not_told(language: str) -> None:
    letters = {
        render_notification(replace(VIEW, language=language, distance_km=0.4, direction=one)).html
        for one in Direction
    }
    assert len(letters) == 1
    assert "&lt;\xa01\xa0km" in letters.pop()


def test_a_skill_without_a_name_is_told_by_its_id() -> None:
    letter = render_notification(replace(VIEW, skill="coffee_machine"))
    assert "New job: coffee machine" in letter.subject and "coffee machine" in letter.text


@given(view=VIEWS)
def test_whatever_the_view_nothing_is_left_over_and_names_are_harmless(view: NotificationView) -> None:
    letter = render_notification(view)
    usual = render_notification(replace(view, name="Mara", skill="tv", area="Meggen"))
    for part in parts(usual):
        assert "{" not in part and "}" not in part and "None" not in part and "ß" not in part
    assert len(letter.subject.splitlines()) == 1
    assert not any(unicodedata.category(char).startswith("C") for char in letter.subject)
    tags = [tag.name for tag in BeautifulSoup(letter.html, "html.parser").find_all(True)]
    assert tags == [tag.name for tag in BeautifulSoup(usual.html, "html.parser").find_all(True)]
    assert letter.html.count(LINK) == letter.text.count(LINK) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_short_and_both_parts_say_the_same(language: str) -> None:
    letter = render_notification(replace(VIEW, language=language, name="Mara & Co"))
    assert len(letter.text.split()) < 110
    assert all(len(line) <= 72 for line in letter.text.splitlines() if LINK not in line)
    assert "<" not in letter.text and "&amp;" not in letter.text
    body = BeautifulSoup(letter.html, "html.parser").find(attrs={"role": "article"})
    assert body is not None
    said = " ".join(body.get_text(" ").split()).casefold()
    for paragraph in letter.text.replace(LINK, "").split("\n\n"):
        for line in re.split(r"\n- |^- ", paragraph):
            assert " ".join(line.split()).casefold() in said
