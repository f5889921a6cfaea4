"""The page of an event: GET and HEAD show it, POST registers, cancels, or orders the letter with a link."""

from functools import cache
from typing import Any
from urllib.parse import parse_qs

from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2
from aws_lambda_powertools.utilities.typing import LambdaContext

from best_friends import bootstrap, bootstrap_events
from best_friends.application.event_page import Act, ShowEvent
from best_friends.pages.event import EventState, event_headers, render_event_page
from best_friends.telemetry import about, count, log, observed
from best_friends.web import Shown, answered, language_wanted, posted

from .settings import Settings

ACTS = {"register": Act.REGISTER, "cancel": Act.CANCEL}


@cache
def show_event() -> ShowEvent:
    """The use case."""
    return bootstrap_events.show_event(bootstrap.environment(Settings))


@observed
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """In: an HTTP API request (payload 2.0). Out: a page."""
    request = APIGatewayProxyEventV2(event)

    def show() -> Shown:
        event_id, form = request.path_parameters["event_id"], posted(request)
        act = None if form is None else ACTS.get(request.route_key.rpartition("/")[2], Act.ASK)
        given = parse_qs(request.raw_query_string) if form is None else form  # GET takes nothing
        shown = show_event()(event_id, act, given, language_wanted(request))
        if shown.done:
            about(event_id=event_id, friend_id=shown.friend_id)
            log().info("event taken part in", act=shown.done)
            count("EventRegistrations" if shown.done is Act.REGISTER else "EventCancellations")
        if shown.page.state is EventState.ASKED:
            count("EventLinksAskedFor")
        return Shown(shown.page.state.http_status, event_headers(), render_event_page(shown.page))

    return answered(request, show, "EventPagesFailed")
