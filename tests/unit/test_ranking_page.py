"""The page of ranking parameters: its numbers are the policy's, and it claims nothing that is not true."""

import base64
import hashlib
import math
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from hypothesis import given
from hypothesis import strategies as st

from best_friends.domain import dispatch as draw
from best_friends.domain.policy import LANGUAGES, Dispatch
from best_friends.pages.ranking import RankingPage, ranking_headers, render_ranking_page
from best_friends.pages.ranking_chart import newcomers_in_a_wave

PAGE = RankingPage("en", LANGUAGES, Dispatch(), date(2026, 3, 1))
POLICIES = st.builds(
    Dispatch,
    proximity_km=st.decimals(Decimal("0.1"), 1000, places=1),
    quality_prior_ratings=st.integers(1, 1000),
    quality_prior_average=st.decimals(1, 5, places=1),
    priority_best_friend=st.decimals(1, 10, places=2),
    newcomer_ratings_below=st.integers(0, 100),
    newcomer_percent=st.integers(0, 100),
    wave_size=st.integers(1, 100),
    wave_seconds=st.integers(1, 900),
    waves=st.integers(1, 60),
    offer_hours=st.integers(1, 336),
)


def soup_of(page: RankingPage) -> Tag:
    return BeautifulSoup(render_ranking_page(page), "html.parser")


def said(page: RankingPage) -> str:
    main = soup_of(page).find("main")
    assert isinstance(main, Tag)
    return " ".join(re.sub(r"[\xa0\u202f]", " ", main.get_text(" ")).split())


def under(**numbers: Any) -> str:
    """What the English page says under a policy."""
    return said(replace(PAGE, dispatch=Dispatch(**numbers)))


