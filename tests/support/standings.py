"""Standings made by the rules themselves, of Friends whose figures one can check by hand."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from bs4 import BeautifulSoup, Tag

from best_friends.domain.friends import Engagement
from best_friends.domain.invitation import Invitation, InvitationState, Reasons
from best_friends.domain.policy import Qualification, Role
from best_friends.domain.qualification import Cohort, Figures, judge, judge_without_cutoff
from best_friends.domain.requests import (
    Decision,
    Reply,
    Request,
    RequestState,
    ReviewResult,
    ReviewWish,
    Righted,
)
from best_friends.domain.standing import CountedLine, ShownCutoff, Stage, YearStanding, missing, shown_cutoff
from best_friends.pages.requests import AskState, PageOfRequests
from best_friends.pages.standing import ShownYear, StandingPage, render_standing_page

ZURICH = ZoneInfo("Europe/Zurich")
AS_OF = datetime(2026, 11, 23, 4, 0, tzinfo=ZURICH)
ASKED_AT = datetime(2026, 11, 20, 9, 30, tzinfo=ZURICH)
TOKEN = "abcDEF_123-456"
FIGURES = Figures("F1", True, "Luzern", ratings=13, stars=57, cents=1_124_050)
EVERYBODY = Cohort("all", 420, 21, 1_247_310, 21)
"""A cut-off of 12,473.10, shown as 12,480 when it is rounded up to the next ten."""
RULE = Qualification()


def standing(
    figures: Figures = FIGURES,
    rule: Qualification = RULE,
    stage: Stage = Stage.RUNNING,
    cohort: Cohort | None = EVERYBODY,
    year: int = 2026,
) -> YearStanding:
    """A year's standing as the rules make it; without a cohort there is no cut-off yet."""
    cutoff = shown_cutoff(cohort, 1000)
    verdict = judge(figures, {cohort.name: cohort}, rule) if cohort else judge_without_cutoff(figures, rule)
    return YearStanding(
        year=year,
        stage=stage,
        figures=figures,
        verdict=verdict,
        rule=rule,
        currency="CHF",
        cutoff=cutoff,
        missing=missing(figures, verdict, rule, cutoff),
        as_of=AS_OF if cohort and not stage.judged else None,
    )


def invited(one: YearStanding, state: InvitationState) -> YearStanding:
    """A judged year with an invitation that stands somehow."""
    own = one.figures
    by = Reasons(one.verdict.by_figures, own.roles, own.ratings, own.stars, own.cents, one.currency)
    until = datetime(one.year + 1, 2, 5, 23, tzinfo=UTC)
    invitation = Invitation(own.friend_id, one.year, state, by, until)
    return replace(one, invitation=invitation, answer_by=date(one.year + 1, 2, 5))


def lines(number: int, year: int = 2026) -> tuple[CountedLine, ...]:
    """So many ratings and half as many jobs, one a day backwards from the end of November."""
    found = []
    for index in range(number):
        on = date(year, 11, 20) - timedelta(days=index)
        account = "F-0815-second" if index % 4 == 3 else ""
        found.append(CountedLine("rating", f"R{index:05}", on, stars=5 - index % 3, account=account))
        if index % 2 == 0:
            found.append(CountedLine("job", f"J-{year}-{index:05}-9f2c", on, cents=8_050 + 100 * index))
    return tuple(found)


LAST = invited(
    standing(replace(FIGURES, ratings=12, stars=53, cents=1_214_000), stage=Stage.CLOSED, year=2025),
    InvitationState.CONFIRMED,
)
LAST_MISSED = replace(LAST, invitation=None, answer_by=None)
RUNNING = standing()
ASKED = Request(
    "review-1",
    "F1",
    ReviewWish(2025, date(2026, 11, 27), date(2026, 12, 4)),
    "The rating of 3 March is missing.",
    ASKED_AT,
)
REPLY = Reply(ASKED_AT + timedelta(days=2), "ada", "We found the job, and we are asking the customer.")
RIGHTED = Decision(
    RequestState.ACCEPTED,
    ASKED_AT + timedelta(days=5),
    "ada",
    "The rating had gone to your second account.",
    ReviewResult((Righted.FIGURES, Righted.NOMINATED)),
)
REFUSED = Decision(RequestState.DECLINED, ASKED_AT + timedelta(days=5), "ada", "It was withdrawn in March.")
CASES = (
    ASKED,
    replace(ASKED, request_id="review-2", reply=REPLY),
    replace(ASKED, request_id="review-3", reply=REPLY, decision=RIGHTED),
    replace(ASKED, request_id="review-4", decision=REFUSED),
)
ROLES = (
    Engagement("F1", Role.MENTOR, date(2024, 3, 1), date(2025, 6, 30)),
    Engagement("F1", Role.PRODUCT_TESTER, date(2026, 10, 5)),
)
PAGE = StandingPage(
    page=PageOfRequests(AskState.OPEN, "en", "Mara", token=TOKEN),
    years=(ShownYear(RUNNING, lines(9)), ShownYear(LAST_MISSED, lines(12, 2025))),
    last_cutoff=(2025, ShownCutoff(1_248_000)),
)


