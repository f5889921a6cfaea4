"""A Friend's standing: GET and HEAD show the page or hand out the file, POST opens a case."""

from dataclasses import asdict, replace
from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2
from aws_lambda_powertools.utilities.typing import LambdaContext

from best_friends import bootstrap, bootstrap_whole
from best_friends.application.standing_page import ShowStandingPage
from best_friends.pages.standing import render_standing_page, standing_headers
from best_friends.pages.standing_csv import csv_headers
from best_friends.telemetry import about, count, log, observed
from best_friends.web import Shown, answered, language_of, posted

from .settings import Settings


@cache
def show_page() -> ShowStandingPage:
    """The use case."""
    return bootstrap_whole.show_standing_page(**asdict(bootstrap.environment(Settings)))


def page_of(request: APIGatewayProxyEventV2, token: str) -> Shown:
    """The page, and the case if one is new."""
    shown, new = show_page()(token, posted(request), language_of(request))
    if new:
        about(friend_id=new.friend_id, request_id=new.request_id)
        log().info("review asked for")
        count("ReviewsAskedFor")
    return Shown(shown.page.state.http_status, standing_headers(), render_standing_page(shown))


def file_of(request: APIGatewayProxyEventV2, token: str, name: str) -> Shown:
    """Every line that counts for a year, as `2026.csv`; the page, as not found, when there is none."""
    year, _, kind = name.partition(".")
    known = year.isascii() and year.isdigit() and len(year) == 4 and kind == "csv"
    csv = show_page().csv(token, int(year)) if known else None
    if csv:
        return Shown(200, csv_headers(csv.name), csv.content)
    page = page_of(request, token)
    return replace(page, status=404) if page.status == 200 else page


@observed
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """In: an HTTP API request (payload 2.0). Out: a page, or a file of comma-separated values."""
    request = APIGatewayProxyEventV2(event)

    def show() -> Shown:
        token, name = request.path_parameters["token"], request.path_parameters.get("file", "")
        return file_of(request, token, name) if name else page_of(request, token)

    return answered(request, show, "StandingPagesFailed")
