"""The letter of the last quarter: what is met, what is missing exactly, and how to end such letters."""

import re
from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from best_friends.domain.policy import LANGUAGES, Qualification
from best_friends.domain.qualification import Cohort, Figures, judge
from best_friends.domain.standing import Notice, Stage, YearStanding, missing, shown_cutoff
from best_friends.letters import Letter
from best_friends.letters.notice import NoticeView, render_notice

PAGE, UNSUBSCRIBE = "https://pages.example/standing", "https://pages.example/news/abcDEF_123-456"
RULE = Qualification()
AS_OF = datetime(2026, 10, 4, 23, 30, tzinfo=UTC)  # 5 October in Zurich


def standing(
    *,
    cents: int = 900_000,
    ratings: int = 14,
    stars: int = 62,
    population: int = 100,
    cutoff: int | None = 1_000_500,
    rule: Qualification = RULE,
) -> YearStanding:
    cohort = Cohort("all", population, 5, cutoff, 5)
    figures = Figures("F1", True, "ZH", ratings, stars, cents)
    verdict, shown = judge(figures, {"all": cohort}, rule), shown_cutoff(cohort, 1_000)
    lacks = missing(figures, verdict, rule, shown)
    return YearStanding(2026, Stage.RUNNING, figures, verdict, rule, "CHF", shown, lacks, AS_OF)


def letter_of(
    where: YearStanding, language: str = "en", notice: Notice = Notice.NEAR, name: str = "Mara"
) -> Letter:
    zone = ZoneInfo("Europe/Zurich")
    return render_notice(NoticeView(name, language, notice, where, PAGE, UNSUBSCRIBE, zone))


def said(letter: Letter) -> str:
    return " ".join(letter.text.replace("\xa0", " ").replace("\u202f", " ").split())


@pytest.mark.parametrize("notice", Notice)
@pytest.mark.parametrize("language", LANGUAGES)
def test_each_letter_is_whole_and_says_the_same_in_both_parts(notice: Notice, language: str) -> None:
    letter = letter_of(standing(), language, notice)
    assert letter.language == language and len(letter.subject.splitlines()) == 1 and "2026" in letter.subject
    body = BeautifulSoup(letter.html, "html.parser").find(attrs={"role": "article"})
    assert body is not None
    html = " ".join(body.get_text(" ").split())
    for part in (letter.subject, html, letter.text):
        assert "{" not in part and "None" not in part and "ß" not in part
    assert all(len(line) <= 72 for line in letter.text.splitlines() if "http" not in line)
    text = letter.text.replace(UNSUBSCRIBE, "").replace(PAGE, "")
    for paragraph in text.split("\n\n"):
        for line in re.split(r"\n- |^- ", paragraph):
            assert " ".join(line.split()).casefold() in html.casefold()


@pytest.mark.parametrize("notice", Notice)
@pytest.mark.parametrize("language", LANGUAGES)
def test_both_parts_hold_the_page_and_the_way_to_end_such_letters_once(notice: Notice, language: str) -> None:
    letter = letter_of(standing(), language, notice)
    soup = BeautifulSoup(letter.html, "html.parser")
    assert [tag["href"] for tag in soup.find_all(href=True)] == [PAGE, UNSUBSCRIBE]
    assert re.findall(r"https?://\S+", letter.text) == [PAGE, UNSUBSCRIBE]
    assert letter.text.rstrip().endswith(UNSUBSCRIBE) and soup.find_all("a")[-1]["href"] == UNSUBSCRIBE


def test_each_criterion_has_its_own_figure_the_threshold_and_what_is_missing() -> None:
    text = said(letter_of(standing()))
    assert "Average: 4.42 stars, at least 4.5 are needed. 2 ratings with five stars bring you there." in text
    assert "Ratings in all: 14, at least 15 are needed. 1 more is missing." in text
    assert (
        "Revenue in 2026: CHF 9’000. The cut-off is at most CHF 10’010 at the moment,"
        " so up to CHF 1’010 is missing."
    ).replace("’", "") in text.replace("’", "").replace(",000", "000").replace(",010", "010")
    assert "Compared with how things stood on 5 October 2026." in text
    assert "31 December 2026" in text


def test_what_is_met_is_told_without_anything_missing() -> None:
    text = said(letter_of(standing(ratings=20, stars=95), notice=Notice.WOULD_LOSE))
    assert "Average: 4.75 stars, at least 4.5 are needed. That is enough." in text
    assert "Ratings in all: 20, at least 15 are needed. That is enough." in text
    assert text.count("missing") == 1
    enough = said(letter_of(standing(cents=1_000_500)))
    assert "That is enough at the moment." in enough and "10010" not in enough.replace("’", "").replace(
        ",", ""
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_among_few_friends_no_cut_off_is_named(language: str) -> None:
    where = standing(population=12, cutoff=9_876_500)
    digits = re.sub(r"[^\d ]", "", said(letter_of(where, language, Notice.WOULD_LOSE)).replace(" ", ""))
    assert not any(one in digits for one in ("98765", "98770", "89765", "89770"))


def test_figures_that_do_not_exist_yet_are_told_in_words() -> None:
    text = said(letter_of(standing(ratings=0, stars=0, cents=0, cutoff=None), notice=Notice.WOULD_LOSE))
    assert "Average: no rating yet" in text and "The cut-off is not known yet." in text
    five = Qualification(rating_average_min=Decimal(5))
    assert "New ratings alone cannot" in said(letter_of(standing(rule=five), notice=Notice.WOULD_LOSE))


def test_the_windows_of_the_rule_are_named_and_so_is_the_rule() -> None:
    rule = Qualification(ratings_window="year", revenue_window="total", ratings_min=16)
    text = said(letter_of(standing(rule=rule), "de"))
    assert "Bewertungen 2026: 14, nötig sind mindestens 16. Es fehlen noch 2." in text
    assert "Umsatz insgesamt: CHF 9’000." in text
    assert "mindestens 16 Bewertungen, deren Umsatz zu den höchsten 5% gehört" in text


def test_another_way_is_told_only_where_there_is_one() -> None:
    rule = Qualification(engagement_roles=())
    assert "There is another way" in said(letter_of(standing()))
    assert "There is another way" not in said(letter_of(standing(rule=rule)))


@given(
    name=st.text(max_size=60) | st.sampled_from(["<b>x</b>", "{year}", "a\r\nBcc: x"]),
    language=st.sampled_from(LANGUAGES),
    notice=st.sampled_from(Notice),
)
def test_a_name_changes_no_markup_and_no_header(name: str, language: str, notice: Notice) -> None:
    letters = [letter_of(standing(), language, notice, one) for one in ("Mara", name)]
    tags = [[tag.name for tag in BeautifulSoup(one.html, "html.parser").find_all(True)] for one in letters]
    assert tags[0] == tags[1] and len(letters[1].subject.splitlines()) == 1


@given(
    cents=st.integers(0, 2_000_000),
    ratings=st.integers(0, 40),
    rate=st.integers(1, 5),
    cutoff=st.none() | st.integers(1, 2_000_000),
    population=st.integers(1, 200),
)
def test_whoever_it_is_for_the_letter_can_be_written(
    cents: int, ratings: int, rate: int, cutoff: int | None, population: int
) -> None:
    where = standing(cents=cents, ratings=ratings, stars=ratings * rate, cutoff=cutoff, population=population)
    for language in LANGUAGES:
        assert "{" not in letter_of(where, language, Notice.WOULD_LOSE).text
