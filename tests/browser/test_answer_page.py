"""The answer page in a real browser: in German, on a phone, without script, from the letter's own link."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from ops.local.postbox import Received
from ops.rehearsal.rehearse import World
from tests.support.waiting import until

pytestmark = [pytest.mark.browser]
PHONE = {"width": 390, "height": 844}
GERMAN_INVITATION = re.compile("wirst du")


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A phone-sized window that runs no script, as some mail programs' browsers do."""
    context = browser.new_context(viewport=PHONE, java_script_enabled=False, locale="de-CH")
    yield context.new_page()
    context.close()


def german_letters(here: World, wanted: int) -> list[Received]:
    """The invitations in German, as soon as there are so many."""

    def arrived() -> list[Received]:
        found = [one for one in here.postbox.deliver() if GERMAN_INVITATION.search(one.subject)]
        return found if len(found) >= wanted else []

    return until(arrived, what="the invitations")


def link_in(letter: Received) -> str:
    found = re.search(r"http://127\.0\.0\.1:\d+/answers/\S+", letter.text)
    assert found
    return found.group()


def test_a_friend_confirms_and_changes_their_mind(open_year: World, page: Page) -> None:
    letter = german_letters(open_year, 2)[0]
    page.goto(link_in(letter))
    expect(page.locator("html")).to_have_attribute("lang", "de")
    expect(page.get_by_role("heading", level=1)).to_contain_text("wirst du")
    expect(page.get_by_role("button")).to_have_count(2)
    page.get_by_role("button", name="Ja, ich bin dabei").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("du bist dabei")
    page.goto(link_in(letter))  # a reload asks nothing and says the same
    expect(page.get_by_role("heading", level=1)).to_contain_text("du bist dabei")
    page.get_by_role("button").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("nun doch nicht dabei")


def test_the_keyboard_is_enough(open_year: World, page: Page) -> None:
    letter = german_letters(open_year, 2)[1]
    page.goto(link_in(letter))
    page.keyboard.press("Tab")
    focused = page.locator(":focus")
    expect(focused).to_have_text("Ja, ich bin dabei")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Nein, danke")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("das ist in Ordnung")


@pytest.mark.parametrize("width", [320, 390, 1440])
def test_it_fits_and_can_be_hit_with_a_thumb(open_year: World, browser: Browser, width: int) -> None:
    context = browser.new_context(viewport={"width": width, "height": 844}, locale="de-CH")
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("request", lambda request: complaints.append(request.url) if other(request.url) else None)
    asked = link_in(german_letters(open_year, 3)[2])

    def other(url: str) -> bool:
        return url != asked

    page.goto(asked)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for button in page.get_by_role("button").all():
        box = button.bounding_box()
        assert box is not None
        assert box["height"] >= 44
    style = page.get_by_role("button").first.evaluate("one => getComputedStyle(one).backgroundColor")
    assert style != "rgba(0, 0, 0, 0)", "the style is not applied"
    assert complaints == []
    context.close()


def test_an_unknown_link_is_kind_and_in_the_browsers_language(open_year: World, page: Page) -> None:
    reply = page.goto(f"{open_year.pages_url}/answers/{'x' * 43}")
    assert reply is not None
    assert reply.status == 404
    expect(page.locator("html")).to_have_attribute("lang", "de")
    expect(page.get_by_role("button")).to_have_count(0)
    assert reply.headers["cache-control"] == "no-store"
    assert reply.headers["referrer-policy"] == "no-referrer"
    assert "default-src 'none'" in reply.headers["content-security-policy"]


def test_the_mailbox_leads_to_the_page(open_year: World, browser: Browser) -> None:
    letter = german_letters(open_year, 3)[2]
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(f"{open_year.pages_url}/mailbox/{letter.number}")
    page.frame_locator("iframe").get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("wirst du")
    page.goto(f"{open_year.pages_url}/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Best Friends 2025")
    page.goto(f"{open_year.pages_url}/report")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Best Friends 2025")
    page.close()
