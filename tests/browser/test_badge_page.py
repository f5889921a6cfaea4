"""The badge in a browser: the page narrow and wide, and the picture small enough for a profile's corner."""

import base64
from collections.abc import Iterator
from io import BytesIO
from itertools import chain, pairwise

import png
import pytest
from playwright.sync_api import Browser, Page

from best_friends.domain.badge import BadgeState
from best_friends.domain.policy import LANGUAGES
from best_friends.pages.badge import BadgePage, render_badge_page
from best_friends.pages.badge_image import badge_image

pytestmark = pytest.mark.browser
HERE = "https://best-friends.example/badges/AbCdEfGhIjKlMnOpQrStUv"


def page_in(language: str, state: BadgeState | None) -> str:
    shown = ("Mara Müller-Lüdenscheidt", 2025, 2026, HERE, f"{HERE}.svg")
    return render_badge_page(BadgePage(language, LANGUAGES, state, *shown))


@pytest.fixture(params=[320, 390, 768, 1440])
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page at a width, in the dark on the narrowest."""
    width: int = request.param
    dark = "dark" if width == 320 else "light"
    opened = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=dark)
    yield opened
    opened.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_sticks_out(page: Page, language: str) -> None:
    for state in (*BadgeState, None):
        page.set_content(page_in(language, state))
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        for one in page.locator("nav a, a.way").all():
            box = one.bounding_box()
            assert box is not None and box["height"] >= 44


def pixels(browser: Browser, year: int, state: BadgeState, size: int) -> list[list[int]]:
    """The picture as rows of brightness, on white, as a profile embeds it."""
    data = base64.b64encode(badge_image(year, state, "de").encode()).decode()
    page = browser.new_page(viewport={"width": 320, "height": 320})  # a smaller window cannot always be taken
    page.set_content(
        f'<body style="margin:0;background:#fff"><img width="{size}" height="{size}"'
        f' style="display:block" src="data:image/svg+xml;base64,{data}">'
    )
    page.wait_for_function("document.images[0].complete")
    shot = page.locator("img").screenshot()
    page.close()
    _, _, rows, info = png.Reader(file=BytesIO(shot)).asDirect()
    planes = int(info["planes"])
    return [[sum(row[at : at + 3]) // 3 for at in range(0, len(row), planes)] for row in rows]


def test_the_year_is_there_at_24_pixels_and_a_past_one_looks_otherwise(browser: Browser) -> None:
    valid = pixels(browser, 2025, BadgeState.VALID, 24)
    past = pixels(browser, 2025, BadgeState.PAST, 24)
    middle = valid[12]
    # Light digits on dark ground: the brightness turns at least as often as four digits make it turn.
    light = [one > 140 for one in middle]
    assert sum(one != other for one, other in pairwise(light)) >= 8
    assert min(map(min, valid)) < 110
    mean = [sum(map(sum, rows)) / 24 / 24 for rows in (valid, past)]
    assert mean[1] - mean[0] > 60, "past is hollow, valid is full"


def test_years_can_be_told_apart_at_24_pixels(browser: Browser) -> None:
    one, other = (pixels(browser, year, BadgeState.VALID, 24) for year in (2025, 2026))
    both = zip(chain(*one), chain(*other), strict=True)
    differing = sum(abs(here - there) > 40 for here, there in both)
    assert differing >= 6


def test_words_are_left_out_where_they_would_be_dust(browser: Browser) -> None:
    page = browser.new_page(viewport={"width": 300, "height": 300})
    for size, shown in ((48, "none"), (240, "inline")):
        page.set_viewport_size({"width": size, "height": size})
        page.set_content(badge_image(2025, BadgeState.VALID, "en"))
        assert page.locator(".fine").evaluate("one => getComputedStyle(one).display") == shown
    page.close()
