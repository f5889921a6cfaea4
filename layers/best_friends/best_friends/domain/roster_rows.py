"""What goes into a roster: a row for each area of each Friend who may be notified of jobs."""

import hashlib
from dataclasses import dataclass

from best_friends.domain.friends import Friend
from best_friends.domain.policy import Dispatch


@dataclass(frozen=True, slots=True)
class Row:
    """One area of one Friend. Degrees (WGS 84), kilometres, quality in (0, 1].

    The rows of a Friend differ in their places and radii and in nothing else; each of them is `several`
    when there are more than one.
    """

    friend_id: str
    latitude: float
    longitude: float
    radius_km: float
    skills: frozenset[str]
    quality: float
    best_friend: bool
    newcomer: bool
    several: bool


def rows_of_friend(
    friend: Friend, ratings: int, stars: int, best_friend: bool, policy: Dispatch
) -> list[Row]:
    """The rows of a Friend with so many ratings and so many stars in all of them together.

    None of a Friend that may not be notified, has no area or no skill.
    """
    if not friend.may_be_notified or not friend.skills:
        return []
    skills = frozenset(friend.skills)
    quality = quality_of(stars, ratings, policy)
    newcomer = is_newcomer(ratings, policy)
    several = len(friend.areas) > 1
    return [
        Row(
            friend.friend_id,
            area.latitude,
            area.longitude,
            area.radius_km,
            skills,
            quality,
            best_friend,
            newcomer,
            several,
        )
        for area in friend.areas
    ]


def quality_of(stars: int, ratings: int, policy: Dispatch) -> float:
    """The quality factor: the average with its prior, divided by the 5 stars there are; in (0, 1].

    A Bayesian average: as if `quality_prior_ratings` of `quality_prior_average` had come before.
    """
    prior = policy.quality_prior_ratings
    return float((stars + prior * policy.quality_prior_average) / (ratings + prior) / 5)


def is_newcomer(ratings: int, policy: Dispatch) -> bool:
    """Whether a Friend has so few ratings that a part of each wave is kept for it and its like."""
    return ratings < policy.newcomer_ratings_below


def hash_of_id(identifier: str) -> int:
    """The 64-bit blake2b digest of an id, as an unsigned integer."""
    return int.from_bytes(hashlib.blake2b(identifier.encode(), digest_size=8).digest(), "little")
