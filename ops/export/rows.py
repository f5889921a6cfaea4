"""One model for each file of the export: its columns, what may be empty, what must go together."""

from datetime import UTC, date, datetime
from typing import Annotated, ClassVar

from pydantic import BaseModel, ConfigDict, Field, PlainValidator, ValidationInfo, field_validator

from best_friends.domain.friends import Channel
from best_friends.domain.ledger import JobStatus
from best_friends.domain.policy import Role
from best_friends.domain.referrals import NAME_LENGTH
from ops.export import fields
from ops.export.fields import expected

Staged = tuple[str | int | float | None, ...]
"""A good row as it lies in the staging database, in the order of its table's columns."""


def _status(text: str) -> JobStatus:
    try:
        return JobStatus(text)
    except ValueError:
        raise expected(f"one of {', '.join(JobStatus)}") from None


def _role(text: str) -> Role:
    try:
        return Role(text)
    except ValueError:
        raise expected(f"one of {', '.join(Role)}") from None


def _channel(text: str) -> Channel:
    try:
        return Channel(text) if text else Channel.MAIL
    except ValueError:
        raise expected(f"one of {', '.join(Channel)}, or nothing") from None


def _both_or_neither(longitude: float | None, info: ValidationInfo) -> None:
    # A latitude that is at fault itself is absent here, and has been named already.
    if "latitude" in info.data and (info.data["latitude"] is None) != (longitude is None):
        raise expected("both latitude and longitude, or neither")


class Row(BaseModel):
    """A row of an export file; a field without a default is a column that must be there.

    Fields are checked in order, so that a later one may look at an earlier one.
    """

    model_config = ConfigDict(extra="ignore")

    key: ClassVar[str] = ""
    """The column that identifies the row, or "" when a row is nothing but its content."""

    def staged(self) -> Staged:
        """The row as the staging database holds it."""
        raise NotImplementedError


class FriendRow(Row):
    """A row of friends.csv."""

    key: ClassVar[str] = "friend_id"

    friend_id: fields.Id
    display_name: fields.Name
    email: fields.Email
    language: fields.Language
    latitude: fields.LatitudeOrEmpty
    longitude: fields.LongitudeOrEmpty
    radius_km: float
    skills: fields.Skills
    joined_on: fields.Day
    active: fields.Flag
    region: fields.Text = ""
    postal_code: fields.Text = ""
    channel: Annotated[Channel, PlainValidator(_channel)] = Channel.MAIL
    paused: fields.FlagOrEmpty = False

    @field_validator("longitude")
    @classmethod
    def _beside_latitude(cls, longitude: float | None, info: ValidationInfo) -> float | None:
        _both_or_neither(longitude, info)
        return longitude

    @field_validator("radius_km", mode="plain")
    @classmethod
    def _radius_of_a_place(cls, text: str, info: ValidationInfo) -> float:
        # Without a place the radius says nothing, whatever stands there.
        return 0.0 if info.data.get("longitude") is None else fields.radius_km(text)

    def staged(self) -> Staged:
        return (
            self.friend_id,
            self.display_name,
            self.email,
            self.language,
            self.latitude,
            self.longitude,
            self.radius_km,
            ";".join(self.skills),
            self.joined_on.isoformat(),
            int(self.active),
            self.region,
            self.postal_code,
            self.channel.value,
            int(self.paused),
        )


class AreaRow(Row):
    """A row of areas.csv: an area beyond the home of friends.csv."""

    friend_id: fields.Id
    latitude: fields.Latitude
    longitude: fields.Longitude
    radius_km: fields.Radius
    label: fields.Text

    def staged(self) -> Staged:
        return (self.friend_id, self.latitude, self.longitude, self.radius_km, self.label)


class EngagementRow(Row):
    """A row of engagements.csv. `from` and `until` are both included; an empty until runs still."""

    friend_id: fields.Id
    role: Annotated[Role, PlainValidator(_role)]
    held_from: fields.Day = Field(alias="from")
    held_until: fields.DayOrEmpty = Field(alias="until")

    @field_validator("held_until")
    @classmethod
    def _not_before_from(cls, until: date | None, info: ValidationInfo) -> date | None:
        since = info.data.get("held_from")
        if until is not None and since is not None and until < since:
            raise expected(f"a date not before {since}, or nothing")
        return until

    def staged(self) -> Staged:
        until = self.held_until.isoformat() if self.held_until else ""
        return (self.friend_id, self.role.value, self.held_from.isoformat(), until)


