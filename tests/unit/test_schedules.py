"""What stands in for the schedules where nothing fires them."""

from threading import Event

import pytest

from ops.console import Screen
from ops.faults import Stop
from ops.local.schedules import ticking


def test_what_is_scheduled_is_called_again_and_again_and_not_any_more_afterwards(
    capsys: pytest.CaptureFixture[str],
) -> None:
    called: list[str] = []
    twice = Event()

    def fails() -> None:
        called.append("fails")
        raise Stop("the function failed; its log says why")

    def works() -> None:
        called.append("works")
        if called.count("works") == 2:
            twice.set()

    with ticking((fails, works), Screen(), seconds=0.001):
        assert twice.wait(30)
    ended = list(called)
    assert ended[:4] == ["fails", "works", "fails", "works"]
    assert "the function failed" in capsys.readouterr().err
    assert called == ended
