"""The environment of `fix_cutoff`, as template.yaml gives it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """Where the figures are and the cut-off goes."""

    programme_table: str
    archive_bucket: str
