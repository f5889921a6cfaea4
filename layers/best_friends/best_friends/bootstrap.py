"""The composition root: builds the use cases from names, lazily, with the real clock and ids."""

import os
import secrets
from collections.abc import Callable
from dataclasses import fields
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config

from best_friends.adapters.app import EventBridgeApp
from best_friends.adapters.archive import S3Archive
from best_friends.adapters.changes import CorrectionsTable, LedgerTransactions, TrailTable
from best_friends.adapters.correspondence import LettersTable, LinksTable
from best_friends.adapters.dynamodb import bound, client, forget_client
from best_friends.adapters.invitations import InvitationsTable
from best_friends.adapters.jobs import JobsTable, WavesTable
from best_friends.adapters.mail import SesMail
from best_friends.adapters.marketplace import (
    EngagementsTable,
    FriendsTable,
    LedgerTable,
    StatsTable,
)
from best_friends.adapters.models import (
    CorrectionRow,
    EngagementRow,
    FriendRow,
    InvitationRow,
    LedgerRow,
    LetterRow,
    LinkRow,
    NoteRow,
    ProgrammeRow,
    StatsRow,
)
from best_friends.adapters.models_jobs import JobRow, WaveRow
from best_friends.adapters.programme import ProgrammeTable
from best_friends.adapters.queues import SqsJobs, SqsLetters, SqsNotifications
from best_friends.adapters.rosters import S3Rosters
from best_friends.adapters.scans import HotScans
from best_friends.adapters.workflows import StepFunctions
from best_friends.application.accept_job import AcceptJob, AcceptOffer
from best_friends.application.answer_invitation import AnswerInvitation, LookAtInvitation
from best_friends.application.answer_page import ShowAnswerPage
from best_friends.application.links import FollowLink, MintLink
from best_friends.application.offer_page import ShowOfferPage
from best_friends.application.run import Runs

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_kms import KMSClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sesv2 import SESV2Client
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_stepfunctions import SFNClient


class MissingSetting(Exception):
    """The environment lacks what template.yaml should have given."""


def environment[S](settings: Callable[..., S]) -> S:
    """Read a function's typed environment: field `friends_table` from FRIENDS_TABLE.

    Raises:
        MissingSetting: naming every variable that is not there.
    """
    wanted = {field.name: field.type for field in fields(settings)}  # type: ignore[arg-type]
    missing = [name.upper() for name in wanted if name.upper() not in os.environ]
    if missing:
        raise MissingSetting(f"template.yaml gives no {', '.join(missing)}")
    return settings(**{name: _typed(kind, os.environ[name.upper()]) for name, kind in wanted.items()})


def _typed(kind: Any, text: str) -> object:
    return int(text) if kind in (int, "int") else text


def clock() -> datetime:
    """Now, in UTC."""
    return datetime.now(UTC)


def token() -> str:
    """256 random bits, fit for a link."""
    return secrets.token_urlsafe(32)


def dynamodb() -> "DynamoDBClient":
    """The client of the hot scans, which is the one that PynamoDB uses."""
    shared: DynamoDBClient = client()
    return shared


@cache
def s3() -> "S3Client":
    """The archive's client."""
    return boto3.client("s3")


@cache
def sqs() -> "SQSClient":
    """The queues' client."""
    return boto3.client("sqs")


@cache
def events() -> "EventBridgeClient":
    """Never retried by the client: a retry after a lost reply would notify a Friend twice."""
    return boto3.client("events", config=Config(retries={"total_max_attempts": 1}))


@cache
def step_functions() -> "SFNClient":
    """Paced by the client itself: the adaptive mode slows down when the quota is reached."""
    return boto3.client("stepfunctions", config=Config(retries={"mode": "adaptive", "max_attempts": 8}))


@cache
def ses() -> "SESV2Client":
    """Never retried by the client: a retry after a lost reply would send a letter twice."""
    return boto3.client("sesv2", config=Config(retries={"total_max_attempts": 1}))


@cache
def kms() -> "KMSClient":
    """The key service's client."""
    return boto3.client("kms")


def forget_clients() -> None:
    """Let the next use make new clients, for where AWS is another one than before."""
    for made in (s3, sqs, events, step_functions, ses, kms):
        made.cache_clear()
    forget_client()


def friends(table: str) -> FriendsTable:
    """Friends, by the table's name."""
    return FriendsTable(bound(FriendRow, table), HotScans(dynamodb()))


