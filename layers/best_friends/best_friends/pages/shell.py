"""What the pages share: their templates and the style, one inline sheet per page."""

from functools import lru_cache
from pathlib import Path

TEMPLATES = Path(__file__).parent / "templates"


@lru_cache
def style_of(page: str) -> str:
    """The palette and the page's own sheet as one text; the answer page's digest is taken of it."""
    return "".join((TEMPLATES / name).read_text("utf-8") for name in ("palette.css", f"{page}.css"))
