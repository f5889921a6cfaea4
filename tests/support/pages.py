"""Requests to the pages, as API Gateway passes them on (payload 2.0)."""

import base64
from typing import Any
from urllib.parse import parse_qs, quote, urlencode

from tests.support.stack import Stack

Page = dict[str, Any]


def request(
    token: str,
    method: str = "GET",
    *,
    body: str | None = None,
    language: str = "de-CH,de;q=0.9",
    encoded: bool = True,
) -> dict[str, Any]:
    """A request to the page behind a letter's link."""
    event = http_event("/answers/{token}", method, {"token": token}, body=body, encoded=encoded)
    event["headers"]["accept-language"] = language
    return event


def http_event(
    route: str,
    method: str = "GET",
    parameters: dict[str, str] | None = None,
    *,
    query: str = "",
    body: str | None = None,
    encoded: bool = True,
) -> dict[str, Any]:
    """An HTTP API event; path parameters come decoded, the raw path as it was asked for."""
    path = route.format(**{name: quote(value, safe="") for name, value in (parameters or {}).items()})
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": f"{method} {route}",
        "rawPath": path,
        "rawQueryString": query,
        "headers": {
            "accept-language": "de-CH,de;q=0.9",
            "content-type": "application/x-www-form-urlencoded",
            "host": "pages.example",
        },
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "pages",
            "domainName": "pages.example",
            "http": {
                "method": method,
                "path": path,
                "protocol": "HTTP/1.1",
                "sourceIp": "192.0.2.1",
                "userAgent": "Mozilla/5.0",
            },
            "requestId": "JKJaXmPLvHcESHA=",
            "routeKey": f"{method} {route}",
            "stage": "$default",
            "time": "15/Jan/2026:05:00:00 +0000",
            "timeEpoch": 1_768_453_200_000,
        },
        "isBase64Encoded": False,
    }
    if parameters:
        event["pathParameters"] = parameters
    if query:
        asked = parse_qs(query, keep_blank_values=True)
        event["queryStringParameters"] = {name: ",".join(values) for name, values in asked.items()}
    if body is not None:
        # API Gateway encodes what it takes for binary; a form may come either way.
        event["body"] = base64.b64encode(body.encode()).decode() if encoded else body
        event["isBase64Encoded"] = encoded
    return event


def look(stack: Stack, token: str, method: str = "GET", *, language: str = "de-CH") -> Page:
    """Open the page."""
    page: Page = stack.invoke("AnswerInvitation", request(token, method, language=language))
    return page


def press(stack: Stack, token: str, answer: str) -> Page:
    """Press a button."""
    return post(stack, token, f"answer={answer}")


def post(stack: Stack, token: str, body: str | None, *, encoded: bool = True) -> Page:
    """Post anything."""
    page: Page = stack.invoke("AnswerInvitation", request(token, "POST", body=body, encoded=encoded))
    return page


def offer_request(job_id: str, token: str, method: str = "GET", *, body: str | None = None) -> dict[str, Any]:
    """A request to the page behind a notification's link; a form sends the token back by itself."""
    query = "" if method == "POST" else urlencode({"token": token})
    return http_event("/jobs/{job_id}/accept", method, {"job_id": job_id}, query=query, body=body)


def look_at_offer(stack: Stack, job_id: str, token: str, method: str = "GET") -> Page:
    """Open the page of an offer."""
    page: Page = stack.invoke("AcceptJob", offer_request(job_id, token, method))
    return page


def take_job(stack: Stack, job_id: str, token: str) -> Page:
    """Press the button of an offer."""
    return post_to_offer(stack, job_id, urlencode({"token": token, "answer": "accept"}))


def post_to_offer(stack: Stack, job_id: str, body: str | None) -> Page:
    """Post anything to the page of an offer."""
    page: Page = stack.invoke("AcceptJob", offer_request(job_id, "", "POST", body=body))
    return page
