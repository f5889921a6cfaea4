"""The environment of `send_letters`, as template.yaml gives it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """Whom to write to, by whom, and where the links lead."""

    friends_table: str
    programme_table: str
    invitations_table: str
    letters_table: str
    links_table: str
    requests_table: str
    stats_table: str
    engagements_table: str
    verdicts_table: str
    choices_table: str
    referrals_table: str
    product_tests_table: str
    testers_table: str
    announcements_table: str
    events_table: str
    registrations_table: str
    badges_table: str
    letters_dead_letter_queue: str
    sender: str
    configuration_set: str
    pages_url: str
    attempts: int
