"""Read an operator's policy file, and say where it is wrong."""

import re
from collections.abc import Iterable
from pathlib import Path

from best_friends.domain.policy import Policy, PolicyError
from ops.faults import Stop


def read_policy(path: Path | None) -> Policy:
    """The policy of a TOML file; domain.md's defaults without one.

    Raises:
        Stop: naming the file, the line and the mend for each fault.
    """
    if path is None:
        return Policy()
    text = text_of(path)
    try:
        return Policy.from_toml(text)
    except PolicyError as error:
        raise faulty(path, text, error.faults) from None


def text_of(path: Path) -> str:
    """The text of a policy file.

    Raises:
        Stop: when it cannot be read.
    """
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise Stop(f"{path}: cannot be read ({error.strerror}); name a TOML file") from None
    except UnicodeDecodeError:
        raise Stop(f"{path}: is not UTF-8 text; save it as UTF-8") from None


def faulty(path: Path, text: str, faults: Iterable[tuple[str, str]]) -> Stop:
    """Every fault (key, sentence) of a policy file once, with its line."""
    found = sorted({(_line_of(key, said, text), _told(key, said)) for key, said in faults})
    return Stop("\n".join(f"{path}:{line}: {told}" for line, told in found))


def _told(key: str, sentence: str) -> str:
    return f"{key}: {sentence}" if key else sentence


def _line_of(key: str, sentence: str, text: str) -> int:
    """The line of a key such as `qualification.ratings_min`, or of its table, counted from 1."""
    if not key:
        said = re.search(r"line (\d+)", sentence)
        return int(said.group(1)) if said else 1
    table, _, name = key.partition(".")
    name = name.split(".")[0]
    # A key may stand in its table, in an inline table, or dotted before any table begins.
    dotted = rf"=|\.\s*\"?{re.escape(name)}\"?\s*[.=]" if name else "[.=]"
    within, found = "", 1
    for number, line in enumerate(text.splitlines(), start=1):
        header = re.match(r"\s*\[\s*([\w.-]+)\s*\]", line)
        if header:
            within = header.group(1)
        if within == table and header:
            found = number
        at_root = not within and re.match(rf"\s*{re.escape(table)}\s*({dotted})", line)
        if at_root or (within == table and name and re.match(rf"\s*\"?{re.escape(name)}\"?\s*=", line)):
            return number
    return found
