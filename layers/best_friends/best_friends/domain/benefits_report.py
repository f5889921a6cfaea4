"""What a rehearsal of the benefits and of referrals came to."""

from dataclasses import dataclass

from best_friends.domain.announcements_report import AnnouncementReport
from best_friends.domain.badges_report import BadgesReport
from best_friends.domain.event_report import EventReport
from best_friends.domain.product_tests_report import ProductTestReport
from best_friends.domain.referrals_report import ReferralsReport


@dataclass(frozen=True, slots=True)
class BenefitsReport:
    """Each part's own figures; None where there were too few Friends to play it."""

    event: EventReport | None
    product_test: ProductTestReport
    announcement: AnnouncementReport
    badges: BadgesReport
    referrals: ReferralsReport | None
