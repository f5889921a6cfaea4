"""The ports in memory: real versions and conditions, all on one line (`line.py`).

No fake knows what a test expects. Whatever DynamoDB, SQS, SES or Step Functions would refuse, these
refuse as well: a second write of a key in one batch, a version that has moved on, a token that nobody
waits for.
"""

import hashlib
import json
import zlib
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, date, datetime
from itertools import batched
from typing import Any

from pydantic import TypeAdapter

from best_friends.application import ports, ports_letters
from best_friends.application.answer_invitation import AnswerInvitation, LookAtInvitation
from best_friends.application.errors import Conflict
from best_friends.application.hand_over import HandOver, Sending
from best_friends.application.invite_nominees import InviteNominees
from best_friends.application.links import FollowLink, MintLink
from best_friends.application.ports import Link, Pending, Segment, StoredStats
from best_friends.application.ports_letters import LetterOrder
from best_friends.application.run import Runs
from best_friends.application.send_letter import SendLetter
from best_friends.application.silent import CloseAnswers
from best_friends.domain.calendar import calendar_of
from best_friends.domain.friends import Engagement, Friend
from best_friends.domain.invitation import Answer, Invitation, InvitationState, Reasons
from best_friends.domain.ledger import Job, JobStatus, LedgerEntry
from best_friends.domain.letter import LetterKind, LetterState, letter_ids_of_year
from best_friends.domain.policy import Policy
from best_friends.domain.programme import Run, Settings, YearRecord, YearState
from best_friends.domain.stats import Months, Totals
from tests.unit.line import Line, OnLine, Unreachable, call

RECORD = TypeAdapter(YearRecord)
VALUE: TypeAdapter[Any] = TypeAdapter(Any)
WRITE_BATCH = 25


class DuplicateKeys(Exception):
    """What DynamoDB says of a batch that writes one key twice."""


def in_segment(key: str, segment: Segment) -> bool:
    """Whether a key's hash falls into the segment."""
    return zlib.crc32(key.encode()) % segment.of == segment.number


def _each_key_once(keys: Iterable[object]) -> None:
    for batch in batched(keys, WRITE_BATCH, strict=False):
        if len(set(batch)) < len(batch):
            raise DuplicateKeys


class FakeFriends(OnLine, ports.Friends):
    """Friends by id."""

    def __init__(self, line: Line) -> None:
        super().__init__(line)
        self.rows: dict[str, Friend] = {}

    @call
    def get(self, friend_id: str) -> Friend | None:
        return self.rows.get(friend_id)

    @call
    def get_many(self, friend_ids: Sequence[str]) -> dict[str, Friend]:
        return {one: self.rows[one] for one in friend_ids if one in self.rows}

    def put_many(self, friends: Iterable[Friend]) -> None:
        rows = list(friends)
        _each_key_once(friend.friend_id for friend in rows)
        for friend in rows:
            self._put(friend)

    @call
    def _put(self, friend: Friend) -> None:
        self.rows[friend.friend_id] = friend

    @call
    def scan(self, segment: Segment) -> Iterator[tuple[str, bool, str]]:
        found = [one for one in self.rows.values() if in_segment(one.friend_id, segment)]
        return iter([(one.friend_id, one.active, one.region) for one in found])

    @call
    def everybody(self) -> Iterator[Friend]:
        return iter(list(self.rows.values()))


class FakeEngagements(OnLine, ports.Engagements):
    """Engagements by Friend, role and first day."""

    def __init__(self, line: Line) -> None:
        super().__init__(line)
        self.rows: dict[tuple[str, str], Engagement] = {}

    @call
    def all(self) -> Iterator[Engagement]:
        return iter(list(self.rows.values()))

    def put_many(self, engagements: Iterable[Engagement]) -> None:
        rows = [((one.friend_id, f"{one.role}#{one.held_from}"), one) for one in engagements]
        _each_key_once(key for key, _ in rows)
        for key, one in rows:
            self._put(key, one)

    @call
    def _put(self, key: tuple[str, str], one: Engagement) -> None:
        self.rows[key] = one


