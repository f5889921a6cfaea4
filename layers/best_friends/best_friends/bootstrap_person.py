"""Builds what looks for a person everywhere: to export what is held of it, and to erase it."""

import secrets
from collections.abc import Callable
from typing import Protocol

from best_friends import bootstrap
from best_friends.adapters.archive_versions import S3Files
from best_friends.adapters.dynamodb import bound
from best_friends.adapters.erasures import ErasureRow, ErasuresTable
from best_friends.adapters.models import (
    CorrectionRow,
    EngagementRow,
    FriendRow,
    InvitationRow,
    LetterRow,
    LinkRow,
    NoteRow,
    StatsRow,
)
from best_friends.adapters.models_badges import BadgeRow
from best_friends.adapters.models_events import RegistrationRow
from best_friends.adapters.models_jobs import JobRow, WaveRow
from best_friends.adapters.models_news import TesterRow
from best_friends.adapters.models_referrals import ReferralRow
from best_friends.adapters.models_requests import RequestRow
from best_friends.adapters.models_standing import ChoiceRow, VerdictRow
from best_friends.adapters.person import (
    CorrectionsOfPerson,
    JobsOfPerson,
    LettersOfPerson,
    NotesOfPerson,
    RowsOfPerson,
    WavesOfPerson,
)
from best_friends.adapters.referrals import ReferralsOfPerson
from best_friends.application.erase_archive import EraseArchived
from best_friends.application.erase_person import ErasePerson
from best_friends.application.export_person import ExportPerson
from best_friends.application.person import Held
from best_friends.application.refresh_stats import RefreshStats


class Names(Protocol):
    """The names of a stack's tables and of its archive."""

    @property
    def friends_table(self) -> str: ...
    @property
    def ledger_table(self) -> str: ...
    @property
    def stats_table(self) -> str: ...
    @property
    def jobs_table(self) -> str: ...
    @property
    def waves_table(self) -> str: ...
    @property
    def corrections_table(self) -> str: ...
    @property
    def trail_table(self) -> str: ...
    @property
    def engagements_table(self) -> str: ...
    @property
    def requests_table(self) -> str: ...
    @property
    def verdicts_table(self) -> str: ...
    @property
    def choices_table(self) -> str: ...
    @property
    def referrals_table(self) -> str: ...
    @property
    def testers_table(self) -> str: ...
    @property
    def badges_table(self) -> str: ...
    @property
    def registrations_table(self) -> str: ...
    @property
    def programme_table(self) -> str: ...
    @property
    def invitations_table(self) -> str: ...
    @property
    def links_table(self) -> str: ...
    @property
    def letters_table(self) -> str: ...
    @property
    def erasures_table(self) -> str: ...
    @property
    def archive_bucket(self) -> str: ...


def pseudonym() -> str:
    """A fresh name for figures, with 64 random bits."""
    return f"erased-{secrets.token_hex(8)}"


def erasures(table: str) -> ErasuresTable:
    """Who was erased, by the table's name."""
    return ErasuresTable(bound(ErasureRow, table))


def held(names: Names) -> Held:
    """Every table and file that may hold something of a person."""
    return Held(
        bootstrap.friends(names.friends_table),
        bootstrap.ledger(names.ledger_table),
        {
            "profiles": RowsOfPerson(bound(FriendRow, names.friends_table)),
            "stats": RowsOfPerson(bound(StatsRow, names.stats_table)),
            "engagements": RowsOfPerson(bound(EngagementRow, names.engagements_table)),
            "requests": RowsOfPerson(bound(RequestRow, names.requests_table)),
            "verdicts": RowsOfPerson(bound(VerdictRow, names.verdicts_table)),
            "referrals": ReferralsOfPerson(bound(ReferralRow, names.referrals_table)),
            "choices": RowsOfPerson(bound(ChoiceRow, names.choices_table)),
            "testers": RowsOfPerson(bound(TesterRow, names.testers_table)),
            "registrations": RowsOfPerson(bound(RegistrationRow, names.registrations_table)),
            "badges": RowsOfPerson(bound(BadgeRow, names.badges_table)),
            "invitations": RowsOfPerson(bound(InvitationRow, names.invitations_table)),
            "letters": LettersOfPerson(bound(LetterRow, names.letters_table)),
            "links": RowsOfPerson(bound(LinkRow, names.links_table)),
            "trail": RowsOfPerson(bound(NoteRow, names.trail_table)),
        },
        JobsOfPerson(bound(JobRow, names.jobs_table)),
        WavesOfPerson(bound(WaveRow, names.waves_table)),
        CorrectionsOfPerson(bound(CorrectionRow, names.corrections_table)),
        NotesOfPerson(bound(NoteRow, names.trail_table)),
        S3Files(bootstrap.s3(), names.archive_bucket),
    )


def export_person(names: Names) -> ExportPerson:
    """The export."""
    return ExportPerson(held(names), erasures(names.erasures_table), bootstrap.clock)


def erase_person(names: Names, pause: Callable[[], None]) -> ErasePerson:
    """The erasure; `pause` lets the ledger's stream be worked off."""
    where = held(names)
    programme = bootstrap.programme(names.programme_table)
    return ErasePerson(
        held=where,
        erasures=erasures(names.erasures_table),
        moves=bootstrap.ledger_moves(names.ledger_table, names.corrections_table, names.trail_table),
        refresh=RefreshStats(where.ledger, bootstrap.stats(names.stats_table)),
        invitations=bootstrap.invitations(names.invitations_table),
        workflows=bootstrap.workflows(),
        letters=bootstrap.letters(names.letters_table),
        programme=programme,
        archived=EraseArchived(where.files, programme),
        clock=bootstrap.clock,
        pseudonym=pseudonym,
        pause=pause,
    )
