"""All versions of the archive's files: an erasure reaches what the bucket keeps for 90 days, too."""

import gzip
from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO
from typing import TYPE_CHECKING, Any

from best_friends.application.ports_person import FileVersion

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

ROWS, DOCUMENT = ".jsonl.gz", ".json"
TYPES = {ROWS: "application/gzip", DOCUMENT: "application/json"}
"""What holds ids. Rosters do as well and are left to expire; reports hold none."""

UNVERSIONED = "null"
"""What S3 calls the version of an object that was written without versioning."""


class S3Files:
    """Implements `ports_person.ArchivedFiles`."""

    def __init__(self, client: "S3Client", bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def versions(self) -> Iterator[FileVersion]:
        """Every version of every file of rows, and of every document."""
        pages = self._client.get_paginator("list_object_versions").paginate(Bucket=self._bucket)
        for page in pages:
            for one in page.get("Versions", []):
                if one["Key"].endswith(tuple(TYPES)):
                    yield FileVersion(one["Key"], one["VersionId"], one["IsLatest"])

    def lines(self, version: FileVersion) -> Iterator[str]:
        """The lines of a version, or of the latest when it names none."""
        wanted: dict[str, Any] = {"VersionId": version.version} if version.version else {}
        reply = self._client.get_object(Bucket=self._bucket, Key=version.path, **wanted)
        body = BytesIO(reply["Body"].read())
        if not version.path.endswith(ROWS):
            yield from (line.decode() for line in body)
            return
        with gzip.GzipFile(fileobj=body) as packed:
            for line in packed:
                yield line.decode()

    def rewrite(self, path: str, lines: Sequence[str]) -> None:
        """Write the lines as the archive does: the same lines are the same bytes."""
        content = "".join(lines).encode()
        kind = next(kind for ending, kind in TYPES.items() if path.endswith(ending))
        if path.endswith(ROWS):
            buffer = BytesIO()
            with gzip.GzipFile(fileobj=buffer, mode="wb", mtime=0, filename="") as packed:
                packed.write(content)
            content = buffer.getvalue()
        self._client.put_object(Bucket=self._bucket, Key=path, Body=content, ContentType=kind)

    def remove(self, versions: Iterable[FileVersion]) -> None:
        """Remove old versions; what is the latest now stays, also where a bucket keeps only that."""
        for one in versions:
            head = self._client.head_object(Bucket=self._bucket, Key=one.path)
            if head.get("VersionId", UNVERSIONED) != one.version:
                self._client.delete_object(Bucket=self._bucket, Key=one.path, VersionId=one.version)
