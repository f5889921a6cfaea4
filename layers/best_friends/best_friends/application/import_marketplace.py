"""Bring a checked export into the tables; what is there already stays untouched."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import batched
from typing import Protocol
from zoneinfo import ZoneInfo

from best_friends.application.accounts import Accounts
from best_friends.application.correct_ledger import By
from best_friends.application.engagements import overruled
from best_friends.application.errors import Refusal
from best_friends.application.import_ledger import ImportLedger
from best_friends.application.imported import Imported, Progress
from best_friends.application.ports import Clock, Engagements, Friends, Jobs, Ledger, Programme
from best_friends.application.ports_changes import Corrections, Trail
from best_friends.application.ports_person import Erasures
from best_friends.application.without_erased import WithoutErased
from best_friends.domain.engagements import imported, key_of
from best_friends.domain.friends import Engagement, Friend, with_what_is_known_here
from best_friends.domain.ledger import Job, JobStatus, LedgerEntry, entry_of_job, known_here

BATCH = 100
BY_EXPORT = By("import", "the marketplace's export")


class Export(Protocol):
    """A marketplace's export that has been checked."""

    @property
    def currency(self) -> str | None: ...
    def friends(self) -> Iterator[Friend]: ...
    def engagements(self) -> Iterator[Engagement]: ...
    def ledger(self, zone: ZoneInfo) -> Iterator[tuple[str, list[LedgerEntry]]]: ...
    def jobs(self) -> Iterator[Job]: ...


@dataclass(frozen=True, slots=True)
class ImportMarketplace:
    """Write an export, row by row only where it differs, so that it can be run again."""

    friends: Friends
    engagements: Engagements
    ledger: Ledger
    jobs: Jobs
    programme: Programme
    corrections: Corrections
    trail: Trail
    clock: Clock
    erasures: Erasures

    def __call__(self, export: Export, progress: Progress, by: By = BY_EXPORT) -> Imported:
        """Import everything; what it changes in the ledger is noted as done `by` whom and why.

        Raises:
            Refusal: when the export's currency is not the programme's; nothing is written.
        """
        export = WithoutErased(export, self.erasures.keys())
        settings = self.programme.settings()
        if export.currency and settings.currency and export.currency != settings.currency:
            raise Refusal(
                f"the programme's currency is {settings.currency} and this export's is {export.currency};"
                f" export the amounts in {settings.currency}"
            )
        if export.currency and not settings.currency:
            self.programme.save_settings(replace(settings, currency=export.currency))
        zone = settings.policy.programme.zone
        done = Imported()
        aliases = self._import_friends(export.friends(), done, progress)
        self._import_engagements(export.engagements(), done, progress)
        ledger = ImportLedger(
            self.ledger, self.corrections, self.trail, self.clock, aliases, Accounts(self.friends), by
        )
        ledger(export.ledger(zone), done, progress)
        self._import_jobs(export.jobs(), zone, done, progress)
        return done

    def _import_friends(
        self, friends: Iterable[Friend], done: Imported, progress: Progress
    ) -> dict[str, str]:
        """Write the Friends that differ; the aliases among them, and which account each means."""
        aliases: dict[str, str] = {}
        meant = Accounts(self.friends)
        for batch in batched(friends, BATCH, strict=False):
            stored = self.friends.get_many([friend.friend_id for friend in batch])
            merged = [one.friend_id for one in stored.values() if one.merged_into]
            aliases |= {friend_id: meant.surviving(friend_id) for friend_id in merged}
            current = [
                with_what_is_known_here(stored[one.friend_id], one) if one.friend_id in stored else one
                for one in batch
            ]
            differing = [friend for friend in current if stored.get(friend.friend_id) != friend]
            self.friends.put_many(differing)
            new = sum(friend.friend_id not in stored for friend in differing)
            done.count(done.new, "friends", new)
            done.count(done.changed, "friends", len(differing) - new)
            done.count(done.unchanged, "friends", len(batch) - len(differing))
            progress("friends", len(batch))
        return aliases

    def _import_engagements(
        self, engagements: Iterable[Engagement], done: Imported, progress: Progress
    ) -> None:
        stored = {key_of(one): one for one in self.engagements.all()}
        rows = list(engagements)
        # Two rows of one role from one day on are one engagement, and it lasted until the later end.
        exported = {key_of(one): one for one in sorted(rows, key=_end)}
        current = {key: imported(stored.get(key), one) for key, one in exported.items()}
        differing = [one for key, one in current.items() if stored.get(key) != one]
        changes = [(stored[key_of(one)], one) for one in differing if key_of(one) in stored]
        self.trail.note(overruled(changes, Accounts(self.friends), self.clock(), BY_EXPORT))
        self.engagements.put_many(differing)
        new = sum(key_of(one) not in stored for one in differing)
        done.count(done.new, "engagements", new)
        done.count(done.changed, "engagements", len(differing) - new)
        done.count(done.unchanged, "engagements", len(rows) - len(differing))
        progress("engagements", len(rows))

    def _import_jobs(self, jobs: Iterable[Job], zone: ZoneInfo, done: Imported, progress: Progress) -> None:
        for batch in batched(jobs, BATCH, strict=False):
            stored = self.jobs.get_many([job.job_id for job in batch])
            current = [known_here(stored[job.job_id], job) if job.job_id in stored else job for job in batch]
            differing = [job for job in current if stored.get(job.job_id) != job]
            known = [(stored[job.job_id], job) for job in differing if job.job_id in stored]
            # The ledger first: if this breaks off, the old job still tells the next try what to remove.
            self._remove_stale(known, zone, done)
            self._put(differing, stored)
            done.count(done.new, "jobs", len(differing) - len(known))
            done.count(done.changed, "jobs", len(known))
            done.count(done.unchanged, "jobs", len(batch) - len(differing))
            progress("jobs", len(batch))

    def _put(self, jobs: Iterable[Job], stored: Mapping[str, Job]) -> None:
        """Write jobs; one that was on offer only if it still is, since a Friend may just have taken it."""
        on_offer = {one for one, job in stored.items() if job.status is JobStatus.POSTED}
        plain = [job for job in jobs if job.job_id not in on_offer]
        self.jobs.put_many(plain)
        for job in (one for one in jobs if one.job_id in on_offer):
            if not self.jobs.put_posted(job) and (taken := self.jobs.get(job.job_id)):
                self.jobs.put_many([known_here(taken, job)])

    def _remove_stale(self, changed: list[tuple[Job, Job]], zone: ZoneInfo, done: Imported) -> None:
        """Remove the line of a job that is not completed any more, wherever it lies by now."""
        stale: dict[tuple[str, str], LedgerEntry] = {}
        for before, now in changed:
            old = entry_of_job(before, zone)
            if old and entry_of_job(now, zone) is None:
                # Looked up and not computed: an import that broke off may have dated it anew already.
                lines = [*self.ledger.of_friend(old.friend_id), *self.ledger.located(old.source)]
                stale |= {(one.friend_id, one.entry): one for one in lines if one.source == old.source}
        self.ledger.write(put=[], delete=stale.values())
        done.count(done.removed, "ledger", len(stale))


def _end(engagement: Engagement) -> date:
    return engagement.held_until or date.max
