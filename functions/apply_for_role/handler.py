"""The page of roles: GET and HEAD show it, POST applies for one."""

from dataclasses import asdict
from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2
from aws_lambda_powertools.utilities.typing import LambdaContext

from best_friends import bootstrap, bootstrap_requests
from best_friends.application.request_pages import ShowEngagementPage, posted_in
from best_friends.domain.policy import LANGUAGES
from best_friends.pages.answer import page_headers, render_problem_page
from best_friends.pages.engagement import render_engagement_page
from best_friends.pages.requests import asking_headers
from best_friends.telemetry import about, count, log, observed
from best_friends.texts.languages import language_from_accept

from .settings import Settings


@cache
def show_page() -> ShowEngagementPage:
    """The use case."""
    return bootstrap_requests.show_engagement_page(**asdict(bootstrap.environment(Settings)))


def posted(request: APIGatewayProxyEventV2) -> dict[str, list[str]] | None:
    """The form, None unless one was posted; a body that is no text (a scanner's) holds nothing."""
    if request.http_method != "POST":
        return None
    try:
        return posted_in(request.decoded_body or "")
    except ValueError:
        return {}


@observed
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """In: an HTTP API request (payload 2.0). Out: a page."""
    request = APIGatewayProxyEventV2(event)
    language = language_from_accept(request.headers.get("accept-language", ""), LANGUAGES)
    try:
        shown, new = show_page()(request.path_parameters["token"], posted(request), language)
        status, headers, body = shown.page.state.http_status, asking_headers(), render_engagement_page(shown)
    except Exception as error:
        log().error("page not shown", error=type(error).__name__)  # a traceback could quote the token
        count("EngagementPagesFailed")
        new, status, headers, body = None, 500, page_headers(), render_problem_page(language, 500)
    if new:
        about(friend_id=new.friend_id, request_id=new.request_id)
        log().info("role applied for")
        count("RolesAppliedFor")
    return {"statusCode": status, "headers": headers, "body": "" if request.http_method == "HEAD" else body}
