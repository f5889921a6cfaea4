"""Build the roster: everybody who may be offered jobs, packed for the dispatcher."""

from collections.abc import Iterator
from dataclasses import dataclass

from best_friends.application.accounts import Accounts
from best_friends.application.ports import Friends, Invitations, Programme, Segment, Stats
from best_friends.application.ports_dispatch import RosterStore
from best_friends.domain.roster import pack, unpack
from best_friends.domain.roster_rows import Row, rows_of_friend
from best_friends.domain.stats import NOTHING, Totals

EVERYTHING = Segment(0, 1)


@dataclass(frozen=True, slots=True)
class Built:
    """What a build came to. `version` is None when the roster was up to date already."""

    version: str | None
    rows: int
    size: int


@dataclass(frozen=True, slots=True)
class BuildRoster:
    """Gather Friends, their ratings so far and whose status runs; the same Friends are the same bytes."""

    friends: Friends
    stats: Stats
    invitations: Invitations
    programme: Programme
    store: RosterStore

    def __call__(self) -> Built:
        """Build and keep a version, unless nothing has changed."""
        content = pack(self._rows())  # row by row: a million of them need not exist at once
        return Built(self.store.put(content), len(unpack(content)), len(content))

    def _rows(self) -> Iterator[Row]:
        settings = self.programme.settings()
        year = settings.best_friends_of
        meant = Accounts(self.friends)  # a status that an alias was given is its account's
        confirmed = () if year is None else self.invitations.best_friends(year)
        best_friends = {meant.surviving(friend_id) for friend_id in confirmed}
        # The whole history up to now: what a Friend is known for, not what a year counted.
        ratings = {
            friend_id: sum(months.values(), NOTHING) for friend_id, months in self.stats.scan(EVERYTHING)
        }
        nothing = Totals()
        for friend in self.friends.everybody():
            known = ratings.get(friend.friend_id, nothing)
            yield from rows_of_friend(
                friend,
                known.ratings,
                known.stars,
                friend.friend_id in best_friends,
                settings.policy.dispatch,
            )
