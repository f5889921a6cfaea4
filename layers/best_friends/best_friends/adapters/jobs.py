"""Jobs and the waves in which they are offered, on DynamoDB."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import batched

from pydantic import TypeAdapter
from pynamodb.exceptions import PutError, UpdateError
from pynamodb.expressions.update import Action

from best_friends.adapters.errors import condition_failed, conflicts
from best_friends.adapters.models_jobs import JobRow, WaveRow
from best_friends.domain.ledger import Job, JobStatus
from best_friends.domain.offer import Ended, Ending, Wave

GET_BATCH = 100
WAVE = TypeAdapter(Wave)
WAVES_KEPT = timedelta(days=90)
"""As long as the roster's versions (template.yaml): a draw can be recomputed and explained until then."""


class JobsTable:
    """Implements `ports.Jobs`."""

    def __init__(self, model: type[JobRow]) -> None:
        self._model = model

    def get_many(self, job_ids: Sequence[str]) -> dict[str, Job]:
        """The jobs there are among these ids."""
        rows = (
            row
            for batch in batched(job_ids, GET_BATCH, strict=False)
            for row in self._model.batch_get(list(batch), consistent_read=True)
        )
        return {row.job_id: job_of(row) for row in rows}

    def put_many(self, jobs: Iterable[Job]) -> None:
        """Write jobs in batches."""
        with self._model.batch_write() as batch:
            for job in jobs:
                batch.save(self._row(job))

    def put_posted(self, job: Job) -> bool:
        """Write a job over one that is posted; False when it is not posted any more."""
        try:
            self._row(job).save(self._model.status == str(JobStatus.POSTED))
        except PutError as error:
            if condition_failed(error):
                return False
            raise
        return True

    def get(self, job_id: str) -> Job | None:
        """One job, strongly read."""
        try:
            return job_of(self._model.get(job_id, consistent_read=True))
        except self._model.DoesNotExist:
            return None

    def post(self, job: Job) -> bool:
        """Write a job unless there is one of its id."""
        try:
            self._row(job).save(self._model.job_id.does_not_exist())
        except PutError as error:
            if condition_failed(error):
                return False
            raise
        return True

    def accept(self, job_id: str, friend_id: str, at: datetime) -> bool:
        """Give a posted job to a Friend, by one conditional write."""
        return self._moved(
            job_id,
            (JobStatus.POSTED,),
            self._model.status.set(str(JobStatus.ACCEPTED)),
            self._model.friend_id.set(friend_id),
            self._model.accepted_at.set(at.isoformat()),
        )

    def cancel(self, job_id: str) -> bool:
        """Cancel a job that is not completed yet."""
        return self._moved(
            job_id,
            (JobStatus.POSTED, JobStatus.ACCEPTED),
            self._model.status.set(str(JobStatus.CANCELLED)),
            self._model.cancelled_here.set(True),
        )

    def _moved(self, job_id: str, from_states: Sequence[JobStatus], *actions: Action) -> bool:
        try:
            self._model(job_id).update(
                actions=list(actions), condition=self._model.status.is_in(*map(str, from_states))
            )
        except UpdateError as error:
            if condition_failed(error):
                return False
            raise
        return True

    def _row(self, job: Job) -> JobRow:
        return self._model(
            job_id=job.job_id,
            friend_id=job.friend_id,
            customer_id=job.customer_id,
            skill=job.skill,
            latitude=job.latitude,
            longitude=job.longitude,
            posted_at=job.posted_at.isoformat(),
            completed_at=job.completed_at.isoformat() if job.completed_at else None,
            status=str(job.status),
            accepted_at=job.accepted_at.isoformat() if job.accepted_at else None,
            cancelled_here=job.cancelled_here or None,
            revenue_cents=job.revenue_cents,
            currency=job.currency,
        )


class WavesTable:
    """Implements `ports_dispatch.Waves`: wave 0 of a job is how its dispatch ended."""

    def __init__(self, model: type[WaveRow]) -> None:
        self._model = model

    def of_job(self, job_id: str) -> list[Wave]:
        """The frozen waves of a job, in order."""
        rows = self._model.query(job_id, self._model.wave > 0, consistent_read=True)
        return [WAVE.validate_python(row.drawn) for row in rows]

    def freeze(self, wave: Wave) -> None:
        """Write a wave that is not there yet."""
        with conflicts():
            self._model(
                job_id=wave.job_id,
                wave=wave.number,
                at=wave.drawn_at.isoformat(),
                drawn=WAVE.dump_python(wave, mode="json"),
                expires=_expiry(wave.drawn_at),
            ).save(self._model.job_id.does_not_exist())

    def end(self, ended: Ended) -> None:
        """Write how a dispatch ended; what is known last stands."""
        self._model(
            job_id=ended.job_id,
            wave=0,
            at=ended.at.isoformat(),
            ending=str(ended.ending),
            waves=ended.waves,
            notified=ended.notified,
            expires=_expiry(ended.at),
        ).save()

    def ended(self, job_id: str) -> Ended | None:
        """How the dispatch of a job ended, None while it has not."""
        try:
            row = self._model.get(job_id, 0, consistent_read=True)
        except self._model.DoesNotExist:
            return None
        at = datetime.fromisoformat(row.at)
        return Ended(job_id, Ending(row.ending), at, int(row.waves or 0), int(row.notified or 0))


def _expiry(at: datetime) -> int:
    return int((at + WAVES_KEPT).timestamp())


def job_of(row: JobRow) -> Job:
    """A job from its row."""
    return Job(
        job_id=row.job_id,
        friend_id=row.friend_id,
        customer_id=row.customer_id,
        skill=row.skill,
        latitude=float(row.latitude) if row.latitude is not None else None,
        longitude=float(row.longitude) if row.longitude is not None else None,
        posted_at=datetime.fromisoformat(row.posted_at),
        completed_at=datetime.fromisoformat(row.completed_at) if row.completed_at else None,
        status=JobStatus(row.status),
        accepted_at=datetime.fromisoformat(row.accepted_at) if row.accepted_at else None,
        cancelled_here=bool(row.cancelled_here),
        revenue_cents=int(row.revenue_cents),
        currency=row.currency,
    )
