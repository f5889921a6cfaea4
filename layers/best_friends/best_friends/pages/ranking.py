"""The public page of ranking parameters: how jobs are offered, made from the policy in force."""

import math
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal

from best_friends.domain.policy import Dispatch
from best_friends.domain.roster_rows import quality_of
from best_friends.pages import ranking_chart as chart
from best_friends.pages.seal import seal
from best_friends.pages.shell import render_page, safe_headers
from best_friends.texts.catalogue import catalogue
from best_friends.texts.figures import Figures, figures_in
from best_friends.texts.reasons import Fact

SHEETS = ("answer", "ranking")
NOT_COUNTED = ("not_money", "not_revenue", "not_answers", "not_person")


@dataclass(frozen=True)
class RankingPage:
    """What the page shows: `dispatch` as it is in force `since` (None: since the programme began).

    `languages` are those of the programme, this page's among them; the page links to the others.
    `currency` only chooses how numbers are written, as in the letters.
    """

    language: str
    languages: tuple[str, ...]
    dispatch: Dispatch
    since: date | None
    currency: str = ""


def render_ranking_page(page: RankingPage) -> str:
    """The page as HTML, in the page's language."""
    words, figures = catalogue(page.language), figures_in(page.language, page.currency)
    examples = chart.examples(page.language, page.dispatch, figures)
    return render_page(
        "ranking.html.j2",
        page.language,
        *SHEETS,
        seal=seal(),
        others=[
            (code, catalogue(code).say("ranking.language"))
            for code in page.languages
            if code != page.language
        ],
        since=words.say("ranking.since", date=figures.date(page.since))
        if page.since
        else words.say("ranking.since_start"),
        waves=_waves(page, figures),
        quiet=_quiet(page, figures),
        near=words.say(
            "ranking.near", km=figures.km(page.dispatch.proximity_km), percent=figures.percent(Decimal(37))
        ),
        curve=chart.curve(page.language, page.dispatch, figures),
        quality=_quality(page, figures),
        priority=_priority(page, figures),
        examples=examples,
        claim=chart.claim(page.language, page.dispatch, figures),
        newcomers=_newcomers(page, figures),
        not_counted=[words.say(f"ranking.{key}") for key in NOT_COUNTED],
        private=False,
    )


def ranking_headers(language: str) -> dict[str, str]:
    """The headers of the page: public, and kept for five minutes by whoever wants to."""
    return safe_headers(*SHEETS, forms="'none'") | {
        "cache-control": "public, max-age=300",
        "content-language": language,
        "vary": "accept-language",
    }


def _waves(page: RankingPage, figures: Figures) -> tuple[Fact, ...]:
    words, policy = catalogue(page.language), page.dispatch
    facts = [Fact(figures.integer(policy.wave_size), words.count("ranking.size", policy.wave_size))]
    if policy.waves > 1:
        facts.append(Fact(figures.duration(policy.wave_seconds), words.say("ranking.gap")))
    facts.append(Fact(figures.integer(policy.waves), words.count("ranking.waves", policy.waves)))
    facts.append(Fact(figures.duration(policy.offer_hours * 3600), words.say("ranking.hours")))
    return tuple(facts)


def _quiet(page: RankingPage, figures: Figures) -> str:
    policy = page.dispatch
    if not policy.quiet_from:
        return ""
    start, end = (figures.clock(time.fromisoformat(one)) for one in (policy.quiet_from, policy.quiet_until))
    return catalogue(page.language).say("ranking.quiet", start=start, end=end)


def _quality(page: RankingPage, figures: Figures) -> str:
    words, policy = catalogue(page.language), page.dispatch
    rule = words.count(
        "ranking.quality",
        policy.quality_prior_ratings,
        ratings=figures.integer(policy.quality_prior_ratings),
        average=figures.decimal(policy.quality_prior_average),
    )
    fresh = chart.factor(quality_of(0, 0, policy), figures)
    return f"{rule} {words.say('ranking.quality_range', fresh=fresh)}"


def _priority(page: RankingPage, figures: Figures) -> str:
    words, policy = catalogue(page.language), page.dispatch
    if policy.priority_best_friend == 1:
        return words.say("ranking.priority_none")
    said = words.say("ranking.priority", factor=figures.decimal(policy.priority_best_friend))
    # Proximity is exponential, so a factor is worth the same number of kilometres at any distance.
    nearer = float(policy.proximity_km) * math.log(policy.priority_best_friend)
    if nearer < 0.1:
        return said
    km = figures.km(Decimal(f"{nearer:.1f}" if nearer < 10 else f"{nearer:.0f}"))
    return f"{said} {words.say('ranking.priority_worth', km=km)}"


def _newcomers(page: RankingPage, figures: Figures) -> str:
    words, policy = catalogue(page.language), page.dispatch
    places = chart.newcomers_in_a_wave(policy)
    if not places:
        return words.say("ranking.newcomers_none")
    who = words.count(
        "ranking.newcomers",
        policy.newcomer_ratings_below,
        ratings=figures.integer(policy.newcomer_ratings_below),
    )
    theirs = words.count(
        "ranking.places", places, places=figures.integer(places), size=figures.integer(policy.wave_size)
    )
    return f"{who} {theirs} {words.say('ranking.newcomers_why')}"
