"""The environment of `record_delivery`, as template.yaml gives it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """Which letters are meant."""

    letters_table: str
    invitations_table: str
