"""Product tests and their testers, on DynamoDB."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter
from pynamodb.exceptions import PutError, TransactWriteError, UpdateError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from best_friends.adapters.changes import CANCELLED
from best_friends.adapters.dynamodb import transaction_once
from best_friends.adapters.errors import condition_failed
from best_friends.adapters.models_news import ProductTestRow, TesterRow
from best_friends.application.errors import Conflict
from best_friends.domain.product_tests import (
    Cancelled,
    ProductTest,
    ProductTestState,
    Tester,
    TesterState,
)

TEST = TypeAdapter(ProductTest)
TESTER = TypeAdapter(Tester)
OFF = TypeAdapter(Cancelled)


class ProductTestsTable:
    """Implements `ports_product_tests.ProductTests`."""

    def __init__(self, model: type[ProductTestRow]) -> None:
        self._model = model

    def add(self, test: ProductTest) -> bool:
        """Write a new test."""
        document: Any = TEST.dump_python(test, mode="json")
        row = self._model(test.test_id, test=document, state=str(test.state), taken=test.taken)
        try:
            row.save(self._model.test_id.does_not_exist())
        except PutError as error:
            if condition_failed(error):
                return False
            raise
        return True

    def get(self, test_id: str) -> ProductTest | None:
        """One test."""
        try:
            return test_of(self._model.get(test_id, consistent_read=True))
        except self._model.DoesNotExist:
            return None

    def all(self) -> Iterator[ProductTest]:
        """Every test there is; a few a year."""
        return map(test_of, self._model.scan(consistent_read=True))

    def cancel(self, test_id: str, cancelled: Cancelled) -> bool:
        """Cancel a test that is open."""
        model = self._model
        actions: list[Action] = [
            model.state.set(str(ProductTestState.CANCELLED)),
            model.cancelled.set(OFF.dump_python(cancelled, mode="json")),
        ]
        return _updated(model(test_id), actions, model.state == str(ProductTestState.OPEN))

    def told(self, test_id: str) -> None:
        """Note that the letters of a cancelled test were ordered."""
        model = self._model
        _updated(model(test_id), [model.told.set(True)], model.test_id.exists())

    def rest(self, test_id: str, until: datetime) -> None:
        """Note when to look again."""
        model = self._model
        _updated(model(test_id), [model.rests_until.set(until.isoformat())], model.test_id.exists())


class TestersTable:
    """Implements `ports_product_tests.Testers`."""

    def __init__(self, tests: type[ProductTestRow], model: type[TesterRow]) -> None:
        self._tests = tests
        self._model = model

    def of_test(self, test_id: str) -> Sequence[Tester]:
        """Everybody who was invited to a test."""
        return [tester_of(row) for row in self._model.query(test_id, consistent_read=True)]

    def of_accounts(self, test_id: str, accounts: Collection[str]) -> Sequence[Tester]:
        """The invitations of these accounts."""
        keys = [(test_id, one) for one in accounts]
        return [tester_of(row) for row in self._model.batch_get(keys, consistent_read=True)]

    def invite(self, tester: Tester) -> bool:
        """Write an invitation once."""
        document: Any = TESTER.dump_python(tester, mode="json")
        row = self._model(tester.test_id, tester.friend_id, invited=document, state=str(tester.state))
        try:
            row.save(self._model.test_id.does_not_exist())
        except PutError as error:
            if condition_failed(error):
                return False
            raise
        return True

    def ordered(self, test_id: str, friend_id: str) -> None:
        """Note that the letter was ordered, if the invitation is still there."""
        model = self._model
        set_ordered: list[Action] = [model.ordered.set(True)]
        _updated(model(test_id, friend_id), set_ordered, model.test_id.exists())

    def answer(self, test: ProductTest, seen: Tester, state: TesterState, at: datetime) -> None:
        """Write an answer with the place that it takes or frees, in one transaction.

        A count that goes up by one is safe here: it only does together with a change of the invitation, and
        that only from the state that was seen.
        """
        tests, testers = self._tests, self._model
        moves = (state is TesterState.ACCEPTED) - (seen.state is TesterState.ACCEPTED)
        try:
            with transaction_once() as transaction:
                transaction.update(
                    testers(seen.test_id, seen.friend_id),
                    actions=[testers.state.set(str(state)), testers.answered_at.set(at.isoformat())],
                    condition=testers.state == str(seen.state),
                )
                if moves > 0:
                    transaction.update(
                        tests(test.test_id),
                        actions=[tests.taken.set(tests.taken + 1)],
                        condition=(tests.state == str(ProductTestState.OPEN)) & (tests.taken < test.places),
                    )
                elif moves < 0:
                    transaction.update(
                        tests(test.test_id),
                        actions=[tests.taken.set(tests.taken - 1)],
                        condition=(tests.state == str(ProductTestState.OPEN)) & (tests.taken > 0),
                    )
        except TransactWriteError as error:
            if error.cause_response_code in CANCELLED:
                raise Conflict("the test or the invitation was changed by somebody else") from error
            raise


def _updated(row: ProductTestRow | TesterRow, actions: list[Action], condition: Condition) -> bool:
    try:
        row.update(actions=actions, condition=condition)
    except UpdateError as error:
        if condition_failed(error):
            return False
        raise
    return True


def test_of(row: ProductTestRow) -> ProductTest:
    """A test from its row."""
    cancelled = None if row.cancelled is None else OFF.validate_python(row.cancelled)
    return replace(
        TEST.validate_python(row.test),
        state=ProductTestState(row.state),
        taken=int(row.taken),
        cancelled=replace(cancelled, told=bool(row.told)) if cancelled else None,
        rests_until=datetime.fromisoformat(row.rests_until) if row.rests_until else None,
    )


def tester_of(row: TesterRow) -> Tester:
    """An invitation from its row."""
    return replace(
        TESTER.validate_python(row.invited),
        state=TesterState(row.state),
        answered_at=datetime.fromisoformat(row.answered_at) if row.answered_at else None,
        ordered=bool(row.ordered),
    )
