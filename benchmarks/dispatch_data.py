"""What the benchmark of the draw is run over: Friends and jobs spread like the sample's."""

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
from scipy.spatial import cKDTree  # type: ignore[import-untyped]

from best_friends.domain.bands import Floats, Integers, unit_vector
from best_friends.domain.dispatch import Place
from best_friends.domain.roster_rows import Row
from ops.sample.people import SKILLS
from ops.sample.places import SWISS_SHARE, towns

KM_A_DEGREE = 111.2


class Spread:
    """Where Friends and jobs are: towns as likely as people live there, and places around them."""

    def __init__(self, seed: int) -> None:
        self.random = np.random.default_rng(seed)
        swiss, german = towns("CH"), towns("DE")
        known = (*swiss, *german)
        self.centres = np.array([(town.centre.latitude, town.centre.longitude) for town in known])
        self.shares = np.concatenate(
            [
                share * np.array([town.population for town in country]) / sum(t.population for t in country)
                for share, country in ((SWISS_SHARE, swiss), (1 - SWISS_SHARE, german))
            ]
        )
        _, neighbours = cKDTree(unit_vector(*self.centres.T).T).query(unit_vector(*self.centres.T).T, k=40)
        self.second = neighbours[:, 20]

    def towns(self, count: int) -> Integers:
        """As many towns."""
        return self.random.choice(len(self.shares), count, p=self.shares)

    def around(self, chosen: Integers) -> Floats:
        """A place of the disc of 4 km around each town, evenly spread."""
        distance = 4 * np.sqrt(self.random.random(len(chosen))) / KM_A_DEGREE
        bearing = self.random.random(len(chosen)) * math.tau
        centre = self.centres[chosen]
        narrowing = np.cos(np.radians(centre[:, 0]))
        north, east = distance * np.cos(bearing), distance * np.sin(bearing) / narrowing
        return np.round(centre + np.stack((north, east), axis=1), 5)


def make_rows(spread: Spread, friends: int) -> Iterator[Row]:
    """The areas of so many Friends; an eighth has a second one in a town nearby."""
    random = spread.random
    chosen = spread.towns(friends)
    homes, others = spread.around(chosen), spread.centres[spread.second[chosen]]
    abilities = random.random((friends, len(SKILLS))).argsort(axis=1)
    how_many = random.choice(4, friends, p=(0.2, 0.35, 0.3, 0.15)) + 1
    for number in range(friends):
        shared: dict[str, Any] = {
            "friend_id": f"F{number:07d}",
            "skills": frozenset(SKILLS[which] for which in abilities[number, : how_many[number]]),
            "quality": random.uniform(0.7, 1),
            "best_friend": random.random() < 0.05,
            "newcomer": random.random() < 0.5,
            "several": random.random() < 0.12,
        }
        places = [(homes[number], random.integers(5, 41)), (others[number], random.integers(5, 21))]
        for place, radius in places if shared["several"] else places[:1]:
            latitude, longitude = place.tolist()
            yield Row(latitude=latitude, longitude=longitude, radius_km=float(radius), **shared)


def make_jobs(spread: Spread, count: int) -> list[Place]:
    """Jobs where people live."""
    places = spread.around(spread.towns(count)).tolist()
    return [Place(f"J{number}", SKILLS[number % len(SKILLS)], *place) for number, place in enumerate(places)]
