"""Every few minutes: invite to product tests whoever is due, and write to those whose test is off."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from best_friends.application.accounts import Accounts
from best_friends.application.news import accounts_of
from best_friends.application.ports import Clock, Friends, Invitations, Programme
from best_friends.application.ports_letters import LetterOrder, LettersQueue
from best_friends.application.ports_product_tests import ProductTests, Testers
from best_friends.application.ports_standing import Choices, Directory, Stream
from best_friends.domain.friends import Friend
from best_friends.domain.letter import NO_YEAR, LetterKind
from best_friends.domain.product_tests import (
    LOOK_AGAIN,
    Candidate,
    ProductTest,
    Tester,
    TesterState,
    Wave,
    ordered,
    room,
    wave_of,
)


@dataclass(frozen=True, slots=True)
class Whom:
    """Who may be invited to a test, in the order in which it happens."""

    friends: Friends
    invitations: Invitations
    programme: Programme

    def __call__(self, test: ProductTest, wave: Wave) -> list[Candidate]:
        """The candidates of a wave, those who were invited already among them."""
        found = self._best_friends() if wave is Wave.BEST_FRIENDS else self.friends.everybody()
        return ordered(found, test.test_id, test.skills)

    def surviving(self, testers: Iterable[Tester]) -> frozenset[str]:
        """The accounts that the invited ones are today."""
        known = self.friends.get_many([one.friend_id for one in testers])
        accounts = Accounts(self.friends)
        return frozenset(
            accounts.surviving(one.friend_id) if one.merged_into else one.friend_id for one in known.values()
        )

    def _best_friends(self) -> Iterable[Friend]:
        year = self.programme.settings().best_friends_of
        if year is None:
            return ()
        accounts = Accounts(self.friends)
        ids = sorted({accounts.surviving(one) for one in self.invitations.best_friends(year)})
        return self.friends.get_many(ids).values()


@dataclass(frozen=True, slots=True)
class TestersInvited:
    """What a run came to."""

    tests: int
    invited: int
    told: int


@dataclass(frozen=True, slots=True)
class InviteTesters:
    """Work off what is due, whatever a run before has left undone."""

    tests: ProductTests
    testers: Testers
    whom: Whom
    directory: Directory
    choices: Choices
    letters: LettersQueue
    clock: Clock

    def __call__(self) -> TestersInvited:
        """Invite for every test that has room, and tell of every test that is off."""
        tests = sorted(self.tests.all(), key=lambda one: (one.starts_at, one.test_id))
        told = sum(tell_cancelled(self.tests, self.testers, self.letters, one) for one in tests)
        return TestersInvited(len(tests), sum(map(self._invite, tests)), told)

    def _invite(self, test: ProductTest) -> int:
        now = self.clock()
        wave = wave_of(test, now)
        if wave is None:
            return 0
        known = self.testers.of_test(test.test_id)
        # A run that broke off may have written invitations whose letters were never ordered.
        self._order([one for one in known if not one.ordered and one.state is TesterState.INVITED])
        free = room(test, known, now)
        resting = test.rests_until is not None and now < test.rests_until
        if not free or (resting and wave is Wave.EVERYBODY):
            return 0
        new = [one for one in self._next(test, wave, known, free) if self.testers.invite(one)]
        self._order(new)
        if len(new) < free and wave is Wave.EVERYBODY:
            self.tests.rest(test.test_id, now + LOOK_AGAIN)
        return len(new)

    def _next(self, test: ProductTest, wave: Wave, known: Sequence[Tester], free: int) -> Iterator[Tester]:
        """The next of the order who are not invited yet and want to hear of such things."""
        invited, now = self.whom.surviving(known), self.clock()
        for one in self.whom(test, wave):
            if not free:
                return
            accounts = () if one.friend_id in invited else accounts_of(self.directory, one.friend_id)
            if accounts and self.choices.wants(accounts, Stream.NEWS):
                free -= 1
                yield Tester(test.test_id, one.friend_id, wave, one.matching, one.drawn, now)

    def _order(self, testers: Sequence[Tester]) -> None:
        if not testers:
            return
        self.letters.put(
            [
                LetterOrder(LetterKind.TEST_INVITATION, one.friend_id, NO_YEAR, about=one.test_id)
                for one in testers
            ]
        )
        for one in testers:
            self.testers.ordered(one.test_id, one.friend_id)


def tell_cancelled(tests: ProductTests, testers: Testers, letters: LettersQueue, test: ProductTest) -> int:
    """Order the letters to those who had accepted a test that is off; once, and again after a broken run."""
    if test.cancelled is None or test.cancelled.told:
        return 0
    accepted = [one for one in testers.of_test(test.test_id) if one.state is TesterState.ACCEPTED]
    letters.put(
        [
            LetterOrder(LetterKind.TEST_WITHDRAWN, one.friend_id, NO_YEAR, about=one.test_id)
            for one in accepted
        ]
    )
    tests.told(test.test_id)
    return len(accepted)
