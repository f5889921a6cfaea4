"""A Friend of the rehearsal asks where it stands: by the public form, the letter, and the page behind it."""

import re
from collections.abc import Iterable
from typing import Any

import httpx

from best_friends import bootstrap
from best_friends.application.select_nominees import verdicts_path
from best_friends.domain.friends import Friend
from best_friends.domain.programme import Run
from ops.console import Screen
from ops.deployment import Deployment
from ops.local.postbox import SIMULATOR, Postbox
from ops.rehearsal.waiting import until


def standing_page(
    deployment: Deployment, postbox: Postbox, pages_url: str, year: int, segments: int, screen: Screen
) -> str:
    """The page that a Friend sees which the year has just missed; "" when there is nobody to ask.

    Raises:
        Stop: when no letter with a link comes.
    """
    with screen.step("Asking where a Friend stands"):
        deployment.refresh_cutoffs_now()
        archive = bootstrap.archive(deployment.archive_bucket)
        verdicts = (
            row for number in range(segments) for row in archive.read_rows(verdicts_path(Run(year), number))
        )
        friend = _who_asks(deployment, verdicts)
        if friend is None:
            return ""
        with httpx.Client(timeout=60) as browser:
            form = browser.post(f"{pages_url}/standing", data={"address": friend.email})
            form.raise_for_status()
            link = _mailed_link(postbox, friend.email, pages_url)
            return browser.get(link).raise_for_status().text


def _who_asks(deployment: Deployment, verdicts: Iterable[dict[str, Any]]) -> Friend | None:
    """The Friend with the most revenue of those who were not nominated and can be written to.

    One that reads English is preferred, since the report does.
    """
    missed = [row for row in verdicts if row["active"] and not (row["by_figures"] or row["by_engagement"])]
    missed.sort(key=lambda row: (-row["cents"], row["friend_id"]))
    known = bootstrap.friends(deployment.friends_table).get_many([row["friend_id"] for row in missed[:100]])
    able = [known[row["friend_id"]] for row in missed[:100] if row["friend_id"] in known]
    able = [one for one in able if one.email and not one.email.endswith(SIMULATOR)]
    return next((one for one in able if one.language == "en"), able[0] if able else None)


def _mailed_link(postbox: Postbox, address: str, pages_url: str) -> str:
    """The link in the letter, once it has come."""
    link = re.compile(re.escape(pages_url) + r"/standing/[\w-]+")
    found = until(
        lambda: [hit for one in postbox.letters() if one.to == address and (hit := link.search(one.text))],
        "the letter with the link to the standing did not come",
    )
    return found[0].group()
