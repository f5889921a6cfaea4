"""What Lambda gives a function: its environment, a context, a fresh process now and then."""

import functools
import importlib
import json
import logging
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from tests.support.template import ACCOUNT, REGION

OURS = ("functions.", "best_friends.bootstrap", "best_friends.telemetry")
CACHED = type(functools.cache(len))


@dataclass(frozen=True, slots=True)
class FakeContext:
    """The part of LambdaContext that is read."""

    function_name: str
    memory_limit_in_mb: int = 512
    aws_request_id: str = "5b1c0d1e-0000-4000-8000-000000000001"

    @property
    def invoked_function_arn(self) -> str:
        """The function's ARN."""
        return f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{self.function_name}"

    def get_remaining_time_in_millis(self) -> int:
        """As at the beginning."""
        return 60_000


@contextmanager
def environment(variables: Mapping[str, str], known: set[str]) -> Iterator[None]:
    """Exactly these variables; of those that any function knows, no other."""
    before = dict(os.environ)
    for name in known:
        os.environ.pop(name, None)
    os.environ.update(variables)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def handler_of(handler: str) -> Callable[[Any, Any], Any]:
    """The function behind template.yaml's `Handler`, whose code lies in functions/."""
    module, name = handler.rsplit(".", 1)
    found: Callable[[Any, Any], Any] = getattr(importlib.import_module(f"functions.{module}"), name)
    return found


def forget(*prefixes: str) -> None:
    """Forget everything `@cache`d in our modules, as a new process would."""
    for module in [module for name, module in sys.modules.items() if name.startswith(prefixes or OURS)]:
        for cached in _cached_in(module):
            cached.cache_clear()
    _forget_loggers()


def _cached_in(module: ModuleType) -> list[Any]:
    return [one for one in vars(module).values() if isinstance(one, CACHED)]


def _forget_loggers() -> None:
    # Powertools configures a logger once and keeps the stdout of that moment, which the test runner replaces.
    for logger in list(logging.root.manager.loggerDict.values()):
        if isinstance(logger, logging.Logger) and hasattr(logger, "powertools_handler"):
            logger.removeHandler(logger.powertools_handler)
            del logger.powertools_handler
            logger.__dict__.pop("init", None)


def as_json(document: Any) -> Any:
    """What is left of a value when it goes through Lambda's door."""
    return json.loads(json.dumps(document))
