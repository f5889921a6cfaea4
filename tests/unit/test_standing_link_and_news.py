"""The public form for a link to the standing, and the page of news."""

import base64
import hashlib
import re
from collections.abc import Iterator, Mapping

import pytest
from bs4 import BeautifulSoup, Tag

from best_friends.domain.policy import LANGUAGES
from best_friends.pages.news import NewsPage, NewsState, news_headers, render_news_page
from best_friends.pages.standing_link import (
    AskLinkPage,
    AskLinkState,
    ask_link_headers,
    render_ask_link_page,
)

LOST = (NewsState.UNKNOWN_LINK, NewsState.EXPIRED_LINK)


def said(html: str) -> str:
    main = BeautifulSoup(html, "html.parser").find("main")
    assert isinstance(main, Tag)
    return " ".join(re.sub(r"[\xa0\u202f]", " ", main.get_text(" ")).split())


def every_page(language: str) -> Iterator[tuple[str, Mapping[str, str]]]:
    for state in AskLinkState:
        yield render_ask_link_page(AskLinkPage(state, language, 'mara"@<b>')), ask_link_headers()
    for one in NewsState:
        yield render_news_page(NewsPage(one, language, '<b>"M"</b>')), news_headers()
        yield render_news_page(NewsPage(one, language)), news_headers()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_stands_alone_and_is_whole(language: str) -> None:
    for html, headers in every_page(language):
        soup = BeautifulSoup(html, "html.parser")
        assert soup.html and soup.html["lang"] == language
        assert len(soup.find_all("h1")) == len(soup.find_all("main")) == 1
        assert "http" not in html and "<script" not in html and not soup.find_all("b")
        text = soup.get_text(" ").replace(soup.style.get_text() if soup.style else "", "")
        assert "{" not in text and "None" not in text and "ß" not in text
        [style] = re.findall(r"<style>(.*?)</style>", html, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in headers["content-security-policy"]
        assert "form-action 'self'" in headers["content-security-policy"]
        assert headers["cache-control"] == "no-store" and headers["x-robots-tag"] == "noindex"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_form_asks_for_an_address_and_leads_to_the_other_languages(language: str) -> None:
    soup = BeautifulSoup(render_ask_link_page(AskLinkPage(AskLinkState.OPEN, language)), "html.parser")
    (form,) = soup.find_all("form")
    (field,) = form.find_all("input")
    assert (field["name"], field["type"], field["autocomplete"]) == ("address", "email", "email")
    assert form["method"] == "post" and field.has_attr("required") and field["value"] == ""
    links = {str(one["href"]) for one in soup.select("nav a")}
    assert links == {f"?lang={code}" for code in LANGUAGES if code != language}


def test_the_answer_does_not_depend_on_the_address() -> None:
    asked = {
        render_ask_link_page(AskLinkPage(AskLinkState.ASKED, "en", address)) for address in ("", "a@b.ch")
    }
    assert len(asked) == 1
    told = said(asked.pop())
    assert "If this address is known to us, a letter is on its way to it." in told
    assert "valid for 24 hours" in told and "look into the spam folder, or ask again" in told
    assert "If you asked within the last hour, no second letter comes: use the first one." in told


def test_the_public_page_says_for_how_long_a_link_is_valid_and_what_it_does_not_tell() -> None:
    told = said(render_ask_link_page(AskLinkPage(AskLinkState.OPEN, "de", link_hours=48)))
    assert "Der Link gilt 48 Stunden." in told and "so oft" not in told
    assert "ob wir die Adresse kennen oder nicht" in told


def test_a_faulty_address_is_shown_again_to_be_mended() -> None:
    html = render_ask_link_page(AskLinkPage(AskLinkState.FAULTY, "en", "mara@"))
    field = BeautifulSoup(html, "html.parser").find(id="address")
    assert isinstance(field, Tag) and field["value"] == "mara@" and field["aria-invalid"] == "true"
    assert "Please look at the address once more." in said(html)
    assert AskLinkState.FAULTY.http_status == 422


@pytest.mark.parametrize(
    ("state", "choice", "heading"),
    [
        (NewsState.ON, "stop", "Mara, you get our news."),
        (NewsState.OFF, "take_up", "Mara, you do not get our news."),
        (NewsState.STOPPED, "take_up", "Mara, we will not send you any more news."),
        (NewsState.TAKEN_UP, "stop", "Mara, you get our news again."),
    ],
)
def test_the_page_of_news_says_what_stands_and_offers_the_other(
    state: NewsState, choice: str, heading: str
) -> None:
    html = render_news_page(NewsPage(state, "en", "Mara"))
    (form,) = BeautifulSoup(html, "html.parser").find_all("form")
    (button,) = form.find_all("button")
    assert (button["name"], button["value"], form["method"]) == ("choice", choice, "post")
    assert said(html).startswith(heading)
    assert "Letters that concern you personally always reach you" in said(html)


@pytest.mark.parametrize("state", LOST)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_link_of_news_that_leads_nowhere_tells_nothing_and_offers_nothing(
    state: NewsState, language: str
) -> None:
    html = render_news_page(NewsPage(state, language, "Mara"))
    assert html == render_news_page(NewsPage(state, language)) and "<form" not in html
