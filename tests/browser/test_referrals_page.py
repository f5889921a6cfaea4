"""The page of referrals in a browser: narrow and dark, wide, in every language, nothing sticks out."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, Page

from best_friends.domain.policy import LANGUAGES
from best_friends.domain.referrals import Declined, Referral
from best_friends.pages.referrals import Field, ReferralForm, ReferralsPage, render_referrals_page
from best_friends.pages.requests import AskState
from tests.unit.fakes_requests import NOON

pytestmark = pytest.mark.browser

ONE = Referral("ref-1", "ADA", NOON, name="Max Müller-Lüdenscheidt")
MANY = (
    ONE,
    replace(ONE, name="", joined_at=NOON),
    replace(ONE, name="Eva", joined_at=NOON, first_job_at=NOON),
    replace(ONE, name="Tim", joined_at=NOON, first_job_at=NOON, tenth_job_at=NOON),
    replace(ONE, name="", declined=Declined.FRIEND),
)
ALL_FAULTS = frozenset({Field.ADDRESS, Field.NAME, Field.CONSENT})


def shown(language: str, state: AskState, counted: int = 2) -> str:
    faults = ALL_FAULTS if state is AskState.FAULTY else frozenset[Field]()
    form = ReferralForm("x" * 60) if faults else ReferralForm()
    return render_referrals_page(
        ReferralsPage(state, language, "Mara", "token", MANY, 2026, counted, 3, form, faults)
    )


@pytest.fixture(params=[320, 390, 1440])
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page at a width, in the dark on the narrowest."""
    width: int = request.param
    opened = browser.new_page(
        viewport={"width": width, "height": 800}, color_scheme="dark" if width == 320 else "light"
    )
    yield opened
    opened.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_sticks_out_in_any_state(page: Page, language: str) -> None:
    for state in AskState:
        for counted in (0, 1, 3):
            page.set_content(shown(language, state, counted))
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), state


def test_the_form_posts_the_token_and_what_is_ticked(page: Page) -> None:
    page.set_content(shown("de", AskState.OPEN))
    page.get_by_label("E-Mail-Adresse der Person").fill("max@people.example")
    page.get_by_text("Die Person weiss davon").click()
    form = page.locator("form")
    assert form.get_attribute("action") == "/referrals#ask"
    posted = form.evaluate("form => Object.fromEntries(new FormData(form))")
    assert posted == {"token": "token", "address": "max@people.example", "consent": "yes", "name": ""}
    assert form.evaluate("form => form.checkValidity()")


def test_a_fault_is_told_beside_its_field(page: Page) -> None:
    page.set_content(shown("en", AskState.FAULTY))
    for one in ("address", "name"):
        described = str(page.locator(f"#{one}").get_attribute("aria-describedby")).split()
        assert f"{one}-fault" in described and page.locator(f"#{one}-fault").is_visible()
    assert page.locator("#consent-fault").is_visible()
