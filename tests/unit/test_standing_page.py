"""The standing: every state renders, and every figure says what is true and no more."""

import base64
import hashlib
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from bs4 import Tag
from hypothesis import given
from hypothesis import strategies as st

from best_friends.domain.invitation import InvitationState
from best_friends.domain.policy import LANGUAGES, Qualification, Role
from best_friends.domain.requests import Field, ReviewForm
from best_friends.domain.standing import CountedLine, Stage, YearStanding
from best_friends.pages.requests import AskState, PageOfRequests
from best_friends.pages.standing import ShownYear, StandingPage, render_standing_page, standing_headers
from tests.support.standings import (
    ASKED,
    CASES,
    FIGURES,
    LAST,
    LAST_MISSED,
    PAGE,
    REFUSED,
    REPLY,
    RIGHTED,
    ROLES,
    RUNNING,
    TOKEN,
    criteria,
    every_standing,
    invited,
    lead,
    lines,
    said,
    shown,
    soup_of,
    standing,
    words_of,
)
from tests.support.whole_pages import stands_alone

MET = replace(FIGURES, ratings=38, stars=180, cents=1_300_000)
FAULTS = frozenset({Field.YEAR, Field.WORDS})
LOST = (AskState.UNKNOWN_LINK, AskState.EXPIRED_LINK)


def asking(state: AskState, **changes: object) -> StandingPage:
    return replace(PAGE, page=replace(PAGE.page, state=state, **changes))  # type: ignore[arg-type]


