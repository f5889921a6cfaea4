"""The environment of `open_year`, as template.yaml gives it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """Where the year is opened, and into how many segments its tables are cut."""

    programme_table: str
    archive_bucket: str
    segments: int
