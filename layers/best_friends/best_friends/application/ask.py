"""Asking for something behind a personal link: written once, whatever is pressed twice."""

from dataclasses import dataclass

from best_friends.application.ports import Clock, Programme
from best_friends.application.ports_requests import Requests
from best_friends.domain.ledger import business_date
from best_friends.domain.requests import MOST_OPEN, Request, RequestState, Wish, requested


class TooMany(Exception):
    """The Friend has as many requests of this kind open as it may."""


@dataclass(frozen=True, slots=True)
class Ask:
    """Write a request, unless it is there already."""

    requests: Requests
    programme: Programme
    clock: Clock

    def __call__(self, friend_id: str, asked: Wish, words: str) -> tuple[Request, bool]:
        """The request as it stands, and whether it is new.

        The same wish in the same words is one request a day, whatever has become of it.

        Raises:
            TooMany: when too many of its kind are open; nothing is written.
        """
        now = self.clock()
        zone = self.programme.settings().policy.programme.zone
        request = requested(friend_id, asked, words, now, business_date(now, zone))
        known = self.requests.of_friend(friend_id)
        waiting = [one for one in known if (one.kind, one.state) == (request.kind, RequestState.OPEN)]
        if len(waiting) >= MOST_OPEN and request.request_id not in {one.request_id for one in waiting}:
            raise TooMany
        if self.requests.ask(request):
            return request, True
        return self.requests.get(request.request_id) or request, False
