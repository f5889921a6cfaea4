"""Once a day: what the cut-off would be if the year ended today."""

from dataclasses import dataclass

from best_friends.application.ports import Clock, Programme, Segment
from best_friends.application.ports_standing import CutoffRecords
from best_friends.application.survey import FiguresOfAll
from best_friends.domain.ledger import business_date
from best_friends.domain.qualification import fix_cutoffs
from best_friends.domain.standing import Cutoffs

WHOLE = Segment(0, 1)


@dataclass(frozen=True, slots=True)
class RefreshCutoffs:
    """Take the cut-offs of the running year, and of the last one until it is judged."""

    figures: FiguresOfAll
    programme: Programme
    cutoffs: CutoffRecords
    clock: Clock

    def __call__(self) -> tuple[Cutoffs, ...]:
        """Write them by the policy in force, and return them, the running year's last."""
        return tuple(self._refresh(year) for year in self.years())

    def years(self) -> tuple[int, ...]:
        """The years that somebody may ask about and that have no cut-off of their own yet."""
        zone = self.programme.settings().policy.programme.zone
        running = business_date(self.clock(), zone).year
        last = self.programme.year(running - 1)
        return (running,) if last is not None and last.cohorts else (running - 1, running)

    def _refresh(self, year: int) -> Cutoffs:
        rule = self.programme.settings().policy.qualification
        as_of = self.clock()
        everybody = self.figures(year, rule, WHOLE)
        population = ((one.region, one.cents) for one in everybody if one.in_population)
        taken = Cutoffs(year, as_of, rule, fix_cutoffs(population, rule))
        self.cutoffs.put(taken)
        return taken
