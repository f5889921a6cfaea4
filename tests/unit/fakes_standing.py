"""Verdicts, cut-offs, choices of mail and the indexes of accounts in memory, over the world of `fakes`."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from best_friends.application import ports_standing
from best_friends.application.ask_link import AskLink
from best_friends.application.choose_news import ChooseNews
from best_friends.application.counted_lines import CountedLines
from best_friends.application.give_notice import GiveNotice
from best_friends.application.hand_over import HandOver
from best_friends.application.links import FollowLink
from best_friends.application.ports_standing import Stream
from best_friends.application.refresh_cutoffs import RefreshCutoffs
from best_friends.application.send_notice import SendNotice
from best_friends.application.standing import StandingOf, Standings
from best_friends.application.survey import FiguresOfAll
from best_friends.domain.judged import Judged
from best_friends.domain.programme import YearState
from best_friends.domain.qualification import Cohort, Figures, judge
from best_friends.domain.standing import Cutoffs
from best_friends.domain.stats import Totals
from tests.support.marketplace import year_record
from tests.unit.fakes import RECORD, FakeFriends
from tests.unit.fakes_requests import AskingWorld
from tests.unit.line import Line, OnLine, call


class FakeVerdicts(OnLine, ports_standing.Verdicts):
    """Verdicts by Friend and year."""

    def __init__(self, line: Line) -> None:
        super().__init__(line)
        self.rows: dict[tuple[str, int], Judged] = {}

    def put_many(self, year: int, judged: Iterable[Judged]) -> int:
        rows = list(judged)
        for one in rows:
            self._put(year, one)
        return len(rows)

    @call
    def _put(self, year: int, one: Judged) -> None:
        self.rows[one.figures.friend_id, year] = one

    @call
    def of(self, accounts: Collection[str], year: int) -> list[Judged]:
        return [self.rows[one, year] for one in accounts if (one, year) in self.rows][::-1]


class FakeCutoffs(OnLine, ports_standing.CutoffRecords):
    """Cut-offs by year."""

    def __init__(self, line: Line) -> None:
        super().__init__(line)
        self.rows: dict[int, Cutoffs] = {}
        self.noticed_in: set[int] = set()

    @call
    def get(self, year: int) -> Cutoffs | None:
        return self.rows.get(year)

    @call
    def put(self, cutoffs: Cutoffs) -> None:
        self.rows[cutoffs.year] = cutoffs

    @call
    def noticed(self, year: int) -> bool:
        return year in self.noticed_in

    @call
    def note_noticed(self, year: int) -> None:
        self.noticed_in.add(year)


class FakeChoices(OnLine, ports_standing.Choices):
    """What Friends have ended."""

    def __init__(self, line: Line) -> None:
        super().__init__(line)
        self.ended: set[tuple[str, Stream]] = set()

    @call
    def wants(self, accounts: Collection[str], stream: Stream) -> bool:
        return not any((one, stream) in self.ended for one in accounts)

    @call
    def choose(self, friend_id: str, stream: Stream, *, wanted: bool) -> None:
        (self.ended.discard if wanted else self.ended.add)((friend_id, stream))


class FakeDirectory(OnLine, ports_standing.Directory):
    """The indexes of the Friends."""

    def __init__(self, line: Line, friends: FakeFriends) -> None:
        super().__init__(line)
        self._friends = friends

    @call
    def by_address(self, address: str) -> Sequence[str]:
        wanted = address.strip().casefold()
        return [one.friend_id for one in self._friends.rows.values() if one.email.casefold() == wanted]

    @call
    def aliases_of(self, friend_id: str) -> Sequence[str]:
        return [one.friend_id for one in self._friends.rows.values() if one.merged_into == friend_id]


TODAY = datetime(2026, 11, 2, 12, tzinfo=UTC)


class StandingWorld(AskingWorld):
    """A marketplace in November 2026: every Friend has a month of figures in each of some years."""

    def __init__(self) -> None:
        super().__init__()
        self.clock.now = TODAY
        self.programme.in_force = replace(self.programme.in_force, currency="CHF")
        self.verdicts = FakeVerdicts(self.line)
        self.cutoffs = FakeCutoffs(self.line)
        self.choices = FakeChoices(self.line)
        self.directory = FakeDirectory(self.line, self.friends)

    def has(
        self, friend_id: str, year: int, *, ratings: int = 20, stars: int = 95, cents: int = 500_000
    ) -> None:
        """Give a Friend figures in June of a year."""
        if friend_id not in self.friends.rows:
            self.add(friend_id)
        stored = self.stats.get(friend_id)
        months = {**stored.months, f"{year}-06": Totals(ratings, stars, 1, cents)}
        self.stats.put(friend_id, months, read_at=stored.version)

    def crowd(self, year: int, size: int = 40) -> None:
        """So many other Friends with revenues of 1,000, 2,000 ... and few ratings."""
        for number in range(1, size + 1):
            self.has(f"C{number:02d}", year, ratings=1, stars=5, cents=number * 100_000)

    def judged(self, year: int, state: YearState, *judged: Figures, cutoff: int = 600_050) -> None:
        """A year that was judged so, with its verdicts recorded."""
        cohorts = (Cohort("all", 100, 5, cutoff, 5),)
        record = replace(year_record(year=year, state=state), cohorts=cohorts)
        self.programme.years[year] = RECORD.dump_python(record, mode="json")
        by_name = {one.name: one for one in cohorts}
        rule = record.policy.qualification
        self.verdicts.put_many(year, (Judged(one, judge(one, by_name, rule), cutoff) for one in judged))
        if state is YearState.CLOSED:
            self.programme.announce(year)

    @property
    def standings(self) -> Standings:
        """Where Friends stand."""
        return Standings(
            friends=self.friends,
            directory=self.directory,
            stats=self.stats,
            roles=self.roles,
            programme=self.programme,
            cutoffs=self.cutoffs,
            verdicts=self.verdicts,
            invitations=self.invitations,
            clock=self.clock,
        )

    @property
    def lines(self) -> CountedLines:
        """What a standing is made of."""
        return CountedLines(self.ledger, self.programme)

    @property
    def figures(self) -> FiguresOfAll:
        """What everybody is judged by."""
        return FiguresOfAll(self.friends, self.stats, self.engagements)

    @property
    def refresh(self) -> RefreshCutoffs:
        """The cut-offs as of today."""
        return RefreshCutoffs(self.figures, self.programme, self.cutoffs, self.clock)

    @property
    def give_notice(self) -> GiveNotice:
        """The letter of the last quarter."""
        return GiveNotice(
            self.figures, self.programme, self.cutoffs, self.invitations, self.queue, self.clock
        )

    @property
    def send_notice(self) -> SendNotice:
        """News."""
        return SendNotice(
            self.friends,
            self.standings,
            self.choices,
            self.programme,
            HandOver(self.letters, self.clock),
            self.mint,
            self.mail,
            self.clock,
            "https://pages.example",
        )

    @property
    def choose_news(self) -> ChooseNews:
        """The page of news."""
        return ChooseNews(FollowLink(self.links, self.clock), self.friends, self.choices, self.programme)

    @property
    def ask_link(self) -> AskLink:
        """The public form."""
        return AskLink(self.directory, self.queue, self.programme, self.clock)

    def of(self, friend_id: str) -> StandingOf:
        """A Friend's standing."""
        return self.standings(self.friends.rows[friend_id])
