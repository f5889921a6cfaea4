"""Queue the first wave of a job that was posted."""

from dataclasses import dataclass
from datetime import datetime

from best_friends.application.ports import Clock, Programme
from best_friends.application.ports_dispatch import JobsQueue, WaveOrder
from best_friends.domain.offer import too_old


@dataclass(frozen=True, slots=True)
class QueueJobs:
    """Old jobs are not queued: an import brings years of history, and none of it is on offer."""

    programme: Programme
    queue: JobsQueue
    clock: Clock

    def __call__(self, job_id: str, posted_at: datetime) -> bool:
        """Queue the job's first wave; False when it was posted too long ago."""
        if too_old(posted_at, self.clock(), self.programme.settings().policy.dispatch):
            return False
        self.queue.put(WaveOrder(job_id))
        return True
