"""The environment of `close_year`, as template.yaml gives it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """What is counted and where it is published."""

    programme_table: str
    archive_bucket: str
    invitations_table: str
    letters_table: str
