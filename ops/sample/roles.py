"""Who holds a role, and whose mail bounces."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from itertools import zip_longest
from random import Random

from best_friends.domain.friends import Engagement
from best_friends.domain.policy import Role
from ops.sample.people import Person, contenders

_BOUNCING_ONE_IN = 40

# Role, from, until, and who holds it: a busy Friend, one who has left, or anybody else.
_HELD_IN_2025 = (
    (Role.MEETUP_ORGANISER, date(2023, 5, 1), None, "busy"),
    (Role.MENTOR, date(2024, 9, 1), date(2025, 6, 30), "other"),
    (Role.PRODUCT_TESTER, date(2025, 3, 10), date(2025, 4, 10), "other"),
    (Role.BRAND_AMBASSADOR, date(2025, 1, 1), date(2025, 12, 31), "busy"),
    (Role.MENTOR, date(2024, 2, 1), None, "gone"),
    (Role.MEETUP_ORGANISER, date(2025, 9, 1), None, "other"),
    (Role.PRODUCT_TESTER, date(2025, 10, 6), date(2025, 11, 7), "other"),
    (Role.MENTOR, date(2025, 2, 1), None, "other"),
    (Role.BRAND_AMBASSADOR, date(2024, 1, 1), date(2025, 1, 1), "other"),
    (Role.MEETUP_ORGANISER, date(2024, 4, 1), date(2026, 1, 15), "other"),
)
_HELD_IN_OTHER_YEARS = (
    (Role.MENTOR, date(2023, 2, 1), date(2024, 12, 31), "other"),
    (Role.PRODUCT_TESTER, date(2024, 6, 3), date(2024, 7, 5), "other"),
    (Role.BRAND_AMBASSADOR, date(2026, 1, 1), None, "other"),
    (Role.MEETUP_ORGANISER, date(2023, 1, 1), date(2024, 3, 31), "other"),
)


def engagements_of(people: list[Person]) -> list[Engagement]:
    """The roles that are held in 2025, then those of other years, each by another Friend.

    Smaller marketplaces have fewer of them.
    """
    count = len(people)
    held = (
        *_HELD_IN_2025[: max(3, min(10, count // 60))],
        *_HELD_IN_OTHER_YEARS[: max(1, min(4, count // 150))],
    )
    candidates = {
        "busy": iter(people[1 : contenders(count) : 3]),
        "gone": iter([person for person in people if not person.friend.active]),
        "other": _language_by_language(person for person in people[count // 2 :] if person.friend.active),
    }
    return [
        Engagement(person.friend.friend_id, role, since, until)
        for role, since, until, who in held
        if (person := next(candidates[who], None)) is not None
    ]


def _language_by_language(people: Iterable[Person]) -> Iterator[Person]:
    """One Friend of each language in turn, so that a letter goes out in every one of them."""
    by_language: dict[str, list[Person]] = {}
    for person in people:
        by_language.setdefault(person.friend.language, []).append(person)
    for one_of_each in zip_longest(*by_language.values()):
        yield from filter(None, one_of_each)


def with_bouncing_addresses(
    random: Random, people: list[Person], engagements: list[Engagement]
) -> list[Person]:
    """The same people, about 1 in 40 with an address of the mail service's simulator that bounces.

    One of them, and no more, is a nominee: it holds a role in 2025. The others take so few jobs that
    no letter ever goes to them.
    """
    engaged = {engagement.friend_id for engagement in engagements}
    nominee = engagements[1].friend_id
    quiet = [person.friend.friend_id for person in people[len(people) // 2 :]]
    others = [friend_id for friend_id in quiet if friend_id not in engaged]
    bouncing = {nominee, *random.sample(others, len(people) // _BOUNCING_ONE_IN)}
    return [_bouncing(person) if person.friend.friend_id in bouncing else person for person in people]


def _bouncing(person: Person) -> Person:
    address = f"bounce+{person.friend.friend_id}@simulator.amazonses.com"
    return replace(person, friend=replace(person.friend, email=address))


def by_id(people: Iterable[Person]) -> list[Person]:
    """The people as an export lists them, whose order says nothing."""
    return sorted(people, key=lambda person: person.friend.friend_id)
