"""Operators decide on requests; the Friend hears of it by letter."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from best_friends.application.areas import ChangeAreas
from best_friends.application.areas import told as area_told
from best_friends.application.correct_ledger import By
from best_friends.application.engagements import ChangeEngagement, write
from best_friends.application.errors import Refusal
from best_friends.application.ports import Clock, Programme
from best_friends.application.ports_letters import LetterOrder, LettersQueue
from best_friends.application.ports_requests import Change, Decided, Requests
from best_friends.domain.areas import AreaFault, with_area
from best_friends.domain.corrections import Note
from best_friends.domain.friends import Area
from best_friends.domain.ledger import business_date
from best_friends.domain.letter import NO_YEAR, LetterKind
from best_friends.domain.requests import (
    AreaWish,
    Decision,
    Request,
    RequestKind,
    RequestState,
    RoleWish,
    Wish,
    told,
)

LETTERS = {
    (RequestKind.AREA, RequestState.ACCEPTED): LetterKind.AREA_ACCEPTED,
    (RequestKind.AREA, RequestState.DECLINED): LetterKind.AREA_DECLINED,
    (RequestKind.ENGAGEMENT, RequestState.ACCEPTED): LetterKind.ROLE_ACCEPTED,
    (RequestKind.ENGAGEMENT, RequestState.DECLINED): LetterKind.ROLE_DECLINED,
}
COMMANDS = {
    RequestKind.AREA: "friend area",
    RequestKind.ENGAGEMENT: "engagement",
    RequestKind.REVIEW: "review",
}
LISTS = {RequestKind.AREA: "friend area requests", RequestKind.ENGAGEMENT: "engagement applications"}


@dataclass(frozen=True, slots=True)
class Granting:
    """What operators give for an area that was asked for; what is left out is as it was asked."""

    latitude: float
    longitude: float
    radius_km: float | None = None
    label: str = ""


@dataclass(frozen=True, slots=True)
class DecideRequest:
    """Accept or decline a request: decision, change and note at once, then the letter is ordered.

    A decision that was made already is not made again; its letter is ordered once more, in case that
    broke off, and leaves once.
    """

    requests: Requests
    areas: ChangeAreas
    engagement: ChangeEngagement
    programme: Programme
    letters: LettersQueue
    clock: Clock

    def accept_area(self, request_id: str, granting: Granting, by: By) -> Request:
        """Give the area that was asked for.

        Raises:
            Refusal: when there is no such request, it was declined, or the Friend has this area.
        """
        request = self._of_kind(request_id, RequestKind.AREA)
        if request.decision or not isinstance(request.asked, AreaWish):
            return self._settled(request, RequestState.ACCEPTED)
        asked = request.asked
        radius = asked.radius_km if granting.radius_km is None else granting.radius_km
        area = Area(granting.latitude, granting.longitude, radius, granting.label or asked.place)
        before = self.areas.friend(request.friend_id)
        try:
            after = with_area(before, area)
        except AreaFault as fault:
            raise Refusal(str(fault)) from None
        new = after.areas[-1]
        now = self.clock()
        granted = AreaWish(new.label, new.radius_km)
        decided = _decided(request, RequestState.ACCEPTED, now, by, granted)
        note = self._note(before.friend_id, "area request accepted", decided, area_told(new))
        write(self.areas.decisions, Decided(note, areas=Change(before, after), request=decided))
        return self._answered(decided)

    def accept_role(self, request_id: str, held_from: date | None, by: By) -> Request:
        """Give the role that was applied for, from a day or from today.

        Raises:
            Refusal: when there is no such application, it was declined, or the role is held already.
        """
        request = self._of_kind(request_id, RequestKind.ENGAGEMENT)
        if request.decision or not isinstance(request.asked, RoleWish):
            return self._settled(request, RequestState.ACCEPTED)
        now = self.clock()
        first = held_from or business_date(now, self.programme.settings().policy.programme.zone)
        role = request.asked.role
        given, change = self.engagement.giving(request.friend_id, role, first, None, by)
        decided = _decided(request, RequestState.ACCEPTED, now, by, RoleWish(role, first))
        note = self._note(given.friend_id, "application accepted", decided, given.after)
        write(self.areas.decisions, Decided(note, engagement=change, request=decided))
        return self._answered(decided)

    def decline(self, request_id: str, kind: RequestKind, by: By) -> Request:
        """Decline a request; the reason is in the letter, as it was written.

        Raises:
            Refusal: when there is no such request, or it was accepted.
        """
        request = self._of_kind(request_id, kind)
        if request.decision:
            return self._settled(request, RequestState.DECLINED)
        decided = _decided(request, RequestState.DECLINED, self.clock(), by)
        action = "area request declined" if kind is RequestKind.AREA else "application declined"
        account = self.areas.friend(request.friend_id).friend_id
        write(self.areas.decisions, Decided(self._note(account, action, decided), request=decided))
        return self._answered(decided)

    def _of_kind(self, request_id: str, kind: RequestKind) -> Request:
        request = self.requests.get(request_id)
        if request is None:
            raise Refusal(f"there is no request {request_id}; `best-friends {LISTS[kind]}` shows them")
        if request.kind is not kind:
            raise Refusal(
                f"{request_id} is not for this command; decide on it with"
                f" `best-friends {COMMANDS[request.kind]}`"
            )
        return request

    def _settled(self, request: Request, wanted: RequestState) -> Request:
        if request.decision and request.state is not wanted:
            raise Refusal(
                f"{request.request_id} was {request.state} by {request.decision.who} on"
                f" {request.decision.at:%Y-%m-%d} already, and the Friend was told; nothing was changed"
            )
        return self._answered(request)

    def _answered(self, request: Request) -> Request:
        kind = LETTERS[request.kind, request.state]
        self.letters.put([LetterOrder(kind, request.friend_id, NO_YEAR, about=request.request_id)])
        return request

    @staticmethod
    def _note(account: str, action: str, decided: Request, after: Any = None) -> Note:
        made = decided.decision
        if made is None:
            raise ValueError("an open request has no decision to note")
        asked = {"asked": told(decided.asked), "words": decided.words}
        return Note(account, made.at, action, decided.request_id, made.who, made.why, asked, after)


def _decided(
    request: Request, state: RequestState, at: datetime, by: By, granted: Wish | None = None
) -> Request:
    return replace(request, decision=Decision(state, at, by.who, by.why, granted))
