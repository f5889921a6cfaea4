"""The ports of product tests: the tests, and who was invited to them. All reads are strong."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Protocol

from best_friends.domain.product_tests import Cancelled, ProductTest, Tester, TesterState


class ProductTests(Protocol):
    """The ProductTests table: few, read as a whole by a schedule."""

    def add(self, test: ProductTest) -> bool:
        """Write a new test; False when there is one of this id."""
        ...

    def get(self, test_id: str) -> ProductTest | None: ...
    def all(self) -> Iterator[ProductTest]: ...
    def cancel(self, test_id: str, cancelled: Cancelled) -> bool:
        """Cancel a test that is open; False when it is not. No answer is taken any more."""
        ...

    def told(self, test_id: str) -> None:
        """Note that everybody who had accepted a cancelled test is written to."""
        ...

    def rest(self, test_id: str, until: datetime) -> None:
        """Note that everybody has been invited, and when to look again."""
        ...


class Testers(Protocol):
    """The Testers table: the invitations to a test."""

    def of_test(self, test_id: str) -> Sequence[Tester]: ...
    def of_accounts(self, test_id: str, accounts: Collection[str]) -> Sequence[Tester]: ...
    def invite(self, tester: Tester) -> bool:
        """Write an invitation; False when the account has one."""
        ...

    def ordered(self, test_id: str, friend_id: str) -> None:
        """Note that the order of the letter has reached the queue."""
        ...

    def answer(self, test: ProductTest, seen: Tester, state: TesterState, at: datetime) -> None:
        """Write an answer, and take or free a place with it, as a whole or not at all.

        Raises:
            Conflict: when the invitation is not as it was seen, the test is cancelled, or no place is left.
        """
        ...
