"""What is put right in the ledger after it was exported: corrected, withdrawn, refunded, reassigned.

A correction stands beside the ledger and says which exported line it is about. The same export, imported
again, therefore leaves it as it is; a line that the marketplace itself has changed since wins, since it is
the newer word.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from best_friends.domain.ledger import LedgerEntry


@dataclass(frozen=True, slots=True)
class Correction:
    """One line put right: what was exported, and what stands instead; None when it was withdrawn.

    Both lines are in the ledger of the account they were made under, whatever was merged since.
    """

    exported: LedgerEntry
    corrected: LedgerEntry | None
    at: datetime
    who: str
    why: str

    @property
    def source(self) -> str:
        """`JOB#id` or `RATING#id`: what the line is about; a line has one correction at most."""
        return self.exported.source


@dataclass(frozen=True, slots=True)
class Note:
    """One line of a Friend's audit trail: who did what, when and why, and what it changed.

    `about` names the line, the account or the area; `before` and `after` are JSON-ready, None for nothing.
    """

    friend_id: str
    at: datetime
    action: str
    about: str
    who: str
    why: str
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] | None = None


def effective(exported: LedgerEntry, corrections: Mapping[str, Correction]) -> LedgerEntry | None:
    """The line that an exported one comes to, None when it was withdrawn."""
    correction = corrections.get(exported.source)
    if correction is None or correction.exported != exported:
        return exported
    return correction.corrected


def superseded(exported: LedgerEntry, corrections: Mapping[str, Correction]) -> bool:
    """Whether the marketplace has changed a line since it was corrected here."""
    correction = corrections.get(exported.source)
    return correction is not None and correction.exported != exported
