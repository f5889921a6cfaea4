"""Whose the registrations of an event are: accounts that were merged are one person."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from best_friends.application.ports import Friends, Invitations, Programme
from best_friends.application.ports_standing import Directory
from best_friends.domain.accounts import surviving
from best_friends.domain.events import Event, Registration
from best_friends.domain.invitation import InvitationState


@dataclass(frozen=True, slots=True)
class EventPeople:
    """Looks up accounts, and who holds the status now."""

    friends: Friends
    directory: Directory
    invitations: Invitations
    programme: Programme

    def survivors(self, friend_ids: Iterable[str]) -> dict[str, str]:
        """The account that each of these ids means."""
        wanted = list(dict.fromkeys(friend_ids))
        merged_into: dict[str, str] = {}
        ahead = set(wanted)
        while ahead:
            found = self.friends.get_many(sorted(ahead))
            merged_into |= {one: found[one].merged_into if one in found else "" for one in ahead}
            ahead = {into for into in merged_into.values() if into and into not in merged_into}
        return {one: surviving(one, merged_into) for one in wanted}

    def accounts_of(self, friend_id: str) -> tuple[str, ...]:
        """A surviving account and every alias of it, however many merges lie between."""
        found = [friend_id]
        for one in found:  # grows while it is walked: the aliases of aliases
            found += [alias for alias in self.directory.aliases_of(one) if alias not in found]
        return tuple(found)

    def one_each(self, event: Event, registrations: Iterable[Registration]) -> list[Registration]:
        """The registrations that stand, one a person: of several the one that is best off."""
        standing = [one for one in registrations if one.cancelled_at is None]
        whose = self.survivors(one.friend_id for one in standing)
        of_person: dict[str, list[Registration]] = defaultdict(list)
        for one in standing:
            of_person[whose[one.friend_id]].append(one)
        return [best_off(event, several) for several in of_person.values()]

    def best_friends(self, registrations: Collection[Registration]) -> frozenset[str]:
        """The stubs of those who hold the status now, under whichever of their accounts."""
        year = self.programme.settings().best_friends_of
        if year is None or not registrations:
            return frozenset()
        whose = self.survivors(one.friend_id for one in registrations)
        accounts = {person: self.accounts_of(person) for person in whose.values()}
        every = sorted({account for several in accounts.values() for account in several})
        confirmed = {
            one.friend_id
            for one in self.invitations.get_many(every, year)
            if one.state is InvitationState.CONFIRMED
        }
        holders = {person for person, several in accounts.items() if confirmed & set(several)}
        return frozenset(one.stub for one in registrations if whose[one.friend_id] in holders)


def best_off(event: Event, registrations: Collection[Registration]) -> Registration:
    """Of one person's registrations the one with a place, else the first on the list, else the earliest."""
    order = {one.stub: at for at, one in enumerate((*event.admitted, *event.waiting))}
    last = len(order)
    return min(registrations, key=lambda one: (order.get(one.stub, last), one.registered_at, one.friend_id))
