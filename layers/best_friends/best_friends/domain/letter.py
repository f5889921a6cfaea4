"""Letters: which there are, and what may become of one."""

from enum import StrEnum


class LetterKind(StrEnum):
    """The letters that there are: those of a year, the notification of a job, those of requests, and news."""

    INVITATION = "invitation"
    REMINDER = "reminder"
    WELCOME = "welcome"
    NOTIFICATION = "notification"
    AREAS_LINK = "areas_link"
    ENGAGEMENT_LINK = "engagement_link"
    AREA_ACCEPTED = "area_accepted"
    AREA_DECLINED = "area_declined"
    ROLE_ACCEPTED = "role_accepted"
    ROLE_DECLINED = "role_declined"
    STANDING_LINK = "standing_link"
    REVIEW_OPENED = "review_opened"
    REVIEW_REPLIED = "review_replied"
    REVIEW_DECIDED = "review_decided"
    EARLY_NOTICE = "early_notice"
    TEST_INVITATION = "test_invitation"
    TEST_ACCEPTED = "test_accepted"
    TEST_WITHDRAWN = "test_withdrawn"
    ANNOUNCEMENT = "announcement"
    ANNOUNCEMENT_WITHDRAWN = "announcement_withdrawn"
    REFERRALS_LINK = "referrals_link"
    REFERRAL_THANKS = "referral_thanks"
    REFERRAL_DECLINED = "referral_declined"
    REFERRAL_JOINED = "referral_joined"
    REFERRAL_FIRST_JOB = "referral_first_job"
    REFERRAL_TENTH_JOB = "referral_tenth_job"
    REFERRAL_UPDATE = "referral_update"
    EVENT_LINK = "event_link"
    EVENT_REGISTERED = "event_registered"
    EVENT_ADMITTED = "event_admitted"
    EVENT_WAITING = "event_waiting"
    EVENT_CHANGED = "event_changed"
    EVENT_CANCELLED = "event_cancelled"
    BADGE = "badge"


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

LINK_LETTERS = (
    LetterKind.AREAS_LINK,
    LetterKind.ENGAGEMENT_LINK,
    LetterKind.STANDING_LINK,
    LetterKind.REFERRALS_LINK,
)
ANSWER_LETTERS = (
    LetterKind.AREA_ACCEPTED,
    LetterKind.AREA_DECLINED,
    LetterKind.ROLE_ACCEPTED,
    LetterKind.ROLE_DECLINED,
)
"""The answers to requests; with the letters that bring a link to ask, they are about no year."""

REVIEW_LETTERS = (LetterKind.REVIEW_OPENED, LetterKind.REVIEW_REPLIED, LetterKind.REVIEW_DECIDED)
"""What a Friend hears of its case after "please check this"."""

EVENT_LETTERS = (
    LetterKind.EVENT_LINK,
    LetterKind.EVENT_REGISTERED,
    LetterKind.EVENT_ADMITTED,
    LetterKind.EVENT_WAITING,
    LetterKind.EVENT_CHANGED,
    LetterKind.EVENT_CANCELLED,
)
"""What a Friend hears of an event that it asked about or registered for."""

REFERRAL_LETTERS = (
    LetterKind.REFERRAL_THANKS,
    LetterKind.REFERRAL_DECLINED,
    LetterKind.REFERRAL_JOINED,
    LetterKind.REFERRAL_FIRST_JOB,
    LetterKind.REFERRAL_TENTH_JOB,
)
"""What a Friend hears of a referral at once: thanks for it and for each result, or a kind no."""

NEWS = (LetterKind.EARLY_NOTICE, LetterKind.REFERRAL_UPDATE)
"""Letters that nobody has to have: one click ends them (RFC 8058). All others are service."""


TEST_LETTERS = (LetterKind.TEST_INVITATION, LetterKind.TEST_ACCEPTED, LetterKind.TEST_WITHDRAWN)
"""Letters about product tests: the invitation is an offer, so it is news; the others answer a yes."""

ANNOUNCEMENT_LETTERS = (LetterKind.ANNOUNCEMENT, LetterKind.ANNOUNCEMENT_WITHDRAWN)
"""Letters about announcements; all of them are news."""


def announcement_letter_id(announcement_id: str, version: int, friend_id: str) -> str:
    """The one id of the letter that brings a Friend a version, as the first or as a correction."""
    return f"{LetterKind.ANNOUNCEMENT}#{announcement_id}#{version}#{friend_id}"


def notification_id_of(job_id: str, friend_id: str) -> str:
    """The one id of a job's notification to a Friend, whatever the wave and the channel (reliability I7)."""
    return f"{LetterKind.NOTIFICATION}#{job_id}#{friend_id}"


def letter_id_about(kind: LetterKind, about: str) -> str:
    """The one id of a letter about a request, or about a link that was asked for once."""
    return f"{kind}#{about}"


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
