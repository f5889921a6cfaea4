"""The services' errors, told in the application's words (three classes, and conflicts)."""

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import (
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    HTTPClientError,
    NoCredentialsError,
    ProxyConnectionError,
    SSLError,
)
from botocore.parsers import ResponseParserError
from pynamodb.exceptions import PynamoDBException

from best_friends.application.errors import Conflict, InDoubt, Refused, Throttled

CONDITION_FAILED = "ConditionalCheckFailedException"
UNSENDABLE = "BadRequestException"
"""The one error reply that is about the letter itself, such as an address that is none."""


def code_of(error: ClientError) -> str:
    """The service's error code."""
    return str(error.response.get("Error", {}).get("Code", ""))


def condition_failed(error: PynamoDBException) -> bool:
    """Whether a conditional write found something else than it expected."""
    return error.cause_response_code == CONDITION_FAILED


@contextmanager
def conflicts() -> Iterator[None]:
    """Turn a failed condition into a Conflict."""
    try:
        yield
    except PynamoDBException as error:
        if condition_failed(error):
            raise Conflict("the record was written by somebody else") from error
        raise


NOTHING_WAS_SENT = (
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    ProxyConnectionError,
    SSLError,
)
"""What goes wrong before a request has left."""


@contextmanager
def hand_over_errors(service: str) -> Iterator[None]:
    """Sort the errors of a service that letters are handed to: come back later, never, or nobody knows.

    Any error reply means that nothing was accepted. Most are about us and not about the letter (a
    throttle, a paused account, an identity that is not verified, a missing permission): they mend, and
    must not cost a nominee the invitation. Only silence leaves doubt. Messages of the service may
    quote an address, so they are not passed on.
    """
    try:
        yield
    except ClientError as error:
        if code_of(error) == UNSENDABLE:
            raise Refused(f"the {service} cannot send this letter") from None
        raise Throttled(f"the {service} does not take letters now ({code_of(error)})") from None
    except NOTHING_WAS_SENT:
        raise Throttled(f"the {service} could not be reached") from None
    except (HTTPClientError, ResponseParserError):
        raise InDoubt(f"the {service} did not reply, or not in words that can be read") from None
