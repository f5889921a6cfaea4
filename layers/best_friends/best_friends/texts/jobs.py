"""What a job is about and roughly where it is, in words: the same in the letter and on the page.

Distances are rounded, and within a kilometre no direction is told: whoever reads this must not learn
where the customer lives.
"""

import math
from dataclasses import dataclass
from decimal import Decimal

from best_friends.domain.place import Direction
from best_friends.texts.catalogue import catalogue
from best_friends.texts.figures import figures_in

HOME = ("", "home")
"""Labels of the area that needs no name, in lower case."""


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """`about 4 km`, `north-east of your area Meggen`, both as one phrase, and `4 km` for a seal."""

    distance: str
    bearing: str
    phrase: str
    short: str


def skill_name(language: str, skill: str) -> str:
    """A skill in the reader's language; one that has no name there is told by its id."""
    sentences = catalogue(language).sentences
    return sentences.get(f"skills.{skill}", " ".join(skill.replace("_", " ").split()))


def whereabouts(language: str, distance_km: float, direction: Direction | None, area: str) -> Whereabouts:
    """Where a job is, seen from the reader's own area."""
    words, figures = catalogue(language), figures_in(language, "")
    near = distance_km < 1
    km = figures.km(Decimal(1 if near else math.floor(distance_km + 0.5)))
    own = "home" if area.strip().lower() in HOME else "area"
    if near or direction is None:
        bearing = words.say(f"where.from.{own}", area=area.strip())
    else:
        towards = words.say(f"directions.{direction}")
        bearing = words.say(f"where.towards.{own}", direction=towards, area=area.strip())
    distance = words.say("where.under" if near else "where.about", km=km)
    phrase = words.say("where.whole", distance=distance, bearing=bearing)
    return Whereabouts(distance, bearing, phrase, f"<\N{NO-BREAK SPACE}{km}" if near else km)
