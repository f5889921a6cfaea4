"""The standing: where a Friend is in the running year and the last one, criterion by criterion."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from best_friends.domain.friends import Engagement
from best_friends.domain.requests import WORDS_LENGTH, Field, ReviewForm
from best_friends.domain.standing import CountedLine, ShownCutoff, YearStanding
from best_friends.pages import standing_words as words
from best_friends.pages.requests import NO_LINK, SHOWN, WITH_FORM, AskState, PageOfRequests
from best_friends.pages.seal import seal
from best_friends.pages.shell import render_page, safe_headers
from best_friends.pages.standing_cases import cases
from best_friends.pages.standing_counts import Counts, corrected, counts
from best_friends.pages.standing_criteria import Criterion, criteria
from best_friends.texts.catalogue import catalogue
from best_friends.texts.figures import figures_in

__all__ = ["ShownYear", "StandingPage", "render_standing_page", "standing_headers"]

SHEETS = ("answer", "asking", "standing")
FIELDS = (Field.YEAR, Field.WORDS)


@dataclass(frozen=True)
class ShownYear:
    """A year on the page: the standing, the roles held in it, and every line that counts, newest first."""

    standing: YearStanding
    lines: tuple[CountedLine, ...] = ()


@dataclass(frozen=True)
class StandingPage:
    """What the page shows. Without a known link only `page.state` and `page.language` are needed.

    `years` holds the running year and the last one, in this order; the last one is missing for a Friend
    whom it did not judge. `engagements` are all the Friend's roles that count, with their days.
    `last_cutoff` is the cut-off of the last closed year for the Friend's cohort, with that year.
    `best_friend_of` is the year whose status the Friend holds now. Instants (`as_of`, `asked_at`) are told
    in the time zone that they carry.
    """

    page: PageOfRequests
    years: tuple[ShownYear, ...] = ()
    engagements: tuple[Engagement, ...] = ()
    last_cutoff: tuple[int, ShownCutoff] | None = None
    best_friend_of: int | None = None
    badge_url: str = ""
    cutoff_step: int = 10
    link_hours: int = 24
    reply_days: int = 7
    decision_days: int = 14
    form: ReviewForm = field(default_factory=ReviewForm)
    faults: frozenset[Field] = frozenset()


@dataclass(frozen=True, slots=True)
class Section:
    """A year's section. Without criteria it only says that no verdict of that year exists.

    `said` is the answer of a year that is not the page's own answer, with what was missing.
    """

    year: int
    heading: str
    intro: str
    said: str = ""
    role: str = ""
    invitation: str = ""
    either: bool = False
    criteria: tuple[Criterion, ...] = ()


def render_standing_page(shown: StandingPage) -> str:
    """The page as HTML, in the page's language."""
    state, language = shown.page.state, shown.page.language
    lost, whole = state in NO_LINK, state in WITH_FORM and bool(shown.years)
    return render_page(
        "standing.html.j2",
        language,
        *SHEETS,
        seal=seal(None if lost else shown.best_friend_of),
        **_head(shown, whole=whole),
        badge=_badge(shown),
        back="" if lost or whole else f"/standing/{shown.page.token}",
        new_link=lost,
        sections=_sections(shown) if whole else (),
        roles=_roles(shown) if whole else None,
        tables=_tables(shown) if whole else (),
        csv=f"/standing/{shown.page.token}",
        form=_form(shown) if whole else None,
        cases=[] if lost else cases(shown.page.requests[:SHOWN], language),
        private=not lost,
    )


@lru_cache
def standing_headers() -> Mapping[str, str]:
    """The page's headers: nobody keeps or indexes it, and it posts to itself only."""
    return safe_headers(*SHEETS, forms="'self'") | {
        "cache-control": "no-store",
        "x-robots-tag": "noindex",
    }


