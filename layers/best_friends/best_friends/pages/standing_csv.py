"""Every job and rating that counts, as a file for a spreadsheet."""

import csv
import io
from collections.abc import Sequence
from decimal import Decimal

from best_friends.domain.standing import CountedLine
from best_friends.texts.catalogue import catalogue

BYTE_ORDER_MARK = "\ufeff"
"""Without it a spreadsheet takes the file for another encoding."""
COLUMNS = ("date", "kind", "id", "stars", "amount", "currency", "account")
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What makes a spreadsheet take a cell for a formula, also in the full width of East Asian scripts."""


def csv_of(lines: Sequence[CountedLine], currency: str, language: str) -> str:
    """The lines as CSV (RFC 4180, with a byte order mark), its headings in the language.

    >>> from datetime import date
    >>> csv_of([CountedLine("job", "J1", date(2026, 3, 3), cents=8050)], "CHF", "en").splitlines()[1]
    '2026-03-03,Job,J1,,80.50,CHF,'
    """
    words = catalogue(language)
    written = io.StringIO()
    written.write(BYTE_ORDER_MARK)
    rows = csv.writer(written)
    rows.writerow([words.say(f"standing.csv.{name}") for name in COLUMNS])
    for line in lines:
        rated = line.kind == "rating"
        rows.writerow(
            (
                line.on.isoformat(),
                words.say(f"standing.counts.{'rating' if rated else 'job'}"),
                defused(line.identifier),
                line.stars if rated else "",
                "" if rated else f"{Decimal(line.cents).scaleb(-2):f}",
                "" if rated else currency,
                defused(line.account),
            )
        )
    return written.getvalue()


def csv_headers(name: str) -> dict[str, str]:
    """The headers of the file: it is kept by the Friend and by nobody on the way."""
    return {
        "content-type": "text/csv; charset=utf-8",
        "content-disposition": f'attachment; filename="{name}"',
        "cache-control": "no-store",
        "x-robots-tag": "noindex",
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "strict-transport-security": "max-age=63072000; includeSubDomains",
    }


def defused(text: str) -> str:
    """A text that no spreadsheet takes for a formula: an apostrophe before it makes it text."""
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA) else text
