"""Pseudonyms in the place of accounts in the archive, its old versions included."""

import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from best_friends.application.person import NamingFile, quoted
from best_friends.application.ports import Programme
from best_friends.application.ports_person import ArchivedFiles, FileVersion
from best_friends.domain.programme import YearState

OF_YEAR = re.compile(r"years/(\d{4})/(\w+)/.*")
ROWS = ".jsonl.gz"


@dataclass(frozen=True, slots=True)
class EraseArchived:
    """Rewrite what names a person. A crash at any point leaves what the next try can go on from.

    The order is the contract: the new version, then the digest that the year's record holds, then the old
    versions. An old version that is still there tells whether the recorded digest was that of the rows
    before; a file that did not match its record before does not match it afterwards either.
    """

    files: ArchivedFiles
    programme: Programme

    def __call__(self, naming: Iterable[NamingFile], pseudonyms: Mapping[str, str]) -> int:
        """Rewrite and remove; returns how many versions were removed."""
        by_path: dict[str, list[NamingFile]] = defaultdict(list)
        for one in naming:
            by_path[one.version.path].append(one)
        removed = 0
        for path, versions in sorted(by_path.items()):
            for one in versions:
                if one.version.latest:
                    self.files.rewrite(path, self._rewritten(one.version, pseudonyms))
            self._record(path, {one.digest for one in versions})
            self.files.remove(one.version for one in versions)
            removed += len(versions)
        return removed

    def _rewritten(self, version: FileVersion, pseudonyms: Mapping[str, str]) -> Sequence[str]:
        lines = []
        unjudged = self._unjudged(version.path)
        for line in self.files.lines(version):
            text = line
            for account, pseudonym in pseudonyms.items():
                text = text.replace(quoted(account), quoted(pseudonym))
            if text != line and unjudged:
                # Still to be judged, and nobody who is erased shall be nominated.
                text = _packed({**json.loads(text), "active": False})
            lines.append(text)
        if not version.path.endswith(ROWS):
            return lines
        # Rows lie in the order of their Friends: the old place would tell between whom it was.
        return sorted(lines, key=lambda line: str(json.loads(line).get("friend_id", "")))

    def _unjudged(self, path: str) -> bool:
        found = OF_YEAR.fullmatch(path)
        if not found or found[2] != "survey":
            return False
        record = self.programme.year(int(found[1]))
        return record is not None and record.state is not YearState.CLOSED and "nominees" not in record.counts

    def _record(self, path: str, before: set[str]) -> None:
        """Keep the year's record honest: the digest is that of the rows as they are now, and it says so.

        The digest from before must go: with it, one could try which account a pseudonym stands for.
        """
        found = OF_YEAR.fullmatch(path)
        record = self.programme.year(int(found[1])) if found else None
        if record is None or record.digests.get(path) not in before:
            return
        now = hashlib.sha256()
        for line in self.files.lines(FileVersion(path, "", latest=True)):
            now.update(line.encode())
        self.programme.update(
            record.run.year,
            digests={**record.digests, path: now.hexdigest()},
            pseudonymised=tuple(sorted({*record.pseudonymised, path})),
        )


def _packed(row: Mapping[str, object]) -> str:
    return json.dumps(row, sort_keys=True, ensure_ascii=False, separators=(",", ":")) + "\n"
