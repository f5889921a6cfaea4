"""What operations see: structured logs and metrics, made when first used.

Logs and metrics carry the year, the Friend's id and the execution as correlation ids; never a name,
an address or a token.
"""

import warnings
from collections.abc import Callable
from functools import cache, wraps
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

NAMESPACE = "BestFriends"
Handler = Callable[[Any, LambdaContext], Any]


@cache
def log() -> Logger:
    """The function's logger; the service is named by POWERTOOLS_SERVICE_NAME."""
    return Logger()


@cache
def meter() -> Metrics:
    """The function's metrics; an invocation that counts nothing is nothing to warn of."""
    warnings.filterwarnings("ignore", message="No application metrics")
    return Metrics(namespace=NAMESPACE)


def count(name: str, number: float = 1) -> None:
    """Add to a metric that counts."""
    meter().add_metric(name=name, unit=MetricUnit.Count, value=number)


def took(name: str, seconds: float) -> None:
    """Add to a metric that measures how long something took."""
    meter().add_metric(name=name, unit=MetricUnit.Seconds, value=seconds)


def about(**keys: Any) -> None:
    """Correlate what is logged from here on: year, friend_id, execution."""
    log().append_keys(**keys)


def observed(handler: Handler) -> Handler:
    """Give a handler its log and metrics; correlation ids never leak into the next invocation."""

    @wraps(handler)
    def run(event: Any, context: LambdaContext) -> Any:
        metered = meter().log_metrics(handler)
        return log().inject_lambda_context(metered, clear_state=True)(event, context)

    return run
