"""Product tests: who is invited, in which order, how many at a time, and what an answer comes to."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from best_friends.domain.friends import Friend

INVITED_PER_PLACE = 3
"""So many open invitations there are for each place that is left: some stay silent, some decline."""

COUNTS_FOR = timedelta(hours=24)
"""An invitation that was silent for so long makes room for another one; it may still be accepted."""

LOOK_AGAIN = timedelta(hours=24)
"""When everybody has been invited, the Friends are gone through again only after so long."""


class ProductTestState(StrEnum):
    """A test goes on until it is cancelled; that its time is over follows from the clock."""

    OPEN = "open"
    CANCELLED = "cancelled"


class TesterState(StrEnum):
    """What has become of an invitation."""

    INVITED = "invited"
    ACCEPTED = "accepted"
    DECLINED = "declined"


class Wave(StrEnum):
    """Whose turn it is."""

    BEST_FRIENDS = "best_friends"
    EVERYBODY = "everybody"


@dataclass(frozen=True, slots=True)
class ProductTestWords:
    """A test in one language: what it is called, what it is about, and what happens after a yes."""

    title: str
    text: tuple[str, ...]
    next: str


@dataclass(frozen=True, slots=True)
class Cancelled:
    """Who cancelled a test, when and why; `told` once the letters to those who accepted were ordered."""

    at: datetime
    who: str
    why: str
    told: bool = False


@dataclass(frozen=True, slots=True)
class ProductTest:
    """A test of a product with so many `places`, of which `taken` are.

    Best Friends are invited from `starts_at`, everybody else from `others_from`, by the head start of the
    policy on the day on which the test was added. Answers are taken until `answer_until`. Without `skills`
    every skill is as good. `rests_until` is when the Friends are gone through again after nobody was left.
    """

    test_id: str
    skills: tuple[str, ...]
    places: int
    starts_at: datetime
    others_from: datetime
    answer_until: datetime
    words: Mapping[str, ProductTestWords]
    state: ProductTestState = ProductTestState.OPEN
    taken: int = 0
    cancelled: Cancelled | None = None
    rests_until: datetime | None = None

    @property
    def left(self) -> int:
        """How many places are left."""
        return max(0, self.places - self.taken)

    def invites_at(self, now: datetime) -> bool:
        """Whether an invitation still means something: the test goes on and has a place."""
        return self.takes_answers_at(now) and self.left > 0

    def takes_answers_at(self, now: datetime) -> bool:
        """Whether an answer is still taken."""
        return self.state is ProductTestState.OPEN and now <= self.answer_until


@dataclass(frozen=True, slots=True)
class Candidate:
    """A Friend in the order of a test: the wanted skills that it has, and its number in the draw."""

    friend_id: str
    matching: tuple[str, ...]
    drawn: float


@dataclass(frozen=True, slots=True)
class Tester:
    """An invitation to a test: why it came at this place, and what became of it.

    `ordered` is whether the order of its letter has reached the queue.
    """

    test_id: str
    friend_id: str
    wave: Wave
    matching: tuple[str, ...]
    drawn: float
    invited_at: datetime
    state: TesterState = TesterState.INVITED
    answered_at: datetime | None = None
    ordered: bool = field(default=False)


def chance_of(test_id: str, friend_id: str) -> float:
    """The number in (0, 1) that a test and a Friend draw: it follows from their ids and is always the same.

    The upper 52 bits of SHA-256 over both ids, with a character between them that no id holds, moved by a
    half as in `domain/chance.py`; written out so that anybody can recompute it.

    >>> chance_of("drill", "F1") == chance_of("drill", "F1") != chance_of("drill", "F2")
    True
    """
    digest = hashlib.sha256(f"{test_id}#{friend_id}".encode()).digest()
    return ((int.from_bytes(digest[:8]) >> 12) + 0.5) / 2**52


def may_test(friend: Friend, skills: Sequence[str]) -> bool:
    """Whether a Friend may be invited: active, not paused, not merged, with a wanted skill if any is."""
    able = not skills or any(one in friend.skills for one in skills)
    return friend.may_be_notified and bool(friend.email) and able


def ordered(friends: Iterable[Friend], test_id: str, skills: Sequence[str]) -> list[Candidate]:
    """Those who may be invited: more matching skills first, then by the draw."""
    found = (
        Candidate(
            one.friend_id,
            tuple(skill for skill in skills if skill in one.skills),
            chance_of(test_id, one.friend_id),
        )
        for one in friends
        if may_test(one, skills)
    )
    return sorted(found, key=lambda one: (-len(one.matching), one.drawn, one.friend_id))


def wave_of(test: ProductTest, now: datetime) -> Wave | None:
    """Whose turn it is; None when nobody is to be invited now."""
    if now < test.starts_at or not test.invites_at(now):
        return None
    return Wave.BEST_FRIENDS if now < test.others_from else Wave.EVERYBODY


def room(test: ProductTest, testers: Iterable[Tester], now: datetime) -> int:
    """How many more may be invited now."""
    waiting = sum(one.state is TesterState.INVITED and now - one.invited_at < COUNTS_FOR for one in testers)
    return max(0, INVITED_PER_PLACE * test.left - waiting)


class Standing(StrEnum):
    """What a Friend's page of a test has to say."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    FULL = "full"
    OVER = "over"
    CANCELLED = "cancelled"


def standing_of(test: ProductTest, tester: Tester, now: datetime) -> Standing:
    """What stands for a Friend: a yes outlives the last place and the last day, but no cancelled test."""
    if test.state is ProductTestState.CANCELLED:
        return Standing.CANCELLED
    if tester.state is TesterState.ACCEPTED:
        return Standing.ACCEPTED
    if not test.takes_answers_at(now):
        return Standing.OVER
    if tester.state is TesterState.DECLINED:
        return Standing.DECLINED
    return Standing.OPEN if test.left else Standing.FULL
