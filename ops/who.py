"""Who runs a command, for the audit trail."""

import getpass
import os

from best_friends.application.correct_ledger import By
from ops.faults import Stop


def by(why: str) -> By:
    """The operator and the reason.

    The name is `BEST_FRIENDS_OPERATOR`, else that of the account on this machine.

    Raises:
        Stop: when there is no reason.
    """
    if not why.strip():
        raise Stop("--why: is empty; say why, for those who look at the audit trail later")
    return By(os.environ.get("BEST_FRIENDS_OPERATOR", "").strip() or getpass.getuser(), why.strip())
