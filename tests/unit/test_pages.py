"""The answer page, the problem page, the demo's pages: states, forms, headers, contrast."""

import base64
import hashlib
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from best_friends.domain.invitation import InvitationState, Reasons
from best_friends.domain.policy import LANGUAGES, Qualification, Role
from best_friends.letters.render import TEMPLATES as LETTER_TEMPLATES
from best_friends.pages.answer import (
    AnswerPage,
    PageState,
    page_headers,
    render_answer_page,
    render_problem_page,
)
from best_friends.pages.desk import DeskView, render_desk
from best_friends.pages.mailbox import Mail, MailboxRow, render_mail, render_mailbox
from best_friends.pages.shell import TEMPLATES, style_of

FIGURES = Reasons(by_figures=True, roles=(), ratings=38, stars=179, cents=1_248_000, currency="CHF")
PAGE = AnswerPage(
    state=PageState.OPEN,
    language="de",
    name="Mara",
    year=2025,
    reasons=FIGURES,
    qualification=Qualification(),
    answer_by=date(2026, 2, 15),
    can_change=True,
)
ENDS = (None, *InvitationState)


def every_page(language: str) -> Iterator[str]:
    for state in PageState:
        for stands in ENDS if state is PageState.TOO_LATE else (None,):
            for can_change in (True, False):
                page = replace(PAGE, state=state, language=language, stands=stands, can_change=can_change)
                yield render_answer_page(page)
    yield render_answer_page(AnswerPage(PageState.UNKNOWN_LINK, language))
    yield render_answer_page(AnswerPage(PageState.EXPIRED_LINK, language))
    yield render_problem_page(language, 500)
    yield render_problem_page(language, 405)


def offered(page: AnswerPage) -> list[str]:
    soup = BeautifulSoup(render_answer_page(page), "html.parser")
    forms = soup.find_all("form")
    assert all(form["method"] == "post" and not form.has_attr("action") for form in forms)
    assert len(forms) <= 1
    buttons = soup.find_all("button")
    assert all(button["name"] == "answer" and button["type"] == "submit" for button in buttons)
    assert len(buttons) == sum(len(form.find_all("button")) for form in forms)
    return [str(button["value"]) for button in buttons]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_stands_alone_and_is_whole(language: str) -> None:
    for html in every_page(language):
        soup = BeautifulSoup(html, "html.parser")
        assert soup.html and soup.html["lang"] == language
        assert len(soup.find_all("h1")) == len(soup.find_all("main")) == len(soup.find_all("title")) == 1
        assert "http" not in html and "<script" not in html and "url(" not in html
        assert not soup.find_all(style=True) and not soup.find_all(src=True) and not soup.find_all(href=True)
        shown = soup.get_text(" ").replace(soup.style.get_text() if soup.style else "", "")
        assert "{" not in shown and "}" not in shown and "None" not in shown and "ß" not in shown
        ids = [tag["id"] for tag in soup.find_all(id=True)]
        assert len(ids) == len(set(ids))
        referred = [
            one
            for tag in soup.find_all(attrs={"aria-labelledby": True})
            for one in str(tag["aria-labelledby"]).split()
        ]
        assert set(referred) <= set(ids)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_security_policy_allows_the_style_that_the_page_carries(language: str) -> None:
    policy = page_headers()["content-security-policy"]
    for html in every_page(language):
        styles = re.findall(r"<style>(.*?)</style>", html, re.DOTALL)
        assert len(styles) == 1
        digest = base64.b64encode(hashlib.sha256(styles[0].encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy
    assert "default-src 'none'" in policy and "unsafe" not in policy


def test_an_open_page_offers_both_answers_confirm_first() -> None:
    assert offered(PAGE) == ["confirm", "decline"]


@pytest.mark.parametrize(
    ("state", "other"),
    [
        (PageState.CONFIRMED, "decline"),
        (PageState.CHANGED_TO_CONFIRMED, "decline"),
        (PageState.DECLINED, "confirm"),
        (PageState.CHANGED_TO_DECLINED, "confirm"),
    ],
)
def test_an_answered_page_offers_only_the_other_answer_while_it_may_change(
    state: PageState, other: str
) -> None:
    assert offered(replace(PAGE, state=state)) == [other]
    assert offered(replace(PAGE, state=state, can_change=False)) == []


@pytest.mark.parametrize("state", [PageState.TOO_LATE, PageState.UNKNOWN_LINK, PageState.EXPIRED_LINK])
def test_a_page_that_takes_no_answer_has_no_form(state: PageState) -> None:
    assert offered(replace(PAGE, state=state)) == []


def test_a_late_page_says_what_stands() -> None:
    said = {
        stands: render_answer_page(replace(PAGE, state=PageState.TOO_LATE, stands=stands)) for stands in ENDS
    }
    assert "Du hast zugesagt" in said[InvitationState.CONFIRMED]
    assert "Du hast abgesagt" in said[InvitationState.DECLINED]
    for silent in (None, InvitationState.OPEN, InvitationState.EXPIRED, InvitationState.UNDELIVERABLE):
        assert "keine Antwort" in said[silent]


def test_a_link_that_leads_nowhere_tells_nothing_about_anybody() -> None:
    assert "Mara" not in render_answer_page(replace(PAGE, state=PageState.UNKNOWN_LINK))
    assert PageState.UNKNOWN_LINK.http_status == 404 and PageState.OPEN.http_status == 200


def test_a_role_is_shown_without_figures_that_did_not_count() -> None:
    reasons = replace(FIGURES, by_figures=False, roles=(Role.MENTOR,))
    html = render_answer_page(replace(PAGE, reasons=reasons))
    assert "Mentoring" in html and "CHF" not in html and "<dl" not in html


@given(
    name=st.text(max_size=60) | st.sampled_from(['<b>"M"</b>', "</style><script>", "{year}", "{{ x }}"]),
    state=st.sampled_from(list(PageState)),
    language=st.sampled_from(LANGUAGES),
)
def test_a_name_changes_no_markup(name: str, state: PageState, language: str) -> None:
    page = replace(PAGE, state=state, language=language)
    tags = [
        [tag.name for tag in BeautifulSoup(render_answer_page(one), "html.parser").find_all(True)]
        for one in (page, replace(page, name=name))
    ]
    assert tags[0] == tags[1]


# Colours


def luminance(colour: str) -> float:
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


PALETTES = [
    dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block))
    for block in re.findall(r":root \{(.*?)\}", (TEMPLATES / "palette.css").read_text("utf-8"), re.DOTALL)
]


