"""The page of a product test in a browser: narrow and wide, in every state and language."""

from collections.abc import Iterator
from datetime import date

import pytest
from playwright.sync_api import Browser, Page

from best_friends.domain.policy import LANGUAGES
from best_friends.domain.product_tests import ProductTestWords
from best_friends.pages.product_test import (
    ProductTestPage,
    ProductTestPageState,
    render_product_test_page,
)

pytestmark = pytest.mark.browser

WORDS = ProductTestWords(
    "die Akku-Schlagbohrmaschine Donaudampfschifffahrt 3000",
    ("Wir leihen dir das Gerät für vier Wochen. " * 3, "Danach sagst du uns, was du davon hältst."),
    "Das Gerät kommt innert einer Woche mit der Post.",
)


def html(state: ProductTestPageState, language: str = "de", *, still_open: bool = True) -> str:
    return render_product_test_page(
        ProductTestPage(
            state,
            language,
            "Mara Müller-Lüdenscheidt",
            WORDS,
            places=20,
            left=0 if state is ProductTestPageState.FULL else 3,
            answer_by=date(2026, 3, 20),
            open=still_open,
            why="Die Geräte kommen nicht rechtzeitig.",
        )
    )


@pytest.fixture(params=[320, 390, 1280])
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page at a width, in the dark on the narrowest."""
    width: int = request.param
    dark = "dark" if width == 320 else "light"
    opened = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=dark)
    yield opened
    opened.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_sticks_out_and_every_button_is_large_enough(page: Page, language: str) -> None:
    for state in ProductTestPageState:
        page.set_content(html(state, language))
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), state
        for one in page.locator("button").all():
            box = one.bounding_box()
            assert box is not None and box["height"] >= 44


def test_each_state_has_its_buttons(page: Page) -> None:
    wanted = {
        ProductTestPageState.OPEN: ["accept", "decline"],
        ProductTestPageState.ACCEPTED: ["decline"],
        ProductTestPageState.DECLINED: ["accept"],
        ProductTestPageState.FULL: ["decline"],
    }
    for state in ProductTestPageState:
        page.set_content(html(state))
        values = [one.get_attribute("value") for one in page.locator("button[name=answer]").all()]
        assert values == wanted.get(state, []), state
    page.set_content(html(ProductTestPageState.ACCEPTED, still_open=False))
    assert page.locator("button").count() == 0
