"""Places on the globe: how far apart, and in which direction."""

import math
from enum import StrEnum

EARTH_RADIUS_KM = 6371.0088
"""The mean radius of the WGS 84 ellipsoid (IUGG); distances are great-circle distances."""


class Direction(StrEnum):
    """The eight directions of the compass, clockwise from north."""

    NORTH = "north"
    NORTH_EAST = "north_east"
    EAST = "east"
    SOUTH_EAST = "south_east"
    SOUTH = "south"
    SOUTH_WEST = "south_west"
    WEST = "west"
    NORTH_WEST = "north_west"


def distance_km(from_latitude: float, from_longitude: float, latitude: float, longitude: float) -> float:
    """The great-circle distance between two places in degrees, by the haversine formula."""
    one, other = math.radians(from_latitude), math.radians(latitude)
    across = math.radians(longitude - from_longitude)
    half = math.sin((other - one) / 2) ** 2 + math.cos(one) * math.cos(other) * math.sin(across / 2) ** 2
    return 2 * EARTH_RADIUS_KM * math.asin(math.sqrt(min(1.0, half)))


def direction(from_latitude: float, from_longitude: float, latitude: float, longitude: float) -> Direction:
    """The direction of the compass in which a place lies, seen from another (the initial bearing)."""
    one, other = math.radians(from_latitude), math.radians(latitude)
    across = math.radians(longitude - from_longitude)
    east = math.sin(across) * math.cos(other)
    north = math.cos(one) * math.sin(other) - math.sin(one) * math.cos(other) * math.cos(across)
    return tuple(Direction)[round(math.degrees(math.atan2(east, north)) / 45) % 8]
