"""A local front: it serves the deployed pages, and shows what the embedded AWS holds.

The emulator makes no routes from the template, so this front reads them from there and calls the
functions with the events that API Gateway would send (HTTP API, payload 2.0).
"""

import base64
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import boto3
from flask import Flask, Response, request
from werkzeug.serving import WSGIRequestHandler, make_server

from best_friends.pages.answer import page_headers, render_problem_page
from ops.local.deploy import Deployed

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient


def front(deployed: Deployed) -> Flask:
    """The pages of the deployed functions, by the routes of the template."""
    app = Flask("best-friends", static_folder=None)
    client = boto3.client("lambda")
    for logical, route, methods in routes(deployed.template):
        app.add_url_rule(
            route.replace("{", "<").replace("}", ">"),
            endpoint=f"{logical} {route}",
            view_func=_calling(client, deployed.functions[logical], route),
            methods=methods,
            provide_automatic_options=False,
        )
    return app


def routes(template: dict[str, Any]) -> Iterator[tuple[str, str, list[str]]]:
    """(function, path, methods) of every HTTP API event in the template."""
    for logical, resource in template["Resources"].items():
        events = resource.get("Properties", {}).get("Events", {}).values()
        by_path: dict[str, list[str]] = {}
        for event in events:
            if event["Type"] == "HttpApi":
                by_path.setdefault(event["Properties"]["Path"], []).append(event["Properties"]["Method"])
        for path, methods in by_path.items():
            yield logical, path, methods


def _calling(client: "LambdaClient", function: str, route: str) -> Any:
    def view(**path: str) -> Response:
        reply = client.invoke(FunctionName=function, Payload=json.dumps(_event(route, path)))
        answer = json.loads(reply["Payload"].read() or b"null")
        if reply.get("FunctionError") or not isinstance(answer, dict):
            return Response(render_problem_page("en", 500), 500, page_headers())
        return Response(answer["body"], answer["statusCode"], answer["headers"])

    return view


def _event(route: str, path: dict[str, str]) -> dict[str, Any]:
    body = request.get_data()
    return {
        "version": "2.0",
        "routeKey": f"{request.method} {route}",
        "rawPath": request.path,
        "rawQueryString": request.query_string.decode(),
        "queryStringParameters": {key: ",".join(values) for key, values in request.args.lists()},
        "headers": {name.lower(): value for name, value in request.headers.items()},
        "pathParameters": path,
        "requestContext": {
            "http": {"method": request.method, "path": request.path, "sourceIp": "127.0.0.1"},
            "requestId": "local",
            "stage": "$default",
        },
        "body": base64.b64encode(body).decode() if body else None,
        "isBase64Encoded": bool(body),
    }


class _Silent(WSGIRequestHandler):
    """Logs no requests: their paths hold the links' tokens."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing."""


@contextmanager
def serving(app: Flask, port: int) -> Iterator[None]:
    """Serve an app on a loopback port for as long as the block runs."""
    server = make_server("127.0.0.1", port, app, threaded=True, request_handler=_Silent)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
