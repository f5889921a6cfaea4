"""A year's standing in words: the answer, and what it comes to criterion by criterion."""

from dataclasses import dataclass
from datetime import date

from best_friends.domain.invitation import InvitationState
from best_friends.domain.qualification import SMALLER_REGIONS
from best_friends.domain.standing import ShownCutoff, Stage, YearStanding
from best_friends.texts.catalogue import Catalogue, catalogue
from best_friends.texts.figures import Figures, figures_in

JUDGED_AFTER = (1, 15)
"""Month and day of the next year on which a year is opened and judged."""

OPEN_CRITERIA = ("one", "two", "three")
OPEN_WITHOUT_CUTOFF = ("unknown", "one_unknown", "two_unknown")
"""The same while nobody can tell whether the revenue, which is among them, will be enough."""


@dataclass(frozen=True, slots=True)
class Told:
    """A standing with what is needed to tell it: the words and the forms of figures of its reader."""

    standing: YearStanding
    words: Catalogue
    figures: Figures

    @property
    def part(self) -> str:
        """Where the catalogue has the sentences of the year's stage."""
        stage = self.standing.stage
        return f"standing.{'judged' if stage.judged else stage}"

    @property
    def lacks(self) -> str:
        """Where it says what is missing, or what was missing once the year is over."""
        return "standing.lacks" if self.standing.stage is Stage.RUNNING else "standing.lacked"

    @property
    def percent(self) -> str:
        """The percentage of the highest revenue."""
        return self.figures.percent(self.standing.rule.revenue_top_percent)

    @property
    def minimum(self) -> str:
        """The average that is needed."""
        return self.figures.decimal(self.standing.rule.rating_average_min)

    @property
    def unknown(self) -> bool:
        """Whether nobody can tell yet who is among the highest revenue."""
        return self.standing.cutoff == ShownCutoff(None) and not self.standing.stage.judged

    @property
    def group(self) -> str:
        """Among whom the percentage is taken: `all`, the own `region`, or the `small` ones together."""
        standing = self.standing
        if standing.rule.revenue_cohort == "all":
            return "all"
        # Without a cut-off nobody knows yet which regions are small.
        name = standing.figures.region if self.unknown else standing.verdict.cohort
        return "small" if name == SMALLER_REGIONS else "region"

    def say(self, key: str, **values: object) -> str:
        """A sentence in which the year needs no mention."""
        return self.words.say(key, year=self.standing.year, **values)

    def count(self, key: str, number: int, **values: object) -> str:
        """The form of a sentence that goes with a number."""
        return self.words.count(key, number, year=self.standing.year, **values)


@dataclass(frozen=True, slots=True)
class Gap:
    """A criterion that is not met, and what would meet it."""

    name: str
    sentence: str


def told(standing: YearStanding, language: str) -> Told:
    """A standing to be told in a language."""
    return Told(standing, catalogue(language), figures_in(language, standing.currency))


def heading(one: Told) -> str:
    """The year and how far it is."""
    return one.say(f"{one.part}.heading")


def answer(one: Told) -> str:
    """Am I nominated? In one sentence."""
    return one.say(f"{one.part}.{_outcome(one)}")


def gaps(one: Told) -> tuple[Gap, ...]:
    """What stands in the way of a nomination, criterion by criterion; empty for a nominee."""
    verdict = one.standing.verdict
    if verdict.nominated:
        return ()
    missed = (
        (verdict.active, "active", active_gap),
        (verdict.average_met, "average", average_gap),
        (verdict.count_met, "ratings", ratings_gap),
        (verdict.revenue_met, "revenue", revenue_gap),
    )
    return tuple(Gap(criterion(one, name), gap(one)) for met, name, gap in missed if not met)


def intro(one: Told, *, corrected: bool = False) -> str:
    """Whether the figures still move, and until when; of a year that was looked at again, whose they are.

    `corrected` is for a judged year of which something was corrected since.
    """
    if corrected or (one.standing.stage.judged and _reviewed(one.standing)):
        then = one.say(f"{one.part}.intro_then")
        return f"{then} {one.say(f'{one.part}.corrected')}" if corrected else then
    judged_after = one.figures.date(date(one.standing.year + 1, *JUDGED_AFTER))
    return one.say(f"{one.part}.intro", date=judged_after)


