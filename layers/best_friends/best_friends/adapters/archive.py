"""The archive: files in S3, the same content always the same bytes."""

import gzip
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from io import BytesIO
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from best_friends.adapters.errors import code_of

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


class S3Archive:
    """Implements `ports.Archive`."""

    def __init__(self, client: "S3Client", bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def write_rows(self, path: str, rows: Iterable[Mapping[str, Any]]) -> str:
        """Write rows as compressed JSON lines and return their SHA-256."""
        buffer = BytesIO()
        digest = hashlib.sha256()
        # No time and no name in the header: the same rows are the same bytes.
        with gzip.GzipFile(fileobj=buffer, mode="wb", mtime=0, filename="") as packed:
            for row in rows:
                line = json.dumps(row, sort_keys=True, ensure_ascii=False, separators=(",", ":")) + "\n"
                digest.update(line.encode())
                packed.write(line.encode())
        self._put(path, buffer.getvalue(), "application/gzip")
        return digest.hexdigest()

    def read_rows(self, path: str) -> Iterator[dict[str, Any]]:
        """Read rows back, one at a time."""
        body = self._client.get_object(Bucket=self._bucket, Key=path)["Body"].read()
        with gzip.GzipFile(fileobj=BytesIO(body)) as packed:
            for line in packed:
                yield json.loads(line)

    def write(self, path: str, content: str, content_type: str) -> str:
        """Write a text and return its SHA-256."""
        self._put(path, content.encode(), content_type)
        return hashlib.sha256(content.encode()).hexdigest()

    def read(self, path: str) -> str | None:
        """Read a text back, or None when there is none."""
        try:
            return self._client.get_object(Bucket=self._bucket, Key=path)["Body"].read().decode()
        except ClientError as error:
            if code_of(error) == "NoSuchKey":
                return None
            raise

    def _put(self, path: str, body: bytes, content_type: str) -> None:
        self._client.put_object(Bucket=self._bucket, Key=path, Body=body, ContentType=content_type)
