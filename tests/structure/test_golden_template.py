"""What is deployed changes only on purpose."""

import difflib

from tests.structure.golden import GOLDEN, transformed


def test_the_transformed_template_is_the_golden_copy() -> None:
    golden, now = GOLDEN.read_text(encoding="utf-8").splitlines(), transformed().splitlines()
    changes = "\n".join(difflib.unified_diff(golden, now, "golden", "now", n=2, lineterm=""))
    assert not changes, f"If this is meant, run `make golden`:\n{changes}"
