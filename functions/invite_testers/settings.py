"""The environment of `invite_testers`, as template.yaml gives it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """Which tests there are, who may be invited, and where letters are ordered."""

    product_tests_table: str
    testers_table: str
    friends_table: str
    invitations_table: str
    programme_table: str
    choices_table: str
    letters_queue: str
