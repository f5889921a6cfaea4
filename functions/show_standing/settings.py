"""The environment of `show_standing`, as template.yaml gives it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """What the page shows and what it takes."""

    links_table: str
    friends_table: str
    stats_table: str
    ledger_table: str
    engagements_table: str
    programme_table: str
    verdicts_table: str
    invitations_table: str
    requests_table: str
    badges_table: str
    letters_queue: str
