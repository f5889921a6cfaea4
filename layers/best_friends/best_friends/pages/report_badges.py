"""The report's section about badges, as a fragment for the page of the yearly report."""

import base64

from markupsafe import Markup

from best_friends.domain.badges_report import BadgesReport
from best_friends.texts.figures import Figures


def badges_section(report: BadgesReport, figures: Figures) -> Markup:
    """The section; "" when no badge was issued."""
    if not report.issued:
        return Markup("")
    issued = figures.integer(report.issued)
    many = "badge was" if report.issued == 1 else "badges were"
    said = [f"{issued} {many} issued to the Best Friends {report.year}, each with a page for anybody."]
    if report.passed:
        by = (
            "one verifier that is"
            if report.passed == 1
            else f"{figures.integer(report.passed)} verifiers that are"
        )
        said.append(
            f"One of them was checked as a stranger would: {by} not ours took its signed credential for good."
        )
    if report.ended:
        said.append("After it was taken back, the same credential failed the check.")
    sentences = Markup("").join(Markup("<p>{}</p>\n").format(one) for one in said)
    return Markup(
        '<section aria-labelledby="badges">\n<h2 id="badges">The badges</h2>\n{}{}</section>\n'
    ).format(_picture(report), sentences)


def _picture(report: BadgesReport) -> Markup:
    """As an image of its own, so that neither's style touches the other."""
    if not report.picture:
        return Markup("")
    packed = base64.b64encode(report.picture.encode()).decode()
    return Markup(
        '<p><img src="data:image/svg+xml;base64,{}" width="160" height="160" alt="Best Friend {}"></p>\n'
    ).format(packed, report.year)