class FakeLedger(OnLine, ports.Ledger):
    """Entries by Friend and key. A batch is written row by row, so that it can break off within."""

    def __init__(self, line: Line) -> None:
        super().__init__(line)
        self.rows: dict[str, dict[str, LedgerEntry]] = {}

    @call
    def of_months(self, friend_id: str, months: Collection[str]) -> list[LedgerEntry]:
        return [one for one in self.entries(friend_id) if one.month in months]

    @call
    def of_friend(self, friend_id: str) -> list[LedgerEntry]:
        return self.entries(friend_id)

    @call
    def located(self, source: str) -> list[LedgerEntry]:
        found = [one for own in self.rows.values() for one in own.values() if one.source == source]
        return sorted(found, key=lambda one: (one.friend_id, one.entry))

    @call
    def is_empty(self) -> bool:
        return not self.rows

    def write(self, put: Iterable[LedgerEntry], delete: Iterable[LedgerEntry]) -> None:
        puts, deletes = list(put), list(delete)
        _each_key_once((one.friend_id, one.entry) for one in puts + deletes)
        for one in puts:
            self._put(one)
        for one in deletes:
            self._delete(one)

    @call
    def _put(self, one: LedgerEntry) -> None:
        self.rows.setdefault(one.friend_id, {})[one.entry] = one

    @call
    def _delete(self, one: LedgerEntry) -> None:
        own = self.rows.get(one.friend_id, {})
        own.pop(one.entry, None)
        if not own:
            self.rows.pop(one.friend_id, None)

    @call
    def scan(self, segment: Segment) -> Iterator[LedgerEntry]:
        # Friends come in the order of their hash, as a table gives them, and not in that of their ids.
        friends = sorted(self.rows, key=lambda one: hashlib.sha256(one.encode()).digest())
        return iter([entry for one in friends if in_segment(one, segment) for entry in self.entries(one)])

    def entries(self, friend_id: str) -> list[LedgerEntry]:
        """A Friend's entries by key; not a call."""
        return [entry for _, entry in sorted(self.rows.get(friend_id, {}).items())]


class FakeStats(OnLine, ports.Stats):
    """Months by Friend, with the version of the last write."""

    def __init__(self, line: Line) -> None:
        super().__init__(line)
        self.rows: dict[str, StoredStats] = {}

    @call
    def get(self, friend_id: str) -> StoredStats:
        stored = self.rows.get(friend_id)
        return StoredStats(stored.version, dict(stored.months)) if stored else StoredStats(0, {})

    @call
    def get_many(self, friend_ids: Sequence[str]) -> dict[str, Months]:
        return {one: dict(self.rows[one].months) for one in friend_ids if one in self.rows}

    @call
    def put(self, friend_id: str, months: Months, *, read_at: int) -> None:
        stored = self.rows.get(friend_id)
        if (stored.version if stored else 0) != read_at:
            raise Conflict
        self.rows[friend_id] = StoredStats(read_at + 1, dict(months))

    @call
    def scan(self, segment: Segment) -> Iterator[tuple[str, Months]]:
        # Cut otherwise than the ledger, as two tables are.
        found = [one for one in self.rows if in_segment(f"stats of {one}", segment)]
        return iter([(one, dict(self.rows[one].months)) for one in found])

    @call
    def ids(self, segment: Segment) -> Iterator[str]:
        return iter([one for one in self.rows if in_segment(f"stats of {one}", segment)])

    def months(self, friend_id: str) -> dict[str, Totals]:
        """What is stored; not a call."""
        return self.rows[friend_id].months if friend_id in self.rows else {}


