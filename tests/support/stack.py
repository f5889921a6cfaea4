"""The deployed system, made in memory from template.yaml itself."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import RLock
from typing import TYPE_CHECKING, Any

import boto3

from best_friends import bootstrap
from best_friends.adapters.archive import S3Archive
from best_friends.adapters.correspondence import LettersTable
from best_friends.adapters.invitations import InvitationsTable
from best_friends.adapters.jobs import JobsTable, WavesTable
from best_friends.adapters.marketplace import EngagementsTable, FriendsTable, LedgerTable, StatsTable
from best_friends.adapters.programme import ProgrammeTable
from best_friends.adapters.rosters import S3Rosters
from tests.support.lambda_runtime import FakeContext, as_json, environment, forget, handler_of
from tests.support.postbox import Postbox
from tests.support.template import Template
from tests.support.wire import Wire

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

SIX_IN_ZURICH = datetime(2026, 1, 15, 5, 0, tzinfo=UTC)
"""15 January 2026, 06:00 in Zurich: when the schedule fires."""

FUNCTION = "AWS::Serverless::Function"
TABLE = "AWS::DynamoDB::Table"
QUEUE = "AWS::SQS::Queue"
BUCKET = "AWS::S3::Bucket"


@dataclass(slots=True)
class Clock:
    """A clock that stands still until it is moved."""

    now: datetime = SIX_IN_ZURICH

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: float) -> None:
        """Let time pass, as `timedelta` writes it."""
        self.now += timedelta(**by)


@dataclass(slots=True, repr=False)
class Stack:
    """Tables, bucket, queues and mail as the template declares them, and its functions by logical id."""

    wire: Wire
    template: Template = field(default_factory=Template)
    postbox: Postbox = field(default_factory=Postbox)
    _running: Any = field(default_factory=RLock)
    _last: str = ""
    _kept: dict[str, Any] = field(default_factory=dict)

    def deploy(self) -> None:
        """Make everything but the machines."""
        client = self.client("dynamodb")
        for logical_id, properties in self.template.of_type(TABLE).items():
            self._make_table(client, logical_id, self.template.resolved(properties))
        for logical_id, properties in self.template.of_type(BUCKET).items():
            self._make_bucket(logical_id, properties)
        self._make_queues()
        self._make_mail()
        self.wire.listeners["sesv2.SendEmail"] = self.postbox.take

    # ------------------------------------------------------------ functions
    def environment_of(self, function: str) -> dict[str, str]:
        """A function's environment: Globals, then its own."""
        own = self.template.properties(function).get("Environment", {}).get("Variables", {})
        both = {**self.template.globals["Environment"]["Variables"], **own}
        return {name: str(self.template.resolved(value)) for name, value in both.items()}

    def variables(self) -> set[str]:
        """Every variable that any function is given."""
        return {
            name for function in self.template.of_type(FUNCTION) for name in self.environment_of(function)
        }

    def invoke(self, function: str, event: Any) -> Any:
        """Call a function's handler with an event as JSON, and return what it returns as JSON."""
        properties = self.template.properties(function)
        with self._running, environment(self.environment_of(function), self.variables()):
            if function != self._last:  # each function logs from a process of its own
                forget("best_friends.telemetry")
                self._last = function
            context = FakeContext(self.template.name_of(function))
            return as_json(handler_of(properties["Handler"])(as_json(event), context))

    def settings_of(self, function: str, kind: str) -> dict[str, Any]:
        """How the template wires a function to its source: the properties of its event of a kind."""
        events = self.template.properties(function)["Events"].values()
        [found] = [one["Properties"] for one in events if one["Type"] == kind]
        settings: dict[str, Any] = found
        return settings

    # ------------------------------------------------------------ adapters, for arranging and looking
    def name(self, logical_id: str) -> str:
        """What `!Ref` gives for a resource."""
        return str(self.template.resolved({"Ref": logical_id}))

    @property
    def friends(self) -> FriendsTable:
        """The friends."""
        return self._adapter(bootstrap.friends, "FriendsTable")

    @property
    def engagements(self) -> EngagementsTable:
        """The engagements."""
        return self._adapter(bootstrap.engagements, "EngagementsTable")

    @property
    def ledger(self) -> LedgerTable:
        """The ledger."""
        return self._adapter(bootstrap.ledger, "LedgerTable")

    @property
    def stats(self) -> StatsTable:
        """The rolling stats."""
        return self._adapter(bootstrap.stats, "StatsTable")

    @property
    def jobs(self) -> JobsTable:
        """The jobs."""
        return self._adapter(bootstrap.jobs, "JobsTable")

    @property
    def waves(self) -> WavesTable:
        """The waves of jobs."""
        return self._adapter(bootstrap.waves, "WavesTable")

    @property
    def programme(self) -> ProgrammeTable:
        """The programme."""
        return self._adapter(bootstrap.programme, "ProgrammeTable")

    @property
    def invitations(self) -> InvitationsTable:
        """The invitations."""
        return self._adapter(bootstrap.invitations, "InvitationsTable")

    @property
    def letters(self) -> LettersTable:
        """The letters."""
        return self._adapter(bootstrap.letters, "LettersTable")

    @property
    def archive(self) -> S3Archive:
        """The archive."""
        return self._adapter(bootstrap.archive, "ArchiveBucket")

    @property
    def rosters(self) -> S3Rosters:
        """The roster's versions, in the archive's bucket."""
        return self._adapter(bootstrap.rosters, "ArchiveBucket", "rosters")

    def client(self, service: str) -> Any:
        """A client for arranging and looking; making one is dear, so each is made once."""
        if service not in self._kept:
            self._kept[service] = boto3.client(service)  # type: ignore[call-overload]
        return self._kept[service]

    def _adapter[A](self, build: Callable[[str], A], logical_id: str, kept_as: str = "") -> A:
        kept_as = kept_as or logical_id
        if kept_as not in self._kept:
            self._kept[kept_as] = build(self.name(logical_id))
        adapter: A = self._kept[kept_as]
        return adapter

    # ------------------------------------------------------------ looking at everything
    def items(self, logical_id: str) -> list[dict[str, Any]]:
        """Every item of a table, as it is stored, sorted."""
        pages = self.client("dynamodb").get_paginator("scan").paginate(TableName=self.name(logical_id))
        return sorted((item for page in pages for item in page["Items"]), key=json.dumps)

    def dump(self) -> dict[str, list[dict[str, Any]]]:
        """Every item of every table."""
        return {logical_id: self.items(logical_id) for logical_id in self.template.of_type(TABLE)}

    def objects(self) -> dict[str, bytes]:
        """Every object of the archive, by key."""
        client, bucket = self.client("s3"), self.name("ArchiveBucket")
        listed = client.list_objects_v2(Bucket=bucket).get("Contents", [])
        return {one["Key"]: client.get_object(Bucket=bucket, Key=one["Key"])["Body"].read() for one in listed}

    def messages(self, queue: str) -> list[dict[str, Any]]:
        """The bodies that wait in a queue, put back as they were found."""
        client, url, found = self.client("sqs"), self.name(queue), []
        while more := client.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
            found += more
        for message in found:
            client.change_message_visibility(
                QueueUrl=url, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=0
            )
        return [json.loads(message["Body"]) for message in found]

    # ------------------------------------------------------------ making
    def _make_table(self, client: "DynamoDBClient", logical_id: str, properties: dict[str, Any]) -> None:
        wanted = ("AttributeDefinitions", "KeySchema", "BillingMode", "GlobalSecondaryIndexes")
        given = {name: properties[name] for name in wanted if name in properties}
        if stream := properties.get("StreamSpecification"):
            given["StreamSpecification"] = {"StreamEnabled": True, **stream}
        made = client.create_table(TableName=self.template.name_of(logical_id), **given)["TableDescription"]
        self.template.made[logical_id, "StreamArn"] = made.get("LatestStreamArn", "")
        if expiry := properties.get("TimeToLiveSpecification"):
            client.update_time_to_live(
                TableName=self.template.name_of(logical_id), TimeToLiveSpecification=expiry
            )

    def _make_bucket(self, logical_id: str, properties: dict[str, Any]) -> None:
        client, name = self.client("s3"), self.template.name_of(logical_id)
        client.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
        if versioning := properties.get("VersioningConfiguration"):
            client.put_bucket_versioning(Bucket=name, VersioningConfiguration=versioning)

    def _make_queues(self) -> None:
        client, queues = self.client("sqs"), self.template.of_type(QUEUE)
        # Dead letters have to be there first.
        for logical_id in sorted(queues, key=lambda one: "RedrivePolicy" in queues[one]):
            attributes = {
                name: json.dumps(value) if isinstance(value, dict) else str(value)
                for name, value in self.template.resolved(queues[logical_id]).items()
                if name in ("VisibilityTimeout", "MessageRetentionPeriod", "RedrivePolicy")
            }
            made = client.create_queue(QueueName=self.template.name_of(logical_id), Attributes=attributes)
            self.template.made[logical_id, "Ref"] = made["QueueUrl"]

    def _make_mail(self) -> None:
        client = self.client("sesv2")
        client.create_email_identity(EmailIdentity=self.template.parameters["SenderIdentity"])
        for logical_id in self.template.of_type("AWS::SES::ConfigurationSet"):
            client.create_configuration_set(ConfigurationSetName=self.template.name_of(logical_id))
