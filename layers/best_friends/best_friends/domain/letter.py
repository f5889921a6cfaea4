"""Letters: which there are, and what may become of one."""

from enum import StrEnum


class LetterKind(StrEnum):
    """The letters that there are: those of a year, and the notification of a job."""

    INVITATION = "invitation"
    REMINDER = "reminder"
    WELCOME = "welcome"
    NOTIFICATION = "notification"


class LetterState(StrEnum):
    """A letter is claimed (`sending`) before it is handed to the mail service.

    `in_doubt` is a letter whose sender broke off in between: it may have gone out, so it is shown
    to operators and never sent again by itself.
    """

    CREATED = "created"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    IN_DOUBT = "in_doubt"


def letter_id_of(kind: LetterKind, year: int, friend_id: str, number: int = 0) -> str:
    """The one id that this letter can have, so that it is claimed once however often it is asked for."""
    suffix = f"-{number}" if number else ""
    return f"{kind}{suffix}#{year}#{friend_id}"


NO_YEAR = 0
"""The year of a letter that belongs to none, such as a notification."""


def notification_id_of(job_id: str, friend_id: str) -> str:
    """The one id of a job's notification to a Friend, whatever the wave and the channel (reliability I7)."""
    return f"{LetterKind.NOTIFICATION}#{job_id}#{friend_id}"


def letter_ids_of_year(year: int, friend_id: str, reminders: int) -> list[tuple[LetterKind, str]]:
    """Every letter that a nominee may get in a year, given how many reminders the policy has."""
    numbered = [
        (LetterKind.REMINDER, letter_id_of(LetterKind.REMINDER, year, friend_id, number))
        for number in range(1, reminders + 1)
    ]
    once = [
        (kind, letter_id_of(kind, year, friend_id)) for kind in (LetterKind.INVITATION, LetterKind.WELCOME)
    ]
    return once + numbered