class FakeJobs(OnLine, ports.Jobs):
    """Jobs by id."""

    def __init__(self, line: Line) -> None:
        super().__init__(line)
        self.rows: dict[str, Job] = {}

    @call
    def get_many(self, job_ids: Sequence[str]) -> dict[str, Job]:
        return {one: self.rows[one] for one in job_ids if one in self.rows}

    def put_many(self, jobs: Iterable[Job]) -> None:
        rows = list(jobs)
        _each_key_once(job.job_id for job in rows)
        for job in rows:
            self._put(job)

    @call
    def _put(self, job: Job) -> None:
        self.rows[job.job_id] = job

    @call
    def put_posted(self, job: Job) -> bool:
        if job.job_id not in self.rows or self.rows[job.job_id].status is not JobStatus.POSTED:
            return False
        self.rows[job.job_id] = job
        return True

    @call
    def get(self, job_id: str) -> Job | None:
        return self.rows.get(job_id)

    @call
    def post(self, job: Job) -> bool:
        return self.rows.setdefault(job.job_id, job) is job

    @call
    def accept(self, job_id: str, friend_id: str, at: datetime) -> bool:
        changes = {"status": JobStatus.ACCEPTED, "friend_id": friend_id, "accepted_at": at}
        return self._move(job_id, (JobStatus.POSTED,), **changes)

    @call
    def cancel(self, job_id: str) -> bool:
        before = (JobStatus.POSTED, JobStatus.ACCEPTED)
        return self._move(job_id, before, status=JobStatus.CANCELLED, cancelled_here=True)

    def _move(self, job_id: str, before: Collection[JobStatus], **changes: Any) -> bool:
        if job_id not in self.rows or self.rows[job_id].status not in before:
            return False
        self.rows[job_id] = replace(self.rows[job_id], **changes)
        return True


class FakeProgramme(OnLine, ports.Programme):
    """Settings, and the years' records as the JSON documents that a table would hold."""

    def __init__(self, line: Line) -> None:
        super().__init__(line)
        self.in_force = Settings()
        self.years: dict[int, dict[str, Any]] = {}

    @call
    def settings(self) -> Settings:
        return self.in_force

    @call
    def save_settings(self, settings: Settings) -> None:
        held = self.in_force
        since = settings.ranking_since or held.ranking_since
        self.in_force = replace(settings, best_friends_of=held.best_friends_of, ranking_since=since)

    @call
    def year(self, year: int) -> YearRecord | None:
        document = self.years.get(year)
        return RECORD.validate_python(json.loads(json.dumps(document))) if document else None

    @call
    def open(self, record: YearRecord) -> None:
        if record.run.year in self.years:
            raise Conflict
        self.years[record.run.year] = RECORD.dump_python(record, mode="json")

    @call
    def update(self, /, year: int, **changes: Any) -> None:
        if "policy" in changes:
            raise ValueError("the policy of a year is frozen")
        if year not in self.years:
            raise Conflict
        for name, value in changes.items():
            if name not in self.years[year]:
                raise KeyError(name)
            self.years[year][name] = VALUE.dump_python(value, mode="json")

    @call
    def announce(self, year: int) -> None:
        held = self.in_force.best_friends_of
        if held is None or held < year:
            self.in_force = replace(self.in_force, best_friends_of=year)


@dataclass(slots=True)
class InvitationRow:
    """An invitation with what no use case sees of it."""

    invitation: Invitation
    task_token: str | None = None
    history: list[InvitationState] = field(default_factory=list)


class FakeInvitations(OnLine, ports.Invitations):
    """Invitations by Friend and year."""

    def __init__(self, line: Line) -> None:
        super().__init__(line)
        self.rows: dict[tuple[str, int], InvitationRow] = {}

    @call
    def create(self, invitation: Invitation) -> bool:
        key = (invitation.friend_id, invitation.year)
        if key in self.rows:
            return False
        self.rows[key] = InvitationRow(invitation)
        return True

    @call
    def get(self, friend_id: str, year: int) -> Invitation | None:
        row = self.rows.get((friend_id, year))
        return row.invitation if row else None

    @call
    def get_many(self, friend_ids: Sequence[str], year: int) -> list[Invitation]:
        found = [self.rows[one, year].invitation for one in friend_ids if (one, year) in self.rows]
        return found[::-1]

    @call
    def pending(self, friend_id: str, year: int) -> Pending | None:
        row = self.rows.get((friend_id, year))
        return Pending(row.invitation, row.task_token) if row else None

    @call
    def keep_token(self, friend_id: str, year: int, task_token: str) -> None:
        if (friend_id, year) not in self.rows:
            raise Conflict
        self.rows[friend_id, year].task_token = task_token

    @call
    def forget_token(self, friend_id: str, year: int, task_token: str) -> None:
        row = self.rows.get((friend_id, year))
        if row and row.task_token == task_token:
            row.task_token = None

    @call
    def record_answer(self, seen: Invitation, answer: Answer, at: datetime) -> None:
        row = self.rows.get((seen.friend_id, seen.year))
        if row is None or row.invitation.state is not seen.state:
            raise Conflict
        self._turn(row, answer.state)

    @call
    def end(self, friend_id: str, year: int, state: InvitationState, at: datetime) -> bool:
        row = self.rows.get((friend_id, year))
        if row is None or row.invitation.state is not InvitationState.OPEN:
            return False
        self._turn(row, state)
        return True

    @call
    def settle(self, friend_id: str, year: int, state: InvitationState, at: datetime) -> bool:
        row = self.rows.get((friend_id, year))
        if row is None or row.invitation.state is state:
            return False
        self._turn(row, state)
        return True

    @call
    def best_friends(self, year: int) -> Iterator[str]:
        confirmed = InvitationState.CONFIRMED
        return iter(
            [one for (one, of), row in self.rows.items() if of == year and row.invitation.state is confirmed]
        )

    def state(self, friend_id: str, year: int) -> InvitationState:
        """Where an invitation stands; not a call."""
        return self.rows[friend_id, year].invitation.state

    @staticmethod
    def _turn(row: InvitationRow, state: InvitationState) -> None:
        row.invitation = replace(row.invitation, state=state)
        row.history.append(state)


