"""Places in an order in which those around a place are a few runs.

Places lie in bands of latitude, and by longitude within a band. Band and longitude are one integer, the
place key; the places of a box are then a run of keys a band, found by bisection.
"""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from best_friends.domain.place import EARTH_RADIUS_KM

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

DEGREE = 10_000_000
"""Places are whole numbers of 1e-7 degrees (1 cm)."""

BAND = DEGREE // 10
STRIDE = 2**33
"""From one band's keys to the next one's: more than there are longitudes."""

POLAR = 89.0
SLACK_DEGREES = 1e-6


def unit_vector(latitude: Floats | float, longitude: Floats | float) -> Floats:
    """Places in degrees as vectors of length 1, (3, ...)."""
    lat, lon = np.radians(latitude), np.radians(longitude)
    return np.stack((np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)))


def half_vector(latitude: float, longitude: float) -> tuple[float, float, float]:
    """A place in degrees on the globe whose diameter is 1; numpy is slow with a single number."""
    lat, lon = math.radians(latitude), math.radians(longitude)
    outwards = math.cos(lat) / 2
    return outwards * math.cos(lon), outwards * math.sin(lon), math.sin(lat) / 2


def place_key(latitude: NDArray[Any], longitude: NDArray[Any]) -> Integers:
    """The place keys of places in 1e-7 degrees."""
    return np.floor_divide(latitude.astype(np.int64), BAND) * STRIDE + longitude.astype(np.int64)


def keys_around(latitude: float, longitude: float, reach_km: float) -> tuple[Integers, Integers] | None:
    """The first place key of each band that is within reach of a place in degrees, and the first behind.

    A box, never too small. None near a pole or the date line, where a box has no two sides.
    """
    reach = math.degrees(reach_km / EARTH_RADIUS_KM) + SLACK_DEGREES
    south, north = latitude - reach, latitude + reach
    if north > POLAR or south < -POLAR:
        return None
    # The meridian that touches the circle, which it does nearer to the pole than the place is.
    touching = math.sin(math.radians(reach)) / math.cos(math.radians(latitude))
    around = math.degrees(math.asin(touching)) + SLACK_DEGREES
    west, east = longitude - around, longitude + around
    if west < -180 or east > 180:
        return None
    low = math.floor(south * DEGREE / BAND) * STRIDE
    high = math.floor(north * DEGREE / BAND) * STRIDE + 1
    begin, end = math.floor(west * DEGREE), math.ceil(east * DEGREE) + 1
    return np.arange(low + begin, high + begin, STRIDE), np.arange(low + end, high + end, STRIDE)
