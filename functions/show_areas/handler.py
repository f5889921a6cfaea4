"""The page of a Friend's areas: GET and HEAD show it, POST asks for another."""

from dataclasses import asdict
from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2
from aws_lambda_powertools.utilities.typing import LambdaContext

from best_friends import bootstrap, bootstrap_requests
from best_friends.application.request_pages import ShowAreasPage, posted_in
from best_friends.domain.policy import LANGUAGES
from best_friends.pages.answer import page_headers, render_problem_page
from best_friends.pages.areas import render_areas_page
from best_friends.pages.requests import asking_headers
from best_friends.telemetry import about, count, log, observed
from best_friends.texts.languages import language_from_accept

from .settings import Settings


@cache
def show_page() -> ShowAreasPage:
    """The use case."""
    return bootstrap_requests.show_areas_page(**asdict(bootstrap.environment(Settings)))


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
        status, headers, body = shown.page.state.http_status, asking_headers(), render_areas_page(shown)
    except Exception as error:
        log().error("page not shown", error=type(error).__name__)  # a traceback could quote the token
        count("AreasPagesFailed")
        new, status, headers, body = None, 500, page_headers(), render_problem_page(language, 500)
    if new:
        about(friend_id=new.friend_id, request_id=new.request_id)
        log().info("area asked for")
        count("AreasAskedFor")
    return {"statusCode": status, "headers": headers, "body": "" if request.http_method == "HEAD" else body}
