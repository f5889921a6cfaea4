"""Rosters, unpacked: the newest one stays in memory between calls, and any version can be had."""

from best_friends.application.ports_dispatch import RosterStore
from best_friends.domain.roster import Roster, unpack

AT_ONCE = 4
"""How many versions are kept unpacked: the newest, and those that jobs under way were begun with."""


class Rosters:
    """Reads rosters; not frozen, since it remembers what it has unpacked."""

    def __init__(self, store: RosterStore) -> None:
        self._store = store
        self._newest = ""
        self._unpacked: dict[str, Roster] = {}

    def newest(self) -> tuple[str, Roster]:
        """The newest roster with its version, read again only when there is a newer one.

        Raises:
            MissingRoster, MalformedRoster: the job is to be tried again.
        """
        packed = self._store.newest(self._newest)
        if packed is not None:
            self._keep(packed.version, unpack(packed.content))
            self._newest = packed.version
        return self._newest, self.of(self._newest)

    def of(self, version: str) -> Roster:
        """A version of the roster.

        Raises:
            MissingRoster, MalformedRoster: when it is not kept any more, or is none.
        """
        if version not in self._unpacked:
            self._keep(version, unpack(self._store.of(version).content))
        return self._unpacked[version]

    def _keep(self, version: str, roster: Roster) -> None:
        self._unpacked[version] = roster
        for oldest in list(self._unpacked)[:-AT_ONCE]:
            del self._unpacked[oldest]
