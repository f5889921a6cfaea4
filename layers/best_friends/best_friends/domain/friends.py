"""Friends, their areas and their engagement."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from best_friends.domain.policy import Role


@dataclass(frozen=True, slots=True)
class Area:
    """A place and a radius in which a Friend takes jobs.

    latitude and longitude are degrees (WGS 84), radius_km kilometres. A Friend without coordinates
    has no area and is never dispatched.
    """

    latitude: float
    longitude: float
    radius_km: float
    label: str = "home"


class Channel(StrEnum):
    """How a Friend is notified of jobs: by a letter, or by the marketplace's own app."""

    MAIL = "mail"
    APP = "app"


@dataclass(frozen=True, slots=True)
class Friend:
    """A helper with a profile. `areas` holds home first; `region` is "" where it is not known.

    A Friend that is `paused` stays in the programme and is not notified of jobs.
    """

    friend_id: str
    display_name: str
    email: str
    language: str
    areas: tuple[Area, ...]
    skills: tuple[str, ...]
    joined_on: date
    active: bool
    region: str = ""
    postal_code: str = ""
    channel: Channel = Channel.MAIL
    paused: bool = False

    @property
    def may_be_notified(self) -> bool:
        """Whether jobs may be offered to this Friend now (domain.md, "Dispatch of a job")."""
        return self.active and not self.paused


@dataclass(frozen=True, slots=True)
class Engagement:
    """A role held from a day until a day, both included; `until` None means it is held still."""

    friend_id: str
    role: Role
    held_from: date
    held_until: date | None = None

    def held_in(self, year: int) -> bool:
        """Whether the role was held on any day of the calendar year (domain.md, "engagement")."""
        return self.held_from.year <= year and (self.held_until is None or self.held_until.year >= year)


def roles_held(engagements: Iterable[Engagement], year: int, counted: Iterable[Role]) -> tuple[Role, ...]:
    """The counted roles that were held in the year, each once, in the policy's order."""
    held = {engagement.role for engagement in engagements if engagement.held_in(year)}
    return tuple(role for role in dict.fromkeys(counted) if role in held)
