"""What a cold start pays for its clients of DynamoDB: one for all tables, against PynamoDB's one for each.

`make bench-clients` prints the seconds of processor time of both, in fresh processes, and their ratio.
"""

import os
import subprocess
import sys
from statistics import median

TABLES = 8
"""As many as the function that sends letters has."""

ROUNDS = 7
MEASURE = """
import time
from best_friends.adapters.dynamodb import Row, SharedConnection, bound
from pynamodb.attributes import UnicodeAttribute
from pynamodb.connection import Connection

class Something(Row):
    key = UnicodeAttribute(hash_key=True)

begin = time.process_time()
for number in range({tables}):
    {make}
print(time.process_time() - begin)
"""
OURS = "bound(Something, f'table-{number}')._get_connection().connection.client"
THEIRS = "Connection(max_retry_attempts=5).client"


def measured(make: str) -> float:
    """Processor seconds of a fresh process that connects to every table."""
    code = MEASURE.format(tables=TABLES, make=make)
    environment = {
        **os.environ,
        "AWS_DEFAULT_REGION": "eu-central-1",
        "AWS_ACCESS_KEY_ID": "none",
        "AWS_SECRET_ACCESS_KEY": "none",
    }
    reply = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True, env=environment
    )
    return float(reply.stdout)


def main() -> None:
    """Measure both, alternating, and print the medians."""
    pairs = [(measured(OURS), measured(THEIRS)) for _ in range(ROUNDS)]
    ours, theirs = (median(one) for one in zip(*pairs, strict=True))
    print(f"{TABLES} tables, median of {ROUNDS}: one client {ours:.3f} s, a client each {theirs:.3f} s")
    print(f"a client each takes {theirs / ours:.1f} times as long")


if __name__ == "__main__":
    main()
