"""The page behind a notification's link: states, the one form, what it tells and what it keeps."""

import base64
import hashlib
import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from bs4 import BeautifulSoup, Tag
from hypothesis import given
from hypothesis import strategies as st

from best_friends.domain.place import Direction
from best_friends.domain.policy import LANGUAGES
from best_friends.pages.offer import OfferPage, OfferState, page_headers, render_offer_page
from tests.support.whole_pages import stands_alone

PAGE = OfferPage(
    state=OfferState.OPEN,
    language="en",
    name="Mara",
    skill="smart_home",
    distance_km=4.234567,
    direction=Direction.NORTH_EAST,
    area="Meggen",
    job_id="J000017",
    token="abcDEF_123-456",
)
HEADINGS = {
    OfferState.OPEN: "Mara, would you like this job?",
    OfferState.ACCEPTED: "Mara, the job is yours.",
    OfferState.TAKEN: "Mara, somebody was a little faster.",
    OfferState.OVER: "Mara, this job is no longer offered.",
    OfferState.UNKNOWN_LINK: "This link belongs to no job.",
    OfferState.EXPIRED_LINK: "This link is no longer valid.",
}


def soup_of(page: OfferPage) -> Tag:
    return BeautifulSoup(render_offer_page(page), "html.parser")


def said(page: OfferPage) -> str:
    main = soup_of(page).find("main")
    assert isinstance(main, Tag)
    return " ".join(re.sub(r"[\xa0\u202f]", " ", main.get_text(" ")).split())


def every_page(language: str) -> Iterator[str]:
    for state in OfferState:
        yield render_offer_page(replace(PAGE, state=state, language=language))
        yield render_offer_page(OfferPage(state, language))
        yield render_offer_page(replace(PAGE, state=state, language=language, direction=None, area="home"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_stands_alone_and_is_whole(language: str) -> None:
    for html in every_page(language):
        soup = stands_alone(html, language)
        assert len(soup.find_all("title")) == 1 and not soup.find_all(href=True)
        shown = soup.get_text(" ").replace(soup.style.get_text() if soup.style else "", "")
        assert not re.search(r"\d[.,]\d", shown), "the distance is rounded"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_security_policy_allows_the_style_and_the_form(language: str) -> None:
    policy = page_headers()["content-security-policy"]
    for html in every_page(language):
        styles = re.findall(r"<style>(.*?)</style>", html, re.DOTALL)
        assert len(styles) == 1
        digest = base64.b64encode(hashlib.sha256(styles[0].encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy
    assert "form-action 'self'" in policy and "unsafe" not in policy
    assert page_headers()["cache-control"] == "no-store"


def test_each_state_says_what_it_is_about_and_has_its_status() -> None:
    for state, heading in HEADINGS.items():
        assert said(replace(PAGE, state=state)).startswith(heading)
    statuses = {state: state.http_status for state in OfferState}
    assert statuses.pop(OfferState.UNKNOWN_LINK) == 404
    assert statuses.pop(OfferState.EXPIRED_LINK) == 410
    assert set(statuses.values()) == {200}


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_open_offer_has_one_form_that_posts_the_token_in_its_body(language: str) -> None:
    soup = soup_of(replace(PAGE, language=language))
    (form,) = soup.find_all("form")
    assert form["method"] == "post" and form["action"] == "/jobs/J000017/accept"
    fields = {str(one["name"]): str(one["value"]) for one in form.find_all(["input", "button"])}
    assert fields == {"token": PAGE.token, "answer": "accept"}
    (hidden,), (button,) = form.find_all("input"), form.find_all("button")
    assert hidden["type"] == "hidden" and button["type"] == "submit" and button.get_text(strip=True)
    assert str(soup).count(PAGE.token) == 1


@pytest.mark.parametrize("state", [state for state in OfferState if state is not OfferState.OPEN])
def test_a_page_that_offers_nothing_has_no_form_and_no_token(state: OfferState) -> None:
    html = render_offer_page(replace(PAGE, state=state))
    assert "<form" not in html and "<button" not in html and PAGE.token not in html


def test_a_job_id_cannot_lead_the_form_elsewhere() -> None:
    (form,) = soup_of(replace(PAGE, job_id="../x?y=1#z//evil")).find_all("form")
    assert form["action"] == "/jobs/..%2Fx%3Fy%3D1%23z%2F%2Fevil/accept"


def test_what_and_where_are_told() -> None:
    for state in (OfferState.OPEN, OfferState.ACCEPTED):
        words = said(replace(PAGE, state=state))
        assert "Smart home" in words and "About 4 km north-east of your area Meggen" in words
    for state in (OfferState.TAKEN, OfferState.OVER):
        words = said(replace(PAGE, state=state))
        assert "It was about: smart home, about 4 km north-east of your area Meggen." in words


def test_whoever_was_too_late_learns_that_the_next_job_will_come() -> None:
    for state in (OfferState.TAKEN, OfferState.OVER, OfferState.EXPIRED_LINK):
        assert "The next job will come" in said(replace(PAGE, state=state))
    assert "puts you in touch with the customer" in said(replace(PAGE, state=OfferState.ACCEPTED))


@pytest.mark.parametrize("state", [OfferState.UNKNOWN_LINK, OfferState.EXPIRED_LINK])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_link_that_leads_nowhere_tells_nothing_about_anybody(state: OfferState, language: str) -> None:
    html = render_offer_page(replace(PAGE, state=state, language=language))
    assert html == render_offer_page(OfferPage(state, language))


@given(
    odd=st.text(max_size=60) | st.sampled_from(['<b>"M"</b>', "</style><script>", "{name}", "{{ x }}"]),
    state=st.sampled_from(list(OfferState)),
    language=st.sampled_from(LANGUAGES),
)
def test_names_labels_and_ids_change_no_markup(odd: str, state: OfferState, language: str) -> None:
    page = replace(PAGE, state=state, language=language)
    usual = replace(page, skill="tv")
    strange = replace(page, name=odd, area=odd, job_id=odd, token=odd, skill=f"x{odd}")
    tags = [[tag.name for tag in soup_of(one).find_all(True)] for one in (usual, strange)]
    assert tags[0] == tags[1]
