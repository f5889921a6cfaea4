"""The invitation machine: Step Functions."""

import hashlib
import json
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from best_friends.adapters.errors import code_of
from best_friends.domain.invitation import InvitationState

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient

GONE = frozenset({"TaskTimedOut", "TaskDoesNotExist", "InvalidToken"})
"""What a token that nobody waits for is answered with."""


class StepFunctions:
    """Implements `ports.Workflows`."""

    def __init__(self, client: "SFNClient", invitation_machine: str) -> None:
        self._client = client
        self._machine = invitation_machine

    def start_invitation(self, friend_id: str, year: int) -> bool:
        """Start an invitation by its one name."""
        try:
            self._client.start_execution(
                stateMachineArn=self._machine,
                name=execution_name(friend_id, year),
                input=json.dumps({"friend_id": friend_id, "year": year}),
            )
        except ClientError as error:
            if code_of(error) == "ExecutionAlreadyExists":
                return False
            raise
        return True

    def tell(self, task_token: str, state: InvitationState) -> bool:
        """Let a waiting invitation go on."""
        try:
            self._client.send_task_success(taskToken=task_token, output=json.dumps({"state": state}))
        except ClientError as error:
            if code_of(error) in GONE:
                return False
            raise
        return True


def execution_name(friend_id: str, year: int) -> str:
    """`year-digest`: a Friend's id may hold characters that a name may not."""
    return f"{year}-{hashlib.sha256(friend_id.encode()).hexdigest()[:32]}"
