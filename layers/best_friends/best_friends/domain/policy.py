"""The policy: every number of the programme, as one validated document.

A policy is data (domain.md, "Qualification" and "Invitation and answer"). Operators write it as
TOML; it is frozen into the year's record when the year is opened, so a later change never alters a
year that is open.
"""

import difflib
import re
import tomllib
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo, available_timezones

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator


class Role(StrEnum):
    """A role of engagement; holding one at any time in the year nominates a Friend."""

    MEETUP_ORGANISER = "meetup_organiser"
    MENTOR = "mentor"
    PRODUCT_TESTER = "product_tester"
    BRAND_AMBASSADOR = "brand_ambassador"


Language = Literal["de", "fr", "it", "en"]
LANGUAGES: tuple[Language, ...] = ("de", "fr", "it", "en")
Window = Literal["total", "year"]


class PolicyError(ValueError):
    """The policy cannot be used; `faults` holds (key, sentence) for each reason, by name."""

    def __init__(self, faults: list[tuple[str, str]]) -> None:
        self.faults = faults
        super().__init__("; ".join(f"{key}: {sentence}" for key, sentence in faults))


@cache
def _zones() -> frozenset[str]:
    """The names of the time zones; collecting them reads whole folders, and policies are read often."""
    return frozenset(available_timezones())


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Programme(_Section):
    """Where and how the programme speaks: its time zone and its languages, the fallback first."""

    timezone: str = "Europe/Zurich"
    languages: tuple[Language, ...] = Field(default=LANGUAGES, min_length=1)

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        if value not in _zones():
            raise ValueError(f"{value!r} is not a time zone; write a name such as Europe/Zurich")
        return value

    @property
    def zone(self) -> ZoneInfo:
        """The time zone in which business dates are told."""
        return ZoneInfo(self.timezone)


class Qualification(_Section):
    """Who is nominated. Averages and percentages are decimals and are compared exactly."""

    rating_average_min: Annotated[Decimal, Field(ge=1, le=5)] = Decimal("4.5")
    ratings_min: Annotated[int, Field(ge=1, strict=True)] = 15
    ratings_window: Window = "total"
    revenue_top_percent: Annotated[Decimal, Field(gt=0, le=100)] = Decimal(5)
    revenue_window: Window = "year"
    revenue_cohort: Literal["all", "region"] = "all"
    engagement_roles: tuple[Role, ...] = tuple(Role)


class Invitation(_Section):
    """How long a nominee may answer, and on which days after the opening the silent are reminded."""

    answer_days: Annotated[int, Field(ge=1, le=60, strict=True)] = 21
    reminder_days: tuple[Annotated[int, Field(ge=1, strict=True)], ...] = (7, 14)

    @model_validator(mode="after")
    def _reminders_in_order_and_in_time(self) -> Self:
        days = self.reminder_days
        if list(days) != sorted(set(days)):
            raise ValueError("reminder_days must rise, each day once, such as [7, 14]")
        if days and days[-1] >= self.answer_days:
            raise ValueError(
                f"reminder_days must lie before the end of the answer period (day {self.answer_days})"
            )
        return self


class Dispatch(_Section):
    """How a job is offered: the factors of a candidate's weight, newcomers' places, waves, quiet hours.

    `proximity_km` is the distance at which proximity has fallen to 1/e. Quiet hours are local times
    `HH:MM` in the programme's time zone, both empty for none; no wave is sent between them.
    """

    proximity_km: Annotated[Decimal, Field(gt=0, le=1000)] = Decimal(10)
    quality_prior_ratings: Annotated[int, Field(ge=1, le=1000, strict=True)] = 10
    quality_prior_average: Annotated[Decimal, Field(ge=1, le=5)] = Decimal("4.0")
    priority_best_friend: Annotated[Decimal, Field(ge=1, le=10)] = Decimal("2.0")
    newcomer_ratings_below: Annotated[int, Field(ge=0, strict=True)] = 15
    newcomer_percent: Annotated[int, Field(ge=0, le=100, strict=True)] = 20
    wave_size: Annotated[int, Field(ge=1, le=100, strict=True)] = 10
    wave_seconds: Annotated[int, Field(ge=1, le=900, strict=True)] = 60
    waves: Annotated[int, Field(ge=1, le=60, strict=True)] = 6
    offer_hours: Annotated[int, Field(ge=1, le=336, strict=True)] = 24
    quiet_from: str = ""
    quiet_until: str = ""

    @field_validator("quiet_from", "quiet_until")
    @classmethod
    def _time_of_day(cls, value: str) -> str:
        if value and not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", value):
            raise ValueError("a time of day is written as HH:MM, such as 22:00")
        return value

    @model_validator(mode="after")
    def _quiet_hours_have_two_ends(self) -> Self:
        if bool(self.quiet_from) != bool(self.quiet_until):
            raise ValueError("quiet_from and quiet_until go together; leave both empty for no quiet hours")
        if self.quiet_from and self.quiet_from == self.quiet_until:
            raise ValueError("quiet_until must differ from quiet_from; leave both empty for no quiet hours")
        return self


