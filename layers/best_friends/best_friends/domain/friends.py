"""Friends, their areas and their engagement."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from best_friends.domain.policy import Role


@dataclass(frozen=True, slots=True)
class Area:
    """A place and a radius in which a Friend takes jobs.

    latitude and longitude are degrees (WGS 84), radius_km kilometres. A Friend without coordinates
    has no area and is never dispatched. `origin` says where it came from: "" for the marketplace's
    export, ADDED for an operator, else the account whose area it was before a merge.
    """

    latitude: float
    longitude: float
    radius_km: float
    label: str = "home"
    origin: str = ""

    def same_place(self, other: "Area") -> bool:
        """Whether both are one area, whatever it is called and wherever it came from."""
        return (self.latitude, self.longitude, self.radius_km) == (
            other.latitude,
            other.longitude,
            other.radius_km,
        )


ADDED = "added"
"""The origin of an area that was added here and that no export knows."""


class Channel(StrEnum):
    """How a Friend is notified of jobs: by a letter, or by the marketplace's own app."""

    MAIL = "mail"
    APP = "app"


@dataclass(frozen=True, slots=True)
class Friend:
    """A helper with a profile. `areas` holds home first; `region` is "" where it is not known.

    A Friend that is `paused` stays in the programme and is not notified of jobs. One that was merged
    into another account is an alias of it: `merged_into` names that account, and everything that still
    names the alias means the other. `removed_areas` are those of the export that were taken away here.
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
    merged_into: str = ""
    removed_areas: tuple[Area, ...] = ()

    @property
    def erased(self) -> bool:
        """Whether this stands for somebody who was erased: every other account has a name and an address."""
        return not self.display_name and not self.email

    @property
    def may_be_notified(self) -> bool:
        """Whether jobs may be offered to this Friend now (domain.md, "Dispatch of a job")."""
        return self.active and not self.paused and not self.merged_into


def with_what_is_known_here(before: Friend, exported: Friend) -> Friend:
    """An exported profile with what was decided here: merges, and areas added, joined and removed."""
    still_removed = tuple(area for area in before.removed_areas if any(map(area.same_place, exported.areas)))
    kept = tuple(area for area in exported.areas if not any(map(area.same_place, still_removed)))
    # What was added here is the export's own as soon as the export knows it.
    joined = tuple(area for area in before.areas if area.origin and not any(map(area.same_place, kept)))
    return replace(exported, areas=kept + joined, removed_areas=still_removed, merged_into=before.merged_into)


@dataclass(frozen=True, slots=True)
class Decided:
    """That operators decided on an engagement here, and what the export said of it then.

    `exported` is whether it had the engagement at all, `held_until` until when it was held by that.
    """

    exported: bool = False
    held_until: date | None = None


@dataclass(frozen=True, slots=True)
class Engagement:
    """A role held from a day until a day, both included; `until` None means it is held still.

    One that was `withdrawn` counts for no year. `decided` is None for one that is as it was exported, or
    that was `earned` here by referrals, which give it and take it back as their Friends' jobs say.
    """

    friend_id: str
    role: Role
    held_from: date
    held_until: date | None = None
    withdrawn: bool = False
    decided: Decided | None = None
    earned: bool = False

    def held_in(self, year: int) -> bool:
        """Whether the role was held on any day of the calendar year (domain.md, "engagement")."""
        return self.held_between(date(year, 1, 1), date(year, 12, 31))

    def held_between(self, first: date, last: date) -> bool:
        """Whether the role counts and was held on any day from the first to the last."""
        begun = self.held_from <= last
        return begun and (self.held_until is None or self.held_until >= first) and not self.withdrawn


def roles_held(engagements: Iterable[Engagement], year: int, counted: Iterable[Role]) -> tuple[Role, ...]:
    """The counted roles that were held in the year, each once, in the policy's order."""
    held = {engagement.role for engagement in engagements if engagement.held_in(year)}
    return tuple(role for role in dict.fromkeys(counted) if role in held)
