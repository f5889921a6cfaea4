"""Two sets of verdicts on the same year, held against each other: who comes in, who goes out, and why."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from best_friends.domain.judged import BY_FIGURES, CRITERIA, ENGAGEMENT, Judged
from best_friends.domain.policy import Policy
from best_friends.domain.qualification import Figures
from best_friends.domain.what_if import MERGED, NO_FRIEND, Baseline, Change, Difference, Moves

Pair = tuple[Judged | None, Judged | None]
"""One Friend before and after, None where it was not judged."""


def compare(
    pairs: Iterable[Pair], baseline: Baseline, policy: Policy, meant: Callable[[str], str] = lambda one: one
) -> Difference:
    """Compare every Friend of two runs, given once each in any order.

    `meant` tells which account an id means today; it is asked about nominees of before that cannot be
    nominated any more. Only nominees of either side are held.
    """
    tally = _Tally(baseline, policy)
    for before, after in pairs:
        tally.add(before, after)
    return tally.difference(meant)


@dataclass(slots=True)
class _Tally:
    baseline: Baseline
    policy: Policy
    stay: dict[str, tuple[str, bool]] = field(default_factory=dict)
    lost: dict[str, Pair] = field(default_factory=dict)
    won: dict[str, Pair] = field(default_factory=dict)
    differ: int = 0
    merged: int = 0

    def add(self, before: Judged | None, after: Judged | None) -> None:
        told = after or before
        if told is None:
            return
        friend_id = told.figures.friend_id
        self.differ += self._corrected(before, after)
        was, is_now = (side is not None and side.verdict.nominated for side in (before, after))
        if was and is_now:
            self.stay[friend_id] = self._group(before, after)
        elif was:
            self.lost[friend_id] = (before, after)
        elif is_now:
            self.won[friend_id] = (before, after)

    def difference(self, meant: Callable[[str], str]) -> Difference:
        out = self._out(meant)
        into = [
            self._change(friend_id, pair, comes_in=True)
            for friend_id, pair in self.won.items()
            if friend_id not in self.stay
        ]
        changes = sorted((*into, *out), key=lambda one: (not one.comes_in, -one.cents, one.friend_id))
        groups = [(*group, "stay") for group in self.stay.values()]
        groups += [(one.region, one.newcomer, "in" if one.comes_in else "out") for one in changes]
        by_region: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for region, _, move in groups:
            by_region[region][move] += 1
        return Difference(
            nominees=Moves.of(Counter(move for *_, move in groups)),
            merged=self.merged,
            newcomers=Moves.of(Counter(move for _, newcomer, move in groups if newcomer)),
            others=Moves.of(Counter(move for _, newcomer, move in groups if not newcomer)),
            regions={region: Moves.of(counts) for region, counts in sorted(by_region.items())},
            figures_differ=self.differ,
            changes=tuple(changes),
        )

    def _out(self, meant: Callable[[str], str]) -> list[Change]:
        """Who goes out; a nominee that is an alias now counts for its account."""
        out: dict[str, Change] = {}
        aliases: list[tuple[str, str]] = []
        for friend_id, (before, after) in sorted(self.lost.items()):
            gone = after is None or not after.figures.active
            account = meant(friend_id) if gone else friend_id
            if account != friend_id:
                aliases.append((friend_id, account))
            else:
                out[friend_id] = self._change(friend_id, (before, after), comes_in=False)
        for friend_id, account in aliases:
            if account in self.stay or account in out:
                self.merged += 1
            elif account in self.won:
                self.stay[account] = self._group(*self.won[account])
            else:
                before, _ = self.lost[friend_id]
                region, newcomer = self._group(before, None)
                out[account] = Change(
                    account, False, region, newcomer, (MERGED,), True, before, None, (friend_id,)
                )
        return list(out.values())

    def _change(self, friend_id: str, pair: Pair, *, comes_in: bool) -> Change:
        before, after = pair
        return Change(
            friend_id,
            comes_in,
            *self._group(before, after),
            reasons=_reasons(before, after),
            corrected=self._corrected(before, after),
            before=before,
            after=after,
        )

    def _group(self, before: Judged | None, after: Judged | None) -> tuple[str, bool]:
        """Region and whether a newcomer. Ratings are the baseline's where there are any, for every policy."""
        place, rated = after or before, before or after
        region = place.figures.region if place else ""
        return region, rated is not None and rated.figures.ratings < self.baseline.newcomers_below

    def _corrected(self, before: Judged | None, after: Judged | None) -> bool:
        figures = [side.figures for side in (before, after) if side]
        if not any(one.active and (one.ratings or one.cents or one.roles) for one in figures):
            return False  # nobody who could be nominated, then or now
        return len(figures) == 1 or self._comparable(figures[0]) != self._comparable(figures[1])

    def _comparable(self, figures: Figures) -> tuple[object, ...]:
        """What both policies count alike."""
        one, other = self.baseline.policy.qualification, self.policy.qualification
        roles = set(one.engagement_roles) & set(other.engagement_roles)
        return (
            figures.active,
            figures.region,
            one.ratings_window == other.ratings_window and (figures.ratings, figures.stars),
            one.revenue_window == other.revenue_window and figures.cents,
            roles & set(figures.roles),
        )


def _reasons(before: Judged | None, after: Judged | None) -> tuple[str, ...]:
    """The criteria that flip on the way by which it is, or was, nominated: by figures, by a role, or both."""
    if before is None or after is None:
        return (NO_FRIEND,)
    nominated = after if after.verdict.nominated else before
    ways = set(BY_FIGURES) if nominated.verdict.by_figures else set()
    if nominated.verdict.by_engagement:
        ways |= {"active", ENGAGEMENT}
    then, now = before.met, after.met
    return tuple(name for name in CRITERIA if name in ways and then[name] != now[name])
