"""The page of roles: what they are, which the Friend has, and the form to apply for one."""

from dataclasses import dataclass, field

from best_friends.domain.policy import Role
from best_friends.domain.requests import Field, RoleForm
from best_friends.pages.requests import NO_LINK, WITH_FORM, PageOfRequests, render_asking_page
from best_friends.texts.catalogue import catalogue
from best_friends.texts.figures import figures_in

__all__ = ["EngagementPage", "render_engagement_page"]


@dataclass(frozen=True)
class EngagementPage:
    """What the page shows: the roles that the Friend has today, and the form as it was filled in."""

    page: PageOfRequests
    held: tuple[Role, ...] = ()
    form: RoleForm = field(default_factory=RoleForm)
    faults: frozenset[Field] = frozenset()


@dataclass(frozen=True, slots=True)
class Choice:
    """A role to choose: its name, and what one does."""

    value: str
    name: str
    does: str
    chosen: bool


def render_engagement_page(shown: EngagementPage) -> str:
    """The page as HTML, in the page's language."""
    language = shown.page.language
    words = catalogue(language)
    known = shown.page.state not in NO_LINK
    held = figures_in(language, "").listing([words.say(f"roles.{role}") for role in shown.held])
    return render_asking_page(
        "engagement.html.j2",
        "engagement",
        shown.page,
        shown.faults,
        form=shown.form,
        held=words.say("engagement.held", roles=held) if known and held else "",
        choices=_choices(shown) if shown.page.state in WITH_FORM else [],
    )


def _choices(shown: EngagementPage) -> list[Choice]:
    words = catalogue(shown.page.language)
    return [
        Choice(
            value=role,
            name=_raised(words.say(f"roles.{role}")),
            does=words.say(f"engagement.roles.{role}"),
            chosen=role == shown.form.role,
        )
        for role in Role
        if role not in shown.held
    ]


def _raised(phrase: str) -> str:
    return phrase[:1].upper() + phrase[1:]
