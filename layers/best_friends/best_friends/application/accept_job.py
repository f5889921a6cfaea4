"""Taking a job: by the link of a notification, or by an operator's command. The first one wins."""

from dataclasses import dataclass

from best_friends.application.accounts import Accounts
from best_friends.application.links import ACCEPT, FollowLink, UnknownLink
from best_friends.application.ports import Clock, Friends, Jobs, Programme
from best_friends.domain.friends import Area, Friend
from best_friends.domain.ledger import Job
from best_friends.domain.offer import Standing, nearest_area, place_of, standing_of


@dataclass(frozen=True, slots=True)
class Offer:
    """What stands behind the link of a notification: the job, as this Friend sees it.

    `accepted_after` is how many seconds after the posting the Friend took it, when it just did.
    """

    friend: Friend
    job: Job
    standing: Standing
    languages: tuple[str, ...]
    near: tuple[Area, float] | None = None
    accepted_after: float | None = None


@dataclass(frozen=True, slots=True)
class AcceptJob:
    """Give a posted job to a Friend, by one conditional write."""

    jobs: Jobs
    clock: Clock

    def __call__(self, job: Job, friend: Friend) -> tuple[Job, float | None]:
        """The job as it stands after the attempt, and how long it took to be accepted if it was now."""
        at = self.clock()
        taken = friend.active and self.jobs.accept(job.job_id, friend.friend_id, at)
        after = self.jobs.get(job.job_id) or job
        return after, (at - job.posted_at).total_seconds() if taken else None


@dataclass(frozen=True, slots=True)
class AcceptOffer:
    """Follow a notification's link: show the offer (which changes nothing, ever), or take the job."""

    follow: FollowLink
    friends: Friends
    jobs: Jobs
    programme: Programme
    accept: AcceptJob

    def look(self, job_id: str, token: str) -> Offer:
        """What the page shows.

        Raises:
            UnknownLink, ExpiredLink: as for any link; a link is for one job only.
        """
        link = self.follow(token, ACCEPT)
        friend = Accounts(self.friends).friend(link.friend_id)  # an alias's links follow it
        job = self.jobs.get(link.job_id)
        if friend is None or job is None or link.job_id != job_id:
            raise UnknownLink
        return self._offer(friend, job)

    def __call__(self, job_id: str, token: str) -> Offer:
        """Take the job for the Friend whom the link names, if it is still there.

        Raises:
            UnknownLink, ExpiredLink: nothing is taken.
        """
        seen = self.look(job_id, token)
        job, after = self.accept(seen.job, seen.friend)
        return self._offer(seen.friend, job, after)

    def _offer(self, friend: Friend, job: Job, after: float | None = None) -> Offer:
        place = place_of(job)
        return Offer(
            friend=friend,
            job=job,
            standing=standing_of(job, friend),
            languages=self.programme.settings().policy.programme.languages,
            near=nearest_area(friend, *place) if place else None,
            accepted_after=after,
        )
