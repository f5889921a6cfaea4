"""The public form for a link to the standing: GET and HEAD show it, POST orders the letter."""

from dataclasses import asdict
from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2
from aws_lambda_powertools.utilities.typing import LambdaContext

from best_friends import bootstrap, bootstrap_standing
from best_friends.application.ask_link import AskLink
from best_friends.pages.standing_link import AskLinkState, ask_link_headers, render_ask_link_page
from best_friends.telemetry import count, observed
from best_friends.web import Shown, answered, language_wanted, posted

from .settings import Settings


@cache
def ask_link() -> AskLink:
    """The use case."""
    return bootstrap_standing.ask_link(**asdict(bootstrap.environment(Settings)))


@observed
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """In: an HTTP API request (payload 2.0). Out: a page, the same for every address."""
    request = APIGatewayProxyEventV2(event)

    def show() -> Shown:
        form = posted(request)
        address = None if form is None else "".join(form.get("address", [""])[:1])
        page = ask_link()(address, language_wanted(request))
        if page.state is AskLinkState.ASKED:
            count("StandingLinksAskedFor")
        return Shown(page.state.http_status, ask_link_headers(), render_ask_link_page(page))

    return answered(request, show, "StandingLinkPagesFailed")
