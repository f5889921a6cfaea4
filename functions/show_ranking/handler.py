"""The public page of ranking parameters."""

from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2
from aws_lambda_powertools.utilities.typing import LambdaContext

from best_friends import bootstrap
from best_friends.application.show_ranking import ShowRanking
from best_friends.domain.policy import LANGUAGES
from best_friends.pages.answer import page_headers, render_problem_page
from best_friends.pages.ranking import ranking_headers, render_ranking_page
from best_friends.telemetry import count, log, observed
from best_friends.texts.languages import language_from_accept

from .settings import Settings


@cache
def show_ranking() -> ShowRanking:
    """The use case."""
    return ShowRanking(bootstrap.programme(bootstrap.environment(Settings).programme_table))


@observed
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """In: an HTTP API request (payload 2.0). Out: a page."""
    request = APIGatewayProxyEventV2(event)
    accepted = request.headers.get("accept-language", "")
    try:
        page = show_ranking()((request.query_string_parameters or {}).get("lang", ""), accepted)
        status, headers, body = 200, ranking_headers(page.language), render_ranking_page(page)
    except Exception as error:
        log().error("page not shown", error=type(error).__name__)
        count("RankingPagesFailed")
        language = language_from_accept(accepted, LANGUAGES)
        status, headers, body = 500, page_headers(), render_problem_page(language, 500)
    return {"statusCode": status, "headers": headers, "body": "" if request.http_method == "HEAD" else body}
