"""Letters about product tests: an invitation while there are places, what follows a yes, a cancelled test."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from best_friends.application.accounts import Accounts
from best_friends.application.hand_over import HandOver, Sending, mailed
from best_friends.application.links import PRODUCT_TEST
from best_friends.application.news import News
from best_friends.application.ports import Friends, Programme
from best_friends.application.ports_letters import LetterOrder
from best_friends.application.ports_product_tests import ProductTests, Testers
from best_friends.domain.friends import Friend
from best_friends.domain.letter import NO_YEAR, LetterKind, letter_id_about
from best_friends.domain.product_tests import (
    ProductTest,
    ProductTestState,
    Tester,
    TesterState,
    may_test,
)
from best_friends.letters import Letter
from best_friends.letters.product_tests import ProductTestView, render_test_letter
from best_friends.texts.reading import reading_language

LINK_LIVES_ON = timedelta(days=90)
"""How long after the last day to answer the page still says what stands."""


class _Gone(Exception):
    """The last place was taken while the letter was being written."""


@dataclass(frozen=True, slots=True)
class SendTestLetter:
    """Send a letter about a product test at most once."""

    friends: Friends
    tests: ProductTests
    testers: Testers
    programme: Programme
    hand_over: HandOver
    news: News

    def __call__(self, order: LetterOrder) -> Sending:
        """Send it, unless it says what is not so any more.

        Raises:
            Throttled: nothing was sent; the order is to be delivered once more.
        """
        test = self.tests.get(order.about)
        friend = Accounts(self.friends).friend(order.friend_id)
        if test is None or friend is None or not friend.email:
            return Sending.NOT_WANTED
        accounts = self.news.accounts(friend.friend_id)
        tester = the_one(self.testers.of_accounts(test.test_id, accounts))
        if tester is None or not self._makes_sense(order.kind, test, tester, friend):
            return Sending.NOT_WANTED
        if order.kind is LetterKind.TEST_INVITATION and not self.news.wanted(accounts):
            return Sending.NOT_WANTED
        letter_id = letter_id_about(order.kind, f"{test.test_id}#{tester.friend_id}")
        try:
            return self.hand_over(
                letter_id, friend.friend_id, NO_YEAR, lambda: self._send(order.kind, test, tester, friend)
            )
        except _Gone:
            return Sending.NOT_WANTED

    def _makes_sense(self, kind: LetterKind, test: ProductTest, tester: Tester, friend: Friend) -> bool:
        accepted = tester.state is TesterState.ACCEPTED
        match kind:
            case LetterKind.TEST_INVITATION:
                unanswered = tester.state is TesterState.INVITED
                return unanswered and test.invites_at(self.news.clock()) and may_test(friend, test.skills)
            case LetterKind.TEST_ACCEPTED:
                return accepted and test.state is ProductTestState.OPEN
            case _:
                return accepted and test.state is ProductTestState.CANCELLED

    def _send(self, kind: LetterKind, test: ProductTest, tester: Tester, friend: Friend) -> str:
        if kind is not LetterKind.TEST_INVITATION:
            return mailed(
                self.news.mail, kind, NO_YEAR, friend, self._written(kind, test, tester, friend, "")
            )
        # Once more, as late as can be: nothing is sent after the places are gone.
        now = self.tests.get(test.test_id)
        if now is None or not now.invites_at(self.news.clock()):
            raise _Gone
        unsubscribe = self.news.unsubscribe(friend)
        letter = self._written(kind, test, tester, friend, unsubscribe)
        return self.news.mailed(kind, friend, letter, unsubscribe)

    def _written(
        self, kind: LetterKind, test: ProductTest, tester: Tester, friend: Friend, unsubscribe: str
    ) -> Letter:
        programme = self.programme.settings().policy.programme
        link = ""
        if kind is not LetterKind.TEST_WITHDRAWN:
            until = test.answer_until + LINK_LIVES_ON
            token = self.news.mint(PRODUCT_TEST, tester.friend_id, NO_YEAR, until, test.test_id)
            link = f"{self.news.pages_url}/tests/{token}"
        language = reading_language(friend.language, test.words, programme.languages)
        view = ProductTestView(
            name=friend.display_name,
            language=language,
            words=test.words[language],
            wave=tester.wave,
            matching=tester.matching,
            places=test.places,
            answer_by=test.answer_until.astimezone(programme.zone).date(),
            link=link,
            unsubscribe=unsubscribe,
            why=test.cancelled.why if test.cancelled else "",
        )
        return render_test_letter(kind, view)


def the_one(testers: Sequence[Tester]) -> Tester | None:
    """The invitation that counts of a person's accounts: the one that it accepted, else the first it got."""
    return min(
        testers,
        key=lambda one: (one.state is not TesterState.ACCEPTED, one.invited_at, one.friend_id),
        default=None,
    )
