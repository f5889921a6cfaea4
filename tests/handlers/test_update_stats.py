"""update_stats: the stats follow the ledger, whatever the stream does."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from best_friends.application.ports import Segment
from best_friends.application.refresh_stats import ATTEMPTS
from best_friends.domain.ledger import LedgerEntry
from best_friends.domain.stats import Totals, replay
from tests.support.fixtures import Printed, few_examples
from tests.support.marketplace import Marketplace
from tests.support.stack import Stack
from tests.support.streams import Record, StreamDriver, number_of, record_of

JUNE, JULY = "2025-06", "2025-07"
POISON: list[Record] = [
    {"eventName": "INSERT", "dynamodb": {"SequenceNumber": "100000000000000000003"}},
    {"dynamodb": {"SequenceNumber": "100000000000000000003", "Keys": {"friend_id": {"S": "F9"}}}},
    {"dynamodb": {"SequenceNumber": "100000000000000000003", "Keys": {"friend_id": {"N": "9"}, "entry": {}}}},
    {"dynamodb": {"SequenceNumber": "100000000000000000003", "Keys": None}},
]


def rating(friend_id: str, number: int, stars: int = 5, month: str = JUNE) -> LedgerEntry:
    return LedgerEntry(friend_id, f"{month}#RATING#R{number}", f"{month}-15T10:00:00Z", stars=stars)


def job(friend_id: str, number: int, cents: int, month: str = JUNE) -> LedgerEntry:
    return LedgerEntry(friend_id, f"{month}#JOB#J{number}", f"{month}-15T10:00:00Z", cents=cents)


def months(stack: Stack, friend_id: str) -> dict[str, Totals]:
    return dict(stack.stats.get(friend_id).months)


def test_written_ledger_is_in_the_stats(
    stack: Stack, marketplace: Marketplace, ledger_stream: StreamDriver
) -> None:
    marketplace.star("F1", 12_345).star("F2", 500).write()
    ledger_stream.flow()
    assert months(stack, "F1") == {JUNE: Totals(15, 75, 1, 12_345)}
    assert months(stack, "F2") == {JUNE: Totals(15, 75, 1, 500)}


def test_replayed_record_does_not_count_twice(stack: Stack, ledger_stream: StreamDriver) -> None:
    stack.ledger.write([rating("F1", 1), job("F1", 1, 900)], [])
    records = ledger_stream.new_records()
    ledger_stream.deliver([*records, *records, *records], batch_size=2)
    ledger_stream.deliver(records)
    assert months(stack, "F1") == {JUNE: Totals(1, 5, 1, 900)}


def test_corrected_rating_replaces_the_old_stars(stack: Stack, ledger_stream: StreamDriver) -> None:
    stack.ledger.write([rating("F1", 1, stars=1)], [])
    ledger_stream.flow()
    stack.ledger.write([rating("F1", 1, stars=4)], [])
    ledger_stream.flow()
    assert months(stack, "F1") == {JUNE: Totals(ratings=1, stars=4)}


def test_withdrawn_rating_leaves_no_month_behind(stack: Stack, ledger_stream: StreamDriver) -> None:
    stack.ledger.write([rating("F1", 1), rating("F1", 2, month=JULY)], [])
    ledger_stream.flow()
    stack.ledger.write([], [rating("F1", 2, month=JULY)])
    ledger_stream.flow()
    assert months(stack, "F1") == {JUNE: Totals(1, 5)}


def test_old_duplicate_after_newer_data_changes_nothing(stack: Stack, ledger_stream: StreamDriver) -> None:
    stack.ledger.write([rating("F1", 1, stars=2)], [])
    old = ledger_stream.new_records()
    stack.ledger.write([rating("F1", 1, stars=5), job("F1", 1, 700)], [])
    ledger_stream.flow()
    ledger_stream.deliver(old)
    assert months(stack, "F1") == {JUNE: Totals(1, 5, 1, 700)}


def test_record_of_an_entry_that_has_gone_since_leaves_nothing(
    stack: Stack, ledger_stream: StreamDriver
) -> None:
    ledger_stream.deliver([record_of("F1", f"{JUNE}#JOB#J1", 1, "REMOVE")])
    assert months(stack, "F1") == {}


@few_examples
@given(
    changes=st.lists(
        st.tuples(
            st.sampled_from(["A", "B", "C"]),
            st.integers(1, 4),
            st.sampled_from([JUNE, JULY]),
            st.integers(1, 5),
            st.booleans(),
        ),
        min_size=1,
        max_size=12,
    ),
    batch_size=st.integers(1, 6),
    seed=st.integers(0, 2**16),
    example=st.uuids(),
)
def test_stats_equal_the_replay_of_the_ledger_however_it_is_delivered(
    stack: Stack,
    ledger_stream: StreamDriver,
    changes: list[tuple[str, int, str, int, bool]],
    batch_size: int,
    seed: int,
    example: object,
) -> None:
    shuffled = random.Random(seed)
    friends = {name: f"{name}-{example}" for name, *_ in changes}
    for name, number, month, stars, remove in changes:
        entry = rating(friends[name], number, stars, month)
        stack.ledger.write([] if remove else [entry], [entry] if remove else [])
        if shuffled.random() < 0.3:
            ledger_stream.flow()
    records = ledger_stream.new_records()
    records += shuffled.choices(records, k=3) if records else []
    shuffled.shuffle(records)
    ledger_stream.deliver(records, batch_size=batch_size)
    for friend_id in friends.values():
        assert months(stack, friend_id) == replay(stack.ledger.of_friend(friend_id))


@pytest.mark.parametrize("poison", POISON)
def test_poison_record_is_named_and_the_others_are_processed(
    stack: Stack, ledger_stream: StreamDriver, poison: Record
) -> None:
    stack.ledger.write([rating("F1", 1), rating("F2", 1)], [])
    before, after = record_of("F1", f"{JUNE}#RATING#R1", 1), record_of("F2", f"{JUNE}#RATING#R1", 5)
    assert ledger_stream.once([before, poison, after]) == [poison["dynamodb"]["SequenceNumber"]]
    assert months(stack, "F1") == months(stack, "F2") == {JUNE: Totals(1, 5)}


def test_lowest_failed_sequence_number_is_told_as_a_number_not_as_text(ledger_stream: StreamDriver) -> None:
    poison = [{"dynamodb": {"SequenceNumber": number}} for number in ("1000", "999", "30000")]
    assert ledger_stream.once(poison) == ["999"]


def test_poison_record_ends_at_the_failure_destination_and_later_batches_go_on(
    stack: Stack, ledger_stream: StreamDriver
) -> None:
    stack.ledger.write([rating("F1", 1), rating("F2", 1), rating("F3", 1)], [])
    records = [record_of(f"F{number}", f"{JUNE}#RATING#R1", number) for number in (1, 2, 3)]
    poison = {"dynamodb": {"SequenceNumber": str(number_of(records[0]))}}
    ledger_stream.deliver([poison, *records], batch_size=2)
    assert ledger_stream.given_up[0][0]["dynamodb"] == poison["dynamodb"]
    assert [months(stack, one) for one in ("F1", "F2", "F3")] == [{JUNE: Totals(1, 5)}] * 3
    [told] = stack.messages("StatsDeadLetters")
    assert told["DDBStreamBatchInfo"]["startSequenceNumber"] == poison["dynamodb"]["SequenceNumber"]


def test_poison_record_is_tried_a_bounded_number_of_times(stack: Stack, ledger_stream: StreamDriver) -> None:
    ledger_stream.deliver([{"dynamodb": {"SequenceNumber": "7"}}])
    assert (
        ledger_stream.invocations == 1 + stack.settings_of("UpdateStats", "DynamoDB")["MaximumRetryAttempts"]
    )


def test_one_friend_that_cannot_be_written_does_not_hold_up_the_others(
    stack: Stack, ledger_stream: StreamDriver, printed: Printed
) -> None:
    stack.ledger.write([rating(f"F{number}", 1) for number in (1, 2, 3)], [])
    records = [record_of(f"F{number}", f"{JUNE}#RATING#R1", number) for number in (1, 2, 3)]
    stack.wire.refuse("dynamodb.PutItem", "ValidationException", times=None, about='"F2"')
    assert ledger_stream.once(records) == [records[1]["dynamodb"]["SequenceNumber"]]
    assert months(stack, "F1") == months(stack, "F3") == {JUNE: Totals(1, 5)}
    stack.wire.mend()
    ledger_stream.deliver(records)
    assert months(stack, "F2") == {JUNE: Totals(1, 5)}
    assert printed.metric("RecordsFailed") == 1


def test_write_that_races_is_not_lost(stack: Stack, ledger_stream: StreamDriver) -> None:
    stack.ledger.write([rating("F1", 1)], [])
    records = ledger_stream.new_records()

    def somebody_else() -> None:
        stack.ledger.write([rating("F1", 2, stars=3)], [])
        ledger_stream.once([record_of("F1", f"{JUNE}#RATING#R2", 9)])

    stack.wire.before("dynamodb.PutItem", somebody_else, about="Stats")
    assert ledger_stream.once(records) == []
    assert months(stack, "F1") == {JUNE: Totals(ratings=2, stars=8)}
    assert stack.stats.get("F1").version == 2


def test_writer_that_read_the_ledger_before_a_change_loses_against_the_one_after(
    stack: Stack, ledger_stream: StreamDriver
) -> None:
    stack.ledger.write([rating("F1", 1, stars=5)], [])
    first = ledger_stream.new_records()
    ledger_stream.deliver(first)

    def correction_is_made_and_its_record_delivered() -> None:
        stack.ledger.write([rating("F1", 1, stars=1)], [])
        ledger_stream.flow()

    # The slow writer has read version and ledger; the correction comes in before it writes.
    stack.wire.before("dynamodb.PutItem", correction_is_made_and_its_record_delivered, about="Stats")
    ledger_stream.deliver(first)
    assert months(stack, "F1") == {JUNE: Totals(ratings=1, stars=1)}


def test_friend_that_others_keep_writing_is_delivered_again(
    stack: Stack, ledger_stream: StreamDriver
) -> None:
    stack.ledger.write([rating("F1", 1)], [])
    records = ledger_stream.new_records()
    conflict = "ConditionalCheckFailedException"
    stack.wire.refuse("dynamodb.PutItem", conflict, times=ATTEMPTS, about="Stats")
    assert ledger_stream.once(records) == [records[0]["dynamodb"]["SequenceNumber"]]
    ledger_stream.deliver(records)
    assert months(stack, "F1") == {JUNE: Totals(1, 5)}


def test_lost_reply_of_a_write_leaves_the_right_stats(stack: Stack, ledger_stream: StreamDriver) -> None:
    stack.ledger.write([rating("F1", 1)], [])
    stack.wire.lose_reply("dynamodb.PutItem", about="Stats")
    ledger_stream.flow()
    assert months(stack, "F1") == {JUNE: Totals(1, 5)}


def test_batch_that_crashes_half_way_is_finished_later(stack: Stack, ledger_stream: StreamDriver) -> None:
    stack.ledger.write([rating(f"F{number}", 1) for number in range(6)], [])
    stack.wire.crash("dynamodb.PutItem", about='"F3"')
    ledger_stream.flow()
    assert {f"F{number}" for number in range(6)} == {
        friend_id for friend_id, _ in stack.stats.scan(Segment(0, 1))
    }
    assert not ledger_stream.given_up


def test_event_without_records_is_nothing_to_do(ledger_stream: StreamDriver) -> None:
    assert ledger_stream.once([]) == []