class FakeLinks(OnLine, ports.Links):
    """Links by the hash of their token."""

    def __init__(self, line: Line) -> None:
        super().__init__(line)
        self.rows: dict[str, Link] = {}

    @call
    def put(self, token_hash: str, link: Link) -> None:
        if token_hash in self.rows:
            raise Conflict
        self.rows[token_hash] = link

    @call
    def get(self, token_hash: str) -> Link | None:
        return self.rows.get(token_hash)


@dataclass(slots=True)
class LetterRow:
    """What the Letters table holds of a letter."""

    friend_id: str
    year: int
    state: LetterState
    template: str = ""
    message_id: str = ""
    events: list[tuple[str, str]] = field(default_factory=list)


class FakeLetters(OnLine, ports_letters.Letters):
    """Letters by id."""

    def __init__(self, line: Line) -> None:
        super().__init__(line)
        self.rows: dict[str, LetterRow] = {}

    @call
    def claim(self, letter_id: str, friend_id: str, year: int, at: datetime) -> LetterState:
        row = self.rows.get(letter_id)
        if row is not None and row.state is not LetterState.CREATED:
            return row.state
        self.rows[letter_id] = LetterRow(friend_id, year, LetterState.SENDING)
        return LetterState.CREATED

    @call
    def release(self, letter_id: str) -> None:
        self.rows[letter_id].state = LetterState.CREATED

    @call
    def settle(self, letter_id: str, state: LetterState, *, template: str = "", message_id: str = "") -> None:
        row = self.rows[letter_id]
        if state is LetterState.IN_DOUBT and row.state is not LetterState.SENDING:
            return  # whoever met a copy of the order does not know better
        row.state = state
        row.template = template or row.template
        row.message_id = message_id or row.message_id

    @call
    def by_message(self, message_id: str) -> tuple[str, str, int] | None:
        for letter_id, row in self.rows.items():
            if row.message_id == message_id:
                return letter_id, row.friend_id, row.year
        return None

    @call
    def state(self, letter_id: str) -> LetterState | None:
        return self.rows[letter_id].state if letter_id in self.rows else None

    @call
    def note_event(self, letter_id: str, event: str, at: str) -> None:
        self.rows[letter_id].events.append((event, at))

    @call
    def of_year(
        self, year: int, friend_ids: Sequence[str], reminders: int
    ) -> Iterator[tuple[LetterKind, LetterState]]:
        wanted = [pair for one in friend_ids for pair in letter_ids_of_year(year, one, reminders)]
        return iter([(kind, self.rows[one].state) for kind, one in wanted if one in self.rows])


class FakeQueue(OnLine, ports_letters.LettersQueue):
    """Orders in the order in which they were put."""

    def __init__(self, line: Line) -> None:
        super().__init__(line)
        self.orders: list[LetterOrder] = []

    @call
    def put(self, orders: Iterable[LetterOrder]) -> None:
        self.orders.extend(orders)


@dataclass(frozen=True, slots=True)
class Mailed:
    """A letter that was handed over."""

    to: str
    subject: str
    html: str
    text: str
    tags: Mapping[str, str]
    message_id: str
    headers: Mapping[str, str] = ports_letters.NO_HEADERS


