"""What the page of an event and its letters say, in every language."""

import re
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from bs4 import BeautifulSoup

from best_friends.domain.event_report import EventReport, ListedFriend
from best_friends.domain.events import Facts, Phase
from best_friends.domain.letter import EVENT_LETTERS, LetterKind
from best_friends.domain.policy import LANGUAGES
from best_friends.domain.waiting_list import Reason
from best_friends.letters.events import EventView, render_event_letter
from best_friends.pages.event import EventPage, EventState, Stands, render_event_page
from best_friends.pages.report_events import render_events_section

OPENS = datetime(2026, 3, 1, 9, tzinfo=ZoneInfo("Europe/Zurich"))
FACTS = Facts(
    {"de": "Grillabend <b>", "en": "Barbecue"},
    "Zürich & Umgebung",
    3,
    OPENS,
    OPENS + timedelta(days=7),
    OPENS + timedelta(days=20),
)
MOVED, PASSED = Reason(0, 5, 3, 0, 0), Reason(2, 4, None, 1, 3)
LINK = "https://pages.example/events/grill?token=t"
every_language = pytest.mark.parametrize("language", LANGUAGES)


def page(language: str, **changes: object) -> EventPage:
    """The page of somebody who waits."""
    own = EventPage(
        EventState.OWN,
        language,
        "grill",
        FACTS,
        Phase.CLOSED,
        ordered=True,
        name="Mara",
        stands=Stands.WAITING,
        registered_at=OPENS,
        reason=PASSED,
        token="t-o-k",
    )
    return replace(own, **changes)  # type: ignore[arg-type]


@every_language
@pytest.mark.parametrize("phase", Phase)
@pytest.mark.parametrize("stands", Stands)
def test_every_page_can_be_said_and_has_the_button_that_goes_with_it(
    language: str, phase: Phase, stands: Stands
) -> None:
    reason = {Stands.WAITING: PASSED, Stands.ADMITTED: MOVED}.get(stands)
    shown = BeautifulSoup(
        render_event_page(page(language, phase=phase, stands=stands, reason=reason)), "html.parser"
    )
    actions = [str(form["action"]) for form in shown.select("form")]
    takes = phase in (Phase.OPEN, Phase.CLOSED)
    wanted = "/events/grill/register" if stands is Stands.NOT else "/events/grill/cancel"
    assert actions == ([wanted] if takes else [])
    assert shown.html is not None and shown.html["lang"] == language
    assert "<b>" not in str(shown.select_one("main")) and "{" not in shown.get_text()


@every_language
@pytest.mark.parametrize("state", [one for one in EventState if one is not EventState.OWN])
def test_what_anybody_sees_names_nobody(language: str, state: EventState) -> None:
    lost = state in (EventState.UNKNOWN_EVENT, EventState.UNKNOWN_LINK, EventState.EXPIRED_LINK)
    html = render_event_page(
        EventPage(state, language, "grill", None if lost else FACTS, Phase.OPEN, address="a'@<x>")
    )
    assert "Mara" not in html and "<x>" not in html
    wanted = {EventState.EXPIRED_LINK: 410, EventState.FAULTY: 422}
    assert state.http_status == wanted.get(state, 404 if lost else 200)


def test_the_reason_is_told_in_figures() -> None:
    told = BeautifulSoup(render_event_page(page("de")), "html.parser").get_text()
    assert "Nummer 4" in told and "Ein Best Friend ist" in told and "3 Personen vor dir" in told
    moved = render_event_page(page("en", stands=Stands.ADMITTED, reason=MOVED))
    assert "moved up 3 places" in moved and "up to 3 places" in moved
    assert "move up once. There was nobody" in render_event_page(
        page("en", reason=replace(MOVED, moved_up=0))
    )
    plain = render_event_page(page("en", reason=None, places_up=0))
    assert "Best Friends" not in re.sub(r"<title>.*?</title>", "", plain)


@every_language
@pytest.mark.parametrize("kind", EVENT_LETTERS)
def test_a_letter_says_when_and_where_and_holds_its_link_once(language: str, kind: LetterKind) -> None:
    link = "" if kind is LetterKind.EVENT_CANCELLED else LINK
    view = EventView("Mara", language, FACTS, link, PASSED, late=True, why="Der Saal\nist zu klein.")
    letter = render_event_letter(kind, view)
    assert letter.text.count(LINK) == letter.html.count(LINK) == (1 if link else 0)
    assert "Zürich & Umgebung" in letter.text and "2026" in letter.text
    quoted = kind in (LetterKind.EVENT_CANCELLED, LetterKind.EVENT_CHANGED)
    assert ("> Der Saal ist zu klein." in letter.text) is quoted
    assert "<b>" not in letter.html and "{" not in letter.subject + letter.text


def test_a_report_tells_who_moved_and_who_got_a_place() -> None:
    listed = (
        ListedFriend(1, 1, False, True),
        ListedFriend(5, 2, True, True),
        ListedFriend(2, 3, False, False, later=True),
    )
    html = render_events_section(EventReport(2, listed, 3, 9))
    assert "up 3" in html and "later" in html and "given back" in html
    assert "Nobody registered" in render_events_section(EventReport(2, (), 3, 0))
