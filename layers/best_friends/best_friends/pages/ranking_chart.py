"""The numbers behind the page of ranking parameters: the curve of proximity, and worked examples."""

import math
from dataclasses import dataclass
from decimal import Decimal

from best_friends.domain.policy import Dispatch
from best_friends.domain.roster_rows import quality_of
from best_friends.texts.catalogue import catalogue
from best_friends.texts.figures import NBSP, Figures

MARKED_KM = (0, 5, 10, 20)
FARTHEST_KM = 25
NEAR_KM, FAR_KM, NEXT_DOOR_KM = 5, FARTHEST_KM, 2
HEIGHT = 160
"""The height of the curve in pixels; across, everything is in percent, as in `charts`."""
STARS, RATINGS = 192, 40
"""What the rated Friends of the examples have: 4.8 on average."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A point of the curve with its label and the words under it. `x` in percent, `y` in pixels."""

    x: float
    y: float
    label: str
    tick: str


@dataclass(frozen=True, slots=True)
class Curve:
    """Proximity by distance. `path` lives in a box of 100 by 100 that is stretched to the chart."""

    path: str
    marks: tuple[Mark, ...]
    sentence: str


@dataclass(frozen=True, slots=True)
class Example:
    """A made-up Friend, how its weight comes about, and its bar in percent of the heaviest."""

    who: str
    detail: str
    formula: str
    weight: str
    width: float
    best: bool


@dataclass(frozen=True, slots=True)
class _Candidate:
    best: bool
    km: int
    rated: bool = True

    def factors(self, policy: Dispatch) -> tuple[float, float, float]:
        quality = quality_of(STARS, RATINGS, policy) if self.rated else quality_of(0, 0, policy)
        return (
            proximity(self.km, policy),
            quality,
            float(policy.priority_best_friend) if self.best else 1.0,
        )

    def weight(self, policy: Dispatch) -> float:
        return math.prod(self.factors(policy))


NEAR_FRIEND, FAR_BEST = _Candidate(best=False, km=NEAR_KM), _Candidate(best=True, km=FAR_KM)
CANDIDATES = (
    _Candidate(best=True, km=NEAR_KM),
    NEAR_FRIEND,
    _Candidate(best=False, km=NEXT_DOOR_KM, rated=False),
    FAR_BEST,
)


def proximity(km: float, policy: Dispatch) -> float:
    """The factor of a distance, as the draw takes it."""
    return math.exp(-km / float(policy.proximity_km))


def newcomers_in_a_wave(policy: Dispatch) -> int:
    """The places of a full wave that are newcomers': rounded down, one from a wave of 5."""
    if policy.newcomer_ratings_below == 0:
        return 0
    share = policy.wave_size * policy.newcomer_percent // 100
    return max(share, 1) if policy.wave_size >= 5 and policy.newcomer_percent else share


def factor(value: float, figures: Figures) -> str:
    """A factor or a weight to two places; what is more than nothing never reads as nothing."""
    if 0 < value < 0.005:
        return f"<{NBSP}{figures.decimal(Decimal('0.01'))}"
    return figures.decimal(Decimal(f"{value:.2f}"))


def curve(language: str, policy: Dispatch, figures: Figures) -> Curve:
    """The curve from the job to `FARTHEST_KM`, marked at `MARKED_KM`."""
    words = catalogue(language)
    points = [
        f"{km / FARTHEST_KM * 100:.1f} {100 - proximity(km, policy) * 100:.2f}"
        for km in (step / 2 for step in range(FARTHEST_KM * 2 + 1))
    ]
    labels = {km: factor(proximity(km, policy), figures) for km in MARKED_KM}
    marks = tuple(
        Mark(
            x=km / FARTHEST_KM * 100,
            y=round(HEIGHT * (1 - proximity(km, policy)), 1),
            label=labels[km],
            tick=figures.km(Decimal(km)),
        )
        for km in MARKED_KM
    )
    values = figures.listing(
        [words.say("ranking.chart_value", factor=labels[km], km=figures.km(Decimal(km))) for km in MARKED_KM]
    )
    return Curve("M" + "L".join(points), marks, words.say("ranking.chart", values=values))


def examples(language: str, policy: Dispatch, figures: Figures) -> tuple[Example, ...]:
    """Four Friends, the heaviest first."""
    words = catalogue(language)
    ranked = sorted(CANDIDATES, key=lambda one: -one.weight(policy))
    heaviest = ranked[0].weight(policy)
    average = figures.average(STARS, RATINGS)
    drawn = []
    for one in ranked:
        km, weight = figures.km(Decimal(one.km)), one.weight(policy)
        drawn.append(
            Example(
                who=words.say("ranking.best" if one.best else "ranking.friend"),
                detail=words.say("ranking.rated", km=km, average=average, ratings=figures.integer(RATINGS))
                if one.rated
                else words.say("ranking.unrated", km=km),
                formula=" × ".join(factor(part, figures) for part in one.factors(policy)),
                weight=factor(weight, figures),
                width=max(round(weight / heaviest * 100, 1), 0.5),
                best=one.best,
            )
        )
    return tuple(drawn)


def claim(language: str, policy: Dispatch, figures: Figures) -> str:
    """Who weighs more, somebody near or a Best Friend far away; empty when one cannot tell by the figures."""
    near, far = NEAR_FRIEND.weight(policy), FAR_BEST.weight(policy)
    more, less = (factor(one, figures) for one in (max(near, far), min(near, far)))
    if more == less:
        return ""
    return catalogue(language).say(
        "ranking.near_wins" if near > far else "ranking.best_wins",
        near=figures.km(Decimal(NEAR_KM)),
        far=figures.km(Decimal(FAR_KM)),
        more=more,
        less=less,
    )
