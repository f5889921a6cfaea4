"""The report's section about referrals: a fragment in the style of `report.css`."""

from markupsafe import Markup

from best_friends.domain.referrals_report import ReferralsReport
from best_friends.pages.shell import TEMPLATES
from best_friends.texts.figures import Figures
from best_friends.texts.templates import environment

TARGET_SECONDS = 60


def referrals_section(report: ReferralsReport, figures: Figures) -> Markup:
    """The section as HTML; a letter that did not come is told as that."""
    steps = (
        ("Thanks for the referral", report.thanks_seconds),
        ("Thanks when the person joined", report.joined_seconds),
        ("Thanks for the first completed job", report.result_seconds),
    )
    html = (
        environment(TEMPLATES)
        .get_template("report_referrals.html.j2")
        .render(
            report=report,
            target=TARGET_SECONDS,
            steps=[(name, _told(seconds, figures)) for name, seconds in steps],
        )
    )
    return Markup(html)  # noqa: S704 -- our own template, which escapes what it is given


def _told(seconds: float | None, figures: Figures) -> str:
    if seconds is None:
        return "no letter"
    return "within a second" if seconds < 1 else f"{figures.integer(round(seconds))} s"
