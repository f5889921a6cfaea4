"""The page behind an invitation to a product test: it shows what stands, and takes a yes or a no."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from best_friends.application.accounts import Accounts
from best_friends.application.errors import Conflict
from best_friends.application.links import PRODUCT_TEST, ExpiredLink, FollowLink, UnknownLink
from best_friends.application.news import accounts_of
from best_friends.application.ports import Clock, Friends, Programme
from best_friends.application.ports_letters import LetterOrder, LettersQueue
from best_friends.application.ports_product_tests import ProductTests, Testers
from best_friends.application.ports_standing import Directory
from best_friends.application.send_test_letter import the_one
from best_friends.domain.friends import Friend
from best_friends.domain.letter import NO_YEAR, LetterKind
from best_friends.domain.product_tests import (
    ProductTest,
    Standing,
    Tester,
    TesterState,
    standing_of,
)
from best_friends.pages.product_test import ProductTestPage, ProductTestPageState
from best_friends.texts.reading import reading_language

ATTEMPTS = 5
"""So often an answer is tried anew when others take places at the same moment."""

BUTTONS = {"accept": TesterState.ACCEPTED, "decline": TesterState.DECLINED}


@dataclass(frozen=True, slots=True)
class Shown:
    """The page, and the answer if one was given just now, with whose and of which test it is."""

    page: ProductTestPage
    answered: TesterState | None = None
    test_id: str = ""
    friend_id: str = ""


@dataclass(frozen=True, slots=True)
class ShowTestPage:
    """Show what stands (which changes nothing, ever), or take an answer."""

    follow: FollowLink
    friends: Friends
    directory: Directory
    tests: ProductTests
    testers: Testers
    programme: Programme
    letters: LettersQueue
    clock: Clock

    def __call__(self, token: str, posted: Mapping[str, Sequence[str]] | None, language: str) -> Shown:
        """The page; `posted` is None when nothing was posted, and a post without a button is none."""
        try:
            friend, test, tester = self._behind(token)
        except UnknownLink:
            return Shown(ProductTestPage(ProductTestPageState.UNKNOWN_LINK, language))
        except ExpiredLink:
            return Shown(ProductTestPage(ProductTestPageState.EXPIRED_LINK, language))
        wanted = answer_in(posted)
        before = tester.state
        standing = standing_of(test, tester, self.clock())
        if wanted is not None:
            test, tester, standing = self._answer(test, tester, wanted)
        answered = tester.state if tester.state is not before else None
        if wanted is TesterState.ACCEPTED and standing is Standing.ACCEPTED:
            # Also when it was accepted before: that try may have broken off here. Its id keeps it single.
            order = LetterOrder(LetterKind.TEST_ACCEPTED, tester.friend_id, NO_YEAR, about=test.test_id)
            self.letters.put([order])
        page = self._page(friend, test, standing, posted is not None and wanted is not None)
        return Shown(page, answered, test.test_id, tester.friend_id)

    def _behind(self, token: str) -> tuple[Friend, ProductTest, Tester]:
        link = self.follow(token, PRODUCT_TEST)
        friend = Accounts(self.friends).friend(link.friend_id)
        test = self.tests.get(link.job_id)  # what a link is about besides the Friend: here a test
        if friend is None or test is None:
            raise UnknownLink
        tester = self._tester(test.test_id, friend.friend_id)
        if tester is None:
            raise UnknownLink
        return friend, test, tester

    def _tester(self, test_id: str, friend_id: str) -> Tester | None:
        return the_one(self.testers.of_accounts(test_id, accounts_of(self.directory, friend_id)))

    def _answer(
        self, test: ProductTest, tester: Tester, wanted: TesterState
    ) -> tuple[ProductTest, Tester, Standing]:
        """Write the answer, if it is another one and still means something; then what stands."""
        for _ in range(ATTEMPTS):
            now = self.clock()
            standing = standing_of(test, tester, now)
            if tester.state is wanted or standing in (Standing.CANCELLED, Standing.OVER):
                return test, tester, standing
            if wanted is TesterState.ACCEPTED and not test.left:
                return test, tester, Standing.FULL
            if not test.takes_answers_at(now):  # a yes that is too late to be taken back here
                return test, tester, standing
            with suppress(Conflict):
                self.testers.answer(test, tester, wanted, now)
            test = self.tests.get(test.test_id) or test
            tester = next(iter(self.testers.of_accounts(test.test_id, (tester.friend_id,))), tester)
        return test, tester, standing_of(test, tester, self.clock())

    def _page(self, friend: Friend, test: ProductTest, standing: Standing, just: bool) -> ProductTestPage:
        programme = self.programme.settings().policy.programme
        language = reading_language(friend.language, test.words, programme.languages)
        now = self.clock()
        return ProductTestPage(
            state=ProductTestPageState(standing),
            language=language,
            name=friend.display_name,
            words=test.words[language],
            places=test.places,
            left=test.left,
            answer_by=test.answer_until.astimezone(programme.zone).date(),
            open=test.takes_answers_at(now),
            just=just,
            why=test.cancelled.why if test.cancelled else "",
        )


def answer_in(posted: Mapping[str, Sequence[str]] | None) -> TesterState | None:
    """The button that was pressed; anything else is no answer."""
    values = list((posted or {}).get("answer", ()))
    return BUTTONS.get(values[0]) if len(values) == 1 else None
