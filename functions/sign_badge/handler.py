"""What is signed of a badge: `credential`, `status`, and `badge.svg`, the picture that carries the first."""

from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2
from aws_lambda_powertools.utilities.typing import LambdaContext

from best_friends import bootstrap, bootstrap_signing
from best_friends.application.sign_badge import CREDENTIAL, PICTURE, STATUS, SignBadge
from best_friends.telemetry import observed
from best_friends.web import Shown, addresses_of, answered, shown_file

from .settings import Settings

KINDS = {CREDENTIAL: "application/vc+jwt", STATUS: "application/vc+jwt", PICTURE: "image/svg+xml"}
PLAIN = "text/plain; charset=utf-8"


@cache
def settings() -> Settings:
    """The environment."""
    return bootstrap.environment(Settings)


@cache
def sign_badge() -> SignBadge:
    """The use case."""
    names = settings()
    return bootstrap_signing.sign_badge(
        badges_table=names.badges_table,
        invitations_table=names.invitations_table,
        friends_table=names.friends_table,
        programme_table=names.programme_table,
        badge_key=names.badge_key,
    )


@observed
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """In: an HTTP API request (payload 2.0). Out: a file; 404 without a badge, 410 when it is over."""
    request = APIGatewayProxyEventV2(event)

    def show() -> Shown:
        path = request.path_parameters
        file, at = path["file"], addresses_of(request, settings().public_url)
        content, state = sign_badge()(path["public_id"], file, at)
        if content:
            name = f"best-friend-{file}" if file == PICTURE else ""
            return shown_file(200, KINDS[file], content, name)
        known = state is not None and file in KINDS
        return shown_file(410 if known else 404, PLAIN, "")

    return answered(request, show, "BadgesNotSigned")
