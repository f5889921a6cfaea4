"""The page with which the news end: GET and HEAD show it, POST does what a button or a mail program says."""

from dataclasses import asdict
from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2
from aws_lambda_powertools.utilities.typing import LambdaContext

from best_friends import bootstrap, bootstrap_standing
from best_friends.application.choose_news import ChooseNews
from best_friends.pages.news import NewsState, news_headers, render_news_page
from best_friends.telemetry import about, count, log, observed
from best_friends.web import Shown, answered, language_of, posted

from .settings import Settings

CHOSEN = (NewsState.STOPPED, NewsState.TAKEN_UP)


@cache
def choose_news() -> ChooseNews:
    """The use case."""
    return bootstrap_standing.choose_news(**asdict(bootstrap.environment(Settings)))


@observed
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """In: an HTTP API request (payload 2.0). Out: a page."""
    request = APIGatewayProxyEventV2(event)

    def show() -> Shown:
        token = request.path_parameters["token"]
        page, friend_id = choose_news()(token, posted(request), language_of(request))
        if page.state in CHOSEN:
            about(friend_id=friend_id)
            log().info("news chosen", state=page.state)
            count(f"News{page.state.title().replace('_', '')}")
        return Shown(page.state.http_status, news_headers(), render_news_page(page))

    return answered(request, show, "NewsPagesFailed")
