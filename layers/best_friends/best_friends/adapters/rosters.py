"""The roster's versions: one object in S3, whose versions are kept for 90 days (template.yaml)."""

import hashlib
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from best_friends.adapters.errors import code_of
from best_friends.application.ports_dispatch import MissingRoster, PackedRoster

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

KEY = "roster/friends.roster"
NOT_THERE = {"404", "NoSuchKey", "NoSuchVersion"}


class S3Rosters:
    """Implements `ports_dispatch.RosterStore`."""

    def __init__(self, client: "S3Client", bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def newest(self, known: str = "") -> PackedRoster | None:
        """The newest roster; asking for its version alone costs a hundredth of reading it."""
        try:
            if known and self._client.head_object(Bucket=self._bucket, Key=KEY)["VersionId"] == known:
                return None
            reply = self._client.get_object(Bucket=self._bucket, Key=KEY)
        except ClientError as error:
            raise _missing(error, "there is no roster; build_roster makes one") from None
        return PackedRoster(reply["VersionId"], reply["Body"].read())

    def of(self, version: str) -> PackedRoster:
        """A version that is still kept."""
        try:
            reply = self._client.get_object(Bucket=self._bucket, Key=KEY, VersionId=version)
        except ClientError as error:
            raise _missing(error, f"the roster of version {version} is not kept any more") from None
        return PackedRoster(version, reply["Body"].read())

    def put(self, content: bytes) -> str | None:
        """Keep a new version, unless nothing has changed."""
        digest = hashlib.sha256(content).hexdigest()
        if self._digest() == digest:
            return None
        reply = self._client.put_object(
            Bucket=self._bucket,
            Key=KEY,
            Body=content,
            ContentType="application/octet-stream",
            Metadata={"sha256": digest},
        )
        return reply["VersionId"]

    def _digest(self) -> str:
        try:
            return self._client.head_object(Bucket=self._bucket, Key=KEY)["Metadata"].get("sha256", "")
        except ClientError as error:
            if code_of(error) in NOT_THERE:
                return ""
            raise


def _missing(error: ClientError, sentence: str) -> Exception:
    return MissingRoster(sentence) if code_of(error) in NOT_THERE else error
