"""The environment of `report_what_if`, as template.yaml gives it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """Where the verdicts lie that are compared, and which accounts their ids mean."""

    programme_table: str
    friends_table: str
    archive_bucket: str
