"""What the pages' handlers share: from an HTTP API request (payload 2.0) to the answer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2

from best_friends.application.request_pages import posted_in
from best_friends.domain.badge import Addresses
from best_friends.domain.policy import LANGUAGES
from best_friends.pages.answer import page_headers, render_problem_page
from best_friends.telemetry import count, log
from best_friends.texts.languages import language_from_accept


@dataclass(frozen=True, slots=True)
class Shown:
    """An answer before it is encoded."""

    status: int
    headers: Mapping[str, str]
    body: str


def language_of(request: APIGatewayProxyEventV2) -> str:
    """The language that a browser asks for, for those whom no link tells."""
    return language_from_accept(request.headers.get("accept-language", ""), LANGUAGES)


def language_wanted(request: APIGatewayProxyEventV2) -> str:
    """The language that was chosen on a public page (`?lang=fr`), else the browser's."""
    chosen = (request.query_string_parameters or {}).get("lang", "")
    return chosen if chosen in LANGUAGES else language_of(request)


def posted(request: APIGatewayProxyEventV2) -> dict[str, list[str]] | None:
    """The form, None unless one was posted; a body that is no text (a scanner's) holds nothing."""
    if request.http_method != "POST":
        return None
    try:
        return posted_in(request.decoded_body or "")
    except ValueError:
        return {}


def answered(request: APIGatewayProxyEventV2, show: Callable[[], Shown], failures: str) -> dict[str, Any]:
    """What `show` makes, or the page for a fault of ours, which is counted as `failures`."""
    try:
        shown = show()
    except Exception as error:
        log().error("page not shown", error=type(error).__name__)  # a traceback could quote the token
        count(failures)
        shown = Shown(500, page_headers(), render_problem_page(language_of(request), 500))
    body = "" if request.http_method == "HEAD" else shown.body
    return {"statusCode": shown.status, "headers": dict(shown.headers), "body": body}


def addresses_of(request: APIGatewayProxyEventV2, public_url: str) -> Addresses:
    """Where badges are found: below the public address, or the one that API Gateway itself was asked at."""
    return Addresses(public_url or f"https://{request.request_context.domain_name}")


def shown_file(status: int, kind: str, content: str, download: str = "") -> Shown:
    """A file for anybody, kept for a minute at most; `download` is the name that it is saved by."""
    headers = {
        "content-type": kind,
        "cache-control": "public, max-age=60",
        "content-security-policy": "default-src 'none'; sandbox",
        "access-control-allow-origin": "*",
        "x-content-type-options": "nosniff",
        "x-robots-tag": "noindex",
        "strict-transport-security": "max-age=63072000; includeSubDomains",
    }
    if download:
        headers["content-disposition"] = f'attachment; filename="{download}"'
    return Shown(status, headers, content)
