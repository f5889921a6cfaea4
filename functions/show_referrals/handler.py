"""A Friend's referrals: GET and HEAD of its link show them, POST to `/referrals` takes another one."""

from dataclasses import asdict
from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2
from aws_lambda_powertools.utilities.typing import LambdaContext

from best_friends import bootstrap, bootstrap_referrals
from best_friends.application.referrals_page import ShowReferralsPage
from best_friends.pages.referrals import referrals_headers, render_referrals_page
from best_friends.telemetry import about, count, log, observed
from best_friends.web import Shown, answered, language_of, posted

from .settings import Settings


@cache
def show_page() -> ShowReferralsPage:
    """The use case."""
    return bootstrap_referrals.show_referrals_page(**asdict(bootstrap.environment(Settings)))


@observed
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """In: an HTTP API request (payload 2.0). Out: a page."""
    request = APIGatewayProxyEventV2(event)

    def show() -> Shown:
        form = posted(request)
        # The token is a field of the form: a posted address stays as it is in no browser's history.
        token = (request.path_parameters or {}).get("token", "") or "".join((form or {}).get("token", [])[:1])
        page, recorded = show_page()(token, form, language_of(request))
        if recorded and recorded.is_new:
            about(friend_id=recorded.referral.friend_id)
            log().info("referral recorded", declined=recorded.referral.declined or "")
            count("ReferralsRecorded")
        return Shown(page.state.http_status, referrals_headers(), render_referrals_page(page))

    return answered(request, show, "ReferralPagesFailed")
