"""Why a Friend was nominated, in words: the same in the letter and on the page."""

from dataclasses import dataclass

from best_friends.domain.invitation import Reasons
from best_friends.domain.policy import Qualification
from best_friends.texts.catalogue import catalogue
from best_friends.texts.figures import figures_in

BENEFITS = ("notifications", "events", "products", "announcements", "badge")
"""In domain.md's order."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One of the Friend's own figures: `4.7` and `stars on average, from 38 ratings`."""

    value: str
    caption: str

    def __str__(self) -> str:
        return f"{self.value} {self.caption}"


@dataclass(frozen=True, slots=True)
class Why:
    """The reasons in words. `facts` is empty without figures, `role` without a role."""

    facts: tuple[Fact, ...]
    facts_rule: str
    role: str
    role_rule: str


def why(language: str, reasons: Reasons, rule: Qualification, year: int) -> Why:
    """Put a nominee's reasons into words, with the thresholds that they met."""
    words, figures = catalogue(language), figures_in(language, reasons.currency)
    facts: tuple[Fact, ...] = ()
    facts_rule = role = role_rule = ""
    if reasons.by_figures:
        percent = figures.percent(rule.revenue_top_percent)
        revenue = f"reasons.revenue.{rule.revenue_window}_{rule.revenue_cohort}"
        facts = (
            Fact(
                figures.average(reasons.stars, reasons.ratings),
                words.count(
                    f"reasons.average.{rule.ratings_window}",
                    reasons.ratings,
                    ratings=figures.integer(reasons.ratings),
                    year=year,
                ),
            ),
            Fact(figures.money(reasons.cents), words.say(revenue, year=year, percent=percent)),
        )
        facts_rule = rule_in_words(language, reasons.currency, rule)
    if reasons.roles:
        names = figures.listing([words.say(f"roles.{name}") for name in reasons.roles])
        role = words.count("reasons.roles", len(reasons.roles), roles=names, year=year)
        role_rule = words.say("reasons.roles_rule")
    return Why(facts, facts_rule, role, role_rule)


def rule_in_words(language: str, currency: str, rule: Qualification) -> str:
    """Whom the figures nominate, with the thresholds."""
    figures = figures_in(language, currency)
    return catalogue(language).count(
        f"reasons.rule.{rule.revenue_cohort}",
        rule.ratings_min,
        average=figures.decimal(rule.rating_average_min),
        ratings=figures.integer(rule.ratings_min),
        percent=figures.percent(rule.revenue_top_percent),
    )


def benefits(language: str) -> tuple[str, ...]:
    """What a Best Friend gets, one sentence each."""
    return tuple(catalogue(language).say(f"benefits.{name}") for name in BENEFITS)
