"""The page of roles: GET and HEAD show it, POST applies for one."""

from dataclasses import asdict
from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2
from aws_lambda_powertools.utilities.typing import LambdaContext

from best_friends import bootstrap, bootstrap_requests
from best_friends.application.request_pages import ShowEngagementPage
from best_friends.pages.engagement import render_engagement_page
from best_friends.pages.requests import asking_headers
from best_friends.telemetry import about, count, log, observed
from best_friends.web import Shown, answered, language_of, posted

from .settings import Settings


@cache
def show_page() -> ShowEngagementPage:
    """The use case."""
    return bootstrap_requests.show_engagement_page(**asdict(bootstrap.environment(Settings)))


@observed
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """In: an HTTP API request (payload 2.0). Out: a page."""
    request = APIGatewayProxyEventV2(event)

    def show() -> Shown:
        token = request.path_parameters["token"]
        shown, new = show_page()(token, posted(request), language_of(request))
        if new:
            about(friend_id=new.friend_id, request_id=new.request_id)
            log().info("role applied for")
            count("RolesAppliedFor")
        return Shown(shown.page.state.http_status, asking_headers(), render_engagement_page(shown))

    return answered(request, show, "EngagementPagesFailed")
