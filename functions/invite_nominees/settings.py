"""The environment of `invite_nominees`, as template.yaml gives it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """Who is invited, and by which machine."""

    programme_table: str
    archive_bucket: str
    invitations_table: str
    invitation_machine: str
