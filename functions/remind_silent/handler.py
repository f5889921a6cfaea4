"""Queue a reminder for the silent of a chunk."""

from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from best_friends import bootstrap, wire
from best_friends.application.silent import RemindSilent
from best_friends.telemetry import about, count, log, observed

from .settings import Settings


@cache
def remind_silent() -> RemindSilent:
    """The use case."""
    names = bootstrap.environment(Settings)
    return RemindSilent(
        bootstrap.archive(names.archive_bucket),
        bootstrap.invitations(names.invitations_table),
        bootstrap.letters_queue(names.letters_queue),
    )


@observed
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """In: run, chunk and the reminder's number. Out: how many reminders were queued."""
    run, number = wire.run_of(event), int(event["number"])
    about(year=run.year, execution=event["execution"])
    reminded = remind_silent()(run, event["chunk"], number)
    log().info("silent reminded", number=number, reminders=reminded)
    count("RemindersQueued", reminded)
    return {"reminders": reminded}
