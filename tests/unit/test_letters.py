"""Letters: one link, no placeholder left, harmless names, text that reads as well as HTML."""

import re
import unicodedata
from dataclasses import replace
from datetime import date

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from best_friends.domain.invitation import Reasons
from best_friends.domain.policy import LANGUAGES, Qualification, Role
from best_friends.letters import TEMPLATE_VERSION, LetterKind, LetterView, render

LINK = "https://pages.example/answers/abcDEF_123-456"
FIGURES = Reasons(by_figures=True, roles=(), ratings=38, stars=179, cents=1_248_000, currency="CHF")
VIEW = LetterView(
    name="Mara",
    language="de",
    year=2025,
    reasons=FIGURES,
    qualification=Qualification(),
    answer_by=date(2026, 2, 15),
    link=LINK,
    reminder=1,
    days_left=7,
)
KINDS = (LetterKind.INVITATION, LetterKind.REMINDER, LetterKind.WELCOME)
"""The letters of a year; the notification of a job has its own tests."""
ADDRESS = re.compile(r"https?://\S+")
NAMES = st.text(min_size=1, max_size=60).filter(lambda name: "://" not in name) | st.sampled_from(
    ["<b>Mara</b>", 'M"ara', "O'Neil & Söhne", "{year}", "{{ name }}", "Ma\r\nBcc: x@example.org", " "]
)
REASONS = st.builds(
    Reasons,
    by_figures=st.booleans(),
    roles=st.lists(st.sampled_from(list(Role)), unique=True).map(tuple),
    ratings=st.integers(0, 5000),
    stars=st.integers(0, 20_000),
    cents=st.integers(0, 10**9),
    currency=st.sampled_from(["CHF", "EUR"]),
)
RULES = st.builds(
    Qualification,
    ratings_min=st.integers(1, 40),
    ratings_window=st.sampled_from(["total", "year"]),
    revenue_window=st.sampled_from(["total", "year"]),
    revenue_cohort=st.sampled_from(["all", "region"]),
)
VIEWS = st.builds(
    LetterView,
    name=NAMES,
    language=st.sampled_from(LANGUAGES),
    year=st.integers(2020, 2040),
    reasons=REASONS,
    qualification=RULES,
    answer_by=st.dates(date(2021, 1, 1), date(2041, 12, 31)),
    link=st.just(LINK),
    days_left=st.integers(0, 60),
)


def seen(html: str) -> str:
    return BeautifulSoup(html, "html.parser").get_text(" ")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_each_part_has_the_link_once_and_nothing_else_to_follow(kind: LetterKind, language: str) -> None:
    letter = render(kind, replace(VIEW, language=language))
    expected = [] if kind is LetterKind.WELCOME else [LINK]
    soup = BeautifulSoup(letter.html, "html.parser")
    assert ADDRESS.findall(letter.text) == expected
    assert [tag["href"] for tag in soup.find_all(href=True)] == expected
    assert letter.html.count("http") == len(expected)
    assert not soup.find_all(["img", "script", "link", "table", "iframe", "svg"]) and not soup.find_all(
        src=True
    )


@given(view=VIEWS, kind=st.sampled_from(KINDS))
def test_whatever_the_view_nothing_is_left_over_and_names_are_harmless(
    view: LetterView, kind: LetterKind
) -> None:
    letter = render(kind, view)
    plain = render(kind, replace(view, name="Mara"))
    for part in (plain.subject, plain.text, seen(plain.html)):
        assert "{" not in part and "}" not in part and "None" not in part
    assert len(letter.subject.splitlines()) == 1
    assert not any(unicodedata.category(char).startswith("C") for char in letter.subject)
    tags = [tag.name for tag in BeautifulSoup(letter.html, "html.parser").find_all(True)]
    assert tags == [tag.name for tag in BeautifulSoup(plain.html, "html.parser").find_all(True)]
    assert letter.html.count(LINK) == letter.text.count(LINK) == (kind is not LetterKind.WELCOME)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_invitation_names_the_friends_own_figures_and_the_thresholds(language: str) -> None:
    letter = render(LetterKind.INVITATION, replace(VIEW, language=language))
    for part in (letter.text, seen(letter.html)):
        numbers = re.sub(r"[^\d\n ]", "", part)
        for figure in ("471", "38", "12480", "45", "15", "5", "2026"):
            assert figure in numbers.replace("\u202f", "").split() or figure in numbers, figure


def test_a_role_is_named_and_figures_that_did_not_count_are_not() -> None:
    reasons = replace(FIGURES, by_figures=False, roles=(Role.MEETUP_ORGANISER, Role.MENTOR))
    text = render(LetterKind.INVITATION, replace(VIEW, reasons=reasons)).text
    assert "mehrere Rollen: Organisation von Meetups und Mentoring" in " ".join(text.split())
    assert "Sterne" not in text and "Umsatz" not in text


def test_the_region_is_told_when_the_percentage_is_taken_within_it() -> None:
    view = replace(VIEW, qualification=Qualification(revenue_cohort="region"))
    assert "5% der Region" in render(LetterKind.INVITATION, view).text.replace("\n  ", " ")


def test_the_reminder_counts_the_days_and_is_short() -> None:
    letter = render(LetterKind.REMINDER, VIEW)
    assert "noch 7 Tage" in letter.text
    assert "noch 1 Tag." in render(LetterKind.REMINDER, replace(VIEW, days_left=1)).text
    assert "noch 0" not in render(LetterKind.REMINDER, replace(VIEW, days_left=0)).text
    assert len(letter.text.split()) < 80


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_text_part_is_wrapped_and_carries_no_markup(kind: LetterKind, language: str) -> None:
    letter = render(kind, replace(VIEW, language=language, name="Mara & Co"))
    assert all(len(line) <= 72 for line in letter.text.splitlines() if LINK not in line)
    assert "<" not in letter.text and "&amp;" not in letter.text and "&#" not in letter.text


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_both_parts_say_the_same(kind: LetterKind, language: str) -> None:
    letter = render(kind, replace(VIEW, language=language))
    body = BeautifulSoup(letter.html, "html.parser").find(attrs={"role": "article"})
    assert body is not None
    said = " ".join(body.get_text(" ").split()).casefold()
    for paragraph in letter.text.replace(LINK, "").split("\n\n"):
        for line in re.split(r"\n- |^- ", paragraph):
            assert " ".join(line.split()).casefold() in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_html_part_names_its_language_and_has_a_preheader(language: str) -> None:
    soup = BeautifulSoup(render(LetterKind.INVITATION, replace(VIEW, language=language)).html, "html.parser")
    assert soup.html and soup.html["lang"] == language
    assert len(soup.find_all("h1")) == 1
    first = soup.body.find("div") if soup.body else None
    assert first is not None and "2026" in first.get_text()


def test_the_version_changes_with_the_wording_and_is_short() -> None:
    assert re.fullmatch(r"[0-9a-f]{12}", TEMPLATE_VERSION)
