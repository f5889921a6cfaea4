"""One client of DynamoDB a process, however many tables and transactions."""

from typing import Any

import botocore.session
import pytest

from best_friends import bootstrap
from best_friends.adapters.dynamodb import forget_client
from best_friends.application.ports import Segment
from best_friends.application.ports_changes import Move
from best_friends.domain.ledger import LedgerEntry
from tests.support.marketplace import friend
from tests.support.stack import Stack

LINE = LedgerEntry("F1", "2025-03#RATING#R1", "2025-03-01T10:00:00Z", stars=4)


@pytest.fixture
def made(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The services that clients are made for from now on."""
    found: list[str] = []
    make = botocore.session.Session.create_client

    def noted(session: Any, service: str, *arguments: Any, **named: Any) -> Any:
        found.append(service)
        return make(session, service, *arguments, **named)

    monkeypatch.setattr(botocore.session.Session, "create_client", noted)
    forget_client()
    return found


def test_tables_transactions_and_scans_use_one_client(stack: Stack, made: list[str]) -> None:
    friends = bootstrap.friends(stack.name("FriendsTable"))
    friends.put_many([friend("F1"), friend("F2")])
    bootstrap.ledger(stack.name("LedgerTable")).write([LINE], [])
    moves = bootstrap.ledger_moves(*map(stack.name, ("LedgerTable", "CorrectionsTable", "TrailTable")))
    moves.move([Move(LINE, LINE.at_home_with("F2"))])
    assert [one for one, *_ in friends.scan(Segment(0, 1))] == ["F1", "F2"]
    assert [one.source for one in bootstrap.ledger(stack.name("LedgerTable")).of_friend("F2")] == [
        "RATING#R1"
    ]
    assert made == ["dynamodb"]


def test_another_aws_gets_another_client(made: list[str]) -> None:
    first = bootstrap.dynamodb()
    bootstrap.forget_clients()
    assert bootstrap.dynamodb() is not first
    assert made == ["dynamodb", "dynamodb"]
