"""`best-friends job ...`: post, accept and cancel jobs as the marketplace and its Friends do."""

import re
import uuid

from best_friends import bootstrap
from best_friends.application.accept_job import AcceptJob
from best_friends.application.accounts import Accounts
from best_friends.domain.ledger import Job, JobStatus
from best_friends.domain.offer import Standing, standing_of
from ops.deployment import Deployment
from ops.faults import Stop

PLACE = re.compile(r"(-?\d{1,2}(?:\.\d+)?)\s*,\s*(-?\d{1,3}(?:\.\d+)?)")


def place_in(text: str) -> tuple[float, float]:
    """Latitude and longitude in degrees from `47.05,8.31`.

    Raises:
        Stop: when it is no place on this globe.
    """
    found = PLACE.fullmatch(text.strip())
    if found:
        latitude, longitude = float(found[1]), float(found[2])
        if -90 <= latitude <= 90 and -180 <= longitude <= 180:
            return latitude, longitude
    raise Stop(f"--at: {text!r}: expected latitude and longitude in degrees, such as 47.05,8.31")


def post_job(deployment: Deployment, job_id: str, skill: str, at: str, customer: str) -> str:
    """Post a job; the stream does the rest.

    Raises:
        Stop: when the place is none, or there is a job of this id.
    """
    latitude, longitude = place_in(at)
    if not skill.strip():
        raise Stop("--skill: is empty; name the skill that the job needs, such as computer")
    job_id = job_id or f"J-{uuid.uuid4().hex[:12]}"
    job = Job(
        job_id=job_id,
        friend_id="",
        customer_id=customer,
        skill=skill.strip(),
        latitude=latitude,
        longitude=longitude,
        posted_at=bootstrap.clock(),
        completed_at=None,
        status=JobStatus.POSTED,
        revenue_cents=0,
        currency="",
    )
    if not bootstrap.jobs(deployment.jobs_table).post(job):
        raise Stop(f"there is a job {job_id} already; leave out --id, or name another")
    return job_id


def accept_job(deployment: Deployment, job_id: str, friend_id: str) -> str:
    """Take a job for a Friend, as its link does.

    Raises:
        Stop: when there is no such job or Friend, or the job is not to be had.
    """
    jobs = bootstrap.jobs(deployment.jobs_table)
    job = jobs.get(job_id)
    friend = Accounts(bootstrap.friends(deployment.friends_table)).friend(friend_id)
    if job is None:
        raise Stop(f"there is no job {job_id}")
    if friend is None:
        raise Stop(f"there is no Friend {friend_id}")
    if not friend.active:
        raise Stop(f"{friend.friend_id} is not active; activate the account in the marketplace first")
    after, seconds = AcceptJob(jobs, bootstrap.clock)(job, friend)
    standing = standing_of(after, friend)
    if standing is not Standing.YOURS:
        who = f" by {after.friend_id}" if standing is Standing.TAKEN else ""
        raise Stop(f"the job {job_id} is {after.status}{who}; nothing was changed")
    when = f"{seconds:,.0f} s after it was posted" if seconds is not None else "already"
    return f"{friend.friend_id} has the job {job_id}, {when}."


def cancel_job(deployment: Deployment, job_id: str) -> str:
    """Cancel a job; no further wave of it is sent.

    Raises:
        Stop: when there is no such job, or it is over.
    """
    jobs = bootstrap.jobs(deployment.jobs_table)
    cancelled = jobs.cancel(job_id)
    job = jobs.get(job_id)
    if cancelled:
        told = f" It was {job.friend_id}'s: tell the Friend." if job and job.friend_id else ""
        return f"The job {job_id} is cancelled; no further wave is sent.{told}"
    if job is None:
        raise Stop(f"there is no job {job_id}")
    raise Stop(f"the job {job_id} is {job.status} already; nothing was changed")
