"""What a report says of an event and its waiting list: the figures behind it, without any words."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ListedFriend:
    """One who registered: the `number` of the registration, and the place in the list after the ordering.

    `admitted` is whether it got a place when the list was ordered, `later` whether one that became free.
    """

    number: int
    place: int
    best_friend: bool
    admitted: bool
    later: bool = False


@dataclass(frozen=True, slots=True)
class EventReport:
    """An event of so many places, who registered in the order of the list, and how many letters told them."""

    places: int
    listed: tuple[ListedFriend, ...]
    places_up: int
    letters: int

    @property
    def moved(self) -> tuple[ListedFriend, ...]:
        """The Best Friends whom the ordering brought forward."""
        return tuple(one for one in self.listed if one.best_friend and one.place < one.number)
