"""Six Friends of the rehearsal register for an event of three places; the fifth is a Best Friend."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

import httpx

from best_friends import bootstrap, bootstrap_events
from best_friends.domain.event_report import EventReport, ListedFriend
from best_friends.domain.events import Event, Facts, Registration
from best_friends.domain.friends import Friend
from ops.console import Screen
from ops.deployment import Deployment
from ops.events import managing, standing_in
from ops.local.postbox import SIMULATOR, Postbox
from ops.rehearsal.waiting import until

EVENT = "rehearsal"
PLACES = 3
GUESTS = 6
AT_FIFTH = 4


def play_event(
    deployment: Deployment, postbox: Postbox, pages_url: str, screen: Screen
) -> EventReport | None:
    """Announce it, let six register by their letters' links, order the list, give one place back.

    None when there are fewer than six Friends who can be written to.

    Raises:
        Stop: when no letter with a link comes.
    """
    with screen.step("Filling an event"):
        guests = _guests(deployment)
        if len(guests) < GUESTS:
            return None
        _announce(deployment)
        managed = managing(deployment)
        for one in guests:
            managed.send_link(EVENT, one.friend_id)
        tokens = _mailed_tokens(postbox, guests, pages_url)
        with httpx.Client(timeout=60, base_url=f"{pages_url}/events/{EVENT}/") as browser:
            for one in guests:
                browser.post("register", data={"token": tokens[one.friend_id]}).raise_for_status()
            _end_registration(deployment)
            deployment.order_events_now()
            before = managed.get(EVENT)
            whose = {one.stub: one for one in standing_in(deployment, EVENT)}
            first = whose[before.admitted[0].stub].friend_id
            browser.post("cancel", data={"token": tokens[first]}).raise_for_status()
        after = managed.get(EVENT)
        return _report(deployment, before, after, whose)


def _guests(deployment: Deployment) -> list[Friend]:
    """Six Friends with addresses that do not bounce; a Best Friend registers fifth, nobody else is one."""
    year = bootstrap.programme(deployment.programme_table).settings().best_friends_of
    best = set(bootstrap.invitations(deployment.invitations_table).best_friends(year)) if year else set()
    able = [
        one
        for one in bootstrap.friends(deployment.friends_table).everybody()
        if one.active and not one.merged_into and one.email and not one.email.endswith(SIMULATOR)
    ]
    able.sort(key=lambda one: one.friend_id)
    others = [one for one in able if one.friend_id not in best]
    honoured = [one for one in able if one.friend_id in best][:1]
    return [*others[:AT_FIFTH], *honoured, *others[AT_FIFTH:]][:GUESTS]


def _announce(deployment: Deployment) -> None:
    now, day = bootstrap.clock(), timedelta(days=1)
    titles = {
        "de": "Treffen am See",
        "fr": "Rencontre au lac",
        "it": "Incontro al lago",
        "en": "Meetup by the lake",
    }
    facts = Facts(titles, "Zürich", PLACES, now - day, now + day, now + 14 * day)
    bootstrap_events.events(deployment.events_table).add(Event(EVENT, facts))


def _end_registration(deployment: Deployment) -> None:
    """As if its time had come."""
    events = bootstrap_events.events(deployment.events_table)
    event = managing(deployment).get(EVENT)
    closes_at = bootstrap.clock() - timedelta(minutes=2)
    events.save(replace(event, facts=replace(event.facts, closes_at=closes_at)))


def _mailed_tokens(postbox: Postbox, guests: Sequence[Friend], pages_url: str) -> dict[str, str]:
    """The tokens in the letters, once all have come."""
    link = re.compile(rf"{re.escape(pages_url)}/events/{EVENT}\?token=([\w-]+)")

    def arrived() -> dict[str, str]:
        mailed = {one.to: hit[1] for one in postbox.letters() if (hit := link.search(one.text))}
        found = {one.friend_id: mailed[one.email] for one in guests if one.email in mailed}
        return found if len(found) == len(guests) else {}

    return until(arrived, "the letters with links to an event did not come")


def _report(
    deployment: Deployment, before: Event, after: Event, whose: Mapping[str, Registration]
) -> EventReport:
    settings = bootstrap.programme(deployment.programme_table).settings()
    people = bootstrap_events.settle_event(deployment).people
    best = people.best_friends(list(whose.values()))
    now_in = {one.stub for one in after.admitted}
    listed = tuple(
        ListedFriend(
            one.number,
            place,
            one.stub in best,
            one.admitted,
            later=not one.admitted and one.stub in now_in,
        )
        for place, one in enumerate((*before.admitted, *before.waiting), start=1)
    )
    told = len(listed) * 2 + sum(one.tale for one in after.line) + 1  # links, registrations, places
    return EventReport(before.facts.places, listed, settings.policy.benefits.places_up, told)
