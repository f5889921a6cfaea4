"""An event in words: when it is, and why somebody stands where. The same in letters and on the page."""

from datetime import datetime

from best_friends.domain.waiting_list import Reason
from best_friends.texts.catalogue import catalogue
from best_friends.texts.figures import figures_in


def at(language: str, instant: datetime) -> str:
    """A day and a time of day, as they are in the instant's own zone."""
    figures = figures_in(language, "")
    return catalogue(language).say(
        "events.at", day=figures.date(instant.date()), time=figures.clock(instant.time())
    )


def reason_in_words(language: str, reason: Reason) -> tuple[str, ...]:
    """Why, a sentence for each thing that counted."""
    words = catalogue(language)
    said = [words.say("events.reason.number", number=reason.number)]
    if reason.moved_up:
        said.append(words.count("events.reason.moved", reason.moved_up, moved=reason.moved_up))
    elif reason.moved_up == 0:
        said.append(words.say("events.reason.moved_none"))
    if reason.passed_by:
        said.append(words.count("events.reason.passed", reason.passed_by, passed=reason.passed_by))
    if reason.gone:
        said.append(words.count("events.reason.gone", reason.gone, gone=reason.gone))
    return tuple(said)


def rule_in_words(language: str, places_up: int) -> str:
    """How the list is ordered."""
    words = catalogue(language)
    if not places_up:
        return words.say("events.rule_plain")
    return words.count("events.rule", places_up, places_up=places_up)
