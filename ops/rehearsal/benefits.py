"""What Best Friends have ahead, and thanks for referrals, played once the year is closed."""

from best_friends.domain.benefits_report import BenefitsReport
from ops.console import Screen
from ops.deployment import Deployment
from ops.local.postbox import Postbox
from ops.rehearsal.badges import badges
from ops.rehearsal.events import play_event
from ops.rehearsal.offers import announcement, product_test
from ops.rehearsal.referrals import play_referrals


def play_benefits(
    deployment: Deployment, postbox: Postbox, pages_url: str, year: int, screen: Screen
) -> BenefitsReport:
    """An event, a product test, an announcement, badges and referrals, one after the other.

    Raises:
        Stop: when something that is waited for does not come.
    """
    return BenefitsReport(
        event=play_event(deployment, postbox, pages_url, screen),
        product_test=product_test(deployment, postbox, pages_url, screen),
        announcement=announcement(deployment, postbox, screen),
        badges=badges(deployment, pages_url, year, screen),
        referrals=play_referrals(deployment, postbox, pages_url, screen),
    )
