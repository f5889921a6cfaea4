"""The page behind an invitation to a product test: GET and HEAD show it, POST takes a yes or a no."""

from dataclasses import asdict
from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2
from aws_lambda_powertools.utilities.typing import LambdaContext

from best_friends import bootstrap, bootstrap_offers
from best_friends.application.test_page import ShowTestPage
from best_friends.pages.product_test import product_test_headers, render_product_test_page
from best_friends.telemetry import about, count, log, observed
from best_friends.web import Shown, answered, language_of, posted

from .settings import Settings


@cache
def show_page() -> ShowTestPage:
    """The use case."""
    return bootstrap_offers.show_test_page(**asdict(bootstrap.environment(Settings)))


@observed
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """In: an HTTP API request (payload 2.0). Out: a page."""
    request = APIGatewayProxyEventV2(event)

    def show() -> Shown:
        token = request.path_parameters["token"]
        shown = show_page()(token, posted(request), language_of(request))
        if shown.answered:
            about(friend_id=shown.friend_id, test_id=shown.test_id)
            log().info("product test answered", answer=shown.answered)
            count("TestsAnswered")
        headers = product_test_headers()
        return Shown(shown.page.state.http_status, headers, render_product_test_page(shown.page))

    return answered(request, show, "TestPagesFailed")
