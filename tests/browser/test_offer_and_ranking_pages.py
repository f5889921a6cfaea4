"""The offer, the page of ranking parameters and the notification in a real browser, at every width."""

from collections.abc import Iterator
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Page, expect

from best_friends.domain.place import Direction
from best_friends.domain.policy import LANGUAGES, Dispatch
from best_friends.letters import NotificationView, render_notification
from best_friends.pages.offer import OfferPage, OfferState, page_headers, render_offer_page
from best_friends.pages.ranking import RankingPage, ranking_headers, render_ranking_page

pytestmark = [pytest.mark.browser]
SITE = "https://pages.example"
LONG = "Maximiliana-Wilhelmine von und zu Hinterpfaffenhofen-Schwändi"
CURVE = "document.querySelector('path.line').getBoundingClientRect()"


def offer(language: str, state: OfferState = OfferState.OPEN) -> OfferPage:
    return OfferPage(
        state, language, LONG, "smart_home", 4.2, Direction.NORTH_EAST, LONG, "J000017", "abcDEF"
    )


def ranking(language: str) -> RankingPage:
    policy = Dispatch(quiet_from="22:00", quiet_until="07:00")
    return RankingPage(language, LANGUAGES, policy, date(2026, 3, 1))


def letter(language: str) -> str:
    until = datetime(2026, 3, 4, 14, 30, tzinfo=ZoneInfo("Europe/Zurich"))
    link = f"{SITE}/jobs/J000017/accept?token=abcDEF"
    view = NotificationView(LONG, language, "smart_home", 4.2, Direction.NORTH_EAST, LONG, link, until)
    return render_notification(view).html


def every_page() -> Iterator[str]:
    for language in LANGUAGES:
        yield from (render_offer_page(offer(language, state)) for state in OfferState)
        yield render_ranking_page(ranking(language))
        yield letter(language)


def serve(page: Page, path: str, html: str, headers: dict[str, str]) -> None:
    """Answer one address as the function would, headers included."""
    page.route(
        f"{SITE}{path}",
        lambda route: route.fulfill(status=200, body=html, headers=headers),
    )
    page.goto(f"{SITE}{path}")


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A phone-sized window that runs no script."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, java_script_enabled=False)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("width", [320, 390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_wider_than_the_window(browser: Browser, width: int, scheme: str) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 844}, color_scheme="dark" if scheme == "dark" else "light"
    )
    page = context.new_page()
    for html in every_page():
        page.set_content(html)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert ground == ("rgb(20, 26, 23)" if scheme == "dark" else "rgb(251, 250, 246)")
    context.close()


def test_accepting_posts_the_token_in_the_body_and_nothing_in_the_address(page: Page) -> None:
    posted: list[tuple[str, str, str | None]] = []
    page.on("request", lambda one: posted.append((one.method, one.url, one.post_data)))
    serve(page, "/jobs/J000017/accept?token=abcDEF", render_offer_page(offer("en")), page_headers())
    accepted = render_offer_page(offer("en", OfferState.ACCEPTED))
    page.route(
        f"{SITE}/jobs/J000017/accept",
        lambda route: route.fulfill(status=200, body=accepted, headers=page_headers()),
    )
    expect(page.get_by_role("heading", level=1)).to_contain_text("would you like this job?")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Accept this job")
    box = page.get_by_role("button").bounding_box()
    assert box is not None
    assert box["height"] >= 44
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("the job is yours")
    assert posted[-1] == ("POST", f"{SITE}/jobs/J000017/accept", "token=abcDEF&answer=accept")
    assert [method for method, _, _ in posted] == ["GET", "POST"]


@pytest.mark.parametrize("width", [320, 1280])
def test_the_ranking_page_is_drawn_under_its_own_policy(browser: Browser, width: int) -> None:
    context = browser.new_context(viewport={"width": width, "height": 844})
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    serve(page, "/ranking", render_ranking_page(ranking("de")), ranking_headers("de"))
    assert complaints == []
    curve, column = page.evaluate(CURVE), page.locator("main p.lead").bounding_box()
    assert column is not None
    assert abs(curve["width"] - column["width"]) < 8, "the curve is as wide as the text"
    dots = [dot.bounding_box() for dot in page.locator("circle.dot").all()]
    heights = [box["y"] for box in dots if box]
    assert heights == sorted(heights) and len(heights) == 4
    for link in page.get_by_role("link").all():
        box = link.bounding_box()
        assert box is not None
        assert box["height"] >= 44
    context.close()


def test_the_ranking_page_leads_to_another_language_without_script(page: Page) -> None:
    serve(page, "/ranking", render_ranking_page(ranking("de")), ranking_headers("de"))
    french = render_ranking_page(ranking("fr"))
    page.route(
        f"{SITE}/ranking?lang=fr",
        lambda route: route.fulfill(status=200, body=french, headers=ranking_headers("fr")),
    )
    page.get_by_role("link", name="Français").click()
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    expect(page.get_by_role("img", name="La proximité selon la distance")).to_be_visible()
