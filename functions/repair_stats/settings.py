"""The environment of `repair_stats`, as template.yaml gives it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """Tables."""

    ledger_table: str
    stats_table: str
