"""The environment of `record_verdicts`, as template.yaml gives it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """Where the verdicts lie, and where they go."""

    programme_table: str
    archive_bucket: str
    verdicts_table: str