class FakeMail(OnLine, ports_letters.Mail):
    """The mail service. `errors` are raised first, one a call; with `sends_anyway` the letter goes out."""

    def __init__(self, line: Line) -> None:
        super().__init__(line)
        self.sent: list[Mailed] = []
        self.errors: list[Exception] = []
        self.sends_anyway = False

    @call
    def send(
        self,
        *,
        to: str,
        subject: str,
        html: str,
        text: str,
        tags: Mapping[str, str],
        headers: Mapping[str, str] = ports_letters.NO_HEADERS,
    ) -> str:
        error = self.errors.pop(0) if self.errors else None
        if error is not None and not self.sends_anyway:
            raise error
        message_id = f"message-{len(self.sent) + 1}"
        self.sent.append(Mailed(to, subject, html, text, dict(tags), message_id, dict(headers)))
        if error is not None:
            raise error
        return message_id


class FakeWorkflows(OnLine, ports.Workflows):
    """The invitation machine up to where it waits: it queues its letter with a token.

    A token that was told is kept in `told`; what the machine does then is `go_on`.
    """

    def __init__(self, line: Line, queue: FakeQueue) -> None:
        super().__init__(line)
        self.queue = queue
        self.started: list[tuple[str, int]] = []
        self.waiting: dict[str, tuple[str, int]] = {}
        self.told: list[tuple[str, InvitationState]] = []
        self.failing: set[str] = set()

    @call
    def start_invitation(self, friend_id: str, year: int) -> bool:
        if friend_id in self.failing:
            raise Unreachable
        if (friend_id, year) in self.started:
            return False
        self.started.append((friend_id, year))
        token = f"task {year} {friend_id}"
        self.waiting[token] = (friend_id, year)
        self.queue.orders.append(LetterOrder(LetterKind.INVITATION, friend_id, year, task_token=token))
        return True

    @call
    def tell(self, task_token: str, state: InvitationState) -> bool:
        if self.waiting.pop(task_token, None) is None:
            return False
        self.told.append((task_token, state))
        return True


class FakeArchive(OnLine, ports.Archive):
    """Files as bytes, written the way the archive writes them before it compresses them."""

    def __init__(self, line: Line) -> None:
        super().__init__(line)
        self.files: dict[str, bytes] = {}

    @call
    def write_rows(self, path: str, rows: Iterable[Mapping[str, Any]]) -> str:
        lines = [json.dumps(row, sort_keys=True, ensure_ascii=False, separators=(",", ":")) for row in rows]
        return self._keep(path, "".join(f"{line}\n" for line in lines))

    @call
    def read_rows(self, path: str) -> Iterator[dict[str, Any]]:
        return iter([json.loads(line) for line in self.files[path].splitlines()])

    @call
    def write(self, path: str, content: str, content_type: str) -> str:
        return self._keep(path, content)

    @call
    def read(self, path: str) -> str | None:
        content = self.files.get(path)
        return content.decode() if content is not None else None

    def _keep(self, path: str, content: str) -> str:
        self.files[path] = content.encode()
        return hashlib.sha256(content.encode()).hexdigest()


class FakeClock(ports.Clock):
    """Stands still until it is set."""

    def __init__(self, now: datetime = datetime(2026, 1, 15, 6, tzinfo=UTC)) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


class FakeTokens(ports.TokenSource):
    """token-1, token-2, ..."""

    def __init__(self) -> None:
        self.drawn = 0

    def __call__(self) -> str:
        self.drawn += 1
        return f"token-{self.drawn}"


class World:
    """Every port on one line."""

    def __init__(self) -> None:
        self.line = Line()
        self.friends = FakeFriends(self.line)
        self.engagements = FakeEngagements(self.line)
        self.ledger = FakeLedger(self.line)
        self.stats = FakeStats(self.line)
        self.jobs = FakeJobs(self.line)
        self.programme = FakeProgramme(self.line)
        self.invitations = FakeInvitations(self.line)
        self.links = FakeLinks(self.line)
        self.letters = FakeLetters(self.line)
        self.queue = FakeQueue(self.line)
        self.dead_letters = FakeQueue(self.line)
        self.mail = FakeMail(self.line)
        self.workflows = FakeWorkflows(self.line, self.queue)
        self.archive = FakeArchive(self.line)
        self.clock = FakeClock()
        self.tokens = FakeTokens()

    def content(self) -> dict[str, Any]:
        """A copy of all that is stored, to compare with."""
        by_key: defaultdict[str, Any] = defaultdict(dict)
        for name, fake in vars(self).items():
            for held in ("rows", "files", "orders", "sent", "years", "in_force", "started"):
                if hasattr(fake, held):
                    by_key[f"{name}.{held}"] = repr(getattr(fake, held))
        return dict(by_key)


