"""The cases that a Friend asked people to check: what became of each, and by when it hears."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from best_friends.domain.requests import Request, ReviewResult, ReviewWish
from best_friends.texts.catalogue import catalogue
from best_friends.texts.figures import figures_in


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happened or is due, what people wrote then, and what they put right."""

    what: str
    words: str = ""
    righted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Case:
    """A case in words: the year, when it was asked and how, and its steps."""

    about: str
    asked_on: str
    words: str
    steps: tuple[Step, ...]


def cases(requests: Iterable[Request], language: str) -> list[Case]:
    """The cases among a Friend's requests, in their order."""
    return [_case(one, one.asked, language) for one in requests if isinstance(one.asked, ReviewWish)]


def righted(result: ReviewResult, year: int, language: str) -> tuple[str, ...]:
    """What a review put right, or that everything stands."""
    words = catalogue(language)
    said = [words.say(f"standing_form.righted.{one}", year=year) for one in result.righted]
    return tuple(said) or (words.say("standing_form.righted.stands"),)


def _case(request: Request, wish: ReviewWish, language: str) -> Case:
    words = catalogue(language)
    return Case(
        about=words.say("standing_form.about", year=wish.year),
        asked_on=words.say("standing_form.asked_on", date=_day(request.asked_at, request, language)),
        words=request.words,
        steps=tuple(_steps(request, wish, language)),
    )


def _steps(request: Request, wish: ReviewWish, language: str) -> Iterable[Step]:
    words, reply, decision = catalogue(language), request.reply, request.decision
    if reply is not None:
        day = _day(reply.at, request, language)
        yield Step(words.say("standing_form.replied", date=day), reply.words)
    elif decision is None:
        yield Step(words.say("standing_form.reply_by", date=_written(wish.reply_by, language)))
    if decision is None:
        yield Step(words.say("standing_form.decide_by", date=_written(wish.decide_by, language)))
        return
    result = decision.granted if isinstance(decision.granted, ReviewResult) else ReviewResult(())
    yield Step(
        words.say("standing_form.decided", date=_day(decision.at, request, language)),
        decision.why,
        righted(result, wish.year, language),
    )


def _day(at: datetime, request: Request, language: str) -> str:
    """A day as it was in the time zone in which the request is told."""
    return _written(at.astimezone(request.asked_at.tzinfo).date(), language)


def _written(day: date, language: str) -> str:
    return figures_in(language, "").date(day)
