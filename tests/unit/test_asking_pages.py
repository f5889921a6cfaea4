"""The pages of areas and of roles: states, forms, what they tell and what they keep."""

import base64
import hashlib
import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from bs4 import BeautifulSoup, Tag
from hypothesis import given
from hypothesis import strategies as st

from best_friends.domain.friends import Area
from best_friends.domain.policy import LANGUAGES, Role
from best_friends.domain.requests import (
    AreaForm,
    AreaWish,
    Decision,
    Field,
    Request,
    RequestState,
    RoleForm,
    RoleWish,
)
from best_friends.pages.areas import AreasPage, render_areas_page
from best_friends.pages.engagement import EngagementPage, render_engagement_page
from best_friends.pages.requests import AskState, PageOfRequests, asking_headers
from tests.support.whole_pages import stands_alone
from tests.unit.fakes_requests import BERN, HOME, NOON

TOKEN = "abcDEF_123-456"
OPEN = Request("area-1", "F1", AreaWish("Aarau", 15), "on Mondays", NOON)
NO = Decision(RequestState.DECLINED, NOON, "Ada", "Enough Friends there.")
YES = Decision(RequestState.ACCEPTED, NOON, "Ada", "as asked", AreaWish("Olten West", 10))
MENTOR = Request("role-1", "F1", RoleWish(Role.MENTOR), "I like to explain", NOON, NO)
AREAS = AreasPage(
    PageOfRequests(
        AskState.OPEN,
        "en",
        "Mara",
        (
            OPEN,
            replace(OPEN, request_id="area-2", decision=NO),
            replace(OPEN, request_id="area-3", decision=YES),
        ),
        TOKEN,
    ),
    (HOME, BERN),
)
ROLES = EngagementPage(PageOfRequests(AskState.OPEN, "en", "Mara", (MENTOR,), TOKEN), (Role.PRODUCT_TESTER,))
FAULTS = frozenset({Field.PLACE, Field.RADIUS, Field.WORDS})
LOST = (AskState.UNKNOWN_LINK, AskState.EXPIRED_LINK)


def areas(**changes: object) -> AreasPage:
    return replace(AREAS, page=replace(AREAS.page, **changes))  # type: ignore[arg-type]


def roles(**changes: object) -> EngagementPage:
    return replace(ROLES, page=replace(ROLES.page, **changes))  # type: ignore[arg-type]


def soup_of(html: str) -> Tag:
    return BeautifulSoup(html, "html.parser")


def said(html: str) -> str:
    main = soup_of(html).find("main")
    assert isinstance(main, Tag)
    return " ".join(re.sub(r"[\xa0\u202f]", " ", main.get_text(" ")).split())


