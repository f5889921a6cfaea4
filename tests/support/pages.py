"""Requests to the page behind a link, as API Gateway passes them on (payload 2.0)."""

import base64
from typing import Any

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
    """An HTTP API event."""
    path = f"/answers/{token}"
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": f"{method} /answers/{{token}}",
        "rawPath": path,
        "rawQueryString": "",
        "headers": {
            "accept-language": language,
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
            "routeKey": f"{method} /answers/{{token}}",
            "stage": "$default",
            "time": "15/Jan/2026:05:00:00 +0000",
            "timeEpoch": 1_768_453_200_000,
        },
        "pathParameters": {"token": token},
        "isBase64Encoded": False,
    }
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
