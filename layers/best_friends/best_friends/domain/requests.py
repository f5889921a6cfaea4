"""What Friends ask for behind their personal links: another area, a role, a review. Operators decide."""

import hashlib
import json
import re
import unicodedata
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from best_friends.domain.policy import Role

PLACE_LENGTH = 80
WORDS_LENGTH = 600
SMALLEST_RADIUS_KM, LARGEST_RADIUS_KM, USUAL_RADIUS_KM = 1, 100, 20
MOST_OPEN = 5
"""So many requests of a kind may a Friend have open: whoever opens a link cannot fill the table."""

PREFIXES = {"area": "area", "engagement": "role", "review": "review"}
"""How a request's id begins, by its kind."""

RADIUS = re.compile(r"(\d{1,4})\s*(?:km)?", re.IGNORECASE)


class RequestKind(StrEnum):
    """What may be asked for."""

    AREA = "area"
    ENGAGEMENT = "engagement"
    REVIEW = "review"


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


@dataclass(frozen=True, slots=True)
class ReviewWish:
    """Please check this: a Friend asks people to look at its figures or its verdict of a year.

    People reply by the end of `reply_by` and decide by the end of `decide_by`.
    """

    year: int
    reply_by: date
    decide_by: date


class Righted(StrEnum):
    """What a review put right: figures in the ledger, or the outcome of the year."""

    FIGURES = "figures"
    NOMINATED = "nominated"
    CONFIRMED = "confirmed"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class ReviewResult:
    """What a review came to; nothing righted means that everything stands as it was."""

    righted: tuple[Righted, ...]


Wish = AreaWish | RoleWish | ReviewWish | ReviewResult


@dataclass(frozen=True, slots=True)
class Reply:
    """What people wrote to a Friend about its request before there was a decision."""

    at: datetime
    who: str
    words: str


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
class Taken:
    """That somebody began to decide a case: who, when, why, and the digest of reason and changes."""

    at: datetime
    who: str
    why: str
    digest: str


@dataclass(frozen=True, slots=True)
class Request:
    """What a Friend asked for, in its own `words`; open until there is a decision."""

    request_id: str
    friend_id: str
    asked: Wish
    words: str
    asked_at: datetime
    decision: Decision | None = None
    reply: Reply | None = None
    taken: Taken | None = None

    @property
    def kind(self) -> RequestKind:
        """Whether it is about an area, a role or a review."""
        match self.asked:
            case AreaWish():
                return RequestKind.AREA
            case RoleWish():
                return RequestKind.ENGAGEMENT
            case _:
                return RequestKind.REVIEW

    @property
    def state(self) -> RequestState:
        """Open, or what was decided."""
        return self.decision.state if self.decision else RequestState.OPEN


class Field(StrEnum):
    """The fields of the forms, by the names in which they are posted."""

    PLACE = "place"
    RADIUS = "radius"
    ROLE = "role"
    YEAR = "year"
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


@dataclass(frozen=True, slots=True)
class ReviewForm:
    """The form "please check this", as it was filled in."""

    year: str = ""
    words: str = ""

    def faults(self, years: frozenset[int]) -> frozenset[Field]:
        """The fields that have to be filled in differently; `years` are those that the page shows."""
        found = {Field.YEAR} if self.year not in {str(year) for year in years} else set()
        if not 0 < len(one_line(self.words)) <= WORDS_LENGTH:
            found.add(Field.WORDS)
        return frozenset(found)


def requested(friend_id: str, asked: Wish, words: str, at: datetime, day: date) -> Request:
    """A new request; the same one, asked again on the same business day, has the same id."""
    said = one_line(words)
    content = [friend_id, asdict(asked), said, day.isoformat()]
    digest = hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()
    request = Request("", friend_id, asked, said, at)
    return replace(request, request_id=f"{PREFIXES[request.kind]}-{digest[:12]}")


def one_line(text: str) -> str:
    """What was typed on one line, without what cannot be seen: it is shown to operators and in letters."""
    seen = (char for char in text if unicodedata.category(char) != "Cf")
    return " ".join("".join(" " if unicodedata.category(c)[0] == "C" else c for c in seen).split())


def told(wish: Wish | None) -> dict[str, Any] | None:
    """What was asked for or given, for the audit trail."""
    return json.loads(json.dumps(asdict(wish), default=str)) if wish else None
