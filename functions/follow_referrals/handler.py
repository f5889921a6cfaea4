"""Streams of Referrals, Friends and Stats: order thanks, and follow those who were referred."""

from collections.abc import Callable, Collection
from dataclasses import asdict
from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from best_friends import bootstrap, bootstrap_referrals
from best_friends.application.follow_referrals import FollowReferrals
from best_friends.telemetry import count, log, observed

from .settings import Settings

Follow = Callable[[Collection[str]], int]


@cache
def follow() -> tuple[Settings, FollowReferrals]:
    """The tables' names, and the use case."""
    names = bootstrap.environment(Settings)
    return names, bootstrap_referrals.follow_referrals(**asdict(names))


def whatever_changed(stream: str) -> tuple[str, str, Follow]:
    """What a stream's table is keyed by, how the log calls what comes of it, and what follows."""
    names, followed = follow()
    table = stream.split(":table/")[1].split("/", maxsplit=1)[0]
    return {
        names.referrals_table: ("referral_id", "letters ordered", followed.referred),
        names.friends_table: ("friend_id", "joined", followed.friends_changed),
        names.stats_table: ("friend_id", "came along", followed.stats_changed),
    }[table]


@observed
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """In: records of one stream (keys only). Out: the first record from which to deliver again, if any."""
    records = event["Records"]
    numbers = [record["dynamodb"]["SequenceNumber"] for record in records]
    try:
        key, what, changed = whatever_changed(records[0]["eventSourceARN"])
        done = changed({record["dynamodb"]["Keys"][key]["S"] for record in records})
    except Exception as error:  # all of a batch is followed again, and halves of it where that fails too
        log().error("referrals not followed", records=len(records), error=type(error).__name__)
        count("ReferralRecordsFailed", len(records))
        return {"batchItemFailures": [{"itemIdentifier": min(numbers, key=int)}]}
    if done:
        log().info("referrals followed", what=what, number=done)
        count("ReferralsFollowed", done)
    return {"batchItemFailures": []}