class Standing(_Section):
    """What a Friend may see: how long its link is good, and to what the cut-off is rounded up."""

    link_hours: Annotated[int, Field(ge=1, le=168, strict=True)] = 24
    cutoff_step: Annotated[int, Field(ge=1, le=1000, strict=True)] = 10

    @property
    def step_cents(self) -> int:
        """The step of the cut-off that is shown, in cents."""
        return self.cutoff_step * 100


class Review(_Section):
    """Within how many days a Friend who asks "please check this" hears from people, and has a decision."""

    first_reply_days: Annotated[int, Field(ge=1, le=90, strict=True)] = 7
    decision_days: Annotated[int, Field(ge=1, le=90, strict=True)] = 14

    @model_validator(mode="after")
    def _reply_before_decision(self) -> Self:
        if self.first_reply_days > self.decision_days:
            raise ValueError("first_reply_days must not exceed decision_days")
        return self


class EarlyNotice(_Section):
    """The letter of the last quarter to those who are near, or would lose the status.

    `on` is a day `MM-DD` from 1 October on; empty, no such letter is sent. Near is whoever lacks no more
    than this of each criterion that is missed; revenue is in percent of the cut-off.
    """

    on: str = ""
    ratings_within: Annotated[int, Field(ge=0, strict=True)] = 5
    five_stars_within: Annotated[int, Field(ge=0, strict=True)] = 5
    revenue_percent_within: Annotated[Decimal, Field(ge=0, le=100)] = Decimal(25)

    @field_validator("on")
    @classmethod
    def _in_the_last_quarter(cls, value: str) -> str:
        if value and not re.fullmatch(r"1[0-2]-(0[1-9]|[12]\d|30)", value):
            raise ValueError("a day of the last quarter is written as MM-DD, from 10-01 to 12-30")
        return value

    def day(self, year: int) -> date | None:
        """The day of the letters in a year, None when there are none."""
        return date.fromisoformat(f"{year}-{self.on}") if self.on else None


class Benefits(_Section):
    """What a Best Friend has ahead of the others, beside the dispatch of jobs (domain.md, "Benefits").

    `places_up` on an event's waiting list; a product test's `head_start_hours`; an announcement so many
    `days_before` its publication.
    """

    places_up: Annotated[int, Field(ge=0, le=100, strict=True)] = 3
    head_start_hours: Annotated[int, Field(ge=1, le=720, strict=True)] = 48
    days_before: Annotated[int, Field(ge=0, le=60, strict=True)] = 7


class Referrals(_Section):
    """How many referred Friends with a completed job in a year make a brand ambassador of that year."""

    ambassador_from: Annotated[int, Field(ge=1, le=100, strict=True)] = 3


class Policy(_Section):
    """All the numbers of the programme. `Policy()` is domain.md's defaults."""

    programme: Programme = Programme()
    qualification: Qualification = Qualification()
    invitation: Invitation = Invitation()
    dispatch: Dispatch = Dispatch()
    standing: Standing = Standing()
    review: Review = Review()
    early_notice: EarlyNotice = EarlyNotice()
    benefits: Benefits = Benefits()
    referrals: Referrals = Referrals()

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> Self:
        """Validate a document of tables and keys.

        Raises:
            PolicyError: naming every unknown key and every impossible value.
        """
        try:
            return cls.model_validate(document)
        except ValidationError as error:
            raise PolicyError([_fault(dict(one)) for one in error.errors(include_url=False)]) from None

    @classmethod
    def from_toml(cls, text: str) -> Self:
        """Read an operator's TOML; numbers with a point are decimals, never floats.

        Raises:
            PolicyError: as `of`, or under the key "" with the line when it is not TOML.
        """
        try:
            document = tomllib.loads(text, parse_float=Decimal)
        except tomllib.TOMLDecodeError as error:
            raise PolicyError([("", f"this is not TOML: {error}")]) from None
        return cls.of(document)

    def document(self) -> dict[str, Any]:
        """The policy as JSON-ready data: decimals as text, so that they stay exact."""
        return self.model_dump(mode="json")


def _fault(error: dict[str, Any]) -> tuple[str, str]:
    path = [str(part) for part in error["loc"]]
    key = ".".join(path)
    if error["type"] == "extra_forbidden":
        known = _names_beside(path)
        near = difflib.get_close_matches(path[-1], known, n=1, cutoff=0.5)
        mend = f"did you mean {near[0]}?" if near else f"known here: {', '.join(known)}"
        return key, f"unknown key; {mend}"
    message = str(error["msg"]).removeprefix("Value error, ")
    return key, f"{message} (found {_shown(error.get('input'))})"


def _names_beside(path: list[str]) -> list[str]:
    if len(path) == 1:
        return list(Policy.model_fields)
    section = Policy.model_fields[path[0]].annotation
    return list(section.model_fields) if isinstance(section, type) and issubclass(section, _Section) else []


def _shown(value: object) -> str:
    return str(value) if isinstance(value, Decimal) else repr(value)
