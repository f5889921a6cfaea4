"""Fixtures of the suites that run in memory: a closed network, fake credentials, the stack."""

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

import boto3
import pytest
from hypothesis import HealthCheck, settings
from moto import mock_aws
from pytest_socket import disable_socket, enable_socket

from best_friends import bootstrap
from best_friends.adapters.dynamodb import forget_client
from tests.support.lambda_runtime import forget
from tests.support.machines import Machines, short_retries
from tests.support.marketplace import Marketplace
from tests.support.queues import SqsDriver
from tests.support.stack import Clock, Stack
from tests.support.steps import Steps
from tests.support.streams import StreamDriver
from tests.support.template import REGION, Template
from tests.support.wire import Wire, connected

CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_SESSION_TOKEN": "testing",
    "AWS_DEFAULT_REGION": REGION,
    "AWS_REGION": REGION,
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_MAX_ATTEMPTS": "3",
    "TZ": "UTC",
}
MOTO = {
    "core": {"mock_credentials": False, "reset_boto3_session": False},
    "stepfunctions": {"execute_state_machine": True},
}

few_examples = settings(
    deadline=None,
    max_examples=25,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
"""For properties over the services in memory: each example is written under an id of its own."""


@cache
def one_session() -> boto3.Session:
    """One session for all tests: what it has loaded of the services' models is dear."""
    return boto3.Session()


@pytest.fixture(scope="module", autouse=True)
def new_client() -> None:
    """Whoever ran before in this process may have talked to another AWS."""
    forget_client()


@pytest.fixture(autouse=True)
def closed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No way out: neither to the network nor to somebody's account."""
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL", "AWS_CONFIG_FILE"):
        monkeypatch.delenv(name, raising=False)
    disable_socket(allow_unix_socket=True)
    try:
        yield
    finally:
        enable_socket()


@pytest.fixture
def wire() -> Iterator[Wire]:
    """The wire to the services, which tests may break."""
    with connected(Wire()) as wire:
        yield wire


@pytest.fixture
def parameters() -> dict[str, str]:
    """The template's parameters that differ from their defaults."""
    return {"Segments": "2"}


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The use cases' clock, standing still on 15 January 2026 at 06:00 in Zurich."""
    clock = Clock()
    monkeypatch.setattr(bootstrap, "clock", clock)
    return clock


@pytest.fixture
def real_stack(
    closed: None, wire: Wire, parameters: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Stack]:
    """The stack with the real time."""
    with mock_aws(config=MOTO):  # type: ignore[call-overload]
        monkeypatch.setattr(boto3, "DEFAULT_SESSION", one_session())
        forget()
        stack = Stack(wire, Template(parameters))
        stack.deploy()
        yield stack
        wire.mend()
        forget()


@pytest.fixture
def stack(real_stack: Stack, clock: Clock) -> Stack:
    """The stack with a clock that stands still."""
    return real_stack


@pytest.fixture
def marketplace(real_stack: Stack) -> Marketplace:
    """A marketplace to be filled."""
    return Marketplace(real_stack)


@pytest.fixture
def steps(stack: Stack) -> Steps:
    """The annual machine's steps, by hand."""
    return Steps(stack)


@pytest.fixture
def ledger_stream(stack: Stack) -> StreamDriver:
    """The Ledger's stream."""
    return StreamDriver(stack)


@pytest.fixture
def jobs_stream(stack: Stack) -> StreamDriver:
    """The Jobs table's stream."""
    return StreamDriver(stack, "JobsTable", "QueueJobs")


@pytest.fixture
def jobs_queue(stack: Stack) -> SqsDriver:
    """The queue of due waves and what empties it."""
    return SqsDriver(stack, "DispatchJob", "JobsQueue")


@pytest.fixture
def notifications_queue(stack: Stack) -> SqsDriver:
    """The notifications queue and what empties it."""
    return SqsDriver(stack, "SendNotifications", "NotificationsQueue")


@pytest.fixture
def letters_queue(stack: Stack) -> SqsDriver:
    """The letters queue and what empties it."""
    return SqsDriver(stack, "SendLetters", "LettersQueue")


@pytest.fixture
def deliveries_queue(stack: Stack) -> SqsDriver:
    """The queue of delivery events and what empties it."""
    return SqsDriver(stack, "RecordDelivery", "DeliveriesQueue")


@pytest.fixture
def machines(real_stack: Stack) -> Iterator[Machines]:
    """Both machines, in real time."""
    machines = Machines(real_stack)
    machines.deploy()
    with short_retries():
        yield machines
        machines.stop()


@pytest.fixture
def printed(capsys: pytest.CaptureFixture[str]) -> "Printed":
    """What the functions wrote: log lines and metrics."""
    return Printed(capsys)


class Printed:
    """Everything that went to stdout, kept as it was."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys
        self._text = ""

    @property
    def text(self) -> str:
        """All of it, stderr included."""
        out, err = self._capsys.readouterr()
        self._text += out + err
        return self._text

    @property
    def lines(self) -> list[dict[str, Any]]:
        """Each line as JSON."""
        return [json.loads(line) for line in self.text.splitlines() if line.startswith("{")]

    def metric(self, name: str) -> float:
        """The sum of a metric."""
        found = [line[name] for line in self.lines if "_aws" in line and name in line]
        return sum(sum(one) if isinstance(one, list) else one for one in found)

    def said(self, message: str) -> list[dict[str, Any]]:
        """The log lines with a message."""
        return [line for line in self.lines if line.get("message") == message]
