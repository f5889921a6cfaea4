"""The environment of `select_nominees`, as template.yaml gives it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """Where the figures are and the verdicts go."""

    programme_table: str
    archive_bucket: str
