"""What Friends ask for behind their personal links: another area, a role. Operators decide."""

import hashlib
import json
import re
import unicodedata
from dataclasses import asdict, dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from best_friends.domain.policy import Role

PLACE_LENGTH = 80
WORDS_LENGTH = 600
SMALLEST_RADIUS_KM, LARGEST_RADIUS_KM, USUAL_RADIUS_KM = 1, 100, 20
MOST_OPEN = 5
"""So many requests of a kind may a Friend have open: whoever opens a link cannot fill the table."""

RADIUS = re.compile(r"(\d{1,4})\s*(?:km)?", re.IGNORECASE)


class RequestKind(StrEnum):
    """What may be asked for."""

    AREA = "area"
    ENGAGEMENT = "engagement"


class RequestState(StrEnum):
    """Where a request stands."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class AreaWish:
    """An area as people name it: a place in words and a radius in whole kilometres."""

    place: str
    radius_km: float


@dataclass(frozen=True, slots=True)
class RoleWish:
    """A role that a Friend applies for; `held_from` is the day on which it was given."""

    role: Role
    held_from: date | None = None


Wish = AreaWish | RoleWish


@dataclass(frozen=True, slots=True)
class Decision:
    """What became of a request, by whom and why. `granted` is what was given, which need not be what
    was asked for; None when it was declined."""

    state: RequestState
    at: datetime
    who: str
    why: str
    granted: Wish | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """What a Friend asked for, in its own `words`; open until there is a decision."""

    request_id: str
    friend_id: str
    asked: Wish
    words: str
    asked_at: datetime
    decision: Decision | None = None

    @property
    def kind(self) -> RequestKind:
        """Whether it is about an area or a role."""
        return RequestKind.AREA if isinstance(self.asked, AreaWish) else RequestKind.ENGAGEMENT

    @property
    def state(self) -> RequestState:
        """Open, or what was decided."""
        return self.decision.state if self.decision else RequestState.OPEN


class Field(StrEnum):
    """The fields of the two forms, by the names in which they are posted."""

    PLACE = "place"
    RADIUS = "radius"
    ROLE = "role"
    WORDS = "words"


@dataclass(frozen=True, slots=True)
class AreaForm:
    """The form for another area, as it was filled in."""

    place: str = ""
    radius: str = str(USUAL_RADIUS_KM)
    words: str = ""

    def faults(self) -> frozenset[Field]:
        """The fields that have to be filled in differently."""
        found = {Field.PLACE} if not 0 < len(one_line(self.place)) <= PLACE_LENGTH else set()
        if not SMALLEST_RADIUS_KM <= self._radius_km() <= LARGEST_RADIUS_KM:
            found.add(Field.RADIUS)
        if len(one_line(self.words)) > WORDS_LENGTH:
            found.add(Field.WORDS)
        return frozenset(found)

    def wish(self) -> AreaWish:
        """What is asked for by a form without a fault."""
        return AreaWish(one_line(self.place), self._radius_km())

    def _radius_km(self) -> int:
        read = RADIUS.fullmatch(self.radius.strip())
        return int(read[1]) if read and read[1].isascii() else 0


@dataclass(frozen=True, slots=True)
class RoleForm:
    """The form for a role, as it was filled in."""

    role: str = ""
    words: str = ""

    def faults(self, held: frozenset[Role] = frozenset()) -> frozenset[Field]:
        """The fields that have to be filled in differently; a role that is held is none to apply for."""
        applied_for = self.role if self.role in tuple(Role) else ""
        found = {Field.ROLE} if not applied_for or Role(applied_for) in held else set()
        if not 0 < len(one_line(self.words)) <= WORDS_LENGTH:
            found.add(Field.WORDS)
        return frozenset(found)

    def wish(self) -> RoleWish:
        """What is asked for by a form without a fault."""
        return RoleWish(Role(self.role))


def requested(friend_id: str, asked: Wish, words: str, at: datetime, day: date) -> Request:
    """A new request; the same one, asked again on the same business day, has the same id."""
    said = one_line(words)
    content = [friend_id, asdict(asked), said, day.isoformat()]
    digest = hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()
    kind = "area" if isinstance(asked, AreaWish) else "role"
    return Request(f"{kind}-{digest[:12]}", friend_id, asked, said, at)


def one_line(text: str) -> str:
    """What was typed on one line, without what cannot be seen: it is shown to operators and in letters."""
    seen = (char for char in text if unicodedata.category(char) != "Cf")
    return " ".join("".join(" " if unicodedata.category(c)[0] == "C" else c for c in seen).split())


def told(wish: Wish | None) -> dict[str, Any] | None:
    """What was asked for or given, for the audit trail."""
    return json.loads(json.dumps(asdict(wish), default=str)) if wish else None
