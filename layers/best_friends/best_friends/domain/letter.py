"""Letters: which there are, and what may become of one."""

from enum import StrEnum


class LetterKind(StrEnum):
    """The letters that a year sends."""

    INVITATION = "invitation"
    REMINDER = "reminder"
    WELCOME = "welcome"


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
