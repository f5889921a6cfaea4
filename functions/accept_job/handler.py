"""The page behind a notification's link: GET and HEAD show it, POST takes the job."""

from contextlib import suppress
from dataclasses import asdict
from functools import cache
from typing import Any
from urllib.parse import parse_qs

from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2
from aws_lambda_powertools.utilities.typing import LambdaContext

from best_friends import bootstrap
from best_friends.application.offer_page import ShowOfferPage
from best_friends.domain.policy import LANGUAGES
from best_friends.pages.answer import page_headers, render_problem_page
from best_friends.pages.offer import render_offer_page
from best_friends.telemetry import about, count, log, observed, took
from best_friends.texts.languages import language_from_accept

from .settings import Settings


@cache
def show_page() -> ShowOfferPage:
    """The use case."""
    return bootstrap.show_offer_page(**asdict(bootstrap.environment(Settings)))


def fields_of(request: APIGatewayProxyEventV2) -> dict[str, list[str]]:
    """What is asked for or, by POST, posted; a body that is no text (a scanner's) holds nothing."""
    if request.http_method != "POST":
        return parse_qs(request.raw_query_string)
    with suppress(ValueError):
        return parse_qs(request.decoded_body or "")
    return {}


@observed
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """In: an HTTP API request (payload 2.0). Out: a page."""
    request = APIGatewayProxyEventV2(event)
    language = language_from_accept(request.headers.get("accept-language", ""), LANGUAGES)
    fields = fields_of(request)
    pressed = fields.get("answer", []) if request.http_method == "POST" else []  # GET takes nothing
    try:
        token = fields.get("token", [""])[0]
        page, offer = show_page()(request.path_parameters["job_id"], token, pressed, language)
        status, body = page.state.http_status, render_offer_page(page)
    except Exception as error:
        log().error("page not shown", error=type(error).__name__)  # a traceback could quote the token
        count("OfferPagesFailed")
        offer, status, body = None, 500, render_problem_page(language, 500)
    if offer and pressed:
        about(job_id=offer.job.job_id, friend_id=offer.friend.friend_id)
        log().info("offer answered", standing=offer.standing)
        count(f"Offers{offer.standing.title()}")
        if offer.accepted_after is not None:
            took("TimeToAccept", offer.accepted_after)
    shown = "" if request.http_method == "HEAD" else body
    return {"statusCode": status, "headers": page_headers(), "body": shown}