YEAR = 2025
RUN = Run(YEAR)
CHUNK = f"{RUN.prefix}/nominees/000.jsonl.gz"
ANSWER_UNTIL = datetime(2026, 2, 5, 23, tzinfo=UTC)
REASONS = Reasons(by_figures=True, roles=(), ratings=15, stars=75, cents=12_345, currency="CHF")


def friend_of(friend_id: str, language: str = "de") -> Friend:
    """A Friend with an address of its own."""
    name, address = f"Name of {friend_id}", f"{friend_id.lower()}@friends.example"
    return Friend(friend_id, name, address, language, (), (), date(2024, 1, 1), True)


def selected(*friend_ids: str) -> World:
    """A world in which these Friends are the nominees of an open year, and nobody is invited yet."""
    world = World()
    calendar = calendar_of(date(2026, 1, 15), Policy().invitation)
    record = YearRecord(
        run=RUN,
        state=YearState.OPEN,
        policy=Policy(),
        currency="CHF",
        calendar=calendar,
        opened_at=world.clock.now,
        opened_by="first",
        answer_until=ANSWER_UNTIL,
    )
    world.programme.open(record)
    for one in friend_ids:
        world.friends.rows[one] = friend_of(one)
    reasons = json.loads(json.dumps(asdict(REASONS)))
    world.archive.write_rows(CHUNK, [{"friend_id": one, "reasons": reasons} for one in friend_ids])
    world.line.calls.clear()
    return world


def runs_of(world: World) -> Runs:
    """The frozen records."""
    return Runs(world.programme, world.archive)


def send_letter(world: World) -> SendLetter:
    """The one way out for mail, over a world's ports."""
    return SendLetter(
        world.friends,
        world.programme,
        world.invitations,
        HandOver(world.letters, world.clock),
        MintLink(world.links, world.tokens),
        world.mail,
        world.workflows,
        world.clock,
        "https://pages.example",
    )


def answer_invitation(world: World, on_untold: Callable[[Exception], None] | None = None) -> AnswerInvitation:
    """The page behind the link; what could not be told raises unless it is taken."""

    def untold(error: Exception) -> None:
        raise AssertionError from error

    look = LookAtInvitation(
        FollowLink(world.links, world.clock), world.friends, world.programme, world.invitations, world.clock
    )
    return AnswerInvitation(
        look, world.invitations, world.workflows, world.queue, world.clock, on_untold or untold
    )


def close_answers(world: World) -> CloseAnswers:
    """The end of the answer period."""
    return CloseAnswers(world.archive, world.invitations, world.workflows, world.queue, world.clock)


def work_off(world: World) -> list[Sending]:
    """Deliver every queued order once, and those that this queues."""
    done = []
    while world.queue.orders:
        done.append(send_letter(world)(world.queue.orders.pop(0)))
    return done


def go_on(world: World) -> None:
    """What the invitation machine does once it is told: it asks the table, and welcomes who confirmed."""
    while world.workflows.told:
        token, _ = world.workflows.told.pop(0)
        year, friend_id = token.removeprefix("task ").split(" ")
        if world.invitations.state(friend_id, int(year)) is InvitationState.CONFIRMED:
            world.queue.orders.append(LetterOrder(LetterKind.WELCOME, friend_id, int(year)))


def invited(*friend_ids: str) -> World:
    """A world in which these Friends have their invitation in the mail: `token-1` opens the first's."""
    world = selected(*friend_ids)
    InviteNominees(world.archive, world.invitations, world.workflows, runs_of(world), lambda _, __: None)(
        RUN, CHUNK
    )
    work_off(world)
    world.line.calls.clear()
    return world
