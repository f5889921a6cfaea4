"""Start the invitations of a chunk of nominees."""

from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from best_friends import bootstrap, wire
from best_friends.application.invite_nominees import InviteNominees
from best_friends.telemetry import about, count, log, observed

from .settings import Settings


class InvitationsFailed(Exception):
    """Some invitations could not be started; the step is to be tried again."""


@cache
def invite_nominees() -> InviteNominees:
    """The use case."""
    names = bootstrap.environment(Settings)
    return InviteNominees(
        bootstrap.archive(names.archive_bucket),
        bootstrap.invitations(names.invitations_table),
        bootstrap.workflows(names.invitation_machine),
        bootstrap.runs(names.programme_table, names.archive_bucket),
        lambda friend_id, error: log().error(
            "invitation not started", friend_id=friend_id, error=type(error).__name__
        ),
    )


@observed
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """In: run and chunk. Out: how many were started; fails after the rest when one did."""
    run = wire.run_of(event)
    about(year=run.year, execution=event["execution"])
    invited = invite_nominees()(run, event["chunk"])
    log().info("chunk invited", started=invited.started, failed=len(invited.failed))
    count("InvitationsStarted", invited.started)
    count("InvitationsNotStarted", len(invited.failed))
    if invited.failed:
        raise InvitationsFailed(f"{len(invited.failed)} invitations could not be started")
    return {"started": invited.started}
