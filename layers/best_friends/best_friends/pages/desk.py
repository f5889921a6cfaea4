"""The start page of the local demo: where the year stands, and where to look next."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from best_friends.pages.seal import seal
from best_friends.pages.shell import TEMPLATES, style_of
from best_friends.texts.figures import Figures, figures_in
from best_friends.texts.templates import environment


@dataclass(frozen=True, slots=True)
class DeskView:
    """What the desk shows. `state` is the year's: `open`, `closed`, `failed`, or `none` before any.

    `counts` are shown in their order, by caption. `today` marks the calendar, where it is given.
    """

    year: int | None = None
    state: str = "none"
    opened_on: date | None = None
    reminders_on: tuple[date, ...] = ()
    answer_by: date | None = None
    today: date | None = None
    counts: tuple[tuple[str, int], ...] = ()
    letters: int = 0
    has_report: bool = False
    failure: str = ""


@dataclass(frozen=True, slots=True)
class Day:
    """A date of the calendar, what happens on it, and whether it is behind us."""

    date: str
    iso: str
    event: str
    past: bool


def render_desk(view: DeskView) -> str:
    """The start page as HTML; it links to `/mailbox`, `/standing` and, when there is one, to `/report`."""
    figures = figures_in("en", "CHF")
    return (
        environment(TEMPLATES)
        .get_template("desk.html.j2")
        .render(
            view=view,
            seal=seal(view.year),
            style=Markup(style_of("desk")),  # noqa: S704 -- our own file
            state=_state(view, figures),
            counts=[(caption, figures.integer(count)) for caption, count in view.counts],
            letters=figures.integer(view.letters),
            days=tuple(_days(view, figures)),
        )
    )


def _state(view: DeskView, figures: Figures) -> str:
    until = f" until {figures.date(view.answer_by)}" if view.answer_by else ""
    return {
        "none": "No year has been opened yet.",
        "open": f"The year {view.year} is open: nominees are being invited and may answer{until}.",
        "closed": f"The year {view.year} is closed, and its Best Friends are announced.",
        "failed": f"The year {view.year} stopped before its end.",
    }.get(view.state, f"The year {view.year}: {view.state}.")


def _days(view: DeskView, figures: Figures) -> Iterator[Day]:
    dates = [(view.opened_on, "Invitations go out")]
    dates += [(day, f"Reminder {number}") for number, day in enumerate(view.reminders_on, start=1)]
    dates.append((view.answer_by, "Last day to answer"))
    for day, event in dates:
        if day is not None:
            past = view.today is not None and day < view.today
            yield Day(figures.date(day), day.isoformat(), event, past)
