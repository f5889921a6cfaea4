"""End the silent of a chunk as expired."""

from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from best_friends import bootstrap, wire
from best_friends.application.silent import CloseAnswers
from best_friends.telemetry import about, count, log, observed

from .settings import Settings


@cache
def close_answers() -> CloseAnswers:
    """The use case."""
    names = bootstrap.environment(Settings)
    return CloseAnswers(
        bootstrap.archive(names.archive_bucket),
        bootstrap.invitations(names.invitations_table),
        bootstrap.workflows(),
        bootstrap.letters_queue(names.letters_queue),
        bootstrap.clock,
    )


@observed
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """In: run and chunk. Out: how many expired."""
    run = wire.run_of(event)
    about(year=run.year, execution=event["execution"])
    expired = close_answers()(run, event["chunk"])
    log().info("answers closed", expired=expired)
    count("InvitationsExpired", expired)
    return {"expired": expired}
