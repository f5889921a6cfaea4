"""A product test and an announcement on a deployed stack: invited, answered, corrected, taken back."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx

from best_friends import bootstrap_offers
from best_friends.adapters.dynamodb import bound
from best_friends.adapters.models_news import ProductTestRow
from best_friends.adapters.product_tests import TEST
from best_friends.application.correct_ledger import By
from best_friends.domain.announcements_report import AnnouncementReport
from best_friends.domain.drafts import AnnouncementDraft
from best_friends.domain.product_tests import ProductTest, ProductTestWords, TesterState, Wave
from best_friends.domain.product_tests_report import ProductTestReport
from ops.console import Screen
from ops.deployment import Deployment
from ops.local.postbox import Postbox
from ops.offers import announcements_of, tests_of
from ops.rehearsal.waiting import until

PLACES = 4
HEAD_START = timedelta(hours=48)
DAYS_BEFORE = 3
BY = By("rehearsal", "rehearsed")
WORDS = {
    "de": ProductTestWords(
        "eine Akku-Bohrmaschine",
        ("Wir leihen sie dir für vier Wochen.", "Danach sagst du uns, was du davon hältst."),
        "Die Bohrmaschine kommt innert einer Woche mit der Post.",
    ),
    "en": ProductTestWords(
        "a cordless drill",
        ("We lend it to you for four weeks.", "Then you tell us what you think of it."),
        "The drill comes by post within a week.",
    ),
}
DRAFT = """id = "{id}"
publish_on = {day}
[de]
subject = "Eine neue App für Friends"
text = ["Bald gibt es eine neue App. Sie kommt im {german}."]
{corrected_german}
[en]
subject = "A new app for Friends"
text = ["There will be a new app soon. It comes in {english}."]
{corrected_english}
"""


def product_test(names: Deployment, postbox: Postbox, pages_url: str, screen: Screen) -> ProductTestReport:
    """Invite to a test with four places: Best Friends, then everybody, until the places are gone.

    Half of the places go to Best Friends; nobody waits here for the end of their head start.

    Raises:
        Stop: when letters do not come.
    """
    with screen.step("Inviting to a product test"):
        now, test_id = datetime.now(UTC), f"drill-{uuid4().hex[:6]}"
        until = now + timedelta(days=14)
        test = ProductTest(test_id, (), PLACES, now, now + HEAD_START, until, WORDS)
        bootstrap_offers.product_tests(names.product_tests_table).add(test)
        before = len(postbox.letters())
        with httpx.Client(timeout=60) as browser:
            first = _links(names, postbox, pages_url, before)
            for place, link in enumerate(first):
                _press(browser, link, "accept" if place < PLACES // 2 else "decline")
            _end_head_start(names, test)
            others = [link for link in _links(names, postbox, pages_url, before) if link not in first]
            late = [_press(browser, link, "accept") for link in others]
        testers = tests_of(names).look(test_id).testers
        best = sum(one.wave is Wave.BEST_FRIENDS for one in testers)
        more = names.invite_testers_now()
        test = tests_of(names).look(test_id).test
        return ProductTestReport(
            places=PLACES,
            taken=test.taken,
            best_friends=best,
            others=len(testers) - best,
            declined=sum(one.state is TesterState.DECLINED for one in testers),
            too_late=max(0, len(late) - (PLACES - min(PLACES // 2, len(first)))),
            invited_when_full=more,
        )


def announcement(names: Deployment, postbox: Postbox, screen: Screen) -> AnnouncementReport:
    """Announce something to Best Friends, correct it, and take it back before its day.

    Raises:
        Stop: when letters do not come.
    """
    with screen.step("Announcing something to Best Friends"):
        handle, one = announcements_of(names), f"app-{uuid4().hex[:6]}"
        day = (datetime.now(UTC) + timedelta(days=DAYS_BEFORE)).date().isoformat()
        added = handle.add(_draft(one, day, "April", "April"), BY)
        announced = _told(names, postbox)
        handle.correct(one, _draft(one, day, "Mai", "May", corrected=True), BY)
        corrected = _told(names, postbox)
        handle.withdraw(one, By(BY.who, "the app comes later"))
        taken_back = _told(names, postbox)
        days_before = (added.publish_on - added.early_on).days
        return AnnouncementReport(days_before, announced, corrected, taken_back)


def _end_head_start(names: Deployment, test: ProductTest) -> None:
    row = bound(ProductTestRow, names.product_tests_table)
    document: Any = TEST.dump_python(replace(test, others_from=test.starts_at), mode="json")
    row(test.test_id).update(actions=[row.test.set(document)])


def _draft(
    announcement_id: str, day: str, german: str, english: str, *, corrected: bool = False
) -> AnnouncementDraft:
    return AnnouncementDraft.from_toml(
        DRAFT.format(
            id=announcement_id,
            day=day,
            german=german,
            english=english,
            corrected_german='corrected = "Die App kommt im Mai."' if corrected else "",
            corrected_english='corrected = "The app comes in May."' if corrected else "",
        )
    )


def _links(names: Deployment, postbox: Postbox, pages_url: str, before: int) -> list[str]:
    """The link of each invitation so far, once those that are ordered now have come."""
    pattern = re.compile(re.escape(pages_url) + r"/tests/[\w-]+")

    def found() -> dict[str, str]:
        links: dict[str, str] = {}
        for letter in postbox.letters()[before:]:
            hit = pattern.search(letter.text)
            if hit:
                links.setdefault(letter.to, hit.group())  # the first one to an address is its invitation
        return links

    had = len(found())
    ordered = names.invite_testers_now()
    until(lambda: len(found()) - had >= ordered, "invitations to a product test did not come")
    return list(found().values())


def _press(browser: httpx.Client, link: str, answer: str) -> int:
    return browser.post(link, data={"answer": answer}).raise_for_status().status_code


def _told(names: Deployment, postbox: Postbox) -> int:
    """How many letters come of what is due now."""
    before = len(postbox.letters())
    ordered = names.publish_announcements_now()
    until(lambda: len(postbox.letters()) - before >= ordered, "letters about an announcement did not come")
    return ordered
