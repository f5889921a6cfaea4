"""The draw's random number of a job and a Friend: it follows from their ids, and is the same whenever asked.

The 64-bit digests of both ids are combined by exclusive or and mixed by the finaliser of SplitMix64
(Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014). It is cut in three, so that
a roster can keep its ids after the first step and a draw can pick out the largest before the last.
"""

import numpy as np
from numpy.typing import NDArray

from best_friends.domain.roster_rows import hash_of_id

Floats = NDArray[np.float64]
Words = NDArray[np.uint64]

# Numbers as arrays without a dimension: numpy takes them fastest.
_27, _30, _31, _12 = (np.array(bits, np.uint64) for bits in (27, 30, 31, 12))
_FIRST = np.array(0xBF58476D1CE4E5B9, np.uint64)
_SECOND = np.array(0x94D049BB133111EB, np.uint64)
_ONE = np.array(1.0).view(np.uint64)
_ALL_BUT_HALF = np.array(1 - 2.0**-53)

KEPT_BITS = 31
"""The upper bits that the last step leaves as they are."""


def uniform(job_id: str, id_hashes: Words) -> Floats:
    """A number in (0, 1) for each Friend and this job, always the same; `id_hashes` are those of the Friends.

    The upper 52 bits of the mix, moved by a half, are the fraction: with 53 the half would be rounded away,
    and the largest number would be 1.
    """
    return fraction(mixed(begun(id_hashes) ^ word_of(job_id)))


def begun(hashes: Words) -> Words:
    """The first step. It goes through exclusive or: both ids may take it apart."""
    return hashes ^ (hashes >> _30)


def word_of(job_id: str) -> Words:
    """A job's id after the first step."""
    hashed = hash_of_id(job_id)
    return np.array(hashed ^ hashed >> 30, np.uint64)


def mixed(words: Words) -> Words:
    """The steps in the middle, in place, on both ids combined."""
    words *= _FIRST
    words ^= words >> _27
    words *= _SECOND
    return words


def fraction(words: Words) -> Floats:
    """The last step, in place, and the number: 52 bits, read as those of a number from 1 to 2."""
    words ^= words >> _31
    words >>= _12
    words |= _ONE
    numbers = words.view(np.float64)
    numbers -= _ALL_BUT_HALF
    return numbers
