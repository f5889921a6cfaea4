"""What-ifs in a browser: at every width, light and dark, nothing sticks out, meets or is hard to read."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, Page

from best_friends.pages.what_if import render_what_if
from tests.support.what_ifs import FRIENDS, GRID, OTHERS, reports_of

pytestmark = [pytest.mark.browser]
UUID = "8a7d0a3e-5a0f-4a9e-9f5e-0a6d8d2a4c11"
LONG = [replace(one, friend_id=f"{UUID[:-5]}{one.friend_id[1:]}") for one in FRIENDS]
CORRECTED = [replace(LONG[3], cents=123_456_789), *LONG[:3], *LONG[4:]]
PAGES = {
    "a grid": render_what_if(reports_of(GRID)),
    "some": render_what_if(reports_of([*OTHERS, {}], before=LONG, after=CORRECTED)),
    "one": render_what_if(reports_of(OTHERS[2:], before=LONG, after=CORRECTED)),
    "everybody": render_what_if(
        reports_of([{"revenue_top_percent": "100", "ratings_min": 1, "rating_average_min": "1"}])
    ),
}
MEETING = """[...document.querySelectorAll('svg.chart, table.heat td')].flatMap(chart => {
    const texts = [...chart.querySelectorAll('text, b, span')]
        .map(one => [one.textContent, one.getBoundingClientRect()]);
    return texts.flatMap(([one, a], place) => texts.slice(place + 1)
        .filter(([, b]) => a.left < b.right && b.left < a.right
            && a.top < b.bottom - 1 && b.top < a.bottom - 1)
        .map(([other]) => one + ' / ' + other));
})"""
OUTSIDE = """[...document.querySelectorAll('svg.chart text')]
    .filter(one => one.checkVisibility() && (one.getBoundingClientRect().left < 0
        || one.getBoundingClientRect().right > innerWidth)).map(one => one.textContent)"""
CONTRASTS = """() => {
  const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  const rgb = colour => {
    canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const light = ([r, g, b]) => [r, g, b].map(v => v / 255)
    .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = one => {
    for (; one; one = one.parentElement) {
      const found = rgb(getComputedStyle(one).backgroundColor);
      if (found[3] === 255) return found;
    }
  };
  const words = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT);
  const worst = {};
  while (words.nextNode()) {
    const one = words.currentNode.parentElement;
    if (!words.currentNode.textContent.trim() || one.closest('.seal, title, desc, style')) continue;
    const style = getComputedStyle(one), svg = one instanceof SVGElement;
    const [a, b] = [light(rgb(svg ? style.fill : style.color)), light(ground(one))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05), name = one.className?.baseVal ?? (one.className || one.tagName);
    if (!(worst[name] < ratio)) worst[name] = ratio;
  }
  return worst;
}"""


@pytest.fixture(params=[(320, "dark"), (390, "light"), (1280, "light"), (1440, "dark")], ids=str)
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page at a width, light or dark."""
    width, scheme = request.param
    opened = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    yield opened
    opened.close()


@pytest.mark.parametrize("html", PAGES.values(), ids=PAGES.keys())
def test_nothing_sticks_out_and_no_words_meet(page: Page, html: str) -> None:
    for shown in (html, html.replace("<details", "<details open")):
        page.set_content(shown)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert page.evaluate(MEETING) == page.evaluate(OUTSIDE) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_can_be_read_on_every_shade(browser: Browser, scheme: str) -> None:
    page = browser.new_page(color_scheme="dark" if scheme == "dark" else "light")
    page.set_content((PAGES["a grid"] + PAGES["some"]).replace("<details", "<details open"))
    contrasts = page.evaluate(CONTRASTS)
    assert {name: ratio for name, ratio in contrasts.items() if ratio < 4.5} == {}
    page.close()


def test_the_policies_open_by_keyboard_and_can_be_hit_with_a_thumb(browser: Browser) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 844})
    page.set_content(PAGES["some"])
    for summary in page.locator("details.policy > summary").all():
        box = summary.bounding_box()
        assert box is not None and box["height"] >= 44
    page.locator("details.policy > summary").first.focus()
    page.keyboard.press("Enter")
    assert page.locator("details.policy").first.evaluate("one => one.open")
    page.close()


def test_it_is_printed_in_ink_on_paper(browser: Browser) -> None:
    page = browser.new_page(color_scheme="dark")
    page.emulate_media(media="print")
    page.set_content(PAGES["a grid"])
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
    shades = page.evaluate(
        "[...document.querySelectorAll('.heat td[class]')].map(one => getComputedStyle(one).borderTopColor)"
    )
    assert len(set(shades)) == 2, "the frame of the year's own policy is told from the others"
    page.close()
