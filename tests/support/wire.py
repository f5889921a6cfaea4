"""The wire between the code under test and the services in memory.

Every request of every client passes here. That keeps them in order, since the tables in memory do not
bear two threads at once, and it is where faults are put in: an error reply, a reply that is lost after
the work was done, somebody else's write in between, a crash.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from io import BytesIO
from threading import RLock
from typing import Any

import botocore.handlers
import botocore.loaders
import botocore.session
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.exceptions import BotoCoreError, EndpointConnectionError, ReadTimeoutError
from moto.core.models import botocore_stubber


class Crash(BaseException):
    """The process ends here, as by a timeout of Lambda: no `except Exception` sees it."""


class _Body(BytesIO):
    def stream(self, **_: Any) -> Iterator[bytes]:
        yield self.read()


Act = Callable[[AWSPreparedRequest], AWSResponse | None]


@dataclass(slots=True)
class Rule:
    """What happens to the next `times` requests of an operation that mention `about`.

    `act` comes first and may answer by itself; `after` answers in the place of the service that has done
    its work.
    """

    operation: str
    act: Act
    times: int | None
    about: str = ""
    after: Act | None = None


@dataclass(slots=True, repr=False)
class Wire:
    """Orders all requests, lets tests break them, and keeps account of them.

    Operations are written as botocore does: `dynamodb.PutItem`, `sesv2.SendEmail`, `sfn.StartExecution`.
    """

    rules: list[Rule] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    listeners: dict[str, Callable[[AWSPreparedRequest, AWSResponse], None]] = field(default_factory=dict)
    answers: dict[str, Act] = field(default_factory=dict)
    _lock: Any = field(default_factory=RLock)

    def __call__(self, event_name: str, request: AWSPreparedRequest, **_: Any) -> AWSResponse | None:
        operation = event_name.removeprefix("before-send.")
        if not botocore_stubber.enabled:
            raise AssertionError(f"{operation} would have left the test")
        self.calls.append(operation)
        rule = self._taken(operation, request)
        if rule is not None:
            early = rule.act(request)
            if early is not None:
                return early
        if operation in self.answers:
            return self.answers[operation](request)
        with self._lock:
            response = botocore_stubber(event_name, request)
        if response is not None and operation in self.listeners and response.status_code < 300:
            self.listeners[operation](request, response)
        return rule.after(request) if rule is not None and rule.after else response

    def count(self, operation: str) -> int:
        """How often an operation was requested."""
        return self.calls.count(operation)

    def refuse(
        self, operation: str, code: str, status: int = 400, *, times: int | None = 1, about: str = ""
    ) -> None:
        """Answer with an error, and do nothing."""
        self.rules.append(Rule(operation, lambda request: error_reply(request, code, status), times, about))

    def lose_reply(self, operation: str, *, times: int | None = 1, about: str = "") -> None:
        """Do what was asked, and never say so."""
        self.rules.append(Rule(operation, lambda request: None, times, about, after=_lost))

    def cut(self, operation: str, *, times: int | None = 1, by: type[BotoCoreError] | None = None) -> None:
        """The service cannot be reached at all, or what is between breaks the connection."""

        def broken(request: AWSPreparedRequest) -> AWSResponse | None:
            raise (by or EndpointConnectionError)(endpoint_url=request.url, error="broken")

        self.rules.append(Rule(operation, broken, times))

    def garble(self, operation: str, *, times: int | None = 1) -> None:
        """Do what was asked, and let somebody in between answer in words that nobody can read."""
        self.rules.append(Rule(operation, lambda request: None, times, after=_garbled))

    def before(
        self, operation: str, hook: Callable[[], object], *, times: int | None = 1, about: str = ""
    ) -> None:
        """Let somebody else do something just before the request arrives."""

        def act(request: AWSPreparedRequest) -> AWSResponse | None:
            hook()
            return None

        self.rules.append(Rule(operation, act, times, about))

    def crash(self, operation: str, *, about: str = "") -> None:
        """End the process just before the request arrives."""

        def act(request: AWSPreparedRequest) -> AWSResponse | None:
            raise Crash(operation)

        self.rules.append(Rule(operation, act, 1, about))

    def mend(self) -> None:
        """From now on nothing goes wrong."""
        self.rules.clear()

    def _taken(self, operation: str, request: AWSPreparedRequest) -> Rule | None:
        for rule in self.rules:
            if rule.operation == operation and rule.times != 0 and rule.about in text_of(request):
                if rule.times is not None:
                    rule.times -= 1
                return rule
        return None


def text_of(request: AWSPreparedRequest) -> str:
    """A request's body as text."""
    body = request.body or b""
    return body.decode("utf-8", "replace") if isinstance(body, bytes) else str(body)


def reply(request: AWSPreparedRequest, status: int, document: Any, **headers: str) -> AWSResponse:
    """A JSON reply."""
    sent = {"content-type": "application/json", "x-amzn-requestid": "0" * 52} | {
        name.replace("_", "-"): value for name, value in headers.items()
    }
    return AWSResponse(request.url, status, sent, _Body(json.dumps(document).encode()))  # type: ignore[arg-type]


def error_reply(request: AWSPreparedRequest, code: str, status: int) -> AWSResponse:
    """An error as the services' JSON protocols write it; the message quotes an address, as SES's may."""
    document = {"__type": code, "message": "somebody@private.example was not accepted"}
    return reply(request, status, document, x_amzn_errortype=code)


def _lost(request: AWSPreparedRequest) -> AWSResponse | None:
    raise ReadTimeoutError(endpoint_url=request.url)


def _garbled(request: AWSPreparedRequest) -> AWSResponse | None:
    return AWSResponse(request.url, 200, {}, _Body(b"<html>Sign in to the hotel's network"))  # type: ignore[arg-type]


_ENDS: list[Wire] = []


def _end(event_name: str, request: AWSPreparedRequest, **kwargs: Any) -> AWSResponse | None:
    return (_ENDS[-1] if _ENDS else botocore_stubber)(event_name, request, **kwargs)


# In the place of moto's own end: two of them would do everything twice. Sessions take their handlers over
# when they are made, so that also clients that others make are on the wire.
botocore.handlers.BUILTIN_HANDLERS[:] = [
    ("before-send", _end) if entry[1] is botocore_stubber else entry
    for entry in botocore.handlers.BUILTIN_HANDLERS
]


# PynamoDB makes a session a model, and each would look for the services and read their descriptions anew.
botocore.session.create_loader = cache(botocore.loaders.create_loader)


@contextmanager
def connected(wire: Wire) -> Iterator[Wire]:
    """Put a wire in place."""
    _ENDS.append(wire)
    try:
        yield wire
    finally:
        _ENDS.remove(wire)