@pytest.mark.parametrize("palette", PALETTES, ids=["light", "dark", "print"])
def test_text_has_triple_a_contrast_and_shapes_have_enough(palette: dict[str, str]) -> None:
    for text in ("ink", "soft", "accent"):
        for ground in ("paper", "tint"):
            assert contrast(palette[text], palette[ground]) >= (7 if text != "accent" else 4.5), (
                text,
                ground,
            )
    assert contrast(palette["accent"], palette["paper"]) >= 7
    assert contrast(palette["on-accent"], palette["accent"]) >= 7
    for ground in ("paper", "tint"):
        assert contrast(palette["muted"], palette[ground]) >= 3


def test_there_are_three_palettes_with_the_same_colours() -> None:
    assert len(PALETTES) == 3 and len({frozenset(palette) for palette in PALETTES}) == 1


def test_letters_use_the_palettes_colours() -> None:
    colours = re.findall(r"#[0-9a-f]{6}\b", (LETTER_TEMPLATES / "letter.html.j2").read_text("utf-8"))
    assert set(colours) <= {colour for palette in PALETTES for colour in palette.values()}


def test_buttons_are_large_enough() -> None:
    found = re.search(r"button \{\s*min-height: ([\d.]+)rem", style_of("answer"))
    assert found and float(found[1]) * 16 >= 44


# The local demo's pages


def test_the_mailbox_links_to_each_letter_and_escapes_what_it_shows() -> None:
    rows = [MailboxRow(3, "<x>@example.org", "Hallo <b>", datetime(2026, 1, 25, 6, tzinfo=UTC))]
    html = render_mailbox(rows)
    assert 'href="/mailbox/3"' in html and "&lt;b&gt;" in html and "<x>" not in html
    assert "No letter" in render_mailbox([])


def test_a_letter_is_shown_in_a_frame_without_script_whose_links_leave_it() -> None:
    letter = "<html><head><title>x</title></head><body><a href='https://pages.example/a'>a</a></body></html>"
    soup = BeautifulSoup(render_mail(Mail(1, "a@x", "b@x", "S", letter, "Hallo <b>")), "html.parser")
    frame = soup.select_one("iframe")
    assert frame is not None and "allow-scripts" not in str(frame["sandbox"])
    assert '<head><base target="_top">' in str(frame["srcdoc"])
    assert soup.pre is not None and soup.pre.get_text() == "Hallo <b>"


def test_the_desk_tells_the_state_and_marks_what_has_passed() -> None:
    view = DeskView(
        year=2025,
        state="open",
        opened_on=date(2026, 1, 25),
        reminders_on=(date(2026, 2, 1),),
        answer_by=date(2026, 2, 15),
        today=date(2026, 2, 3),
        counts=(("nominees", 1580),),
        letters=12,
    )
    html = render_desk(view)
    assert "may answer until" in html and html.count("(past)") == 2 and "1’580" in html
    assert "/report" not in html and "/report" in render_desk(replace(view, has_report=True))
    assert 'href="/standing"' in html
    assert "No year" in render_desk(DeskView())
