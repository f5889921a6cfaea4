"""The page behind a letter's link: it asks, and it says what stands."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from best_friends.domain.invitation import Answer, InvitationState, Reasons
from best_friends.domain.policy import Qualification
from best_friends.pages.seal import seal
from best_friends.pages.shell import page_headers, render_page
from best_friends.texts.catalogue import catalogue
from best_friends.texts.figures import figures_in
from best_friends.texts.reasons import benefits, why

__all__ = ["AnswerPage", "PageState", "page_headers", "render_answer_page", "render_problem_page"]


class PageState(StrEnum):
    """What the page has to say."""

    OPEN = "open"
    CONFIRMED = "confirmed"
    DECLINED = "declined"
    CHANGED_TO_CONFIRMED = "changed_to_confirmed"
    CHANGED_TO_DECLINED = "changed_to_declined"
    TOO_LATE = "too_late"
    UNKNOWN_LINK = "unknown_link"
    EXPIRED_LINK = "expired_link"

    @property
    def http_status(self) -> int:
        """The status that goes with the page."""
        return {PageState.UNKNOWN_LINK: 404, PageState.EXPIRED_LINK: 410}.get(self, 200)


SAYS_YES = (PageState.CONFIRMED, PageState.CHANGED_TO_CONFIRMED)
SAYS_NO = (PageState.DECLINED, PageState.CHANGED_TO_DECLINED)
NO_LINK = (PageState.UNKNOWN_LINK, PageState.EXPIRED_LINK)


@dataclass(frozen=True)
class AnswerPage:
    """What the page shows. Without a known link only `state` and `language` are needed.

    `stands` is the invitation's state, told on a page that is too late. `can_change` offers the
    other answer on a page that says what was answered. `late` and `announced` decide what follows a yes:
    an invitation that a review brought, and a year whose Best Friends are known.
    """

    state: PageState
    language: str
    name: str = ""
    year: int | None = None
    reasons: Reasons | None = None
    qualification: Qualification | None = None
    answer_by: date | None = None
    stands: InvitationState | None = None
    can_change: bool = False
    late: bool = False
    announced: bool = False


def render_answer_page(page: AnswerPage) -> str:
    """The page as HTML, in the page's language."""
    words = catalogue(page.language)
    values = _values(page)

    def say(key: str) -> str:
        return words.say(f"pages.{page.state}.{key}", **values)

    next_heading, following = _next(page, say)
    return _render(
        page.language,
        page.year,
        say,
        why=why(page.language, page.reasons, page.qualification, page.year)
        if page.state is PageState.OPEN and page.reasons and page.qualification and page.year
        else None,
        next_heading=next_heading,
        next=following,
        benefits=benefits(page.language) if page.state in (PageState.OPEN, *SAYS_YES) else (),
        form=_form(page),
        change=_change(page, values),
        private=page.state not in NO_LINK,
    )


def render_problem_page(language: str, code: int) -> str:
    """The page for a fault of ours (5xx) or for a request that the page does not know (4xx)."""
    problem = "server_problem" if code >= 500 else "request_problem"

    def say(key: str) -> str:
        return catalogue(language).say(f"pages.{problem}.{key}")

    return _render(language, None, say, next=say("next"))


def _render(language: str, year: int | None, say: Callable[[str], str], **parts: object) -> str:
    blank = {"why": None, "next_heading": "", "next": "", "benefits": (), "form": "", "change": None}
    values = {**blank, "private": False, **parts}
    return render_page("answer.html.j2", language, "answer", say=say, seal=seal(year), **values)


def _values(page: AnswerPage) -> dict[str, object]:
    currency = page.reasons.currency if page.reasons else ""
    values: dict[str, object] = {}
    if page.state not in NO_LINK:
        values["name"] = page.name.strip() or catalogue(page.language).say("letters.nobody")
    if page.year is not None:
        values["year"] = page.year
    if page.answer_by is not None:
        values["date"] = figures_in(page.language, currency).date(page.answer_by)
    return values


def _next(page: AnswerPage, say: Callable[[str], str]) -> tuple[str, str]:
    if page.state in SAYS_YES:
        words, values = catalogue(page.language), _values(page)
        return words.say("pages.confirmed.next_heading"), words.say(_following(page), **values)
    if page.state is PageState.TOO_LATE:
        answered = page.stands in (InvitationState.CONFIRMED, InvitationState.DECLINED)
        return say("stands_heading"), say(page.stands.value if answered and page.stands else "silent")
    if page.state in NO_LINK:
        return "", say("next")
    return "", ""


def _following(page: AnswerPage) -> str:
    if page.announced:
        return "letters.welcome.announced"
    return "letters.welcome.late" if page.late else "pages.confirmed.next"


def _form(page: AnswerPage) -> str:
    if page.state is PageState.OPEN:
        return "both"
    if not page.can_change or page.state not in (*SAYS_YES, *SAYS_NO):
        return ""
    return Answer.DECLINE if page.state in SAYS_YES else Answer.CONFIRM


def _change(page: AnswerPage, values: dict[str, object]) -> dict[str, str] | None:
    if _form(page) not in tuple(Answer):
        return None
    words = catalogue(page.language)
    answered = "confirmed" if page.state in SAYS_YES else "declined"
    return {
        "heading": words.say(f"pages.{answered}.change_heading"),
        "by": words.say(f"pages.{answered}.change", **values),
        "button": words.say(f"pages.{answered}.button"),
    }
