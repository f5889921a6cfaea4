"""The roster's versions: one object, whose history is kept."""

import pytest
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st

from best_friends import bootstrap
from best_friends.adapters.rosters import KEY
from best_friends.application.ports_dispatch import MissingRoster, PackedRoster
from tests.support.fixtures import few_examples
from tests.support.stack import Stack

HEAD, GET, PUT = "s3.HeadObject", "s3.GetObject", "s3.PutObject"


def kept(stack: Stack, content: bytes) -> str:
    version = stack.rosters.put(content)
    assert version
    return version


def test_before_the_first_build_there_is_no_roster(stack: Stack) -> None:
    for known in ("", "v1"):
        with pytest.raises(MissingRoster):
            stack.rosters.newest(known)


def test_newest_roster_comes_with_its_version(stack: Stack) -> None:
    kept(stack, b"one")
    version = kept(stack, b"two")
    assert stack.rosters.newest() == PackedRoster(version, b"two")


def test_newest_roster_that_is_known_is_not_read_again(stack: Stack) -> None:
    version = kept(stack, b"one")
    before = stack.wire.count(GET)
    assert stack.rosters.newest(version) is None
    assert stack.wire.count(GET) == before
    newer = kept(stack, b"two")
    assert stack.rosters.newest(version) == PackedRoster(newer, b"two")


def test_older_version_can_still_be_read(stack: Stack) -> None:
    versions = {kept(stack, content): content for content in (b"one", b"two", b"three", b"one")}
    assert len(versions) == 4
    for version, content in versions.items():
        assert stack.rosters.of(version) == PackedRoster(version, content)


def test_version_that_is_not_kept_any_more_is_missing(stack: Stack) -> None:
    version = kept(stack, b"one")
    kept(stack, b"two")
    stack.client("s3").delete_object(Bucket=stack.name("ArchiveBucket"), Key=KEY, VersionId=version)
    with pytest.raises(MissingRoster):
        stack.rosters.of(version)
    with pytest.raises(MissingRoster):
        stack.rosters.of("00000000-0000-4000-8000-000000000000")


def test_roster_that_was_deleted_is_missing_and_its_versions_are_not(stack: Stack) -> None:
    version = kept(stack, b"one")
    stack.client("s3").delete_object(Bucket=stack.name("ArchiveBucket"), Key=KEY)
    with pytest.raises(MissingRoster):
        stack.rosters.newest()
    assert stack.rosters.of(version).content == b"one"
    assert kept(stack, b"one") != version


@few_examples
@given(st.lists(st.binary(max_size=200), min_size=1, max_size=4))
def test_same_content_is_no_new_version(stack: Stack, contents: list[bytes]) -> None:
    for content in contents:
        stack.rosters.put(content)
        assert stack.rosters.put(content) is None
        newest = stack.rosters.newest()
        assert newest and newest.content == content


def test_roster_that_may_not_be_read_is_not_taken_for_none(stack: Stack) -> None:
    version = kept(stack, b"one")
    stack.wire.refuse(GET, "AccessDenied", 403)
    with pytest.raises(ClientError):
        stack.rosters.newest()
    stack.wire.refuse(HEAD, "403", 403)
    with pytest.raises(ClientError):
        stack.rosters.newest(version)
    stack.wire.refuse(HEAD, "403", 403)
    with pytest.raises(ClientError):
        stack.rosters.put(b"one")


def test_archive_beside_it_does_not_disturb_it(stack: Stack) -> None:
    version = kept(stack, b"one")
    stack.archive.write("years/2025/report.html", "<p>", "text/html")
    assert stack.rosters.newest(version) is None


def test_two_readers_know_the_same_version(stack: Stack) -> None:
    version = kept(stack, b"one")
    assert bootstrap.rosters(stack.name("ArchiveBucket")).newest() == PackedRoster(version, b"one")