def every_page(language: str) -> Iterator[str]:
    for state in AskState:
        faulty = state is AskState.FAULTY
        yield render_areas_page(
            replace(areas(state=state, language=language), faults=FAULTS if faulty else frozenset())
        )
        yield render_areas_page(AreasPage(PageOfRequests(state, language)))
        faults = frozenset({Field.ROLE, Field.WORDS} if faulty else ())
        yield render_engagement_page(replace(roles(state=state, language=language), faults=faults))
        yield render_engagement_page(EngagementPage(PageOfRequests(state, language), tuple(Role)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_stands_alone_and_is_whole(language: str) -> None:
    for html in every_page(language):
        stands_alone(html, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_security_policy_allows_the_style_and_the_form(language: str) -> None:
    policy = asking_headers()["content-security-policy"]
    for html in every_page(language):
        [style] = re.findall(r"<style>(.*?)</style>", html, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy
    assert "form-action 'self'" in policy and "unsafe" not in policy
    assert asking_headers()["cache-control"] == "no-store"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_forms_post_what_the_rules_read(language: str) -> None:
    (form,) = soup_of(render_areas_page(areas(language=language))).find_all("form")
    assert form["method"] == "post" and form["action"] == "#ask"  # the page's own address, fragment aside
    assert [str(one["name"]) for one in form.find_all(["input", "textarea"])] == ["place", "radius", "words"]
    (form,) = soup_of(render_engagement_page(roles(language=language))).find_all("form")
    fields = [(str(one["name"]), one.get("value")) for one in form.find_all(["input", "textarea"])]
    offered = [role for role in Role if role is not Role.PRODUCT_TESTER]  # that one is held
    assert fields == [*(("role", role) for role in offered), ("words", None)]
    for html in (
        render_areas_page(areas(language=language)),
        render_engagement_page(roles(language=language)),
    ):
        assert TOKEN not in html  # the address has it, the page need not


@pytest.mark.parametrize("state", [one for one in AskState if one not in (AskState.OPEN, AskState.FAULTY)])
def test_a_page_that_asks_nothing_has_no_form(state: AskState) -> None:
    for html in (render_areas_page(areas(state=state)), render_engagement_page(roles(state=state))):
        assert "<form" not in html
        assert ('href="/' in html) is (state is AskState.ASKED)


def test_a_faulty_form_keeps_what_was_typed_and_marks_what_to_mend() -> None:
    page = replace(
        areas(state=AskState.FAULTY), form=AreaForm('<b>"', "900", "x"), faults=frozenset({Field.RADIUS})
    )
    soup = soup_of(render_areas_page(page))
    place, radius = soup.find(id="place"), soup.find(id="radius")
    assert isinstance(place, Tag) and isinstance(radius, Tag)
    assert (place["value"], radius["value"]) == ('<b>"', "900")
    assert radius["aria-invalid"] == "true" and "radius-fault" in str(radius["aria-describedby"])
    assert not place.has_attr("aria-invalid")
    assert "Give whole kilometres, from 1 to 100." in soup.get_text()
    shown = replace(
        roles(state=AskState.FAULTY), form=RoleForm("mentor", ""), faults=frozenset({Field.WORDS})
    )
    [checked] = soup_of(render_engagement_page(shown)).find_all(checked=True)
    assert checked["value"] == "mentor"


def test_statuses_tell_what_happened() -> None:
    assert {str(one): one.http_status for one in AskState} == {
        "open": 200,
        "asked": 200,
        "faulty": 422,
        "too_many": 409,
        "unknown_link": 404,
        "expired_link": 410,
    }


def test_areas_are_told_in_words_beside_the_sketch() -> None:
    words = said(render_areas_page(AREAS))
    assert "Home radius 20 km" in words and "Bern radius 15 km about 95 km south-west of your home" in words
    svg = soup_of(render_areas_page(AREAS)).find("svg", class_="map")
    assert isinstance(svg, Tag) and svg["role"] == "img"
    assert "Bern, radius 15 km, about 95 km south-west of your home." in svg.get_text().replace("\xa0", " ")


def test_what_became_of_requests_is_told_with_the_reason() -> None:
    words = said(render_areas_page(AREAS))
    assert "Aarau, radius 15 km We are looking at it" in words
    assert "Declined asked on 3 March 2026 The reason: Enough Friends there." in words
    assert "Olten West, radius 10 km Accepted" in words and "as asked" not in words
    assert "Mentoring Declined" in said(render_engagement_page(ROLES))


@pytest.mark.parametrize("state", LOST)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_link_that_leads_nowhere_tells_nothing_about_anybody(state: AskState, language: str) -> None:
    html = render_areas_page(areas(state=state, language=language))
    assert html == render_areas_page(AreasPage(PageOfRequests(state, language)))
    html = render_engagement_page(roles(state=state, language=language))
    assert html == render_engagement_page(EngagementPage(PageOfRequests(state, language)))


@given(
    odd=st.text(min_size=1, max_size=40) | st.sampled_from(['<b>"M"</b>', "</style><script>", "{name}"]),
    state=st.sampled_from(list(AskState)),
)
def test_names_labels_and_words_change_no_markup(odd: str, state: AskState) -> None:
    def page(text: str) -> AreasPage:
        decision = replace(NO, why=text)
        request = replace(OPEN, asked=AreaWish(text, 15), words=text, decision=decision)
        shown = PageOfRequests(state, "fr", text, (request,), text)
        return AreasPage(shown, (HOME, Area(46.0, 7.0, 5, f"x{text}")), AreaForm(text, text, text))

    tags = [
        [
            tag.name
            for tag in soup_of(render_areas_page(page(text))).find_all(True)
            if tag.name not in ("line", "svg")
        ]
        for text in ("usual", odd)
    ]
    assert tags[0] == tags[1]
