"""Referrals as operators see them: the list in 80 columns, and what is at fault in referrals.csv."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from rich.console import Console

from best_friends.domain.referrals import Declined, Referral, declined_id_of, referral_id_of
from ops.export import check_export
from ops.referrals import referral_table
from tests.unit.test_export_faults import GOOD, write

AT = datetime(2026, 3, 3, 12, tzinfo=UTC)


def test_the_list_is_whole_in_eighty_columns() -> None:
    address = "max@people.example"
    one = Referral(referral_id_of(address), "FRIEND-100042", AT, name="Max", joined_at=AT, tenth_job_at=AT)
    other = replace(one, referral_id=declined_id_of("ADA", address), declined=Declined.SUPPRESSED)
    console = Console(width=80)
    with console.capture() as shown:
        console.print(referral_table([one, other]))
    lines = shown.get().splitlines()
    for row, stage in ((one, "tenth job"), (other, "declined")):
        [line] = [line for line in lines if row.referral_id in line]
        assert all(word in line for word in (row.friend_id, stage, "2026-03-03"))


@pytest.mark.parametrize(
    ("friend_id", "referred_at", "fault"),
    [
        ("F1", "2026-01-05T12:00:00+01:00", None),
        (
            "F1",
            "2999-01-05T12:00:00+01:00",
            "referred_at: '2999-01-05T12:00:00+01:00': expected a time that is not in the future",
        ),
        (
            "F8",
            "2026-01-05T12:00:00+01:00",
            "friend_id: 'F8': expected the friend_id of a good row of friends.csv",
        ),
    ],
)
def test_a_referral_is_of_a_friend_of_the_folder_and_not_of_the_future(
    tmp_path: Path, friend_id: str, referred_at: str, fault: str | None
) -> None:
    rows = ["friend_id,email,consent,referred_at", f"{friend_id},max@people.example,true,{referred_at}"]
    with check_export(write(tmp_path, {**GOOD, "referrals.csv": rows})) as checked:
        assert [str(one) for one in checked.faults] == ([f"referrals.csv:2: {fault}"] if fault else [])
