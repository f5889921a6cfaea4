"""Letters and pages of product tests and announcements, in every language, and the report's section."""

import re
from datetime import date

import pytest

from best_friends.domain.announcements import AnnouncementWords, Next
from best_friends.domain.announcements_report import AnnouncementReport
from best_friends.domain.letter import LetterKind
from best_friends.domain.policy import LANGUAGES
from best_friends.domain.product_tests import ProductTestWords, Wave
from best_friends.domain.product_tests_report import ProductTestReport
from best_friends.letters.announcements import AnnouncementView, render_announcement
from best_friends.letters.product_tests import ProductTestView, render_test_letter
from best_friends.pages.product_test import (
    ProductTestPage,
    ProductTestPageState,
    product_test_headers,
    render_product_test_page,
)
from best_friends.pages.report_offers import offers_section

EVIL = "<b>x</b>\r\nBcc: y"
LINK, NEWS = "https://pages.example/tests/abc", "https://pages.example/news/abc"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("wave", Wave)
@pytest.mark.parametrize(
    "kind", [LetterKind.TEST_INVITATION, LetterKind.TEST_ACCEPTED, LetterKind.TEST_WITHDRAWN]
)
def test_a_letter_about_a_test_holds_its_links_once_and_nothing_foreign(
    language: str, wave: Wave, kind: LetterKind
) -> None:
    link = "" if kind is LetterKind.TEST_WITHDRAWN else LINK
    news = NEWS if kind is LetterKind.TEST_INVITATION else ""
    words = ProductTestWords(EVIL, (EVIL,), EVIL)
    day = date(2026, 3, 20)
    view = ProductTestView(EVIL, language, words, wave, ("computer",), 20, day, link, news, EVIL)
    letter = render_test_letter(kind, view)
    for part in (letter.html, letter.text):
        assert (part.count(LINK), part.count(NEWS)) == (int(bool(link)), int(bool(news)))
    assert "<b>" not in letter.html and "\n" not in letter.subject
    assert not re.search(r"[{}]", letter.text)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("said", Next)
def test_a_letter_about_an_announcement_ends_with_one_way_out(language: str, said: Next) -> None:
    words = AnnouncementWords(EVIL, (EVIL,))
    for early in (True, False):
        view = AnnouncementView(EVIL, language, words, date(2026, 3, 9), early, NEWS, (EVIL,), EVIL)
        letter = render_announcement(said, view)
        assert letter.html.count(NEWS) == letter.text.count(NEWS) == 1
        assert "<b>" not in letter.html and "\n" not in letter.subject


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("state", ProductTestPageState)
def test_a_page_escapes_what_people_wrote_and_runs_no_script(
    language: str, state: ProductTestPageState
) -> None:
    words = ProductTestWords(EVIL, (EVIL,), EVIL)
    page = ProductTestPage(state, language, EVIL, words, 3, 1, date(2026, 3, 9), open=True, why=EVIL)
    html = render_product_test_page(page)
    assert "<b>x" not in html and "<script" not in html
    assert "default-src 'none'" in product_test_headers()["content-security-policy"]


def test_the_reports_section_says_what_was_played() -> None:
    full = ProductTestReport(4, 4, 8, 6, 6, 4, 0)
    html = offers_section(full, AnnouncementReport(7, 8, 8, 8), "CHF")
    assert "8 Best Friends first" in html and "Nobody was invited after that" in html
    assert "7 days before" in html
    assert "3 of the places were taken" in offers_section(
        ProductTestReport(4, 3, 8, 0, 1, 0, 0), AnnouncementReport(7, 0, 0, 0), "CHF"
    )
