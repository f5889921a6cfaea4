"""The page behind a letter's link: GET and HEAD show it, POST takes an answer."""

from functools import cache
from typing import Any
from urllib.parse import parse_qs

from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2
from aws_lambda_powertools.utilities.typing import LambdaContext

from best_friends import bootstrap
from best_friends.application.answer_invitation import AnswerInvitation, LookAtInvitation
from best_friends.application.answer_page import page_of
from best_friends.application.links import ExpiredLink, UnknownLink
from best_friends.domain.invitation import Answer
from best_friends.domain.policy import LANGUAGES
from best_friends.pages.answer import (
    AnswerPage,
    PageState,
    page_headers,
    render_answer_page,
    render_problem_page,
)
from best_friends.telemetry import about, count, log, observed
from best_friends.texts.languages import language_from_accept

from .settings import Settings


@cache
def answer_invitation() -> AnswerInvitation:
    """The use case, which holds the one that only looks."""
    names = bootstrap.environment(Settings)
    look = LookAtInvitation(
        bootstrap.follow_link(names.links_table),
        bootstrap.friends(names.friends_table),
        bootstrap.programme(names.programme_table),
        bootstrap.invitations(names.invitations_table),
        bootstrap.clock,
    )
    return AnswerInvitation(
        look,
        look.invitations,
        bootstrap.workflows(),
        bootstrap.letters_queue(names.letters_queue),
        bootstrap.clock,
        lambda error: log().warning("answer not passed on yet", error=type(error).__name__),
    )


def answer_in(request: APIGatewayProxyEventV2) -> Answer | None:
    """The button that was pressed; whatever else a scanner may post is no answer."""
    if request.http_method != "POST":
        return None
    pressed = parse_qs(request.decoded_body or "").get("answer", [])
    return Answer(pressed[0]) if pressed in ([Answer.CONFIRM], [Answer.DECLINE]) else None


def show(request: APIGatewayProxyEventV2, language: str) -> AnswerPage:
    """Call the use case and turn what it says into a page."""
    token = request.path_parameters.get("token", "")
    answer = answer_in(request)
    try:
        seen = answer_invitation()(token, answer) if answer else answer_invitation().look(token)
    except UnknownLink:
        return AnswerPage(PageState.UNKNOWN_LINK, language)
    except ExpiredLink:
        return AnswerPage(PageState.EXPIRED_LINK, language)
    about(year=seen.invitation.year, friend_id=seen.invitation.friend_id)
    if seen.outcome:
        log().info("invitation answered", outcome=seen.outcome, state=seen.invitation.state)
        count(f"Answers{seen.outcome.title().replace('_', '')}")
    return page_of(seen)


@observed
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """In: an HTTP API request (payload 2.0). Out: a page."""
    request = APIGatewayProxyEventV2(event)
    language = language_from_accept(request.headers.get("accept-language", ""), LANGUAGES)
    try:
        page = show(request, language)
        status, body = page.state.http_status, render_answer_page(page)
    except Exception as error:
        # Not with a traceback: it would quote the path, and with it the token.
        log().error("page not shown", error=type(error).__name__)
        count("PagesFailed")
        status, body = 500, render_problem_page(language, 500)
    return {
        "statusCode": status,
        "headers": page_headers(),
        "body": "" if request.http_method == "HEAD" else body,
    }