def every_page(language: str) -> Iterator[str]:
    for one in every_standing():
        yield render_standing_page(shown(one, language=language))
    for state in AskState:
        page = asking(state, language=language, requests=CASES)
        faults = FAULTS if state is AskState.FAULTY else frozenset[Field]()
        yield render_standing_page(replace(page, faults=faults, engagements=ROLES, best_friend_of=2024))
        yield render_standing_page(StandingPage(PageOfRequests(state, language)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_stands_alone_and_is_whole(language: str) -> None:
    for html in every_page(language):
        soup = stands_alone(html, language)
        ids = {str(tag["id"]) for tag in soup.find_all(id=True)}
        anchors = [str(tag["href"])[1:] for tag in soup.select("nav a")]
        assert set(anchors) <= ids


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_security_policy_allows_the_style_and_the_form(language: str) -> None:
    policy = standing_headers()["content-security-policy"]
    for html in every_page(language):
        [style] = re.findall(r"<style>(.*?)</style>", html, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy
    assert "form-action 'self'" in policy and "unsafe" not in policy
    assert standing_headers()["cache-control"] == "no-store"


# The answer


@pytest.mark.parametrize(
    ("one", "answer"),
    [
        (standing(MET), "As of today you would be nominated for 2026: you meet all three criteria."),
        (
            standing(replace(MET, stars=160, cents=1_247_309)),
            "As of today you would not be nominated for 2026. Two of the three criteria are still open.",
        ),
        (
            standing(replace(MET, ratings=14, stars=70)),
            "As of today you would not be nominated for 2026. One of the three criteria is still open.",
        ),
        (
            standing(),
            "As of today you would not be nominated for 2026. All three criteria are still open.",
        ),
        (
            standing(MET, cohort=None),
            "Whether you would be nominated for 2026 cannot be said yet: you meet two of the three criteria,"
            " and there is no cut-off of the revenue yet.",
        ),
        (
            standing(replace(MET, ratings=14, stars=70), cohort=None),
            "As of today you would not be nominated for 2026. One of the three criteria is still open, and"
            " about your revenue nothing can be said yet.",
        ),
        (
            standing(cohort=None, stage=Stage.ENDED),
            "By today’s figures you would not be nominated for 2026: two of the three criteria are not met,"
            " and about your revenue nothing can be said yet.",
        ),
        (
            standing(replace(FIGURES, roles=(Role.MENTOR,))),
            "As of today you would be nominated for 2026: you have taken on a role.",
        ),
        (
            standing(replace(MET, active=False, roles=(Role.MENTOR,))),
            "As of today you would not be nominated for 2026: your profile is not active.",
        ),
    ],
)
def test_the_answer_comes_first_and_in_one_sentence(one: YearStanding, answer: str) -> None:
    assert lead(shown(one)) == answer


def test_what_is_missing_follows_the_answer_exactly() -> None:
    gaps = soup_of(shown(RUNNING)).select(".gaps li")
    assert [words_of(gap) for gap in gaps] == [
        "Average: 3 more ratings of 5 stars would bring the average to at least 4.5.",
        "Number of ratings: 2 more ratings are needed.",
        "Revenue: With CHF 1’239.50 more revenue you reach the cut-off.",  # 12,480 as shown, not 12,473.10
    ]
    assert not soup_of(shown(standing(MET))).select(".gaps")


def test_one_is_told_as_one() -> None:
    one = criteria(standing(replace(FIGURES, ratings=14, stars=62)))
    assert "One more rating is needed." in one["Number of ratings"]
    assert "2 more ratings of 5 stars would bring" in one["Average"]
    one = criteria(standing(replace(FIGURES, ratings=15, stars=67)))
    assert "One more rating of 5 stars would bring the average to at least 4.5." in one["Average"]
    german = criteria(standing(replace(FIGURES, ratings=14, stars=62)), "de")
    assert "Es fehlt noch eine Bewertung." in german["Anzahl Bewertungen"]


def test_the_status_and_an_open_invitation_are_told_beside_the_answer() -> None:
    page = shown(RUNNING, invited(standing(MET, stage=Stage.OPEN, year=2025), InvitationState.OPEN))
    page = replace(page, best_friend_of=2024)
    before_sections = said(page).partition("2026, as of today")[0]
    assert "You are a Best Friend 2024. The status lasts until the Best Friends 2025 are" in before_sections
    assert "Best Friend 2025 is open: please answer by 5 February 2026." in before_sections
    assert words_of(soup_of(page).find("text", class_="seal-year")) == "2024"


# The years


def test_a_judged_year_tells_the_smallest_changes_in_the_past() -> None:
    page = said(shown(RUNNING, LAST_MISSED)).partition("2025, judged ")[2]
    assert page.startswith("You were not nominated for 2025: none of the three criteria was met.")
    assert "2 more ratings of 5 stars would have brought the average to at least 4.5." in page
    assert "3 ratings were missing to reach the 15 needed." in page
    assert "With CHF 340 more revenue you would have reached the cut-off." in page
    assert "The cut-off for the highest 5% was CHF 12’480." in page
    assert "As of" not in page.partition("Your roles")[0]


@pytest.mark.parametrize(
    ("state", "told"),
    [
        (
            InvitationState.OPEN,
            "please answer by 5 February 2026. The link to your answer is in your letter.",
        ),
        (InvitationState.CONFIRMED, "You said yes: you are in as a Best Friend 2025."),
        (InvitationState.DECLINED, "You said no."),
        (InvitationState.EXPIRED, "We received no answer from you."),
        (InvitationState.UNDELIVERABLE, "Our letter did not reach you."),
    ],
)
def test_a_nominee_hears_how_its_invitation_stands(state: InvitationState, told: str) -> None:
    nominee = standing(replace(MET, roles=(Role.MENTOR,)), stage=Stage.OPEN, year=2025)
    page = said(shown(RUNNING, invited(nominee, state)))
    assert (
        "You were nominated for 2025: you met all three criteria. You held a role in 2025: mentoring." in page
    )
    assert told in page


def test_who_was_nominated_without_an_invitation_is_not_left_alone() -> None:
    nominee = standing(MET, stage=Stage.OPEN, year=2025)
    assert "Your invitation will come in a letter." in said(shown(RUNNING, nominee))
    assert "There is no invitation" in said(shown(RUNNING, replace(nominee, stage=Stage.CLOSED)))
    assert "invitation" not in said(shown(RUNNING, LAST_MISSED))


def rest_of(one: YearStanding) -> tuple[CountedLine, ...]:
    """Lines that come to a standing's figures."""
    own, on = one.figures, date(one.year, 3, 3)
    most = [CountedLine("rating", f"R{number}", on, stars=5) for number in range(1, own.ratings)]
    last = CountedLine("rating", "R", on, stars=own.stars - 5 * len(most))
    return (*most, last, CountedLine("job", "J", on, cents=own.cents))


def test_a_review_that_nominated_is_told() -> None:
    page = said(shown(RUNNING, LAST)).partition("2025, judged ")[2]
    assert page.startswith("You were nominated for 2025 after people had looked at it again.")
    assert "The figures below are those of the verdict on that day." in page
    assert "The year was judged by these figures" not in page
    nominee = invited(standing(MET, stage=Stage.CLOSED, year=2025), InvitationState.CONFIRMED)
    assert nominee.invitation is not None
    late = replace(nominee, invitation=replace(nominee.invitation, late=True))
    own = ShownYear(nominee, rest_of(nominee))
    assert "looked at it again" not in said(replace(PAGE, years=(ShownYear(RUNNING), own)))
    own = ShownYear(late, rest_of(late))
    assert "after people had looked at it again. You said yes" in said(
        replace(PAGE, years=(ShownYear(RUNNING), own))
    )


def test_a_year_that_waits_to_be_judged_says_when() -> None:
    page = said(shown(RUNNING, standing(stage=Stage.ENDED, year=2025)))
    assert "It is judged after 15 January 2026; until then these figures can still move." in page
    assert "By today’s figures you would not be nominated for 2025" in page


def test_a_year_without_a_verdict_is_one_sentence() -> None:
    page = shown(RUNNING)
    assert "There is no result of yours for 2025" in said(page)
    assert [str(one["value"]) for one in soup_of(page).select("input[name=year]")] == ["2026"]


def test_either_the_figures_or_a_role_is_said_once() -> None:
    assert said(shown(RUNNING, LAST_MISSED)).count("Either is enough.") == 1


def test_roles_are_told_with_their_days() -> None:
    page = said(replace(PAGE, engagements=ROLES))
    assert "Mentoring: 1 March 2024 to 30 June 2025" in page
    assert "Testing products: since 5 October 2026" in page
    assert "You have not had a role so far" in said(PAGE)


# What counts


def test_every_line_that_counts_is_in_the_table_of_its_year() -> None:
    own = (
        CountedLine("rating", "R1", date(2026, 3, 3), stars=1),
        CountedLine("job", "J1", date(2026, 3, 2), cents=8_050, account="F-0815"),
        CountedLine("job", "J2", date(2026, 3, 2), cents=6_200),
        CountedLine("rating", "R2", date(2026, 3, 1), stars=5),
    )
    page = replace(PAGE, years=(ShownYear(RUNNING, own), ShownYear(LAST_MISSED)))
    soup = soup_of(page)
    assert [words_of(row) for row in soup.select("tbody tr")] == [
        "3 Mar 2026 Rating R1 1 star",
        "2 Mar 2026 Job J1, under the account F-0815 CHF 80.50",
        "2 Mar 2026 Job J2 CHF 62.00",
        "1 Mar 2026 Rating R2 5 stars",
    ]
    assert words_of(soup.find("summary")) == "2 ratings and 2 jobs"
    assert words_of(soup.find(class_="totals")) == "2 ratings: 6 stars, 3.0 on average. 2 jobs: CHF 142.50."
    assert [str(one["href"]) for one in soup.select(".counts a")] == [f"/standing/{TOKEN}/2026.csv"]
    assert "Nothing is recorded that counts for 2025." in said(page)


@pytest.mark.parametrize(
    ("ratings", "revenue", "rule"),
    [
        ("total", "year", "All ratings up to the end of 2026 count, and the revenue of 2026."),
        ("year", "year", "The ratings and the revenue of 2026 count."),
        ("total", "total", "All ratings and all revenue up to the end of 2026 count."),
        ("year", "total", "The ratings of 2026 count, and all revenue up to the end of 2026."),
    ],
)
def test_what_counts_follows_the_windows(ratings: str, revenue: str, rule: str) -> None:
    own = Qualification.model_validate({"ratings_window": ratings, "revenue_window": revenue})
    assert rule in said(shown(standing(rule=own)))


def test_a_correction_after_the_verdict_is_explained() -> None:
    own = (CountedLine("rating", "R1", date(2025, 3, 3), stars=5),)
    judged = standing(replace(FIGURES, ratings=1, stars=5, cents=0), stage=Stage.CLOSED, year=2025)
    page = replace(PAGE, years=(ShownYear(RUNNING), ShownYear(judged, own)))
    assert "Something was corrected" not in said(page)
    assert "The year was judged by these figures. They are fixed." in said(page)
    page = replace(PAGE, years=(ShownYear(RUNNING), ShownYear(judged, (*own, *own))))
    assert "Something was corrected after the year had been judged" in said(page)
    [verdict] = [one for one in soup_of(page).select(".year > p") if "verdict on that day" in one.get_text()]
    assert "Something was corrected since: what is recorded today is in the list" in words_of(verdict)


def test_thousands_of_lines_are_all_there() -> None:
    many = lines(3_000)
    html = render_standing_page(replace(PAGE, years=(ShownYear(RUNNING, many),)))
    assert html.count("<tr><td>") == len(many) == 4_500
    assert len(html) < 1_000_000


# Please check this


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_form_posts_what_the_rules_read(language: str) -> None:
    (form,) = soup_of(replace(PAGE, page=replace(PAGE.page, language=language))).find_all("form")
    assert form["method"] == "post" and form["action"] == "#ask"
    fields = [(str(one["name"]), one.get("value")) for one in form.find_all(["input", "textarea"])]
    assert fields == [("year", "2026"), ("year", "2025"), ("words", None)]


def test_the_form_says_who_looks_at_it_and_by_when() -> None:
    told = said(replace(PAGE, reply_days=1, decision_days=14))
    assert "A person always looks into it." in told
    assert "a first reply within 1 day and a decision within 14 days, with a reason" in told


def test_a_faulty_form_keeps_what_was_typed_and_marks_what_to_mend() -> None:
    page = asking(AskState.FAULTY)
    page = replace(page, form=ReviewForm("2025", "</textarea><b>"), faults=frozenset({Field.WORDS}))
    soup = soup_of(page)
    textarea = soup.find(id="words")
    assert isinstance(textarea, Tag) and textarea.get_text() == "</textarea><b>"
    assert textarea["aria-invalid"] == "true" and "words-fault" in str(textarea["aria-describedby"])
    [checked] = soup.find_all(checked=True)
    assert checked["value"] == "2025"
    assert "Write a few words, at most 600 characters." in said(page)
    assert "Choose one of the years shown." not in said(page)
    assert "Choose one of the years shown." in said(replace(page, faults=FAULTS))


@pytest.mark.parametrize("state", [AskState.ASKED, AskState.TOO_MANY])
def test_whoever_has_asked_sees_the_cases_and_the_way_back(state: AskState) -> None:
    page = asking(state, requests=(ASKED,))
    soup = soup_of(page)
    assert not soup.find_all("form") and not soup.find_all(id="ask")
    assert [str(one["href"]) for one in soup.select("main a")] == [f"/standing/{TOKEN}"]
    assert "You get a first reply by 27 November 2026." in said(page)


def test_a_case_tells_what_was_said_and_what_was_put_right() -> None:
    def case(**changes: object) -> str:
        request = replace(ASKED, **changes)  # type: ignore[arg-type]
        return words_of(soup_of(asking(AskState.OPEN, requests=(request,))).select_one(".requests li"))

    assert case() == (
        "About 2025 asked on 20 November 2026 The rating of 3 March is missing. "
        "You get a first reply by 27 November 2026. It will be decided by 4 December 2026."
    )
    replied = case(reply=REPLY)
    assert "Our reply of 22 November 2026: We found the job" in replied and "first reply by" not in replied
    righted = case(reply=REPLY, decision=RIGHTED)
    assert "It will be decided" not in righted and "ada" not in righted
    assert (
        "Decided on 25 November 2026: We have corrected your figures. You are nominated for 2025. "
        "The reason: The rating had gone to your second account." in righted
    )
    refused = case(decision=REFUSED)
    assert "Everything stands as it was. The reason: It was withdrawn in March." in refused
    assert "first reply" not in refused


# Links that lead nowhere, and what comes from outside


@pytest.mark.parametrize("state", LOST)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_link_that_leads_nowhere_tells_nothing_about_anybody(state: AskState, language: str) -> None:
    full = replace(asking(state, language=language, requests=CASES), best_friend_of=2024)
    html = render_standing_page(full)
    assert html == render_standing_page(StandingPage(PageOfRequests(state, language)))
    assert 'href="/standing"' in html and "<form" not in html


def test_an_expired_link_says_how_long_one_is_valid() -> None:
    page = StandingPage(PageOfRequests(AskState.EXPIRED_LINK, "de"), link_hours=24)
    assert "gilt ein Link zu deinem Stand nur 24 Stunden" in said(page)


@given(odd=st.text(min_size=1, max_size=40) | st.sampled_from(['<b>"M"</b>', "</style><script>", "{name}"]))
def test_names_ids_and_words_change_no_markup(odd: str) -> None:
    def page(text: str) -> StandingPage:
        case = replace(ASKED, words=text, reply=replace(REPLY, words=text))
        own = (CountedLine("job", text, date(2026, 3, 3), cents=1, account=text),)
        outer = PageOfRequests(AskState.OPEN, "fr", text, (case,), TOKEN)
        return replace(PAGE, page=outer, years=(ShownYear(RUNNING, own),), form=ReviewForm("", text))

    tags = [[tag.name for tag in soup_of(page(text)).find_all(True)] for text in ("usual", odd)]
    assert tags[0] == tags[1]
