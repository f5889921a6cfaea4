"""The report of a year: one HTML file that needs nothing else."""

from collections.abc import Sequence
from decimal import Decimal

from markupsafe import Markup

from best_friends.domain.benefits_report import BenefitsReport
from best_friends.domain.report import YearReport
from best_friends.domain.what_if import WhatIf
from best_friends.pages import charts
from best_friends.pages import report_words as words
from best_friends.pages.report_benefits import benefits_sections
from best_friends.pages.report_dispatch import dispatch_section
from best_friends.pages.report_figures import fixed
from best_friends.pages.report_parts import KeyFigure
from best_friends.pages.seal import seal
from best_friends.pages.shell import TEMPLATES, style_of
from best_friends.pages.what_if import STYLES, grid_section
from best_friends.texts.figures import Figures, figures_in
from best_friends.texts.templates import environment

COLUMNS_HEIGHT = 180.0


def render_report(
    report: YearReport,
    *,
    what_ifs: Sequence[WhatIf] = (),
    standing_page: str = "",
    benefits: BenefitsReport | None = None,
) -> str:
    """The report as HTML: figures, charts as inline SVG, no script, nothing loaded from elsewhere.

    A rehearsal also shows what other policies would have changed, a Friend's page of its standing, and the
    other benefits and referrals.
    """
    figures = figures_in("en", report.currency)
    title = f"Best Friends {report.year}" + ("" if report.closed else ", so far")
    nominees, left_out = charts.region_pairs(report.regions, figures)
    return (
        environment(TEMPLATES)
        .get_template("report.html.j2")
        .render(
            report=report,
            title=title,
            seal=seal(report.year),
            style=Markup(style_of(*dict.fromkeys(("report", *(STYLES if what_ifs else ()))))),  # noqa: S704 -- our own files
            figures=figures,
            words=words,
            percent=words.percent_of(report, figures),
            summary=words.what_happened(report, figures),
            key_figures=_key_figures(report, figures),
            wide=_wide_funnel(report, figures),
            narrow=_narrow_funnel(report, figures),
            roles=[f"{words.ROLES[role]} {figures.integer(count)}" for role, count in report.roles.items()],
            distribution=charts.distribution(
                report.revenue_bins, words.single_cutoff(report), figures, height=COLUMNS_HEIGHT
            ),
            columns_height=COLUMNS_HEIGHT,
            cutoff=words.single_cutoff(report),
            top=words.top_of(report),
            cohorts=words.peopled(report),
            regions=nominees,
            regions_left_out=left_out,
            missed=_missed(report, figures),
            answers=charts.stacked(_answers(report), figures),
            dispatch=dispatch_section(report.dispatch, figures) if report.dispatch else None,
            what_if=grid_section(what_ifs),
            standing_page=standing_page,
            benefits=benefits_sections(benefits, figures) if benefits else Markup(),
            audit=_audit(report, figures),
        )
    )


def _key_figures(report: YearReport, figures: Figures) -> list[KeyFigure]:
    best = "Best Friend" if report.invitations.confirmed == 1 else "Best Friends"
    confirmed = best if report.closed else "said yes so far"
    cutoff = words.single_cutoff(report)
    found = [
        KeyFigure(figures.integer(report.invitations.confirmed), confirmed),
        KeyFigure(figures.integer(report.nominees), "nominee" if report.nominees == 1 else "nominees"),
        KeyFigure(figures.integer(report.population), "active Friends with revenue"),
    ]
    if cutoff is not None:
        found.append(
            KeyFigure(figures.money(cutoff, whole=True), "revenue at the cut\N{NON-BREAKING HYPHEN}off")
        )
    elif cohorts := words.peopled(report):
        found.append(KeyFigure(figures.integer(len(cohorts)), "groups with a cut-off each"))
    return found


def _wide_funnel(report: YearReport, figures: Figures) -> tuple[charts.Bar, ...]:
    rows = [
        ("All Friends", report.friends),
        ("Active", report.active),
        (f"Active with revenue {words.earned(report)}", report.population),
        (f"Nominees {report.year}", report.nominees),
    ]
    return charts.bars(rows, figures, top=report.friends, strong=rows[-1][0])


def _narrow_funnel(report: YearReport, figures: Figures) -> tuple[charts.Bar, ...]:
    top = words.top_of(report)
    best = "Said yes: Best Friends" if report.closed else "Said yes so far"
    rows = [
        (f"Top {words.percent_of(report, figures)} by revenue", top),
        ("Also enough good ratings", report.by_figures),
        ("Held a role", report.by_engagement),
        ("Nominees, each counted once", report.nominees),
        (best, report.invitations.confirmed),
    ]
    return charts.bars(rows, figures, top=max(count for _, count in rows), strong=best)


def _missed(report: YearReport, figures: Figures) -> tuple[charts.Bar, ...]:
    rows = [(words.missed_label(name, report), count) for name, count in report.missed.items()]
    return charts.bars(rows, figures, top=words.top_of(report))


def _answers(report: YearReport) -> list[tuple[str, str, int]]:
    counts = report.invitations
    return [
        ("confirmed", "Yes", counts.confirmed),
        ("declined", "No", counts.declined),
        ("open", "Still open", counts.still_open),
        ("expired", "No answer", counts.expired),
        ("undeliverable", "Not delivered", counts.undeliverable),
    ]


def _audit(report: YearReport, figures: Figures) -> list[tuple[str, str, str]]:
    ledger, stats = report.ledger, report.stats
    return [
        ("Completed jobs", figures.integer(ledger.jobs), figures.integer(stats.jobs)),
        (
            f"Revenue, {report.currency}",
            fixed(Decimal(ledger.cents) / 100, 2, figures),
            fixed(Decimal(stats.cents) / 100, 2, figures),
        ),
        ("Ratings", figures.integer(ledger.ratings), figures.integer(stats.ratings)),
        ("Stars", figures.integer(ledger.stars), figures.integer(stats.stars)),
    ]
