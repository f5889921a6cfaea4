"""From an entry of a draw to what is frozen of it."""

from best_friends.domain.dispatch import Draw
from best_friends.domain.offer import Pick


def pick_of(drawn: Draw, entry: int) -> Pick:
    """An entry of a draw, as it is frozen into a wave."""
    return Pick(
        friend_id=drawn.friend_id[entry],
        rank=drawn.rank(entry),
        distance_km=float(drawn.distance_km[entry]),
        proximity=float(drawn.proximity[entry]),
        quality=float(drawn.quality[entry]),
        priority=float(drawn.priority[entry]),
        key=float(drawn.key[entry]),
        newcomer=bool(drawn.newcomer[entry]),
    )
