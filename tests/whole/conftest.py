"""What the tests of the whole share: the command as a process, and whether it left anything behind."""

import os
import signal
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "sample"
OLIST = ROOT.parent / "shared" / "data" / "olist_sample"
COMMAND = Path(sys.executable).parent / "best-friends"
MARK = "BEST_FRIENDS_TEST_MARK"


@dataclass(frozen=True, slots=True)
class Ended:
    """A command that has ended, and the processes that it left behind."""

    status: int
    out: str
    err: str
    left_behind: list[str]


class Command:
    """`best-friends`, run in a folder of its own, marked so that its descendants can be found."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._mark = uuid.uuid4().hex

    def start(self, *arguments: str) -> "subprocess.Popen[str]":
        """Start it as a shell would."""
        return subprocess.Popen(
            [str(COMMAND), *arguments],
            cwd=self._folder,
            env={**os.environ, MARK: self._mark},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments: str) -> Ended:
        """Run it to its end."""
        return self.ended(self.start(*arguments))

    def interrupt(self, process: "subprocess.Popen[str]", how: signal.Signals) -> Ended:
        """Press Ctrl-C, or kill it."""
        process.send_signal(how)
        return self.ended(process)

    def ended(self, process: "subprocess.Popen[str]") -> Ended:
        """Wait for the end."""
        out, err = process.communicate()
        return Ended(process.returncode, out, err, self.descendants())

    def descendants(self) -> list[str]:
        """The command lines of all processes that carry the mark and live."""
        wanted = f"{MARK}={self._mark}".encode()
        found: list[str] = []
        for process in Path("/proc").glob("[0-9]*"):
            try:
                if wanted in (process / "environ").read_bytes().split(b"\0"):
                    found.append((process / "cmdline").read_bytes().replace(b"\0", b" ").decode())
            except OSError:
                continue  # it ended while we looked
        return found


@pytest.fixture(scope="module")
def command(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Command]:
    """The command; whatever a failed test left behind is ended."""
    yield Command(tmp_path_factory.mktemp("whole"))


@pytest.fixture
def export(tmp_path: Path) -> Callable[..., Path]:
    """Writes a small export, with files replaced by the text given."""

    def write(**files: str) -> Path:
        folder = tmp_path / "export"
        folder.mkdir()
        content = {
            "friends": "friend_id,display_name,email,language,latitude,longitude,radius_km,skills,"
            "joined_on,active\nF1,Ada,ada@friends.example,de,47.37,8.54,20,printer,2024-01-01,true\n",
            "jobs": "job_id,friend_id,customer_id,skill,latitude,longitude,posted_at,completed_at,"
            "status,revenue,currency\n",
            "ratings": "rating_id,job_id,friend_id,stars,rated_at\n",
        }
        for name, text in {**content, **files}.items():
            (folder / f"{name}.csv").write_text(text)
        return folder

    return write
