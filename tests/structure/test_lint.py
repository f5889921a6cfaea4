"""CloudFormation's own linter has nothing to say."""

import pytest
from cfnlint.api import lint_file  # type: ignore[import-untyped]

from tests.structure.declared import ROOT


@pytest.mark.parametrize("path", ["template.yaml", "infra/operations.yaml"])
def test_a_template_is_without_a_complaint(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    assert [str(complaint) for complaint in lint_file(ROOT / path)] == []
