"""The environment of `build_roster`, as template.yaml gives it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """Who there is, and where the roster is kept."""

    friends_table: str
    stats_table: str
    invitations_table: str
    programme_table: str
    archive_bucket: str
