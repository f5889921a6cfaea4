"""The page of a Friend's referrals: a form for another one, and what came of those before."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache

from best_friends.domain.referrals import NAME_LENGTH, Referral, Stage
from best_friends.pages.requests import NO_LINK, WITH_FORM, AskState
from best_friends.pages.seal import seal
from best_friends.pages.shell import render_page, safe_headers
from best_friends.texts.catalogue import catalogue
from best_friends.texts.figures import figures_in

SHEETS = ("answer", "asking")
ADDRESS_LENGTH = 320
SHOWN = 50
"""So many referrals are listed, the newest first."""


class Field(StrEnum):
    """The fields of the form, by the names in which they are posted."""

    TOKEN = "token"  # noqa: S105 -- the name of a field
    ADDRESS = "address"
    NAME = "name"
    CONSENT = "consent"
    MAY_BE_NAMED = "may_be_named"


@dataclass(frozen=True, slots=True)
class ReferralForm:
    """The form as it was filled in."""

    address: str = ""
    name: str = ""
    consent: bool = False
    may_be_named: bool = False


@dataclass(frozen=True)
class ReferralsPage:
    """What the page shows. Without a known link only `state` and `language` are needed.

    `referrals` are the Friend's own, the newest first; their instants are told where the programme lives.
    `counted` of those Friends have completed a job in `year`, `needed` of them make a brand ambassador.
    """

    state: AskState
    language: str
    name: str = ""
    token: str = ""
    referrals: tuple[Referral, ...] = ()
    year: int = 0
    counted: int = 0
    needed: int = 0
    form: ReferralForm = field(default_factory=ReferralForm)
    faults: frozenset[Field] = frozenset()


@dataclass(frozen=True, slots=True)
class Line:
    """A referral in the list; `stage` is "" while nothing has come of it."""

    who: str
    stage: str
    recorded: str


def render_referrals_page(page: ReferralsPage) -> str:
    """The page as HTML. Its form posts to `/referrals`, with the link's token among the fields."""
    lost = page.state in NO_LINK
    return render_page(
        "referrals.html.j2",
        page.language,
        *SHEETS,
        seal=seal(),
        **_said(page),
        page=page,
        lost=lost,
        with_form=page.state in WITH_FORM,
        faulty=page.state is AskState.FAULTY,
        faults=_faults(page),
        limits={"name": NAME_LENGTH, "address": ADDRESS_LENGTH},
        lines=[] if lost else [_line(one, page.language) for one in page.referrals[:SHOWN]],
        counted="" if lost else _counted(page),
        again="" if lost or page.state in WITH_FORM else f"/referrals/{page.token}",
        private=not lost,
    )


@lru_cache
def referrals_headers() -> Mapping[str, str]:
    """The page's headers: nobody keeps or indexes it, and it posts to itself only."""
    return safe_headers(*SHEETS, forms="'self'") | {
        "cache-control": "no-store",
        "x-robots-tag": "noindex",
    }


def _said(page: ReferralsPage) -> dict[str, str]:
    words = catalogue(page.language)
    if page.state in NO_LINK:
        return {
            "title": words.say(f"requests.{page.state}.title"),
            "heading": words.say(f"requests.{page.state}.heading"),
            "lead": words.say(f"referrals.{page.state}.lead"),
            "next": words.say(f"referrals.{page.state}.next"),
        }
    own = "referrals" if page.state in WITH_FORM else f"referrals.{page.state}"
    name = page.name.strip() or words.say("letters.nobody")
    return {
        "title": words.say(f"{own}.title"),
        "heading": words.say(f"{own}.heading", name=name),
        "lead": words.say(f"{own}.lead"),
        "next": words.say("referrals.thanks"),
    }


def _faults(page: ReferralsPage) -> dict[str, str]:
    words = catalogue(page.language)
    values: dict[str, dict[str, object]] = {Field.NAME: {"length": NAME_LENGTH}}
    return {
        str(one): words.say(f"referrals.faults.{one}", **values.get(one, {})) if one in page.faults else ""
        for one in (Field.ADDRESS, Field.NAME, Field.CONSENT)
    }


def _line(referral: Referral, language: str) -> Line:
    # One that was declined looks like one of which nothing has come yet: it has no name either.
    words, figures = catalogue(language), figures_in(language, "")
    came = referral.stage not in (Stage.RECORDED, Stage.DECLINED)
    return Line(
        who=(came and referral.name) or words.say("referrals.somebody"),
        stage=words.say(f"referrals.states.{referral.stage}") if came else "",
        recorded=words.say("referrals.recorded_on", date=figures.date(referral.recorded_at.date())),
    )


def _counted(page: ReferralsPage) -> str:
    words = catalogue(page.language)
    values: dict[str, object] = {"count": page.counted, "year": page.year}
    if not page.counted:
        return ""
    if page.counted >= page.needed:
        return words.count("referrals.reached", page.counted, **values)
    return words.count("referrals.counted", page.counted, needed=page.needed, **values)
