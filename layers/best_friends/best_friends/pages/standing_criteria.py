"""The criteria one by one: the own figure, what is needed, whether it is met, and the picture."""

from dataclasses import dataclass
from enum import StrEnum

from best_friends.domain.qualification import SMALLEST_COHORT
from best_friends.domain.standing import ShownCutoff, Stage
from best_friends.pages import standing_words as words
from best_friends.pages.standing_gauge import Gauge, gauge, star_gauge
from best_friends.pages.standing_words import Told

NOTHING = "–"


class Sign(StrEnum):
    """Whether a criterion is met, as a sign with a word beside it."""

    MET = "met"
    NOT_YET = "not_yet"
    NOT_MET = "not_met"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Criterion:
    """A criterion in words. `gap` is empty when it is met, `gauge` None when there is nothing to draw.

    `notes` are about the cut-off; `small` is the small print under them.
    """

    name: str
    sign: Sign
    word: str
    value: str = ""
    caption: str = ""
    needed: str = ""
    gap: str = ""
    gauge: Gauge | None = None
    notes: tuple[str, ...] = ()
    small: str = ""


def criteria(
    one: Told, last: tuple[int, ShownCutoff] | None = None, step: int = 0, *, how_rounded: bool = False
) -> tuple[Criterion, ...]:
    """The three criteria, and before them the profile when it is not active.

    `last` is an earlier year's cut-off to compare with; `step` is said to be what cut-offs are rounded up
    to, unless it is 0; `how_rounded` has it said how averages are rounded.
    """
    three = (_average(one, how_rounded=how_rounded), _ratings(one), _revenue(one, last, step))
    return three if one.standing.verdict.active else (_inactive(one), *three)


def _inactive(one: Told) -> Criterion:
    sign = _sign(one, met=False)
    return Criterion(words.criterion(one, "active"), sign, _word(one, sign), gap=words.active_gap(one))


def _average(one: Told, *, how_rounded: bool) -> Criterion:
    standing, figures = one.standing, one.figures
    own, rule = standing.figures, standing.rule
    sign = _sign(one, met=standing.verdict.average_met)
    value = figures.average(own.stars, own.ratings) if own.ratings else NOTHING
    rated = figures.integer(own.ratings)
    caption = one.count(f"reasons.average.{rule.ratings_window}", own.ratings, ratings=rated)
    return Criterion(
        words.criterion(one, "average"),
        sign,
        _word(one, sign),
        value=value,
        caption=caption if own.ratings else one.say("standing.captions.unrated"),
        needed=one.say("standing.needed.at_least", value=one.minimum),
        gap="" if sign is Sign.MET else words.average_gap(one),
        gauge=star_gauge(
            own.stars / own.ratings if own.ratings else 0.0,
            float(rule.rating_average_min),
            one.say("standing.own", value=value),
            one.say("standing.at_least", value=one.minimum),
        ),
        small=one.say("standing.rounded") if how_rounded and own.ratings else "",
    )


def _ratings(one: Told) -> Criterion:
    standing, figures = one.standing, one.figures
    own, least = standing.figures.ratings, standing.rule.ratings_min
    sign = _sign(one, met=standing.verdict.count_met)
    value, needed = figures.integer(own), figures.integer(least)
    window = _window(one, standing.rule.ratings_window)
    return Criterion(
        words.criterion(one, "ratings"),
        sign,
        _word(one, sign),
        value=value,
        caption=one.count(f"standing.captions.ratings_{window}", own),
        needed=one.say("standing.needed.at_least", value=needed),
        gap="" if sign is Sign.MET else words.ratings_gap(one),
        gauge=gauge(
            own, least, one.say("standing.own", value=value), one.say("standing.at_least", value=needed)
        ),
    )


def _revenue(one: Told, last: tuple[int, ShownCutoff] | None, step: int) -> Criterion:
    standing, figures = one.standing, one.figures
    own, cutoff = standing.figures.cents, standing.cutoff
    met = standing.verdict.revenue_met
    sign = Sign.UNKNOWN if one.unknown and not met else _sign(one, met=met)
    value = figures.money(own)
    window = _window(one, standing.rule.revenue_window)
    compared = last if last and last[1].cents is not None else None
    return Criterion(
        words.criterion(one, "revenue"),
        sign,
        _word(one, sign),
        value=value,
        caption=one.say(f"standing.captions.revenue_{window}"),
        needed=one.say(f"standing.needed.{one.group}", percent=one.percent),
        gap="" if sign is Sign.MET else words.revenue_gap(one),
        gauge=None
        if cutoff.cents is None
        else gauge(
            own,
            cutoff.cents,
            one.say("standing.own", value=value),
            one.say("standing.cutoff_mark", money=figures.money(cutoff.cents)),
        ),
        notes=(*_cutoff(one), *_compared(one, compared)),
        small=one.say("standing.cutoff.rounded", step=figures.money(step * 100))
        if step and (compared or cutoff.cents is not None)
        else "",
    )


def _cutoff(one: Told) -> tuple[str, ...]:
    standing = one.standing
    cents = standing.cutoff.cents
    if standing.cutoff.withheld:
        return (one.say("standing.cutoff.withheld", friends=one.figures.integer(SMALLEST_COHORT)),)
    if cents is None and one.unknown:
        return (one.say(f"standing.cutoff.{'uncounted' if standing.as_of is None else 'nobody'}"),)
    if cents is None:
        return ()
    when = "now" if standing.stage is Stage.RUNNING else "past"
    said = [
        one.say(f"standing.cutoff.{when}_{one.group}", percent=one.percent, money=one.figures.money(cents))
    ]
    if standing.as_of is not None:
        day, time = one.figures.date(standing.as_of.date()), one.figures.clock(standing.as_of.time())
        said.append(one.say("standing.cutoff.as_of", date=day, time=time))
    if standing.verdict.revenue_met and standing.figures.cents < cents:
        said.append(one.say("standing.cutoff.between"))
    return tuple(said)


def _compared(one: Told, last: tuple[int, ShownCutoff] | None) -> tuple[str, ...]:
    if last is None or last[1].cents is None:
        return ()
    money = one.figures.money(last[1].cents)
    return (one.words.say("standing.cutoff.last", year=last[0], money=money),)


def _sign(one: Told, *, met: bool) -> Sign:
    if met:
        return Sign.MET
    return Sign.NOT_YET if one.standing.stage is Stage.RUNNING else Sign.NOT_MET


def _word(one: Told, sign: Sign) -> str:
    return one.say(f"standing.{sign}")


def _window(one: Told, window: str) -> str:
    """Which caption names a window: everything up to today reads otherwise than up to the end of a year."""
    return "past" if window == "total" and one.standing.stage is not Stage.RUNNING else window
