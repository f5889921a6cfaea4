"""The public page of a badge, its picture (`.svg`), and the public keys that it is checked by."""

import json
from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2
from aws_lambda_powertools.utilities.typing import LambdaContext

from best_friends import bootstrap, bootstrap_badges
from best_friends.domain.badge_keys import did_document, key_set
from best_friends.pages.badge import badge_headers, picture_of, render_badge_page
from best_friends.telemetry import observed
from best_friends.web import Shown, addresses_of, answered, language_wanted, shown_file

from .settings import Settings

KEYS, ISSUER = "/badges/keys", "/badges/did.json"


@cache
def settings() -> Settings:
    """The environment."""
    return bootstrap.environment(Settings)


def page_of(request: APIGatewayProxyEventV2) -> Shown:
    """The page or the picture; of any other kind there is no badge."""
    name, dot, kind = request.path_parameters["public_id"].partition(".")
    public_id = "" if dot and kind != "svg" else name
    at = addresses_of(request, settings().public_url)
    page = bootstrap_badges.show_badge(settings())(public_id, language_wanted(request), at)
    if dot:
        return Shown(page.http_status, *picture_of(page))
    return Shown(page.http_status, badge_headers(page), render_badge_page(page))


def keys_of(request: APIGatewayProxyEventV2, path: str) -> Shown:
    """The key set, or the document that the issuer's did:web resolves to."""
    names = settings()
    keys = bootstrap_badges.keys_in_use(names.programme_table, names.badge_key)()
    if path == KEYS:
        return shown_file(200, "application/jwk-set+json", json.dumps(key_set(keys), indent=1))
    issuer = addresses_of(request, names.public_url).issuer
    return shown_file(200, "application/did+json", json.dumps(did_document(issuer, keys), indent=1))


@observed
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """In: an HTTP API request (payload 2.0). Out: a page, a picture, or keys as JSON."""
    request = APIGatewayProxyEventV2(event)
    path = request.route_key.partition(" ")[2]

    def show() -> Shown:
        return keys_of(request, path) if path in (KEYS, ISSUER) else page_of(request)

    return answered(request, show, "BadgePagesFailed")
