"""The letter about a badge: short, one link, the same in both parts, in every language."""

import re

import pytest
from bs4 import BeautifulSoup

from best_friends.domain.policy import LANGUAGES
from best_friends.letters.badges import BadgeLetterView, render_badge_letter

LINK = "https://pages.example/badges/abcDEF_123-456abcDEF_1?lang="
EVIL = "<b>x</b>\r\nBcc: y"


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_whole_short_and_says_the_same_in_both_parts(language: str) -> None:
    letter = render_badge_letter(BadgeLetterView("Mara", language, 2025, LINK + language))
    body = BeautifulSoup(letter.html, "html.parser").find(attrs={"role": "article"})
    assert body is not None
    html = " ".join(body.get_text(" ").split())
    for part in (letter.subject, html, letter.text):
        assert "2025" in part and not re.search(r"[{}ß]", part)
    assert [link["href"] for link in body.find_all("a")] == [LINK + language]
    assert letter.text.count(LINK + language) == 1 and letter.text.count("https://") == 1
    assert len(letter.text.split()) < 110
    for paragraph in letter.text.replace(LINK + language, "").split("\n\n"):
        assert " ".join(paragraph.split()) in html


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_name_does_no_harm(language: str) -> None:
    letter = render_badge_letter(BadgeLetterView(EVIL, language, 2025, LINK))
    assert "<b>" not in letter.html and len(letter.subject.splitlines()) == 1
