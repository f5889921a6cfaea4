"""The Friends of the sample: who they are, how busy, how dear and how well liked."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from best_friends.domain.friends import Area, Friend
from ops.sample.names import draw_name, folded
from ops.sample.places import Place, Point, draw_language, draw_near, draw_place, nearest_other_town

SKILLS = ("computer", "smartphone", "printer", "network", "tv", "smart_home")
LAST_DAY = date(2026, 1, 20)
"""The day on which the sample was exported; nothing is dated later."""

_FIRST_JOBS = date(2023, 1, 1)
_FIRST_JOINED = date(2022, 1, 1)
_INACTIVE_SHARE = 0.07
_SECOND_AREA_SHARE = 0.12
_MOST_JOBS = 60
_SPECIALIST_BEGAN = date(2025, 9, 1)


@dataclass(frozen=True, slots=True)
class Person:
    """A Friend with what no export tells: what its jobs and ratings are drawn from.

    `jobs` is how many it takes between `begins` and `ends`, `price` its factor on what a job costs,
    `liking` runs from 0 (often a poor rating) to 1 (nearly always a good one).
    """

    friend: Friend
    home: Point
    jobs: int
    begins: date
    ends: date
    price: float
    liking: float


def contenders(count: int) -> int:
    """How many of the busiest compete for the top 5 % by revenue."""
    return max(4, count // 15)


def draw_people(random: Random, count: int, jobs: int) -> list[Person]:
    """`count` Friends who take about `jobs` jobs between them, the busiest first.

    A few do very much and many next to nothing, as on any marketplace.
    """
    shares = sorted((random.lognormvariate(0, 1.5) for _ in range(count)), reverse=True)
    scale = jobs / sum(shares)
    numbers = random.sample(range(1, count + 1), count)
    specialist = count // 3
    return [
        _draw_specialist(random, number)
        if rank == specialist
        else _draw_person(
            random,
            number,
            contends=rank < contenders(count),
            liking=_draw_liking(random, rank, count),
            jobs=min(int(share * scale + random.random()), max(_MOST_JOBS, count // 3)),
        )
        for rank, (number, share) in enumerate(zip(numbers, shares, strict=True))
    ]


def _draw_liking(random: Random, rank: int, count: int) -> float:
    if rank < contenders(count):
        # Busy and poorly rated: some of the top by revenue must miss the average.
        return random.uniform(0, 0.2) if rank % 5 == 3 else random.uniform(0.9, 1)
    return random.uniform(0.7, 1) if random.random() < 0.75 else random.uniform(0, 0.5)


def _draw_person(random: Random, number: int, *, contends: bool, liking: float, jobs: int) -> Person:
    span = (LAST_DAY - _FIRST_JOINED).days // (3 if contends else 1)
    joined_on = _FIRST_JOINED + timedelta(days=random.randrange(span))
    active = contends or random.random() >= _INACTIVE_SHARE
    ends = LAST_DAY if active else max(joined_on, LAST_DAY - timedelta(days=random.randrange(30, 600)))
    friend, home = _draw_friend(random, number, joined_on, active=active)
    return Person(
        friend=friend,
        home=home,
        jobs=jobs,
        begins=max(joined_on, _FIRST_JOBS),
        ends=ends,
        price=random.lognormvariate(0, 0.2),
        liking=liking,
    )


def _draw_specialist(random: Random, number: int) -> Person:
    # New, dear and good: the top by revenue must hold somebody with too few ratings.
    friend, home = _draw_friend(random, number, _SPECIALIST_BEGAN, active=True)
    return Person(friend, home, 12, _SPECIALIST_BEGAN, LAST_DAY, price=9, liking=1)


def _draw_friend(random: Random, number: int, joined_on: date, *, active: bool) -> tuple[Friend, Point]:
    place = draw_place(random)
    language = draw_language(random, place)
    first, last = draw_name(random, language)
    home = draw_near(random, place.centre, 4)
    friend = Friend(
        friend_id=f"F{number:05d}",
        display_name=f"{first} {last[0]}." if random.random() < 0.6 else f"{first} {last}",
        email=f"{folded(first)}.{folded(last)}.{number:03d}@friends.example",
        language=language,
        areas=_draw_areas(random, place, home),
        skills=_draw_skills(random),
        joined_on=joined_on,
        active=active,
        region=place.region,
    )
    return friend, home


def _draw_areas(random: Random, place: Place, home: Point) -> tuple[Area, ...]:
    own = Area(home.latitude, home.longitude, float(random.randrange(5, 41)))
    if random.random() >= _SECOND_AREA_SHARE:
        return (own,)
    other = nearest_other_town(place, at_least_km=own.radius_km)
    centre = other.centre
    return own, Area(
        round(centre.latitude, 5), round(centre.longitude, 5), float(random.randrange(5, 21)), other.name
    )


def _draw_skills(random: Random) -> tuple[str, ...]:
    chosen = random.sample(SKILLS, random.choices((1, 2, 3, 4), (20, 35, 30, 15))[0])
    return tuple(skill for skill in SKILLS if skill in chosen)
