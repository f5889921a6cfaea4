"""The environment of `show_ranking`, as template.yaml gives it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """Where the policy in force is."""

    programme_table: str
