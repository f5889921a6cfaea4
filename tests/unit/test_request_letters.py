"""The letters about requests: four languages, two parts, the reason as it was written."""

import re
import unicodedata
from dataclasses import replace

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from best_friends.domain.letter import ANSWER_LETTERS, LINK_LETTERS, LetterKind
from best_friends.domain.policy import LANGUAGES, Role
from best_friends.domain.requests import AreaWish, Decision, Request, RequestState, RoleWish, Wish
from best_friends.letters import Letter, RequestView, render_request_letter
from best_friends.letters.compose import addressed
from tests.unit.fakes_requests import NOON, day

LINK = "https://pages.example/areas/abcDEF_123-456"
WHY = "Enough Friends there; ask again in autumn."
EVERY = (*LINK_LETTERS, *ANSWER_LETTERS)


def view_of(kind: LetterKind, language: str = "en", why: str = WHY, place: str = "Aarau") -> RequestView:
    view = RequestView("Mara", language, LINK, day("2026-04-02"))
    if kind in LINK_LETTERS:
        return view
    accepted = kind in (LetterKind.AREA_ACCEPTED, LetterKind.ROLE_ACCEPTED)
    about_area = kind in (LetterKind.AREA_ACCEPTED, LetterKind.AREA_DECLINED)
    asked: Wish = AreaWish(place, 15) if about_area else RoleWish(Role.MENTOR)
    granted: Wish = (
        AreaWish(f"{place} West", 10.5) if about_area else RoleWish(Role.MENTOR, day("2026-03-01"))
    )
    state = RequestState.ACCEPTED if accepted else RequestState.DECLINED
    decision = Decision(state, NOON, "Ada", why, granted if accepted else None)
    return replace(view, link="", request=Request("r-1", "F1", asked, "words", NOON, decision))


def parts(letter: Letter) -> tuple[str, str]:
    body = BeautifulSoup(letter.html, "html.parser").find(attrs={"role": "article"})
    assert body is not None
    return " ".join(body.get_text(" ").split()), " ".join(letter.text.split())


@pytest.mark.parametrize("kind", EVERY)
@pytest.mark.parametrize("language", LANGUAGES)
def test_each_letter_is_whole_short_and_says_the_same_in_both_parts(kind: LetterKind, language: str) -> None:
    letter = render_request_letter(kind, view_of(kind, language))
    assert letter.language == language and len(letter.subject.splitlines()) == 1
    for part in (letter.subject, *parts(letter)):
        assert part and "{" not in part and "}" not in part and "None" not in part and "ß" not in part
    links = 1 if kind in LINK_LETTERS else 0
    assert letter.html.count(LINK) == letter.text.count(LINK) == links
    assert len(letter.text.split()) < 130
    assert all(len(line) <= 72 for line in letter.text.splitlines() if LINK not in line)
    said = parts(letter)[0].casefold()
    for paragraph in letter.text.replace(LINK, "").split("\n\n"):
        assert " ".join(re.sub(r"(?m)^> ", "", paragraph).split()).casefold() in said


def test_what_was_given_and_what_was_asked_for_are_named() -> None:
    said = {kind: " ".join(parts(render_request_letter(kind, view_of(kind)))) for kind in EVERY}
    assert "Aarau West, with a radius of 10.5 km" in said[LetterKind.AREA_ACCEPTED].replace("\xa0", " ")
    assert "Aarau, with a radius of 15 km" in said[LetterKind.AREA_DECLINED].replace("\xa0", " ")
    assert "From 1 March 2026 it is yours" in said[LetterKind.ROLE_ACCEPTED].replace("\xa0", " ")
    assert "mentoring" in said[LetterKind.ROLE_DECLINED]
    assert "valid until 2 April 2026" in said[LetterKind.AREAS_LINK].replace("\xa0", " ")
    for kind in EVERY:
        declined = kind in (LetterKind.AREA_DECLINED, LetterKind.ROLE_DECLINED)
        assert (WHY in said[kind]) is declined


def test_a_role_that_nominates_says_so() -> None:
    view = view_of(LetterKind.ROLE_ACCEPTED)
    plain, nominating = (
        render_request_letter(LetterKind.ROLE_ACCEPTED, replace(view, nominates=one)).text
        for one in (False, True)
    )
    assert "is nominated" in nominating and "is nominated" not in plain


@given(
    odd=st.text(min_size=1, max_size=80) | st.sampled_from(["<b>x</b>", "{name}", "a\r\nBcc: x"]),
    kind=st.sampled_from(EVERY),
    language=st.sampled_from(LANGUAGES),
)
def test_whatever_people_wrote_is_harmless(odd: str, kind: LetterKind, language: str) -> None:
    usual = render_request_letter(kind, view_of(kind, language))
    letter = render_request_letter(kind, replace(view_of(kind, language, odd, odd), name=odd))
    assert not any(unicodedata.category(char).startswith("C") for char in letter.subject)
    tags = [
        [tag.name for tag in BeautifulSoup(one.html, "html.parser").find_all(True)] for one in (usual, letter)
    ]
    assert tags[0] == tags[1]


def test_a_name_with_an_invisible_character_is_still_addressed() -> None:
    assert addressed("Ma\u00adra\u200d\r\nM.") == "Mara M."
