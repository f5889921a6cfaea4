"""The page of an event in a browser: narrow and wide, dark, with buttons that are large enough."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from best_friends.domain.events import Phase
from best_friends.domain.policy import LANGUAGES
from best_friends.pages.event import EventPage, EventState, Stands, render_event_page
from tests.unit.test_event_pages import FACTS, MOVED, page

pytestmark = pytest.mark.browser


@pytest.fixture(params=[320, 1280])
def tab(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page at a width, in the dark on the narrow one."""
    width: int = request.param
    dark = "dark" if width == 320 else "light"
    opened = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=dark)
    yield opened
    opened.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_sticks_out_and_whatever_is_pressed_is_large_enough(tab: Page, language: str) -> None:
    for shown in (
        page(language),
        page(language, stands=Stands.ADMITTED, reason=MOVED),
        page(language, stands=Stands.NOT, reason=None, phase=Phase.OPEN),
        EventPage(EventState.FAULTY, language, "grill", FACTS, Phase.OPEN, address="x"),
        EventPage(EventState.UNKNOWN_LINK, language, "grill"),
    ):
        tab.set_content(render_event_page(shown))
        assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
        for one in tab.locator("button, input[type=email], a.way, nav a").all():
            box = one.bounding_box()
            assert box is not None and box["height"] >= 44


def test_the_button_is_reached_by_keyboard(tab: Page) -> None:
    tab.set_content(render_event_page(page("de", stands=Stands.NOT, reason=None, phase=Phase.OPEN)))
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.textContent") == "Anmelden"
