"""The transformed template: what CloudFormation is asked for once SAM has had its say.

`make golden` writes the golden copy anew; its diff shows what a change really changes.
"""

import json
import sys
from pathlib import Path
from typing import Any

import boto3
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator
from samtranslator.yaml_helper import yaml_parse

ROOT = Path(__file__).resolve().parents[2]
GOLDEN = ROOT / "tests" / "golden" / "template.transformed.json"
REGION = "eu-central-1"
ASSETS = "s3://assets"


def transformed() -> str:
    """The template after SAM's transform, sorted, with placeholders for code."""
    template = yaml_parse((ROOT / "template.yaml").read_text())
    template["Globals"]["Function"]["CodeUri"] = f"{ASSETS}/functions"
    for resource in template["Resources"].values():
        for name in ("ContentUri", "DefinitionUri"):
            if name in resource["Properties"]:
                resource["Properties"][name] = f"{ASSETS}/{resource['Properties'][name]}"
    # The session only tells the region: nothing is asked of AWS, and no managed policy is named.
    translator = Translator({}, Parser(), boto_session=boto3.Session(region_name=REGION))
    after: dict[str, Any] = translator.translate(template, {})
    return json.dumps(after, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    GOLDEN.parent.mkdir(exist_ok=True)
    GOLDEN.write_text(transformed(), encoding="utf-8")
    sys.stdout.write(f"Written: {GOLDEN.relative_to(ROOT)}\n")
