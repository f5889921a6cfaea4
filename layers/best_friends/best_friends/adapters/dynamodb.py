"""One client of DynamoDB a process, for all models and all transactions (docs/adr/0029).

By itself PynamoDB makes a session and a client for every model and for every transaction; each reads the
description of the service anew, and opens connections of its own.
"""

import uuid
from functools import cache
from typing import Any, cast

from pynamodb.connection import Connection, TableConnection
from pynamodb.models import Model
from pynamodb.transactions import TransactWrite

RETRIES = 5
"""A lost reply is retried by the client. Every write is conditional or states what is so, never
"add one", so a second application does no harm."""


@cache
def _owner() -> Connection:
    """The connection whose client all use; it is asked each time, as it renews a client that is void."""
    return Connection(max_retry_attempts=RETRIES)


def client() -> Any:
    """The process's client; hot scans use it without PynamoDB."""
    return _owner().client


def forget_client() -> None:
    """Let the next use make a new client, for where AWS is another one than before."""
    _owner.cache_clear()


class SharedConnection(Connection):
    """What PynamoDB knows of a table, with everybody's client."""

    @property
    def client(self) -> Any:
        """The process's client; nothing is connected until it is used."""
        return client()


class Row(Model):
    """What is the same for the rows of all tables."""

    class Meta:
        """Without a table until `bound` gives one."""

        table_name = "unbound"

    @classmethod
    def _get_connection(cls) -> TableConnection:
        own = super()._get_connection()
        if not isinstance(own.connection, SharedConnection):
            shared = SharedConnection()
            shared.add_meta_table(own.get_meta_table())
            own.connection = shared
        return own


def bound[R: Row](model: type[R], table_name: str) -> type[R]:
    """The model for a table of this name; nothing is connected until it is used."""
    meta = type("Meta", (cast(type, model.Meta),), {"table_name": table_name})
    return cast(type[R], type(model.__name__, (model,), {"Meta": meta}))


def transaction_once() -> TransactWrite:
    """A transaction that the client's retry after a lost reply does not apply twice, by its token."""
    return TransactWrite(connection=SharedConnection(), client_request_token=uuid.uuid4().hex)
