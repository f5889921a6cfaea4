"""The page behind a letter's link: GET and HEAD show it, POST takes an answer."""

from contextlib import suppress
from functools import cache
from typing import Any
from urllib.parse import parse_qs

from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2
from aws_lambda_powertools.utilities.typing import LambdaContext

from best_friends import bootstrap
from best_friends.application.answer_page import ShowAnswerPage
from best_friends.domain.policy import LANGUAGES
from best_friends.pages.answer import page_headers, render_answer_page, render_problem_page
from best_friends.telemetry import about, count, log, observed
from best_friends.texts.languages import language_from_accept

from .settings import Settings


@cache
def show_page() -> ShowAnswerPage:
    """The use case."""
    names = bootstrap.environment(Settings)
    return bootstrap.show_answer_page(
        links_table=names.links_table,
        friends_table=names.friends_table,
        programme_table=names.programme_table,
        invitations_table=names.invitations_table,
        letters_queue_url=names.letters_queue,
        on_untold=lambda error: log().warning("answer not passed on yet", error=type(error).__name__),
    )


def pressed_in(request: APIGatewayProxyEventV2) -> list[str]:
    """What was posted as the answer; a body that is no text (a scanner's) holds none."""
    with suppress(ValueError):
        return parse_qs(request.decoded_body or "").get("answer", [])
    return []


@observed
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """In: an HTTP API request (payload 2.0). Out: a page."""
    request = APIGatewayProxyEventV2(event)
    language = language_from_accept(request.headers.get("accept-language", ""), LANGUAGES)
    pressed = pressed_in(request) if request.http_method == "POST" else []
    try:
        page, seen = show_page()(request.path_parameters["token"], pressed, language)
        status, body = page.state.http_status, render_answer_page(page)
    except Exception as error:
        log().error("page not shown", error=type(error).__name__)  # a traceback could quote the token
        count("PagesFailed")
        seen, status, body = None, 500, render_problem_page(language, 500)
    if seen and seen.outcome:
        about(year=seen.invitation.year, friend_id=seen.invitation.friend_id)
        log().info("invitation answered", outcome=seen.outcome, state=seen.invitation.state)
        count(f"Answers{seen.outcome.title().replace('_', '')}")
    shown = "" if request.http_method == "HEAD" else body
    return {"statusCode": status, "headers": page_headers(), "body": shown}
