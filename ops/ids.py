"""Ids as they are typed: what no table could hold is refused before anything is asked."""

import typer

from ops.faults import Stop

LONGEST_ID = 100


def identifier(param: typer.CallbackParam, value: str) -> str:
    """An id of 1 to 100 characters; an option may be left out.

    Raises:
        Stop: when it is none.
    """
    name = str(param.metavar or param.name or "id")
    if not value and not param.required:
        return value
    if not value.strip():
        raise Stop(f"{name}: is empty; name an id")
    if len(value) > LONGEST_ID or "#" in value or not value.isprintable():
        raise Stop(f"{name}: {value[:20]!r}: an id has at most {LONGEST_ID} printable characters and no '#'")
    return value
