"""Whatever changes afterwards, in whatever order it is delivered: stats stay the ledger's replay (I1-I3)."""

from dataclasses import replace

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule

from best_friends.application.correct_ledger import Change
from best_friends.application.errors import Refusal
from best_friends.domain.ledger import LedgerEntry
from tests.unit.fakes_changes import BY, Broken, Changes, friend, job, rating

ACCOUNTS = ("ada", "bea", "cleo", "dora")
MONTHS = ("2024-12", "2025-01", "2025-03")
accounts = st.sampled_from(ACCOUNTS)
months = st.sampled_from(MONTHS)


class EverythingChanges(RuleBasedStateMachine):
    """`exported` is the marketplace's own record, which knows nothing of what was decided here."""

    lines = Bundle("lines")

    def __init__(self) -> None:
        super().__init__()
        self.world = Changes()
        self.world.friends.put_many(friend(one) for one in ACCOUNTS)
        self.exported: dict[str, LedgerEntry] = {}
        self.owed: dict[str, tuple[str, int, int]] = {}  # what should count of each line: account and figures
        self.records: list[tuple[str, str]] = []

    @rule(target=lines, account=accounts, month=months, figure=st.integers(1, 5), is_job=st.booleans())
    def add(self, account: str, month: str, figure: int, is_job: bool) -> str:
        number = len(self.exported) + 1
        line = (
            job(account, number, figure * 1000, month) if is_job else rating(account, number, figure, month)
        )
        self._export(line)
        return line.source

    @rule(source=lines, month=months, account=accounts)
    def the_marketplace_changes_a_line(self, source: str, month: str, account: str) -> None:
        line = self.exported[source]
        self._export(replace(line, friend_id=account, entry=f"{month}#{source}", at=f"{month}-09T10:00:00Z"))

    @rule()
    def the_same_export_again(self) -> None:
        before = dict(self.world.ledger.rows)
        self._import()
        assert self.world.ledger.rows == before

    @rule(source=lines, stars=st.integers(1, 5))
    def correct(self, source: str, stars: int) -> None:
        change = Change(stars=stars) if source.startswith("RATING") else Change(cents=stars * 777)
        self._changed(source, lambda: self.world.correcting().correct(source, BY, change))

    @rule(source=lines, account=accounts)
    def give_to_another(self, source: str, account: str) -> None:
        self._changed(source, lambda: self.world.correcting().correct(source, BY, Change(friend_id=account)))

    @rule(source=lines, cents=st.integers(1, 9000))
    def refund(self, source: str, cents: int) -> None:
        if source.startswith("JOB"):
            number = source.removeprefix("JOB#")
            self._changed(source, lambda: self.world.correcting().refund(number, BY, cents=cents))

    @rule(source=lines)
    def withdraw(self, source: str) -> None:
        self._changed(source, lambda: self.world.correcting().withdraw(source, BY))

    @rule(one=accounts, other=accounts, dies_after=st.none() | st.integers(0, 3))
    def merge(self, one: str, other: str, dies_after: int | None) -> None:
        before = self.world.ledger.totals()
        try:
            self._dying(dies_after, lambda: self.world.merging().merge(one, other, BY))
        except Refusal:
            return
        assert self.world.ledger.totals() == before  # I3

    @rule(one=accounts, dies_after=st.none() | st.integers(0, 3))
    def unmerge(self, one: str, dies_after: int | None) -> None:
        before = self.world.ledger.totals()
        try:
            self._dying(dies_after, lambda: self.world.merging().unmerge(one, BY))
        except Refusal:
            return
        assert self.world.ledger.totals() == before

    @rule(one=accounts, other=accounts)
    def merge_and_back_is_nothing(self, one: str, other: str) -> None:
        ledger, friends = dict(self.world.ledger.rows), dict(self.world.friends.rows)
        if friends[one].merged_into:
            return
        try:
            self.world.merging().merge(one, other, BY)
        except Refusal:
            return
        self.world.merging().unmerge(one, BY)
        assert self.world.ledger.rows == ledger
        assert self.world.friends.rows == friends

    @rule(data=st.data())
    def deliver_some(self, data: st.DataObject) -> None:
        """Late, twice and out of order."""
        self.records += self.world.ledger.stream
        self.world.ledger.stream.clear()
        if self.records:
            chosen = data.draw(st.lists(st.sampled_from(self.records), max_size=8))
            self.world.deliver(chosen)

    @invariant()
    def every_line_lies_with_whom_its_owner_means(self) -> None:
        for line in self.world.ledger.rows.values():
            means = line.account
            while into := self.world.friends.rows[means].merged_into:
                means = into
            assert line.friend_id == means

    @invariant()
    def every_line_is_there_once(self) -> None:
        sources = [line.source for line in self.world.ledger.rows.values()]
        assert len(sources) == len(set(sources))

    def teardown(self) -> None:
        """When everything has arrived, the stats are the ledger's replay, and every source counts as owed."""
        self.world.deliver([*self.records, *self.world.ledger.stream])
        assert self.world.actual_stats() == self.world.expected_stats()
        counted = {
            line.source: (line.account, line.stars, line.cents) for line in self.world.ledger.rows.values()
        }
        assert counted == self.owed

    def _export(self, line: LedgerEntry) -> None:
        """The marketplace's newer word wins over what was corrected here."""
        if self.exported.get(line.source) != line:
            self.exported[line.source] = line
            self.owed[line.source] = (line.friend_id, line.stars, line.cents)
        self._import()

    def _import(self) -> None:
        export: dict[str, list[LedgerEntry]] = {}
        for line in self.exported.values():
            export.setdefault(line.friend_id, []).append(line)
        if export:
            self.world.bring_in(export)

    def _changed(self, source: str, act) -> None:
        try:
            after = act().after
        except Refusal:
            return
        if after is None:
            self.owed.pop(source, None)
        else:
            self.owed[source] = (after.account, after.stars, after.cents)

    def _dying(self, dies_after: int | None, act) -> None:
        """Die after so many writes of the ledger, and run the same command again."""
        self.world.ledger.break_after = dies_after
        try:
            act()
        except Broken:
            self.world.ledger.break_after = None
            act()
        finally:
            self.world.ledger.break_after = None


TestEverythingChanges = EverythingChanges.TestCase
TestEverythingChanges.settings = settings(max_examples=200, stateful_step_count=25, deadline=None)