class JobRow(Row):
    """A row of jobs.csv. What may be empty depends on the status, which is therefore read early."""

    key: ClassVar[str] = "job_id"

    job_id: fields.Id
    status: Annotated[JobStatus, PlainValidator(_status)]
    friend_id: fields.IdOrEmpty
    customer_id: fields.Id
    skill: fields.Name
    latitude: fields.LatitudeOrEmpty
    longitude: fields.LongitudeOrEmpty
    posted_at: fields.Instant
    completed_at: fields.InstantOrEmpty
    revenue: fields.CentsOrEmpty
    currency: fields.CurrencyOrEmpty

    @property
    def completed(self) -> bool:
        """Whether the job has revenue."""
        return self.status is JobStatus.COMPLETED

    @field_validator("friend_id")
    @classmethod
    def _taken_by_a_friend(cls, friend_id: str, info: ValidationInfo) -> str:
        if not friend_id and info.data.get("status") in (JobStatus.ACCEPTED, JobStatus.COMPLETED):
            raise expected(f"the friend_id of the Friend who took the {info.data['status']} job")
        return friend_id

    @field_validator("longitude")
    @classmethod
    def _beside_latitude(cls, longitude: float | None, info: ValidationInfo) -> float | None:
        _both_or_neither(longitude, info)
        return longitude

    @field_validator("completed_at", "revenue", "currency")
    @classmethod
    def _there_when_completed[T: datetime | int | str | None](cls, value: T, info: ValidationInfo) -> T:
        # An empty currency is "", an empty revenue None; a revenue of 0 is there.
        if value in (None, "") and info.data.get("status") is JobStatus.COMPLETED:
            raise expected("a value, since the job is completed")
        return value

    def staged(self) -> Staged:
        return (
            self.job_id,
            self.friend_id,
            self.customer_id,
            self.skill,
            self.latitude,
            self.longitude,
            self.posted_at.isoformat(),
            self.completed_at.isoformat() if self.completed_at else "",
            self.status.value,
            self.revenue or 0,
            self.currency,
        )


class RatingRow(Row):
    """A row of ratings.csv. Its job need not be known: ratings count per Friend."""

    key: ClassVar[str] = "rating_id"

    rating_id: fields.Id
    job_id: fields.Id
    friend_id: fields.Id
    stars: fields.Stars
    rated_at: fields.Instant

    def staged(self) -> Staged:
        return (self.rating_id, self.job_id, self.friend_id, self.stars, self.rated_at.isoformat())


class ReferralRow(Row):
    """A row of referrals.csv: who referred whom, with the person's consent. Without `may_be_named` a name
    is not needed, and not kept."""

    friend_id: fields.Id
    email: fields.Email
    consent: fields.Flag
    referred_at: fields.Instant
    may_be_named: fields.FlagOrEmpty = False
    name: fields.Text = ""

    @field_validator("referred_at")
    @classmethod
    def _over(cls, at: datetime) -> datetime:
        if at > datetime.now(UTC):
            raise expected("a time that is not in the future")
        return at

    @field_validator("consent")
    @classmethod
    def _given(cls, consent: bool) -> bool:
        if not consent:
            raise expected("true: without the person's consent a referral must not be recorded")
        return consent

    @field_validator("name")
    @classmethod
    def _short_and_there_if_told(cls, name: str, info: ValidationInfo) -> str:
        if len(name) > NAME_LENGTH:
            raise expected(f"a name of at most {NAME_LENGTH} characters")
        if not name and info.data.get("may_be_named"):
            raise expected("a name, since the person may be named")
        return name

    def staged(self) -> Staged:
        at = self.referred_at.isoformat()
        return (self.friend_id, self.email, at, int(self.may_be_named), self.name)


AnyRow = FriendRow | AreaRow | EngagementRow | JobRow | RatingRow | ReferralRow


def needed_columns(model: type[Row]) -> tuple[str, ...]:
    """The columns that a file must have, by the names in its header."""
    return tuple(field.alias or name for name, field in model.model_fields.items() if field.is_required())
