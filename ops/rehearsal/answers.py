"""How the nominees of a rehearsal answer; apart from what reads mail, which no command needs."""

import re
from dataclasses import dataclass

from ops.faults import Stop


@dataclass(frozen=True, slots=True)
class Answers:
    """Which share of the nominees confirms and declines; the others stay silent."""

    confirm: float = 0.7
    decline: float = 0.1

    @classmethod
    def of(cls, text: str) -> "Answers":
        """Read `confirm=0.7,decline=0.1`.

        Raises:
            Stop: when it is not of that form, or the shares exceed the whole.
        """
        shares: dict[str, float] = {}
        for part in filter(None, text.split(",")):
            name, _, value = part.strip().partition("=")
            if name not in ("confirm", "decline") or not re.fullmatch(r"0(\.\d+)?|1(\.0+)?", value):
                raise Stop(f"--answers: {part!r}: expected shares such as confirm=0.7,decline=0.1")
            shares[name] = float(value)
        if sum(shares.values()) > 1:
            raise Stop(f"--answers: {text!r}: confirm and decline together exceed 1")
        return cls(shares.get("confirm", 0.0), shares.get("decline", 0.0))
