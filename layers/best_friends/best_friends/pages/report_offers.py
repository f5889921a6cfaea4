"""The report's section about a product test and an announcement."""

from dataclasses import asdict

from markupsafe import Markup

from best_friends.domain.announcements_report import AnnouncementReport
from best_friends.domain.product_tests_report import ProductTestReport
from best_friends.pages.report_parts import KeyFigure
from best_friends.pages.report_words import several
from best_friends.pages.shell import TEMPLATES
from best_friends.texts.figures import Figures, figures_in
from best_friends.texts.templates import environment


def offers_section(test: ProductTestReport, announcement: AnnouncementReport, currency: str) -> Markup:
    """The section as HTML, in the style of the report."""
    figures = figures_in("en", currency)
    html = (
        environment(TEMPLATES)
        .get_template("report_offers.html.j2")
        .render(
            test_sentences=_of_test(test, figures),
            test_keys=_test_keys(test, figures),
            announcement_sentences=_of_announcement(announcement, figures),
            announcement_keys=_announcement_keys(announcement, figures),
        )
    )
    return Markup(html)  # noqa: S704 -- our own template, which escapes


def _of_test(test: ProductTestReport, figures: Figures) -> tuple[str, ...]:
    places = several(test.places, "place", "places", figures)
    best = several(test.best_friends, "Best Friend", "Best Friends", figures)
    others = several(test.others, "other Friend", "other Friends", figures)
    order = f"A product test with {places} invited {best} first and, after their head start, {others}."
    taken = f"{figures.integer(test.taken)} of the places were taken."
    if test.taken == test.places:
        late = several(test.too_late, "Friend", "Friends", figures)
        told = f"; {late} said yes too late, and heard so kindly" if test.too_late else ""
        taken = f"All places were taken{told}."
        if not test.invited_when_full:
            taken += " Nobody was invited after that."
    return order, taken


def _test_keys(test: ProductTestReport, figures: Figures) -> tuple[KeyFigure, ...]:
    shown = asdict(test)
    captions = {
        "best_friends": "Best Friends invited first",
        "others": "others invited after the head start",
        "taken": "places taken",
        "declined": "said no",
    }
    return tuple(KeyFigure(figures.integer(shown[name]), caption) for name, caption in captions.items())


def _of_announcement(one: AnnouncementReport, figures: Figures) -> tuple[str, ...]:
    days = several(one.days_before, "day", "days", figures)
    return (
        f"Best Friends heard of an announcement {days} before its publication. It was corrected, and taken"
        " back before its day: each time exactly those were written to who had it.",
    )


def _announcement_keys(one: AnnouncementReport, figures: Figures) -> tuple[KeyFigure, ...]:
    rows = (
        (one.announced, "had the announcement early"),
        (one.corrected, "were told of the correction"),
        (one.taken_back, "were told that it was taken back"),
    )
    return tuple(KeyFigure(figures.integer(count), caption) for count, caption in rows)
