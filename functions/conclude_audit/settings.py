"""The environment of `conclude_audit`, as template.yaml gives it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """Where the audit is recorded."""

    programme_table: str
