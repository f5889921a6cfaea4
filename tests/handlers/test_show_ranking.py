"""show_ranking: a public page of the numbers in force."""

import pytest

from best_friends.domain.policy import Dispatch, Policy
from best_friends.domain.programme import Settings
from tests.support.fixtures import Printed
from tests.support.pages import Page, http_event
from tests.support.stack import Clock, Stack

ROUTE = "/ranking-parameters"


def shown(stack: Stack, method: str = "GET", *, query: str = "", accepted: str = "de-CH") -> Page:
    event = http_event(ROUTE, method, query=query)
    event["headers"]["accept-language"] = accepted
    page: Page = stack.invoke("ShowRanking", event)
    return page


def test_page_is_there_before_anything_was_ever_put_in_force(stack: Stack) -> None:
    page = shown(stack)
    assert page["statusCode"] == 200
    assert 'lang="de"' in page["body"]


def test_page_shows_the_numbers_in_force(stack: Stack, clock: Clock) -> None:
    before = shown(stack, query="lang=en")["body"]
    assert "12.5" not in before
    settings = stack.programme.settings()
    changed = settings.with_policy(Policy(dispatch=Dispatch(proximity_km="12.5")), clock())  # type: ignore[arg-type]
    stack.programme.save_settings(changed)
    after = shown(stack, query="lang=en")["body"]
    assert "12.5" in after
    assert "15\N{NO-BREAK SPACE}January 2026" in after


@pytest.mark.parametrize(
    ("query", "accepted", "language"),
    [
        ("lang=fr", "it", "fr"),
        ("", "it;q=0.9, rm", "it"),
        ("lang=rm", "en", "en"),
        ("lang=", "", "de"),
        ("lang=fr&lang=it", "en", "en"),
        ("lang=%00%ff", "fr", "fr"),
        ("lang=" + "x" * 5_000, "pt", "de"),
        ("other=fr", "en", "en"),
    ],
)
def test_page_is_in_the_language_that_was_asked_for_or_the_browsers(
    stack: Stack, query: str, accepted: str, language: str
) -> None:
    page = shown(stack, query=query, accepted=accepted)
    assert f'lang="{language}"' in page["body"]
    assert page["headers"]["content-language"] == language


def test_page_is_public_and_may_be_kept_for_a_while(stack: Stack) -> None:
    headers = shown(stack)["headers"]
    assert headers["cache-control"].startswith("public")
    assert headers["vary"] == "accept-language"
    assert "form-action 'none'" in headers["content-security-policy"]


def test_its_head_has_no_body(stack: Stack) -> None:
    page, head = shown(stack), shown(stack, "HEAD")
    assert (head["statusCode"], head["body"]) == (200, "")
    assert head["headers"] == page["headers"]


def test_showing_it_changes_nothing(stack: Stack) -> None:
    stack.programme.save_settings(Settings())
    before = stack.dump()
    for method in ("GET", "HEAD"):
        shown(stack, method)
    assert stack.dump() == before


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_table_that_does_not_reply_is_our_fault_and_is_not_kept(
    stack: Stack, method: str, printed: Printed
) -> None:
    stack.wire.refuse("dynamodb.GetItem", "AccessDeniedException")
    page = shown(stack, method, accepted="fr")
    assert (page["statusCode"], page["headers"]["cache-control"]) == (500, "no-store")
    assert (page["body"] == "") is (method == "HEAD")
    assert printed.metric("RankingPagesFailed") == 1
    assert "private.example" not in printed.text
    assert shown(stack, method)["statusCode"] == 200
