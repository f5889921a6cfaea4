"""Accounts that are one person: an alias and what it was merged into."""

from collections.abc import Mapping


class Cycle(ValueError):
    """Aliases that lead in a circle."""


def surviving(friend_id: str, merged_into: Mapping[str, str]) -> str:
    """The account that an id means, through however many merges.

    Raises:
        Cycle: when the aliases lead in a circle, which no merge makes.
    """
    seen = {friend_id}
    while (into := merged_into.get(friend_id, "")) != "":
        if into in seen:
            raise Cycle(f"the aliases of {friend_id} lead in a circle")
        seen.add(into)
        friend_id = into
    return friend_id
