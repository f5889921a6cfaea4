"""The report's section about an event: who registered, who moved up, who has a place."""

from markupsafe import Markup

from best_friends.domain.event_report import EventReport, ListedFriend
from best_friends.pages.shell import TEMPLATES
from best_friends.texts.templates import environment


def render_events_section(report: EventReport) -> Markup:
    """The section as a fragment of the report's page, in English as the report is."""
    html = (
        environment(TEMPLATES)
        .get_template("report_events.html.j2")
        .render(sentences=_sentences(report), rows=[_row(one) for one in report.listed], keys=_keys(report))
    )
    return Markup(html)  # noqa: S704 -- our own template, which escapes


def _keys(report: EventReport) -> tuple[tuple[str, str], ...]:
    return (
        (str(report.places), "place" if report.places == 1 else "places"),
        (str(len(report.listed)), "registered"),
        (str(len(report.moved)), "moved up"),
        (str(report.letters), "letter" if report.letters == 1 else "letters"),
    )


def _sentences(report: EventReport) -> tuple[str, ...]:
    if not report.listed:
        return ("Nobody registered for an event.",)
    said = [
        f"{len(report.listed)} Friends registered for an event of {report.places} places. When registration"
        f" closed, the list was ordered: by the time of registration, a Best Friend up to {report.places_up}"
        " places further up, once."
    ]
    if not report.moved:
        said.append("No Best Friend stood where the move would have changed anything.")
    if any(one.later for one in report.listed):
        said.append("One place was given back; it went to the next of the list at once.")
    return tuple(said)


def _row(one: ListedFriend) -> tuple[str, ...]:
    moved = f"up {one.number - one.place}" if one.place < one.number and one.best_friend else ""
    place = "when ordered" if one.admitted else "later" if one.later else "waits"
    return (f"Number {one.number}", "yes" if one.best_friend else "", str(one.place), moved, place)