def engagements(table: str) -> EngagementsTable:
    """Engagements, by the table's name."""
    return EngagementsTable(bound(EngagementRow, table))


def ledger(table: str) -> LedgerTable:
    """The ledger, by the table's name."""
    return LedgerTable(bound(LedgerRow, table), HotScans(dynamodb()))


def stats(table: str) -> StatsTable:
    """Rolling stats, by the table's name."""
    return StatsTable(bound(StatsRow, table), HotScans(dynamodb()))


def jobs(table: str) -> JobsTable:
    """Jobs, by the table's name."""
    return JobsTable(bound(JobRow, table))


def corrections(table: str) -> CorrectionsTable:
    """Corrections of the ledger, by the table's name."""
    return CorrectionsTable(bound(CorrectionRow, table))


def trail(table: str) -> TrailTable:
    """The audit trail, by the table's name."""
    return TrailTable(bound(NoteRow, table))


def ledger_moves(ledger_table: str, corrections_table: str, trail_table: str) -> LedgerTransactions:
    """Changes of the ledger that happen as a whole, by the tables' names."""
    return LedgerTransactions(
        bound(LedgerRow, ledger_table), bound(CorrectionRow, corrections_table), bound(NoteRow, trail_table)
    )


def waves(table: str) -> WavesTable:
    """The waves of jobs, by the table's name."""
    return WavesTable(bound(WaveRow, table))


def programme(table: str) -> ProgrammeTable:
    """The programme, by the table's name."""
    return ProgrammeTable(bound(ProgrammeRow, table))


def invitations(table: str) -> InvitationsTable:
    """Invitations, by the table's name."""
    return InvitationsTable(bound(InvitationRow, table))


def letters(table: str) -> LettersTable:
    """Letters, by the table's name."""
    return LettersTable(bound(LetterRow, table))


def archive(bucket: str) -> S3Archive:
    """The archive, by the bucket's name."""
    return S3Archive(s3(), bucket)


def runs(programme_table: str, bucket: str) -> Runs:
    """The frozen records of runs."""
    return Runs(programme(programme_table), archive(bucket))


def letters_queue(url: str) -> SqsLetters:
    """The letters queue, by its URL."""
    return SqsLetters(sqs(), url)


def jobs_queue(url: str) -> SqsJobs:
    """The jobs queue, by its URL."""
    return SqsJobs(sqs(), url)


def notifications_queue(url: str) -> SqsNotifications:
    """The notifications queue, by its URL."""
    return SqsNotifications(sqs(), url)


def rosters(bucket: str) -> S3Rosters:
    """The roster's versions, by the bucket's name."""
    return S3Rosters(s3(), bucket)


def app() -> EventBridgeApp:
    """The marketplace's own app."""
    return EventBridgeApp(events())


def workflows(invitation_machine: str = "") -> StepFunctions:
    """The invitation machine, by its ARN; without one it can only be told."""
    return StepFunctions(step_functions(), invitation_machine)


def mail(sender: str, configuration_set: str) -> SesMail:
    """The mail service."""
    return SesMail(ses(), sender, configuration_set)


def mint_link(table: str) -> MintLink:
    """Makes links in the Links table."""
    return MintLink(LinksTable(bound(LinkRow, table)), token)


def follow_link(table: str) -> FollowLink:
    """Follows links of the Links table."""
    return FollowLink(LinksTable(bound(LinkRow, table)), clock)


def show_answer_page(
    *,
    links_table: str,
    friends_table: str,
    programme_table: str,
    invitations_table: str,
    letters_queue_url: str,
    on_untold: Callable[[Exception], None],
) -> ShowAnswerPage:
    """The page behind a letter's link; `on_untold` hears of answers that could not be passed on."""
    look = LookAtInvitation(
        follow_link(links_table),
        friends(friends_table),
        programme(programme_table),
        invitations(invitations_table),
        clock,
    )
    answer = AnswerInvitation(
        look, look.invitations, workflows(), letters_queue(letters_queue_url), clock, on_untold
    )
    return ShowAnswerPage(answer)


def show_offer_page(
    *, links_table: str, friends_table: str, jobs_table: str, programme_table: str
) -> ShowOfferPage:
    """The page behind a notification's link."""
    accept = AcceptJob(jobs(jobs_table), clock)
    return ShowOfferPage(
        AcceptOffer(
            follow_link(links_table), friends(friends_table), accept.jobs, programme(programme_table), accept
        )
    )
