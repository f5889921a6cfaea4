"""`best-friends product-test ...` and `announcement ...`: use cases of a deployed stack, files, screens."""

from collections.abc import Sequence
from datetime import date, datetime, tzinfo
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter
from rich.table import Table
from rich.text import Text

from best_friends import bootstrap_offers
from best_friends.application.announcements import HandleAnnouncements
from best_friends.application.product_tests import HandleTests, Looked
from best_friends.domain.announcements import Announcement, AnnouncementState, Round
from best_friends.domain.drafts import AnnouncementDraft, DraftError, ProductTestDraft
from best_friends.domain.product_tests import Candidate, ProductTest, Tester
from ops.deployment import Deployment
from ops.policies import faulty, text_of

JSON: TypeAdapter[Any] = TypeAdapter(Any)
SHOWN = 30
"""So many Friends of an order are shown on a terminal; JSON has them all."""


def tests_of(names: Deployment) -> HandleTests:
    """Product tests."""
    return bootstrap_offers.handle_tests(
        product_tests_table=names.product_tests_table,
        testers_table=names.testers_table,
        friends_table=names.friends_table,
        invitations_table=names.invitations_table,
        programme_table=names.programme_table,
        trail_table=names.trail_table,
        letters_queue=names.letters_queue,
    )


def announcements_of(names: Deployment) -> HandleAnnouncements:
    """Announcements."""
    return bootstrap_offers.handle_announcements(
        announcements_table=names.announcements_table, programme_table=names.programme_table
    )


def read_draft[D: (ProductTestDraft, AnnouncementDraft)](kind: type[D], path: Path) -> D:
    """A draft from its file.

    Raises:
        Stop: naming the file, the line and the mend for each fault.
    """
    text = text_of(path)
    try:
        return kind.from_toml(text)
    except DraftError as error:
        raise faulty(path, text, error.faults) from None


def read_announcement(path: Path, correction_of: str = "") -> AnnouncementDraft:
    """An announcement from its file, as a first edition or as a correction.

    Raises:
        Stop: naming the file, the line and the mend for each fault.
    """
    draft = read_draft(AnnouncementDraft, path)
    try:
        return draft.as_correction(correction_of) if correction_of else draft.as_first()
    except DraftError as error:
        raise faulty(path, text_of(path), error.faults) from None


def test_document(test: ProductTest) -> dict[str, Any]:
    """A test as JSON-ready data."""
    document: dict[str, Any] = JSON.dump_python(test, mode="json")
    return document | {"left": test.left}


def looked_document(looked: Looked) -> dict[str, Any]:
    """A test with its order as JSON-ready data."""
    return test_document(looked.test) | {
        "testers": JSON.dump_python(looked.testers, mode="json"),
        "wave": str(looked.wave),
        "waiting": [JSON.dump_python(one, mode="json") | {"why": why(one)} for one in looked.waiting],
    }


def minute(at: datetime, zone: tzinfo) -> str:
    """A moment as the programme's zone tells it."""
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}"


def test_table(tests: Sequence[ProductTest], zone: tzinfo) -> Table:
    """The tests, their days in the programme's zone."""
    table = Table()
    table.add_column("test", no_wrap=True)  # the next command needs all of it
    for heading in ("starts", "others from", "answers until", "places", "state"):
        table.add_column(heading, overflow="fold")
    for one in tests:
        days = (minute(at, zone) for at in (one.starts_at, one.others_from, one.answer_until))
        table.add_row(Text(one.test_id), *days, f"{one.taken} of {one.places}", str(one.state))
    return table


def order_table(looked: Looked) -> Table:
    """Who was invited and who comes next, each with the reason."""
    caption = "Best Friends" if looked.wave == "best_friends" else "everybody"
    table = Table(
        title=f"{len(looked.testers)} invited; {len(looked.waiting)} of {caption} in waiting",
        title_justify="left",
    )
    for heading in ("place", "Friend", "state", "why"):
        table.add_column(heading, overflow="fold")
    rows = [(one.friend_id, str(one.state), why(one)) for one in looked.testers]
    rows += [(one.friend_id, "waiting", why(one)) for one in looked.waiting]
    for place, (friend_id, state, reason) in enumerate(rows[:SHOWN], start=1):
        table.add_row(str(place), Text(friend_id), state, Text(reason))
    return table


def why(one: Tester | Candidate) -> str:
    """Why somebody stands at its place of the order."""
    skills = f"{len(one.matching)} wanted: {', '.join(one.matching)}" if one.matching else "any skill"
    wave = {"best_friends": "Best Friend; "}.get(one.wave, "") if isinstance(one, Tester) else ""
    return f"{wave}{skills}; drew {one.drawn:.6f}"


def announcement_document(one: Announcement) -> dict[str, Any]:
    """An announcement as JSON-ready data."""
    document: dict[str, Any] = JSON.dump_python(one, mode="json")
    return document | {"version": one.version}


def announcement_table(found: Sequence[Announcement]) -> Table:
    """The announcements."""
    table = Table()
    table.add_column("announcement", no_wrap=True)  # the next command needs all of it
    for heading in ("Best Friends", "everybody", "version", "state"):
        table.add_column(heading, overflow="fold")
    for one in found:
        days = (str(min(one.early_on, one.publish_on)), str(one.publish_on))
        table.add_row(Text(one.announcement_id), *days, str(one.version), stands(one))
    return table


def stands(one: Announcement) -> str:
    """Where an announcement stands, in a few words."""
    if one.state is AnnouncementState.WITHDRAWN:
        return "withdrawn"
    return "published" if one.published else "with Best Friends" if one.begun else "scheduled"


def goes_out(one: Announcement, today: date, *, status_runs: bool = True) -> str:
    """When the letters of an announcement leave, in a few words; `status_runs` if there are Best Friends."""
    if not status_runs and one.early_on <= today:
        return f"goes to everybody on {one.publish_on}; there are no Best Friends yet who would hear earlier"
    early = "at once" if one.early_on < today else f"on {one.early_on}"
    return f"goes to Best Friends {early}, to everybody else on {one.publish_on}"


def rounds_table(one: Announcement) -> Table:
    """The rounds of an announcement: how many letters each ordered."""
    table = Table(title="Letters ordered", title_justify="left")
    for heading in ("round", "version", "letters", "state"):
        table.add_column(heading)
    rounds: list[tuple[Round, str]] = [(done, "ended") for done in one.done]
    if one.running:
        rounds.append((one.running, "goes on"))
    for each, state in rounds:
        table.add_row(str(each.kind), str(each.version), f"{each.ordered:,}", state)
    return table
