"""How templates are read: escaping everything, refusing whatever is not defined."""

from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined


@lru_cache
def environment(folder: Path) -> Environment:
    """The templates of a folder, made on the first use so that importing stays cheap."""
    return Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