def criterion(one: Told, name: str) -> str:
    """What a criterion is called."""
    return one.say(f"standing.criteria.{name}")


def active_gap(one: Told) -> str:
    """That only active Friends are nominated; until a year is judged a profile can still become active."""
    return one.say(f"standing.{'lacked' if one.standing.stage.judged else 'lacks'}.active")


def average_gap(one: Told) -> str:
    """What would bring the average up, or that nothing can."""
    standing = one.standing
    if not standing.figures.ratings:
        return one.say(f"{one.lacks}.unrated")
    stars = standing.missing.five_stars
    if stars is None:
        return one.say(f"{one.lacks}.out_{standing.rule.ratings_window}", average=one.minimum)
    shown = one.figures.integer(stars)
    return one.count(f"{one.lacks}.average", stars, ratings=shown, average=one.minimum)


def ratings_gap(one: Told) -> str:
    """How many ratings are missing."""
    missing, needed = one.standing.missing.ratings, one.figures.integer(one.standing.rule.ratings_min)
    return one.count(f"{one.lacks}.ratings", missing, ratings=one.figures.integer(missing), needed=needed)


def revenue_gap(one: Told) -> str:
    """How much revenue is missing, as far as that may be told."""
    missing = one.standing.missing.cents
    if one.unknown:
        return one.say("standing.lacks.unknown")
    if missing is None:
        known = "withheld" if one.standing.cutoff.withheld else "unknown"
        return one.say(f"{one.lacks}.{known}", percent=one.percent)
    return one.say(f"{one.lacks}.revenue", money=one.figures.money(missing))


def role_held(one: Told) -> str:
    """The roles that a judged year's verdict rests on; empty without one."""
    roles = one.standing.verdict.roles
    if not one.standing.stage.judged or not roles:
        return ""
    names = one.figures.listing([one.words.say(f"roles.{role}") for role in roles])
    return one.count("reasons.roles", len(roles), roles=names)


def waits_for_answer(standing: YearStanding) -> bool:
    """Whether the Friend can still answer its invitation; a year that is closed has only late ones open."""
    invitation = standing.invitation
    if invitation is None or invitation.state is not InvitationState.OPEN:
        return False
    return standing.stage is Stage.OPEN or invitation.late


def invited(one: Told) -> str:
    """How the invitation stands; empty for who has none and was not nominated."""
    standing = one.standing
    if not standing.stage.judged:
        return ""
    if standing.invitation is None:
        kind = "coming" if standing.stage is Stage.OPEN else "none"
        return one.say(f"standing.invitation.{kind}") if standing.verdict.nominated else ""
    state = standing.invitation.state
    day = standing.answer_by or standing.invitation.answer_until.date()
    if state is InvitationState.OPEN and not waits_for_answer(standing):
        state = InvitationState.EXPIRED  # nobody can answer a year that is closed, but whom a review invited
    return one.say(f"standing.invitation.{state}", date=one.figures.date(day))


def _reviewed(standing: YearStanding) -> bool:
    """Whether the invitation rests on a review and not on the verdict alone."""
    invitation = standing.invitation
    return invitation is not None and (invitation.late or not standing.verdict.nominated)


def _outcome(one: Told) -> str:
    standing, verdict = one.standing, one.standing.verdict
    if standing.stage.judged and _reviewed(standing):
        return "review"
    if verdict.by_figures:
        return "both" if verdict.by_engagement else "figures"
    if verdict.by_engagement:
        return "role"
    if not verdict.active:
        return "inactive"
    missed = (verdict.average_met, verdict.count_met, verdict.revenue_met).count(False)
    return (OPEN_WITHOUT_CUTOFF if one.unknown else OPEN_CRITERIA)[missed - 1]
