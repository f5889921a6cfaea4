"""The report's part about what Best Friends have ahead, and about referrals: only where it was rehearsed."""

from markupsafe import Markup

from best_friends.domain.benefits_report import BenefitsReport
from best_friends.pages.report_badges import badges_section
from best_friends.pages.report_events import render_events_section
from best_friends.pages.report_offers import offers_section
from best_friends.pages.report_referrals import referrals_section
from best_friends.texts.figures import Figures


def benefits_sections(report: BenefitsReport, figures: Figures) -> Markup:
    """The sections one after the other, in domain.md's order."""
    sections = [
        render_events_section(report.event) if report.event else Markup(),
        offers_section(report.product_test, report.announcement, figures.currency),
        badges_section(report.badges, figures),
        referrals_section(report.referrals, figures) if report.referrals else Markup(),
    ]
    return Markup("\n").join(sections)
