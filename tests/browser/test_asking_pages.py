"""The pages of areas and of roles in a browser: narrow and wide, dark, by keyboard, without overlaps."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, Page

from best_friends.domain.friends import Area
from best_friends.domain.policy import LANGUAGES
from best_friends.domain.requests import AreaWish, Decision, Field, Request, RequestState, RoleForm
from best_friends.pages.areas import AreasPage, render_areas_page
from best_friends.pages.engagement import EngagementPage, render_engagement_page
from best_friends.pages.requests import AskState, PageOfRequests
from tests.unit.fakes_requests import BERN, HOME, NOON

pytestmark = pytest.mark.browser

ASKED = Request("area-1", "F1", AreaWish("Aarau, Bahnhof", 15), "", NOON)
NO = replace(ASKED, decision=Decision(RequestState.DECLINED, NOON, "Ada", "Genug Friends dort. " * 6))
FIVE = (
    HOME,
    BERN,
    Area(46.2, 6.14, 10, "Genève"),
    Area(46.0, 8.95, 25, "Lugano"),
    Area(47.56, 7.59, 12, "Basel"),
)
OVERLAPS = """() => {
  const boxes = [...document.querySelectorAll("svg.map text")].map(t => t.getBoundingClientRect());
  const meet = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom - 6 && b.top < a.bottom - 6;
  return boxes.flatMap((a, i) => boxes.slice(i + 1).filter(b => meet(a, b))).length;
}"""
OUTSIDE = """() => [...document.querySelectorAll("svg.map text")].map(t => t.getBoundingClientRect())
  .filter(b => b.left < 0 || b.right > innerWidth).length"""
ROUND = """() => [...document.querySelectorAll("svg.map .reach")].map(c => c.getBoundingClientRect())
  .every(b => Math.abs(b.width - b.height) < 1)"""


def areas(language: str, own: tuple[Area, ...]) -> str:
    shown = PageOfRequests(AskState.OPEN, language, "Mara Müller-Lüdenscheidt", (ASKED, NO), "token")
    return render_areas_page(AreasPage(shown, own))


def roles(language: str, state: AskState = AskState.OPEN) -> str:
    faults = frozenset({Field.ROLE, Field.WORDS}) if state is AskState.FAULTY else frozenset[Field]()
    return render_engagement_page(
        EngagementPage(PageOfRequests(state, language, "Mara"), (), RoleForm(), faults)
    )


@pytest.fixture(params=[320, 390, 768, 1440])
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page at a width, in the dark on the narrowest, without script."""
    width: int = request.param
    dark = "dark" if width == 320 else "light"
    opened = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=dark)
    yield opened
    opened.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_sticks_out_and_no_words_meet(page: Page, language: str) -> None:
    for html in (
        areas(language, (HOME,)),
        areas(language, FIVE),
        roles(language),
        roles(language, AskState.FAULTY),
    ):
        page.set_content(html)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert page.evaluate(OVERLAPS) == page.evaluate(OUTSIDE) == 0
        assert page.evaluate(ROUND)


def test_whatever_is_pressed_is_large_enough(page: Page) -> None:
    for html in (areas("de", FIVE), roles("de")):
        page.set_content(html)
        for one in page.locator("button, input[type=text], textarea, .choice").all():
            box = one.bounding_box()
            assert box is not None and box["height"] >= 44


def test_the_form_is_filled_in_by_keyboard(page: Page) -> None:
    page.set_content(areas("en", FIVE))
    page.keyboard.press("Tab")
    page.keyboard.type("Aarau")
    page.keyboard.press("Tab")
    page.keyboard.type("15")  # what was selected is replaced
    page.keyboard.press("Tab")
    page.keyboard.type("on Mondays")
    fields = {name: page.locator(f"[name={name}]").input_value() for name in ("place", "radius", "words")}
    assert fields == {"place": "Aarau", "radius": "15", "words": "on Mondays"}
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.type") == "submit"
    page.set_content(roles("en"))
    page.get_by_label("Mentoring").check()
    assert page.locator("input:checked").get_attribute("value") == "mentor"
