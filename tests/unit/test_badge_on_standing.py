"""The standing leads to the badge of the status that the Friend holds."""

from dataclasses import replace

import pytest

from best_friends.domain.policy import LANGUAGES
from best_friends.pages.requests import AskState, PageOfRequests
from best_friends.pages.standing import StandingPage, render_standing_page

OPEN = StandingPage(
    PageOfRequests(AskState.OPEN, "de", "Mara"),
    best_friend_of=2025,
    badge_url="/badges/AbCdEfGhIjKlMnOpQrStUv",
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_whoever_holds_the_status_is_led_to_its_badge(language: str) -> None:
    html = render_standing_page(replace(OPEN, page=replace(OPEN.page, language=language)))
    assert f'href="{OPEN.badge_url}?lang={language}"' in html


def test_without_a_badge_or_a_status_there_is_no_way_to_one() -> None:
    for shown in (replace(OPEN, badge_url=""), replace(OPEN, best_friend_of=None)):
        assert "/badges/" not in render_standing_page(shown)
