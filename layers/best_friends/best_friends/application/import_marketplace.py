"""Bring a checked export into the tables; what is there already stays untouched."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import batched
from typing import Protocol
from zoneinfo import ZoneInfo

from best_friends.application.errors import Refusal
from best_friends.application.ports import Engagements, Friends, Jobs, Ledger, Programme
from best_friends.domain.friends import Engagement, Friend
from best_friends.domain.ledger import Job, LedgerEntry, entry_of_job, known_here
from best_friends.domain.policy import Role

BATCH = 100
FRIENDS_AT_ONCE = 50
"""Whose ledger entries are written together: small enough to hold, large enough to fill batches."""

Progress = Callable[[str, int], None]
"""Called with the name of a step and how many more rows of it are done."""


class Export(Protocol):
    """A marketplace's export that has been checked."""

    @property
    def currency(self) -> str | None: ...
    def friends(self) -> Iterator[Friend]: ...
    def engagements(self) -> Iterator[Engagement]: ...
    def ledger(self, zone: ZoneInfo) -> Iterator[tuple[str, list[LedgerEntry]]]: ...
    def jobs(self) -> Iterator[Job]: ...


@dataclass(slots=True)
class Imported:
    """What an import changed: rows new, changed, removed and unchanged, by table."""

    new: dict[str, int] = field(default_factory=dict)
    changed: dict[str, int] = field(default_factory=dict)
    removed: dict[str, int] = field(default_factory=dict)
    unchanged: dict[str, int] = field(default_factory=dict)

    @property
    def nothing_changed(self) -> bool:
        """Whether the tables were as the export says already."""
        return not (self.new or self.changed or self.removed)

    def count(self, what: dict[str, int], table: str, rows: int = 1) -> None:
        """Count rows of a table."""
        if rows:
            what[table] = what.get(table, 0) + rows


@dataclass(frozen=True, slots=True)
class ImportMarketplace:
    """Write an export, row by row only where it differs, so that it can be run again."""

    friends: Friends
    engagements: Engagements
    ledger: Ledger
    jobs: Jobs
    programme: Programme

    def __call__(self, export: Export, progress: Progress) -> Imported:
        """Import everything.

        Raises:
            Refusal: when the export's currency is not the programme's; nothing is written.
        """
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
        self._import_friends(export.friends(), done, progress)
        self._import_engagements(export.engagements(), done, progress)
        self._import_ledger(export.ledger(zone), done, progress)
        self._import_jobs(export.jobs(), zone, done, progress)
        return done

    def _import_friends(self, friends: Iterable[Friend], done: Imported, progress: Progress) -> None:
        for batch in batched(friends, BATCH, strict=False):
            stored = self.friends.get_many([friend.friend_id for friend in batch])
            differing = [friend for friend in batch if stored.get(friend.friend_id) != friend]
            self.friends.put_many(differing)
            new = sum(friend.friend_id not in stored for friend in differing)
            done.count(done.new, "friends", new)
            done.count(done.changed, "friends", len(differing) - new)
            done.count(done.unchanged, "friends", len(batch) - len(differing))
            progress("friends", len(batch))

    def _import_engagements(
        self, engagements: Iterable[Engagement], done: Imported, progress: Progress
    ) -> None:
        stored = {_key(one): one for one in self.engagements.all()}
        rows = list(engagements)
        # Two rows of one role from one day on are one engagement, and it lasted until the later end.
        exported = {_key(one): one for one in sorted(rows, key=_end)}
        differing = [one for key, one in exported.items() if stored.get(key) != one]
        self.engagements.put_many(differing)
        new = sum(_key(one) not in stored for one in differing)
        done.count(done.new, "engagements", new)
        done.count(done.changed, "engagements", len(differing) - new)
        done.count(done.unchanged, "engagements", len(rows) - len(differing))
        progress("engagements", len(rows))

    def _import_ledger(
        self, ledger: Iterable[tuple[str, list[LedgerEntry]]], done: Imported, progress: Progress
    ) -> None:
        first_import = self.ledger.is_empty()
        for batch in batched(ledger, FRIENDS_AT_ONCE, strict=False):
            put: list[LedgerEntry] = []
            moved: list[LedgerEntry] = []
            for friend_id, entries in batch:
                known = [] if first_import else self.ledger.of_friend(friend_id)
                stored = {one.entry: one for one in known}
                differing = [entry for entry in entries if stored.get(entry.entry) != entry]
                # What an entry is about, not its key, tells whether it is there: a re-dated one moves,
                # and where a write broke off in between there may be two.
                keys = {entry.source: entry.entry for entry in entries}
                elsewhere = [one for one in known if keys.get(one.source, one.entry) != one.entry]
                put += differing
                moved += elsewhere
                new = len(keys.keys() - {one.source for one in known})
                touched = len({one.source for one in (*differing, *elsewhere)})
                done.count(done.new, "ledger", new)
                done.count(done.changed, "ledger", touched - new)
                done.count(done.unchanged, "ledger", len(entries) - touched)
            self.ledger.write(put=put, delete=moved)
            progress("ledger", sum(len(entries) for _, entries in batch))

    def _import_jobs(self, jobs: Iterable[Job], zone: ZoneInfo, done: Imported, progress: Progress) -> None:
        for batch in batched(jobs, BATCH, strict=False):
            stored = self.jobs.get_many([job.job_id for job in batch])
            current = [known_here(stored[job.job_id], job) if job.job_id in stored else job for job in batch]
            differing = [job for job in current if stored.get(job.job_id) != job]
            known = [(stored[job.job_id], job) for job in differing if job.job_id in stored]
            # The ledger first: if this breaks off, the old job still tells the next try what to remove.
            self._remove_stale(known, zone, done)
            self.jobs.put_many(differing)
            done.count(done.new, "jobs", len(differing) - len(known))
            done.count(done.changed, "jobs", len(known))
            done.count(done.unchanged, "jobs", len(batch) - len(differing))
            progress("jobs", len(batch))

    def _remove_stale(self, changed: list[tuple[Job, Job]], zone: ZoneInfo, done: Imported) -> None:
        """Remove the line of a job that is not completed any more, or belongs to another Friend now."""
        stale: list[LedgerEntry] = []
        for before, now in changed:
            old, new = entry_of_job(before, zone), entry_of_job(now, zone)
            if old and (new is None or new.friend_id != old.friend_id):
                # Looked up and not computed: an import that broke off may have dated it anew already.
                stale += [one for one in self.ledger.of_friend(old.friend_id) if one.source == old.source]
        self.ledger.write(put=[], delete=stale)
        done.count(done.removed, "ledger", len(stale))


def _key(engagement: Engagement) -> tuple[str, Role, date]:
    return engagement.friend_id, engagement.role, engagement.held_from


def _end(engagement: Engagement) -> date:
    return engagement.held_until or date.max
