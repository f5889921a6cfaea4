"""Engagement as it changes: by the marketplace's export, and by operators here.

An engagement that operators decided on keeps what the export said of it then. The same export, imported
again, leaves it as it is; a row that the marketplace itself has changed since wins, since it is the newer
word. A withdrawn engagement stays where it was and counts for no year.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any

from best_friends.domain.friends import Decided, Engagement
from best_friends.domain.policy import Role


class EngagementFault(ValueError):
    """Why a role cannot be given, ended or withdrawn, in one sentence that names the mend."""


def imported(before: Engagement | None, exported: Engagement) -> Engagement:
    """What an engagement comes to when the export has this row of it."""
    if before is None or before.decided is None or superseded(before, exported):
        return exported
    return before


def superseded(before: Engagement, exported: Engagement) -> bool:
    """Whether the marketplace says something else than when operators decided on an engagement."""
    return before.decided is not None and before.decided != Decided(True, exported.held_until)


def given(known: Iterable[Engagement], new: Engagement) -> tuple[Engagement | None, Engagement]:
    """The engagement before and after a role is given; `known` are all of the Friend's.

    Raises:
        EngagementFault: when its days are in the wrong order, or the role is held on one of them.
    """
    _in_order(new)
    others = [one for one in known if one.role is new.role]
    for one in others:
        if not one.withdrawn and _overlap(one, new):
            raise EngagementFault(f"{new.friend_id} holds {held(one)} already; end or withdraw that first")
    before = next((one for one in others if key_of(one) == key_of(new)), None)
    return before, replace(new, decided=decided_on(before))


def ended(known: Iterable[Engagement], role: Role, until: date) -> tuple[Engagement, Engagement]:
    """The engagement that is held on a day and beyond it, before and after it ends on that day.

    Raises:
        EngagementFault: when there is none.
    """
    others = [one for one in known if one.role is role and not one.withdrawn]
    reaching = [
        one for one in others if one.held_from <= until and (one.held_until is None or one.held_until > until)
    ]
    if not reaching:
        raise EngagementFault(f"the role {role} is not held beyond {until}: {_listed(others)}")
    before = max(reaching, key=lambda one: one.held_from)
    return before, replace(before, held_until=until, decided=decided_on(before))


def withdrawn(known: Iterable[Engagement], role: Role, held_from: date) -> tuple[Engagement, Engagement]:
    """The engagement that begins on a day, before and after it is withdrawn.

    Raises:
        EngagementFault: when there is none.
    """
    others = [one for one in known if one.role is role and not one.withdrawn]
    before = next((one for one in others if one.held_from == held_from), None)
    if before is None:
        raise EngagementFault(f"no role {role} begins on {held_from}: {_listed(others)}")
    return before, replace(before, withdrawn=True, decided=decided_on(before))


def decided_on(before: Engagement | None) -> Decided:
    """What the export says of an engagement that operators decide on now."""
    if before is None:
        return Decided()
    return before.decided or Decided(True, before.held_until)


def key_of(engagement: Engagement) -> tuple[str, Role, date]:
    """What makes an engagement the same one: whose, which role, and from when."""
    return engagement.friend_id, engagement.role, engagement.held_from


def held(engagement: Engagement) -> str:
    """A role and its days, for operators."""
    until = f" to {engagement.held_until}" if engagement.held_until else ""
    return f"{engagement.role} from {engagement.held_from}{until}"


def told(engagement: Engagement | None) -> dict[str, Any] | None:
    """An engagement for the audit trail."""
    if engagement is None:
        return None
    return {
        "friend_id": engagement.friend_id,
        "role": str(engagement.role),
        "held_from": engagement.held_from.isoformat(),
        "held_until": engagement.held_until.isoformat() if engagement.held_until else None,
        "withdrawn": engagement.withdrawn,
    }


def _in_order(engagement: Engagement) -> None:
    if engagement.held_until is not None and engagement.held_until < engagement.held_from:
        raise EngagementFault(
            f"a role cannot end on {engagement.held_until}, before it begins on {engagement.held_from}; swap"
            " --from and --until"
        )


def _overlap(one: Engagement, other: Engagement) -> bool:
    return one.held_from <= (other.held_until or date.max) and other.held_from <= (one.held_until or date.max)


def _listed(engagements: Iterable[Engagement]) -> str:
    listed = [held(one) for one in sorted(engagements, key=lambda one: one.held_from)]
    return f"what there is: {'; '.join(listed)}" if listed else "the Friend has never held it"