def _head(shown: StandingPage, *, whole: bool) -> dict[str, object]:
    """Title, heading and the answer, or what a page has to say that is not the standing itself."""
    page = shown.page
    said = catalogue(page.language)
    name = page.name.strip() or said.say("letters.nobody")
    head: dict[str, object] = {"stands": (), "gaps": (), "next": ""}
    if page.state is AskState.UNKNOWN_LINK:
        lost = "pages.unknown_link"
        head |= {key: said.say(f"requests.unknown_link.{key}") for key in ("title", "heading")}
        return head | {"lead": said.say(f"{lost}.lead"), "next": said.say(f"{lost}.next")}
    if page.state is AskState.EXPIRED_LINK:
        hours = figures_in(page.language, "").duration(shown.link_hours * 3600)
        head |= {key: said.say(f"requests.expired_link.{key}") for key in ("title", "heading")}
        lead = said.say("standing.expired_link.lead", time=hours)
        return head | {"lead": lead, "next": said.say("standing.expired_link.next")}
    part = "standing" if page.state in WITH_FORM else f"standing_form.{page.state}"
    head |= {"title": said.say(f"{part}.title"), "heading": said.say(f"{part}.heading", name=name)}
    if not whole:
        return head | {"lead": said.say(f"{part}.lead") if page.state not in WITH_FORM else ""}
    running = words.told(shown.years[0].standing, page.language)
    return head | {"lead": words.answer(running), "gaps": words.gaps(running), "stands": _stands(shown)}


def _stands(shown: StandingPage) -> list[str]:
    """What stands besides the running year: the status, and an invitation that waits for its answer."""
    language, held = shown.page.language, shown.best_friend_of
    status = [] if held is None else [catalogue(language).say("standing.status", year=held, next=held + 1)]
    told = [words.told(one.standing, language) for one in shown.years]
    return status + [words.invited(one) for one in told if words.waits_for_answer(one.standing)]


def _badge(shown: StandingPage) -> dict[str, str] | None:
    """The way to the badge of the status that the Friend holds."""
    if not shown.badge_url or shown.best_friend_of is None:
        return None
    said = catalogue(shown.page.language)
    return {"url": shown.badge_url, "said": said.say("badge.standing", year=shown.best_friend_of)}


def _sections(shown: StandingPage) -> list[Section]:
    language, sections, step = shown.page.language, list[Section](), shown.cutoff_step
    how_rounded = True
    for place, year in enumerate(shown.years):
        one = words.told(year.standing, language)
        first = place == 0
        drawn = criteria(one, shown.last_cutoff if first else None, step, how_rounded=how_rounded)
        # How cut-offs and averages are rounded is said once.
        step = 0 if drawn[-1].small else step
        how_rounded = how_rounded and not year.standing.figures.ratings
        sections.append(
            Section(
                year=year.standing.year,
                heading=words.heading(one),
                intro=words.intro(one, corrected=corrected(year.standing, year.lines)),
                said="" if first else words.answer(one),
                role=words.role_held(one),
                invitation=words.invited(one),
                either=first,
                criteria=drawn,
            )
        )
    if len(shown.years) == 1:
        last = shown.years[0].standing.year - 1
        said = catalogue(language).say("standing.no_verdict", year=last)
        sections.append(Section(last, str(last), said))
    return sections


def _roles(shown: StandingPage) -> Sequence[str]:
    said, figures = catalogue(shown.page.language), figures_in(shown.page.language, "")
    told = []
    for one in shown.engagements:
        name = said.say(f"roles.{one.role}")
        role, start = name[:1].upper() + name[1:], figures.date(one.held_from)
        if one.held_until is None:
            told.append(said.say("standing.roles.since", role=role, start=start))
        else:
            end = figures.date(one.held_until)
            told.append(said.say("standing.roles.days", role=role, start=start, end=end))
    return told


def _tables(shown: StandingPage) -> list[Counts]:
    return [counts(words.told(one.standing, shown.page.language), one.lines) for one in shown.years]


def _form(shown: StandingPage) -> dict[str, object]:
    said, figures = catalogue(shown.page.language), figures_in(shown.page.language, "")

    def days(number: int) -> str:
        return said.count("standing_form.days", number, days=figures.integer(number))

    years = [str(one.standing.year) for one in shown.years]
    return {
        "ask": said.say(
            "standing_form.ask", reply=days(shown.reply_days), decision=days(shown.decision_days)
        ),
        "years": years,
        "year": shown.form.year or (years[0] if len(years) == 1 else ""),
        "words": shown.form.words,
        "length": WORDS_LENGTH,
        "faulty": shown.page.state is AskState.FAULTY,
        "faults": {
            str(one): said.say(f"standing_form.faults.{one}", words_length=WORDS_LENGTH)
            if one in shown.faults
            else ""
            for one in FIELDS
        },
    }