def every_page(language: str) -> Iterator[str]:
    quiet = Dispatch(quiet_from="22:00", quiet_until="07:30")
    none = Dispatch(newcomer_percent=0, priority_best_friend=Decimal(1), waves=1, wave_size=1)
    for policy in (Dispatch(), quiet, none):
        for since in (None, date(2026, 3, 1)):
            yield render_ranking_page(RankingPage(language, LANGUAGES, policy, since))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_stands_alone_and_is_whole(language: str) -> None:
    for html in every_page(language):
        soup = BeautifulSoup(html, "html.parser")
        assert soup.html and soup.html["lang"] == language
        assert len(soup.find_all("h1")) == len(soup.find_all("main")) == 1
        assert soup.find("meta", attrs={"name": "robots"}) is None
        assert "http" not in html and "<script" not in html and "url(" not in html
        assert not soup.find_all(style=True) and not soup.find_all(src=True) and not soup.find_all("form")
        shown = soup.get_text(" ").replace(soup.style.get_text() if soup.style else "", "")
        assert "{" not in shown and "}" not in shown and "None" not in shown and "ß" not in shown
        ids = [str(tag["id"]) for tag in soup.find_all(id=True)]
        assert len(ids) == len(set(ids))
        referred = [
            one
            for tag in soup.find_all(attrs={"aria-labelledby": True})
            for one in str(tag["aria-labelledby"]).split()
        ]
        assert set(referred) <= set(ids)
        levels = [int(tag.name[1]) for tag in soup.find_all(["h1", "h2", "h3"])]
        assert all(below - above <= 1 for above, below in pairwise(levels))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_headers_make_it_public_and_allow_its_style(language: str) -> None:
    headers = ranking_headers(language)
    for html in every_page(language):
        styles = re.findall(r"<style>(.*?)</style>", html, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(styles[0].encode()).digest()).decode()
        assert len(styles) == 1 and f"'sha256-{digest}'" in headers["content-security-policy"]
    assert headers["cache-control"] == "public, max-age=300"
    assert headers["content-language"] == language and headers["vary"] == "accept-language"
    assert "x-robots-tag" not in headers and "unsafe" not in headers["content-security-policy"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_leads_to_the_other_languages_by_their_own_names(language: str) -> None:
    links = soup_of(replace(PAGE, language=language)).find_all("a")
    names = {"de": "Deutsch", "fr": "Français", "it": "Italiano", "en": "English"}
    assert {str(one["href"]): one.get_text() for one in links} == {
        f"?lang={other}": names[other] for other in LANGUAGES if other != language
    }
    assert all(one["lang"] == one["hreflang"] == str(one["href"])[-2:] for one in links)
    assert not soup_of(RankingPage(language, (language,), Dispatch(), None)).find_all(["a", "nav"])


def test_it_says_since_when() -> None:
    assert "In force since 1 March 2026." in said(PAGE)
    assert "In force since the programme began." in said(replace(PAGE, since=None))


def test_the_default_numbers_are_told() -> None:
    words = said(PAGE)
    for told in (
        "10 candidates in each wave",
        "60 seconds until the next wave",
        "6 waves at most",
        "24 hours after it was posted",
        "every further 10 km leaves 37% of it",
        "1 at 0 km, 0.61 at 5 km, 0.37 at 10 km and 0.14 at 20 km",
        "10 ratings averaging 4",
        "Without a rating of your own the factor is 0.8",
        "multiplied by 2, everybody else’s by 1",
        "about 6.9 km nearer",
        "fewer than 15 ratings",
        "Of each wave of 10, at least 2 places are theirs",
        "0.61 × 0.93 × 2 = 1.13",
        "0.08 × 0.93 × 2 = 0.15",
    ):
        assert told in words, told


def test_the_numbers_follow_the_policy() -> None:
    words = under(
        proximity_km=Decimal(20),
        quality_prior_ratings=1,
        quality_prior_average=Decimal("3.5"),
        priority_best_friend=Decimal("1.5"),
        newcomer_ratings_below=8,
        newcomer_percent=10,
        wave_size=12,
        wave_seconds=180,
        waves=4,
        offer_hours=48,
    )
    for told in (
        "12 candidates in each wave",
        "3 minutes until the next wave",
        "4 waves at most",
        "48 hours after",
        "every further 20 km leaves 37%",
        "0.78 at 5 km",
        "1 rating of 3.5",
        "the factor is 0.7;",
        "multiplied by 1.5",
        "about 8.1 km nearer",
        "fewer than 8 ratings",
        "Of each wave of 12, at least 1 place is theirs",
    ):
        assert told in words, told


def test_a_single_wave_has_no_next_one() -> None:
    words = under(waves=1, wave_size=1)
    assert "1 wave and no more" in words and "1 candidate in each wave" in words
    assert "until the next wave" not in words


def test_quiet_hours_are_told_when_there_are_any() -> None:
    assert "Between 22:00 and 07:30 no wave is sent" in under(quiet_from="22:00", quiet_until="07:30")
    assert "no wave is sent" not in said(PAGE)


def test_what_the_policy_does_not_do_is_not_claimed() -> None:
    assert "the status changes nothing in the draw" in under(priority_best_friend=Decimal(1))
    assert "nearer" not in under(priority_best_friend=Decimal(1)).replace("nearest", "")
    for nobody in ({"newcomer_percent": 0}, {"newcomer_ratings_below": 0}, {"wave_size": 2}):
        assert "no places are set aside for newcomers" in under(**nobody)


def test_that_the_near_one_weighs_more_is_only_said_when_it_is_true() -> None:
    near, far = "A Friend without the status who is 5 km away weighs more", "A Best Friend who is 25 km away"
    assert f"{near} than a Best Friend with the same ratings who is 25 km away: 0.56 against 0.15." in said(
        PAGE
    )
    generous = under(priority_best_friend=Decimal(10))
    assert near not in generous and f"{far} weighs more" in generous
    wide = under(proximity_km=Decimal(100))
    assert near not in wide and f"{far} weighs more" in wide


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_question_whether_the_status_comes_first_is_answered_with_no(language: str) -> None:
    box = soup_of(replace(PAGE, language=language)).select_one("section.ask p")
    assert box is not None
    assert re.match(r"(Nein|Non|No)\.", box.get_text())


@given(policy=POLICIES, language=st.sampled_from(LANGUAGES))
def test_any_policy_can_be_shown(policy: Dispatch, language: str) -> None:
    soup = soup_of(RankingPage(language, LANGUAGES, policy, None))
    widths = [float(str(bar["width"]).rstrip("%")) for bar in soup.select(".examples rect")]
    assert widths == sorted(widths, reverse=True) and widths[0] == 100 and min(widths) > 0
    heights = [float(str(dot["cy"])) for dot in soup.select("circle.dot")]
    assert heights == sorted(heights) and len(heights) == 4
    figures = soup.select_one("main")
    assert figures is not None
    assert not re.search(r"[\s(]0 × | = 0\b(?![.,])", figures.get_text(" ")), (
        "more than nothing is not nothing"
    )


@given(policy=POLICIES)
def test_newcomers_get_the_places_that_the_draw_gives_them(policy: Dispatch) -> None:
    expected = draw.newcomers_in(policy.wave_size, policy) if policy.newcomer_ratings_below else 0
    assert newcomers_in_a_wave(policy) == expected


@given(policy=POLICIES)
def test_the_claim_is_what_the_weights_say(policy: Dispatch) -> None:
    near = math.exp(-5 / float(policy.proximity_km))
    far = math.exp(-25 / float(policy.proximity_km)) * float(policy.priority_best_friend)
    words = said(replace(PAGE, dispatch=policy))
    if "who is 5 km away weighs more" in words:
        assert near > far
    if "who is 25 km away weighs more" in words:
        assert far > near


def test_the_page_loads_no_numerics() -> None:
    code = "import sys, best_friends.pages.ranking; sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
