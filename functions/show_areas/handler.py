"""The page of a Friend's areas: GET and HEAD show it, POST asks for another."""

from dataclasses import asdict
from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2
from aws_lambda_powertools.utilities.typing import LambdaContext

from best_friends import bootstrap, bootstrap_requests
from best_friends.application.request_pages import ShowAreasPage
from best_friends.pages.areas import render_areas_page
from best_friends.pages.requests import asking_headers
from best_friends.telemetry import about, count, log, observed
from best_friends.web import Shown, answered, language_of, posted

from .settings import Settings


@cache
def show_page() -> ShowAreasPage:
    """The use case."""
    return bootstrap_requests.show_areas_page(**asdict(bootstrap.environment(Settings)))


@observed
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """In: an HTTP API request (payload 2.0). Out: a page."""
    request = APIGatewayProxyEventV2(event)

    def show() -> Shown:
        token = request.path_parameters["token"]
        shown, new = show_page()(token, posted(request), language_of(request))
        if new:
            about(friend_id=new.friend_id, request_id=new.request_id)
            log().info("area asked for")
            count("AreasAskedFor")
        return Shown(shown.page.state.http_status, asking_headers(), render_areas_page(shown))

    return answered(request, show, "AreasPagesFailed")