def shown(*years: YearStanding, language: str = "en", **changes: object) -> StandingPage:
    """The page of some years, with what counts for each."""
    page = replace(PAGE.page, language=language)
    with_lines = tuple(ShownYear(one, lines(5, one.year)) for one in years)
    return replace(PAGE, **{"page": page, "years": with_lines, **changes})  # type: ignore[arg-type]


def every_standing() -> tuple[YearStanding, ...]:
    """One of each kind that a page may have to tell."""
    met = replace(FIGURES, ratings=38, stars=180, cents=1_300_000)
    by_region, by_year = Qualification(revenue_cohort="region"), Qualification(ratings_window="year")
    both_total = Qualification(revenue_window="total")
    perfect = Qualification(rating_average_min=Decimal(5))
    by_role = replace(FIGURES, roles=(Role.MENTOR, Role.PRODUCT_TESTER))
    few = Cohort("all", 12, 1, 1_247_310, 1)
    luzern, smaller = Cohort("Luzern", 40, 2, 990_000, 2), Cohort("", 60, 3, 990_000, 3)
    made = [
        standing(figures, rule, stage, cohort, 2026 if stage is Stage.RUNNING else 2025)
        for stage in Stage
        for figures, rule, cohort in (
            (FIGURES, RULE, EVERYBODY),
            (met, RULE, EVERYBODY),
            (by_role, RULE, EVERYBODY),
            (replace(met, roles=(Role.MENTOR,)), RULE, EVERYBODY),
            (replace(met, active=False), RULE, EVERYBODY),
            (replace(FIGURES, ratings=0, stars=0, cents=0), RULE, EVERYBODY),
            (FIGURES, RULE, few),
            (met, RULE, few),
            (FIGURES, RULE, None),
            (FIGURES, by_region, luzern),
            (FIGURES, by_region, smaller),
            (FIGURES, by_year, EVERYBODY),
            (FIGURES, both_total, EVERYBODY),
            (FIGURES, perfect, EVERYBODY),
            (replace(FIGURES, cents=1_247_310), RULE, EVERYBODY),
        )
    ]
    nominee = standing(met, stage=Stage.OPEN, year=2025)
    reviewed = standing(stage=Stage.OPEN, year=2025)
    made += [invited(one, state) for state in InvitationState for one in (nominee, reviewed)]
    made += [invited(replace(nominee, stage=Stage.CLOSED), state) for state in InvitationState]
    return tuple(made)


def soup_of(page: StandingPage) -> Tag:
    """The page to look into."""
    return BeautifulSoup(render_standing_page(page), "html.parser")


def words_of(tag: object) -> str:
    """What a reader reads in a tag, spaces made plain."""
    assert isinstance(tag, Tag)
    return " ".join(re.sub(r"[\xa0\u202f]", " ", tag.get_text(" ")).split())


def said(page: StandingPage) -> str:
    """All that the page says."""
    return words_of(soup_of(page).find("main"))


def lead(page: StandingPage) -> str:
    """The answer that comes first."""
    return words_of(soup_of(page).find("p", class_="lead"))


def criteria(one: YearStanding, language: str = "en") -> dict[str, str]:
    """What the page says of each criterion of its first year, by the criterion's name."""
    found = soup_of(shown(one, language=language)).find("ul", class_="criteria")
    assert isinstance(found, Tag)
    return {words_of(each.find("h3")): words_of(each) for each in found.find_all("li")}
