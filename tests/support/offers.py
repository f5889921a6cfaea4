"""Jobs in Zurich and the Friends who are offered them: what the tests of dispatching arrange."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from best_friends.domain.friends import Channel
from best_friends.domain.ledger import Job, JobStatus
from best_friends.domain.stats import Totals
from tests.support.marketplace import friend
from tests.support.postbox import Mail
from tests.support.queues import SqsDriver
from tests.support.stack import Clock, Stack

SKILL = "wifi"
PLACE = (47.3769, 8.5417)
"""Where every Friend of a test lives."""


def job_of(job_id: str, posted_at: datetime, **changes: Any) -> Job:
    """A posted job in the middle of Zurich."""
    given: dict[str, Any] = {
        "job_id": job_id,
        "friend_id": "",
        "customer_id": "customer-4711",
        "skill": SKILL,
        "latitude": PLACE[0],
        "longitude": PLACE[1],
        "posted_at": posted_at,
        "completed_at": None,
        "status": JobStatus.POSTED,
        "revenue_cents": 0,
        "currency": "CHF",
    }
    return Job(**given | changes)


def neighbours(stack: Stack, number: int, *, channel: Channel = Channel.MAIL) -> list[str]:
    """So many Friends with twenty ratings each, F01 and so on, and a roster of them."""
    names = [f"F{one:02d}" for one in range(1, number + 1)]
    stack.friends.put_many(replace(friend(name), channel=channel) for name in names)
    for name in names:
        stack.stats.put(name, {"2025-06": Totals(20, 95)}, read_at=stack.stats.get(name).version)
    stack.invoke("BuildRoster", {})
    return names


def order_wave(stack: Stack, job_id: str, wave: int = 1) -> None:
    """Queue a wave that is due."""
    body = f'{{"job_id": "{job_id}", "wave": {wave}}}'
    stack.client("sqs").send_message(QueueUrl=stack.name("JobsQueue"), MessageBody=body)


def order_notification(stack: Stack, job_id: str, friend_id: str, wave: int = 1) -> None:
    """Queue a notification."""
    body = f'{{"job_id": "{job_id}", "friend_id": "{friend_id}", "wave": {wave}}}'
    stack.client("sqs").send_message(QueueUrl=stack.name("NotificationsQueue"), MessageBody=body)


def offered(
    stack: Stack, clock: Clock, notifications_queue: SqsDriver, *friend_ids: str, job_id: str = "J1"
) -> list[str]:
    """Post a job and notify these Friends of it by mail; the tokens of their links."""
    stack.friends.put_many(friend(name) for name in friend_ids)
    stack.jobs.put_many([job_of(job_id, clock())])
    for name in friend_ids:
        order_notification(stack, job_id, name)
    notifications_queue.drain()
    return [mail_to(stack, name).token for name in friend_ids]


def mail_to(stack: Stack, friend_id: str) -> Mail:
    """The one notification that a Friend got by mail."""
    [mail] = stack.postbox.to(f"{friend_id.lower()}@mailbox.example", "notification")
    return mail
