"""What the report says in sentences. It is written in English, for whoever runs the programme."""

from collections.abc import Iterator
from decimal import Decimal

from best_friends.domain.policy import Role
from best_friends.domain.qualification import EVERYBODY, SMALLER_REGIONS, Cohort
from best_friends.domain.report import YearReport
from best_friends.texts.figures import Figures

ROLES = {
    Role.MEETUP_ORGANISER: "meetup organisers",
    Role.MENTOR: "mentors",
    Role.PRODUCT_TESTER: "product testers",
    Role.BRAND_AMBASSADOR: "brand ambassadors",
}


def several(count: int, one: str, many: str, figures: Figures) -> str:
    """`1 Friend`, `12’750 Friends`, `no Friends`."""
    return f"{figures.integer(count) if count else 'no'} {one if count == 1 else many}"


def top_of(report: YearReport) -> int:
    """How many of the population reach the cut-off of their cohort."""
    return sum(cohort.top for cohort in report.cohorts)


def peopled(report: YearReport) -> tuple[Cohort, ...]:
    """The cohorts that have anybody in them."""
    return tuple(cohort for cohort in report.cohorts if cohort.population)


def single_cutoff(report: YearReport) -> int | None:
    """The cut-off when everybody shares one, else None."""
    cohorts = peopled(report)
    return cohorts[0].cutoff_cents if len(cohorts) == 1 else None


def percent_of(report: YearReport, figures: Figures) -> str:
    """The policy's percentage as it is written: `5%`."""
    return figures.percent(Decimal(report.revenue_top_percent))


def cohort_name(name: str) -> str:
    """A cohort as people call it."""
    return {EVERYBODY: "All Friends", SMALLER_REGIONS: "Smaller regions together"}.get(name, name)


def what_happened(report: YearReport, figures: Figures) -> tuple[str, ...]:
    """The year in three or four plain sentences."""
    return tuple(_sentences(report, figures))


def _sentences(report: YearReport, figures: Figures) -> Iterator[str]:
    if not report.population:
        yield f"No active Friend had any revenue {earned(report)}, so there is no cut-off."
    else:
        yield _population(report, figures)
    if not report.nominees:
        yield "Nobody was nominated, by figures or by a role."
        return
    yield _nominees(report, figures)
    yield _answers(report, figures)
    sure, many = report.invitations.confirmed, report.invitations.confirmed != 1
    if report.closed:
        yield (
            f"So there {'are' if many else 'is'} {several(sure, 'Best Friend', 'Best Friends', figures)} "
            f"{report.year}."
        )
    else:
        yield "The year is not closed yet: these are the figures so far."


def _population(report: YearReport, figures: Figures) -> str:
    top, cutoff = top_of(report), single_cutoff(report)
    reach = (
        f"earned at least the cut-off of {figures.money(cutoff)}"
        if cutoff is not None
        else "reached the cut-off of their region"
    )
    had = "was active and had" if report.population == 1 else "were active and had"
    return (
        f"{figures.integer(report.population)} of {several(report.friends, 'Friend', 'Friends', figures)} "
        f"{had} revenue {earned(report)}; {figures.integer(top)} of them {reach}."
    )


def _nominees(report: YearReport, figures: Figures) -> str:
    role_only = report.nominees - report.by_figures
    rule = f"{report.ratings_min} ratings or more with an average of {report.rating_average_min} or better"
    verb = "have" if report.by_figures > 1 else "has"
    number = figures.integer(report.by_figures) if report.by_figures else "None"
    by_figures = f"{number} of these also {verb} {rule}"
    if not role_only:
        return f"{by_figures}; nobody was nominated for a role alone."
    return (
        f"{by_figures}; with {figures.integer(role_only)} more for a role alone, "
        f"{several(report.nominees, 'Friend was', 'Friends were', figures)} nominated."
    )


def _answers(report: YearReport, figures: Figures) -> str:
    counts = report.invitations
    parts = [f"{figures.integer(counts.confirmed)} said yes", f"{figures.integer(counts.declined)} said no"]
    if counts.expired or report.closed:
        parts.append(f"{figures.integer(counts.expired)} did not answer")
    if counts.undeliverable:
        parts.append(f"{several(counts.undeliverable, 'letter', 'letters', figures)} could not be delivered")
    if counts.still_open:
        parts.append(f"{several(counts.still_open, 'invitation is', 'invitations are', figures)} still open")
    return (
        f"They were invited on {figures.date(report.opened_on)} and {'had' if report.closed else 'have'} "
        f"until {figures.date(report.answer_by)} to answer: {figures.listing(parts)}."
    )


def missed_label(criterion: str, report: YearReport) -> str:
    """What a Friend at the top by revenue lacked."""
    return {
        "rating_average": f"Average below {report.rating_average_min}",
        "ratings": f"Fewer than {report.ratings_min} ratings",
    }.get(criterion, criterion.replace("_", " ").capitalize())


def missed_sentence(report: YearReport, figures: Figures) -> str:
    """What the chart of missed criteria shows."""
    top = top_of(report)
    short = top - report.by_figures
    if not short:
        return "Everybody at the top by revenue also meets both criteria of the ratings."
    verb = "misses" if short == 1 else "miss"
    return (
        f"Of the {several(top, 'Friend', 'Friends', figures)} at the top by revenue, "
        f"{figures.integer(short)} {verb} a criterion of the ratings; one Friend may miss both. Among all "
        f"active Friends, {figures.integer(report.rating_ok)} meet both."
    )


def regions_sentence(report: YearReport, figures: Figures) -> str:
    """What the chart of regions shows."""
    named = [row for row in report.regions if row.nominees]
    if not named:
        return "No region has a nominee."
    return (
        f"{several(len(named), 'region has', 'regions have', figures)} at least one nominee, of "
        f"{figures.integer(len(report.regions))}. Where the lower bar is the longer one, a region has more "
        "nominees than its share of active Friends would suggest."
    )


def answers_sentence(report: YearReport, figures: Figures) -> str:
    """What the chart of answers shows."""
    counts = report.invitations
    return (
        f"Of {several(report.nominees, 'nominee', 'nominees', figures)}, "
        f"{figures.integer(counts.confirmed)} said yes. "
        f"{several(counts.sent, 'invitation', 'invitations', figures).capitalize()} and "
        f"{several(counts.reminders, 'reminder', 'reminders', figures)} went out."
    )


def distribution_sentence(report: YearReport, figures: Figures) -> str:
    """What the distribution shows."""
    cutoff = single_cutoff(report)
    widen = "Each column is a range of revenue; the ranges widen to the right."
    if cutoff is None:
        return f"{widen} Every region has a cut-off of its own, in the table below."
    return (
        f"{widen} The line marks the cut-off: {several(top_of(report), 'Friend', 'Friends', figures)} "
        f"of {figures.integer(report.population)} earned {figures.money(cutoff)} or more."
    )


def earned(report: YearReport) -> str:
    """When the revenue was earned that counts."""
    return f"up to the end of {report.year}" if report.revenue_window == "total" else f"in {report.year}"
