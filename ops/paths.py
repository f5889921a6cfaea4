"""Files that a command writes in the end: whether it can is said in the beginning."""

from pathlib import Path

from ops.faults import Stop


def writable(*paths: Path | None) -> None:
    """Say before a minute's work, not after it, that a file cannot be written.

    Raises:
        Stop: when its folder is missing, or it is a folder itself.
    """
    for path in filter(None, paths):
        if not path.parent.is_dir():
            raise Stop(f"{path}: the folder {path.parent} does not exist; make it first")
        if path.is_dir():
            raise Stop(f"{path}: is a folder; name a file in it")
