"""The environment of `check_reviews`, as template.yaml gives it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """Where the cases are, and the policy."""

    requests_table: str
    programme_table: str
