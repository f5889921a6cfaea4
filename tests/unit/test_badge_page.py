"""The badge's page and picture: what they say in each state, and that nothing in them can do harm."""

import re
import xml.etree.ElementTree as ET

import pytest
from bs4 import BeautifulSoup

from best_friends.domain.badge import BadgeState
from best_friends.domain.badges_report import BadgesReport
from best_friends.domain.policy import LANGUAGES
from best_friends.pages.badge import BadgePage, badge_headers, picture_of, render_badge_page
from best_friends.pages.badge_image import badge_image
from best_friends.pages.report_badges import badges_section
from best_friends.texts.figures import figures_in

HERE = "https://best-friends.example/badges/AbCdEfGhIjKlMnOpQrStUv"


def page(state: BadgeState | None, language: str = "en", name: str = "Mara M.") -> BadgePage:
    return BadgePage(language, LANGUAGES, state, name, 2025, 2027, HERE, f"{HERE}.svg")


def said(shown: BadgePage) -> str:
    return " ".join(BeautifulSoup(render_badge_page(shown), "html.parser").get_text(" ").split())


def test_a_valid_badge_says_until_when_and_how_to_check_and_to_embed() -> None:
    text, html = said(page(BadgeState.VALID)), render_badge_page(page(BadgeState.VALID))
    assert "Mara M. is a Best Friend 2025." in text and "until the Best Friends 2026" in text
    assert f'href="{HERE}/badge.svg"' in html and f'href="{HERE}/credential"' in html
    assert f'<img src="{HERE}.svg?lang=en"' in text


def test_a_past_badge_says_who_has_the_status_and_offers_nothing() -> None:
    text = said(page(BadgeState.PAST))
    assert "Mara M. was a Best Friend 2025." in text and "Best Friends 2027" in text
    assert "/credential" not in render_badge_page(page(BadgeState.PAST)) and "<img" not in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_gone_names_nobody(language: str) -> None:
    for state, status in ((BadgeState.GONE, 410), (None, 404)):
        shown = page(state, language)
        assert "Mara" not in said(shown) and "2025" not in said(shown)
        assert shown.http_status == status and badge_headers(shown)["cache-control"].endswith("=60")
        assert "<path" not in picture_of(shown)[1]


def test_a_name_with_markup_is_text() -> None:
    assert "<script>" not in render_badge_page(page(BadgeState.VALID, name="<script>alert(1)</script>"))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("state", [BadgeState.VALID, BadgeState.PAST])
def test_the_picture_is_svg_that_says_aloud_what_it_shows(language: str, state: BadgeState) -> None:
    for year in (2025, 2036, 2047, 2089, 2100):
        root = ET.fromstring(badge_image(year, state, language))  # noqa: S314 - our own
        title = root.find("{*}title")
        assert title is not None and title.text and str(year) in title.text
        assert not [one for one in root.iter() if one.tag.endswith(("script", "foreignObject", "image"))]
    assert badge_image(2025, BadgeState.VALID, language) != badge_image(2025, BadgeState.PAST, language)


def test_the_picture_in_our_page_brings_no_style_along() -> None:
    [inside] = re.findall(r'<div class="badge">(.*?)</div>', render_badge_page(page(BadgeState.VALID)), re.S)
    assert "<style" not in inside and "<svg" in inside


def test_the_report_tells_what_was_tried() -> None:
    figures = figures_in("en", "CHF")
    assert badges_section(BadgesReport(2025, 0), figures) == ""
    told = badges_section(BadgesReport(2025, 22, "<svg/>", 2, True, 0.4), figures)
    assert (
        "22 badges were issued" in told and "2 verifiers that are not ours" in told and "<svg/>" not in told
    )
    assert "1 badge was" in badges_section(BadgesReport(2025, 1), figures)
