"""The standing, the form for its link and the page of news in a browser: narrow, wide, dark, printed."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, Page, expect

from best_friends.domain.invitation import InvitationState
from best_friends.domain.policy import LANGUAGES, Role
from best_friends.domain.requests import Field
from best_friends.domain.standing import Stage
from best_friends.pages.news import NewsPage, NewsState, news_headers, render_news_page
from best_friends.pages.requests import AskState, PageOfRequests
from best_friends.pages.standing import ShownYear, render_standing_page, standing_headers
from best_friends.pages.standing_link import (
    AskLinkPage,
    AskLinkState,
    ask_link_headers,
    render_ask_link_page,
)
from tests.support.standings import (
    CASES,
    FIGURES,
    LAST_MISSED,
    PAGE,
    ROLES,
    TOKEN,
    invited,
    lines,
    standing,
)

pytestmark = pytest.mark.browser

SITE = "https://pages.example"
LONG = "Maximiliana-Wilhelmine von und zu Hinterpfaffenhofen-Schwändi"
RICH = replace(FIGURES, ratings=1_238, stars=5_800, cents=112_345_650, roles=tuple(Role))
NO_FAULT = frozenset[Field]()
LABELS_OUTSIDE = """() => [...document.querySelectorAll("svg.gauge text")].map(t => t.getBoundingClientRect())
  .filter(b => b.left < 0 || b.right > innerWidth).length"""
LABELS_MEET = """() => [...document.querySelectorAll("svg.gauge")].filter(svg => {
  const [a, b] = [...svg.querySelectorAll("text")].map(t => t.getBoundingClientRect());
  return a.bottom > b.top;
}).length"""
CONTRASTS = """() => {
  const light = rgb => rgb.map(v => v / 255).map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const read = css => css.match(/[0-9.]+/g).map(Number);
  const ground = one => {
    for (let at = one; at; at = at.parentElement) {
      const found = read(getComputedStyle(at).backgroundColor);
      if (found.length === 3 || found[3] > 0) return found.slice(0, 3);
    }
  };
  const ratio = (a, b) => (Math.max(light(a), light(b)) + 0.05) / (Math.min(light(a), light(b)) + 0.05);
  const worded = [...document.querySelectorAll("body *")].filter(one => one.checkVisibility() &&
    !one.closest("svg") && [...one.childNodes].some(node => node.nodeType === 3 && node.data.trim()));
  const drawn = [...document.querySelectorAll("svg.gauge text")];
  return [...worded.map(one => [getComputedStyle(one).color, one]), ...drawn.map(one =>
    [getComputedStyle(one).fill, one])].map(([css, one]) => ratio(read(css).slice(0, 3), ground(one)));
}"""


def page_of(language: str, state: AskState = AskState.OPEN) -> str:
    """A page as long as they get: three things missing, cases, roles, a faulty form."""
    faults = frozenset({Field.YEAR, Field.WORDS}) if state is AskState.FAULTY else NO_FAULT
    outer = PageOfRequests(state, language, LONG, CASES, TOKEN)
    return render_standing_page(
        replace(PAGE, page=outer, engagements=ROLES, best_friend_of=2024, faults=faults)
    )


def rich(language: str) -> str:
    """A page with large figures, an open invitation and long ids."""
    won = invited(standing(RICH, stage=Stage.OPEN, year=2025), InvitationState.OPEN)
    long = tuple(
        replace(one, identifier=f"{one.identifier}-{'0123456789abcdef' * 3}", cents=one.cents * 1000)
        for one in lines(6, 2025)
    )
    outer = PageOfRequests(AskState.OPEN, language, "Li", (), TOKEN)
    return render_standing_page(
        replace(PAGE, page=outer, years=(ShownYear(standing(RICH), long), ShownYear(won, long)))
    )


def few(language: str) -> str:
    """A page of somebody who has only begun."""
    new = replace(FIGURES, ratings=0, stars=0, cents=0, active=False)
    outer = PageOfRequests(AskState.OPEN, language, "Li", (), TOKEN)
    return render_standing_page(replace(PAGE, page=outer, years=(ShownYear(standing(new, cohort=None)),)))


def every_page(language: str) -> Iterator[str]:
    yield from (page_of(language, state) for state in AskState)
    yield from (rich(language), few(language))
    yield from (render_ask_link_page(AskLinkPage(one, language, LONG)) for one in AskLinkState)
    yield from (render_news_page(NewsPage(state, language, LONG)) for state in NewsState)


@pytest.fixture(params=[320, 390, 1280])
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page at a width, in the dark on the narrowest."""
    width: int = request.param
    opened = browser.new_page(
        viewport={"width": width, "height": 800}, color_scheme="dark" if width == 320 else "light"
    )
    yield opened
    opened.close()


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    """A phone-sized window that runs no script of the page's."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, java_script_enabled=False)
    yield context.new_page()
    context.close()


def serve(page: Page, path: str, html: str, headers: dict[str, str], method: str = "GET") -> None:
    """Answer one address as the function would, headers included."""
    page.route(
        f"{SITE}{path}",
        lambda route: (
            route.fulfill(status=200, body=html, headers=headers)
            if route.request.method == method
            else route.fallback()
        ),
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_sticks_out_and_no_labels_meet(page: Page, language: str) -> None:
    for html in every_page(language):
        page.set_content(html.replace("<details>", "<details open>"))
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert page.evaluate(LABELS_OUTSIDE) == page.evaluate(LABELS_MEET) == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_word_can_be_read(browser: Browser, scheme: str) -> None:
    page = browser.new_page(color_scheme="dark" if scheme == "dark" else "light")
    for html in (page_of("de", AskState.FAULTY), few("fr"), page_of("it")):
        page.set_content(html.replace("<details>", "<details open>"))
        ratios = page.evaluate(CONTRASTS)
        assert len(ratios) > 60 and min(ratios) >= 7  # AAA
    page.close()


def test_whatever_is_pressed_is_large_enough(page: Page) -> None:
    for html in (page_of("de"), few("it"), render_ask_link_page(AskLinkPage(AskLinkState.OPEN, "fr"))):
        page.set_content(html)
        found = page.locator("button, input[type=email], textarea, .choice, summary, a").all()
        assert found
        for one in found:
            box = one.bounding_box()
            assert box is not None and box["height"] >= 44, one.inner_text()


def test_what_counts_opens_by_keyboard_and_holds_every_line(phone: Page) -> None:
    phone.set_content(page_of("en"))
    table = phone.get_by_role("table").first
    expect(table).to_be_hidden()
    phone.locator("summary").first.focus()
    phone.keyboard.press("Enter")
    expect(table).to_be_visible()
    expect(table.get_by_role("row")).to_have_count(1 + len(PAGE.years[0].lines))
    expect(phone.get_by_text("9 ratings: 36 stars, 4.0 on average.")).to_be_visible()


def test_the_way_within_the_page_leads_to_its_sections(phone: Page) -> None:
    serve(phone, f"/standing/{TOKEN}", page_of("en"), dict(standing_headers()))
    phone.goto(f"{SITE}/standing/{TOKEN}")
    for name in ("2026", "2025", "Your roles", "What counts", "Please check this"):
        phone.get_by_role("navigation").get_by_role("link", name=name).click()
        expect(phone.locator(":target")).to_be_in_viewport()


def test_asking_posts_the_year_and_the_words(phone: Page) -> None:
    posted: list[tuple[str, str | None]] = []
    phone.on("request", lambda one: posted.append((one.method, one.post_data)))
    asked = page_of("en", AskState.ASKED)
    serve(phone, f"/standing/{TOKEN}", page_of("en"), dict(standing_headers()))
    serve(phone, f"/standing/{TOKEN}", asked, dict(standing_headers()), "POST")
    phone.goto(f"{SITE}/standing/{TOKEN}")
    phone.get_by_role("radio", name="2025").check()
    phone.get_by_label("What shall we check?").fill("a rating is missing")
    phone.get_by_role("button", name="Have it checked").click()
    expect(phone.get_by_role("heading", level=1)).to_contain_text("your question has arrived")
    assert posted[-1] == ("POST", "year=2025&words=a+rating+is+missing")


def test_the_pages_are_drawn_under_their_own_policy(browser: Browser) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 844})
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    serve(page, "/a", page_of("de"), dict(standing_headers()))
    serve(page, "/b", render_ask_link_page(AskLinkPage(AskLinkState.OPEN, "de")), dict(ask_link_headers()))
    serve(page, "/c", render_news_page(NewsPage(NewsState.ON, "de", "Li")), dict(news_headers()))
    for path in "abc":
        page.goto(f"{SITE}/{path}")
        assert page.evaluate("getComputedStyle(document.querySelector('main')).maxWidth") != "none"
    assert complaints == []
    page.close()


def test_the_bar_ends_where_the_figure_says(page: Page) -> None:
    page.set_content(page_of("en"))
    for gauge, share in zip(page.locator("svg.gauge").all(), (4.385 / 5, 0.92 * 13 / 15), strict=False):
        whole, own = gauge.locator(".ground").bounding_box(), gauge.locator(".own").bounding_box()
        assert whole is not None and own is not None
        assert abs(own["width"] / whole["width"] - share) < 0.02


def test_the_sign_differs_by_its_shape_and_word_and_not_by_colour_alone(phone: Page) -> None:
    shapes = {}
    for html, word in ((rich("en"), "Met"), (page_of("en"), "Not yet"), (few("en"), "Not known yet")):
        phone.set_content(html)
        sign = phone.locator(".sign", has_text=word).last
        shapes[word] = sign.locator("path").get_attribute("d")
    assert len(set(shapes.values())) == 3


def test_forced_colours_keep_bar_and_line_apart(browser: Browser) -> None:
    page = browser.new_page(forced_colors="active", color_scheme="dark")
    page.set_content(page_of("en"))
    own, ground, text = (
        page.locator(f".gauge {part}").first.evaluate("one => getComputedStyle(one).fill")
        for part in (".own", ".ground", "text")
    )
    assert own == text != ground
    page.close()


def test_printed_it_is_the_standing_without_what_is_pressed(phone: Page) -> None:
    phone.set_content(page_of("de"))
    phone.emulate_media(media="print")
    for hidden in ("nav", "form", ".counts a"):
        expect(phone.locator(hidden).first).to_be_hidden()
    expect(phone.locator("svg.gauge").first).to_be_visible()
    expect(phone.get_by_text("Es fehlen noch 2 Bewertungen.").first).to_be_visible()


def test_an_address_is_asked_for_and_another_language_offered(phone: Page) -> None:
    posted: list[str | None] = []
    phone.on("request", lambda one: posted.append(one.post_data))
    ask = render_ask_link_page(AskLinkPage(AskLinkState.OPEN, "de"))
    serve(phone, "/standing", ask, dict(ask_link_headers()))
    french = render_ask_link_page(AskLinkPage(AskLinkState.OPEN, "fr"))
    serve(phone, "/standing?lang=fr", french, dict(ask_link_headers()))
    asked = render_ask_link_page(AskLinkPage(AskLinkState.ASKED, "fr"))
    serve(phone, "/standing?lang=fr", asked, dict(ask_link_headers()), "POST")
    phone.goto(f"{SITE}/standing")
    phone.get_by_role("link", name="Français").click()
    phone.get_by_label("Ton adresse e-mail").fill("mara@example.org")
    phone.keyboard.press("Enter")
    expect(phone.get_by_role("heading", level=1)).to_have_text("Regarde dans ta boîte.")
    assert posted[-1] == "address=mara%40example.org"


def test_news_are_stopped_and_taken_up_again_by_one_button(phone: Page) -> None:
    posted: list[str | None] = []
    phone.on("request", lambda one: posted.append(one.post_data))
    on = render_news_page(NewsPage(NewsState.ON, "en", "Mara"))
    serve(phone, "/news/t", on, dict(news_headers()))
    stopped = render_news_page(NewsPage(NewsState.STOPPED, "en", "Mara"))
    serve(phone, "/news/t", stopped, dict(news_headers()), "POST")
    phone.goto(f"{SITE}/news/t")
    phone.get_by_role("button", name="Stop the news").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Mara, we will not send you any more news.")
    phone.get_by_role("button", name="Get the news again").click()
    assert posted[-2:] == ["choice=stop", "choice=take_up"]


def test_the_year_that_was_missed_is_told_under_its_own_heading(phone: Page) -> None:
    assert LAST_MISSED.year == 2025
    phone.set_content(page_of("en"))
    section = phone.get_by_role("region", name="2025, judged")
    expect(section.get_by_text("3 ratings were missing to reach the 15 needed.")).to_be_visible()
