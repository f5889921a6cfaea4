"""The report in a real browser: it fits a phone and a wide screen, and no label of a chart meets another."""

from dataclasses import replace

import pytest
from playwright.sync_api import Browser

from best_friends.pages.report import render_report
from tests.support.reports import JOBS, YEAR

pytestmark = [pytest.mark.browser]
MILLIONS = replace(YEAR.ledger, cents=1_234_567_890)
REPORT = replace(YEAR, dispatch=JOBS, ledger=MILLIONS, stats=MILLIONS)
SCROLLING = """[...document.querySelectorAll('.wide')]
    .filter(one => one.scrollWidth > one.clientWidth).map(one => one.getAttribute('aria-label'))"""
MEETING = """[...document.querySelectorAll('svg.chart')].flatMap(chart => {
    const texts = [...chart.querySelectorAll('text')]
        .map(one => [one.textContent, one.getBoundingClientRect()]);
    return texts.flatMap(([one, a], place) => texts.slice(place + 1)
        .filter(([, b]) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom)
        .map(([other]) => one + ' / ' + other));
})"""


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_no_label_meets_another_and_the_page_does_not_scroll_sideways(browser: Browser, width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 844})
    page.set_content(render_report(REPORT))
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(MEETING) == []
    page.close()


@pytest.mark.parametrize("width", [390, 1280])
def test_no_table_scrolls_on_a_common_phone(browser: Browser, width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 844})
    page.set_content(render_report(REPORT).replace("<details>", "<details open>"))
    assert page.evaluate(SCROLLING) == []
    page.close()
