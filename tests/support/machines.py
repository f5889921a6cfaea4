"""The real state machines, executed in memory, with the real handlers behind their Lambda ARNs."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch
from urllib.parse import unquote

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from moto.stepfunctions.parser.asl.component.common.retry import retrier_decl

from best_friends.domain.letter import LetterState
from tests.support.queues import SqsDriver
from tests.support.stack import FUNCTION, Stack
from tests.support.template import ACCOUNT, ROOT
from tests.support.waiting import PATIENCE, TICK, until
from tests.support.wire import reply, text_of

MACHINE = "AWS::Serverless::StateMachine"


@dataclass(slots=True)
class Machines:
    """Deploys the template's machines, answers their Lambda calls, and empties the letters queue."""

    stack: Stack
    letters: SqsDriver = field(init=False)
    started: list[str] = field(default_factory=list)
    invoked: list[str] = field(default_factory=list)
    hooks: dict[str, Callable[[], object]] = field(default_factory=dict)
    """What happens just before a function is invoked, by its logical id."""

    def __post_init__(self) -> None:
        self.letters = SqsDriver(self.stack, "SendLetters", "LettersQueue")

    def deploy(self) -> None:
        """Make the machines from their definitions, with the template's substitutions."""
        client = self.stack.client("stepfunctions")
        for logical_id, properties in self.stack.template.of_type(MACHINE).items():
            client.create_state_machine(
                name=self.stack.template.name_of(logical_id),
                definition=self.definition(properties),
                roleArn=f"arn:aws:iam::{ACCOUNT}:role/{logical_id}",
            )
        self.stack.wire.answers["lambda.Invoke"] = self._run

    def redeploy(self, machine: str, changed: Mapping[str, str]) -> None:
        """Put one text in the place of another in a definition, such as a timeout of 90 days."""
        definition = self.definition(self.stack.template.properties(machine))
        for before, after in changed.items():
            assert before in definition
            definition = definition.replace(before, after)
        self.stack.client("stepfunctions").update_state_machine(
            stateMachineArn=self.stack.name(machine), definition=definition
        )

    def definition(self, properties: dict[str, Any]) -> str:
        """A definition with everything put in its place."""
        text: str = (ROOT / properties["DefinitionUri"]).read_text()
        for name, value in self.stack.template.resolved(properties["DefinitionSubstitutions"]).items():
            text = text.replace(f"${{{name}}}", value)
        return text

    def start(self, machine: str, begin: dict[str, Any], name: str) -> str:
        """Start an execution."""
        made = self.stack.client("stepfunctions").start_execution(
            stateMachineArn=self.stack.name(machine), name=name, input=json.dumps(begin)
        )
        execution: str = made["executionArn"]
        self.started.append(execution)
        return execution

    def state_of(self, execution: str) -> dict[str, Any]:
        """An execution's status, output and error."""
        described: dict[str, Any] = self.stack.client("stepfunctions").describe_execution(
            executionArn=execution
        )
        return described

    def finished(
        self, execution: str, *, meanwhile: Callable[[], object] = lambda: None, within: float = PATIENCE
    ) -> dict[str, Any]:
        """Wait until an execution has ended, sending letters in the meantime."""

        def ended() -> dict[str, Any] | None:
            while self.letters.waiting():
                self.letters.deliver()
            meanwhile()
            described = self.state_of(execution)
            return described if described["status"] != "RUNNING" else None

        found = until(ended, within=within, what=f"the end of {execution.rsplit(':', 1)[1]}")
        assert found is not None
        return found

    def invitations(self) -> list[str]:
        """Every invitation that was started."""
        pages = (
            self.stack.client("stepfunctions")
            .get_paginator("list_executions")
            .paginate(stateMachineArn=self.stack.name("InvitationMachine"))
        )
        return [one["executionArn"] for page in pages for one in page["executions"]]

    def states_visited(self, execution: str) -> list[str]:
        """The states that an execution entered, in order; those of Maps among them."""
        pages = (
            self.stack.client("stepfunctions")
            .get_paginator("get_execution_history")
            .paginate(executionArn=execution)
        )
        return [
            event["stateEnteredEventDetails"]["name"]
            for page in pages
            for event in page["events"]
            if "stateEnteredEventDetails" in event
        ]

    def every_invitation_has_its_letter(self) -> bool:
        """Whether the letter of each invitation that was started has been dealt with."""
        letters = [
            row["state"]["S"]
            for row in self.stack.items("LettersTable")
            if row["letter_id"]["S"].startswith("invitation#")
        ]
        done = [state for state in letters if state not in (LetterState.CREATED, LetterState.SENDING)]
        return len(done) == len(self.invitations())

    def all_invitations_ended(self) -> None:
        """Wait for every invitation, and for the letters that the last of them order."""
        for execution in self.invitations():
            self.finished(execution)
        self.letters.drain()

    def stop(self) -> None:
        """Stop what still runs, so that no thread of a test outlives it."""
        for execution in {*self.started, *self.invitations()}:
            until(partial(self._stopped, execution), what="stopping an execution")

    def _stopped(self, execution: str) -> bool:
        if self.state_of(execution)["status"] != "RUNNING":
            return True
        try:
            self.stack.client("stepfunctions").stop_execution(executionArn=execution)
        except AttributeError:  # its thread has not begun yet, which the service in memory does not expect
            return False
        return True

    def _run(self, request: AWSPreparedRequest) -> AWSResponse:
        arn = unquote(request.url.split("/functions/", 1)[1].split("/invocations", 1)[0])
        [function] = [one for one in self.stack.template.of_type(FUNCTION) if self._is(one, arn)]
        self.invoked.append(function)
        if function in self.hooks:
            self.hooks[function]()
        try:
            return reply(request, 200, self.stack.invoke(function, json.loads(text_of(request))))
        except Exception as error:
            told = {"errorType": type(error).__name__, "errorMessage": str(error), "stackTrace": []}
            return reply(request, 200, told, x_amz_function_error="Unhandled")

    def _is(self, function: str, arn: str) -> bool:
        return arn in (self.stack.template.arn_of(function), self.stack.template.name_of(function))


@contextmanager
def short_retries() -> Iterator[None]:
    """Retry at once: the interpreter in memory would wait through each interval for real."""
    pause = SimpleNamespace(sleep=lambda seconds: _rest())
    with patch.object(retrier_decl, "time", pause):
        yield


def _rest() -> None:
    until(iter([False, True]).__next__, within=1.0 + TICK)
