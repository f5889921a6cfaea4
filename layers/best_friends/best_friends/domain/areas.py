"""A Friend's areas: one more, one less, and how operators name them."""

from collections.abc import Sequence
from dataclasses import replace

from best_friends.domain.friends import ADDED, Area, Friend

LABEL_LENGTH = 60


class AreaFault(ValueError):
    """Why an area cannot be added or removed, in one sentence that names the mend."""


def with_area(friend: Friend, area: Area) -> Friend:
    """A Friend with one area more, which no export knows.

    Raises:
        AreaFault: when it has this area, or another one of this name.
    """
    label = area.label.strip()
    if not 0 < len(label) <= LABEL_LENGTH:
        raise AreaFault(f"an area needs a name of 1 to {LABEL_LENGTH} letters; give one with --label")
    for known in friend.areas:
        if known.same_place(area):
            raise AreaFault(f"{friend.friend_id} has this area already: it is called {known.label}")
        if _same(known.label, label):
            raise AreaFault(
                f"{friend.friend_id} has an area {known.label} already; give this one another name"
            )
    return replace(friend, areas=(*friend.areas, replace(area, label=label, origin=ADDED)))


def without_area(friend: Friend, name: str) -> tuple[Friend, Area]:
    """A Friend with one area less, and the area: by its label, or by its number in the list, from 1.

    An area that the export knows is kept among the removed ones, so that the next import leaves it out.

    Raises:
        AreaFault: when there is no such area, several have this label, or it is the only one.
    """
    area = friend.areas[_position(friend.friend_id, friend.areas, name)]
    if len(friend.areas) == 1:
        raise AreaFault(
            f"{area.label} is the only area of {friend.friend_id}, and without one no job is offered; add"
            " another first"
        )
    left = tuple(one for one in friend.areas if one is not area)
    removed = friend.removed_areas if area.origin else (*friend.removed_areas, area)
    return replace(friend, areas=left, removed_areas=removed), area


def _position(friend_id: str, areas: Sequence[Area], name: str) -> int:
    called = [number for number, area in enumerate(areas) if _same(area.label, name)]
    if len(called) == 1:
        return called[0]
    if not called and name.isdecimal() and 1 <= int(name) <= len(areas):
        return int(name) - 1
    listed = ", ".join(f"{number} {area.label}" for number, area in enumerate(areas, start=1)) or "none"
    why = f"{len(called)} areas called {name}" if called else f"no area {name}"
    raise AreaFault(f"{friend_id} has {why}; name one of these by its number: {listed}")


def _same(one: str, other: str) -> bool:
    return one.strip().casefold() == other.strip().casefold()
