"""A function that is loaded does nothing: no client, no environment. That comes with the first event."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.structure.declared import ROOT, declared

FOLDERS = sorted(path.parent.name for path in (ROOT / "functions").glob("*/handler.py"))
FUNCTIONS = declared().of_type("AWS::Serverless::Function").values()
OURS = sorted(
    {
        *declared().document["Globals"]["Function"]["Environment"]["Variables"],
        *(name for one in FUNCTIONS for name in one.get("Environment", {}).get("Variables", {})),
    }
)
PROBE = """
import collections, importlib, json, os, sys
import boto3, botocore.session

ours, read, wrong = set(json.loads(sys.argv[2])), set(), {}

class Watched(os._Environ):
    def __getitem__(self, name):
        read.add(name)
        return super().__getitem__(name)

    def __contains__(self, name):
        read.add(name)
        return super().__contains__(name)

def refuse(*args, **kwargs):
    raise AssertionError("a client was made at import")

environment = os.environ
os.environ = Watched(
    environment._data, environment.encodekey, environment.decodekey, environment.encodevalue,
    environment.decodevalue,
)
botocore.session.Session.create_client = refuse
boto3.client = boto3.resource = refuse
for name in json.loads(sys.argv[1]):
    try:
        importlib.import_module(name)
    except Exception as error:
        wrong[name] = f"{type(error).__name__}: {error}"
json.dump({"wrong": wrong, "read": sorted(read & ours)}, sys.stdout)
"""


def probed(modules: list[str], *folders: Path) -> dict[str, object]:
    """Import modules in a fresh interpreter with an empty environment, and say what they did."""
    path = os.pathsep.join(str(folder) for folder in (ROOT, ROOT / "layers" / "best_friends", *folders))
    done = subprocess.run(
        [sys.executable, "-c", PROBE, json.dumps(modules), json.dumps(OURS)],
        env={"PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    found: dict[str, object] = json.loads(done.stdout)
    return found


def test_loading_every_handler_makes_no_client_and_reads_none_of_our_settings() -> None:
    modules = [f"functions.{folder}.handler" for folder in FOLDERS]
    assert probed(modules) == {"wrong": {}, "read": []}


@pytest.mark.parametrize(
    "source",
    [
        "import boto3\nboto3.client('sqs', region_name='eu-central-1')\n",
        "from boto3 import Session\nSession().resource('s3', region_name='eu-central-1')\n",
    ],
    ids=["a client", "a resource of a session"],
)
def test_the_probe_sees_a_client(tmp_path: Path, source: str) -> None:
    (tmp_path / "hasty.py").write_text(source)
    assert "hasty" in str(probed(["hasty"], tmp_path)["wrong"])


@pytest.mark.parametrize(
    "source",
    [
        "import os\nos.environ.get('FRIENDS_TABLE')\n",
        "import os\nos.getenv('FRIENDS_TABLE')\n",
        "import os\n'FRIENDS_TABLE' in os.environ\n",
    ],
    ids=["get", "getenv", "in"],
)
def test_the_probe_sees_a_setting_being_read(tmp_path: Path, source: str) -> None:
    (tmp_path / "curious.py").write_text(source)
    assert probed(["curious"], tmp_path)["read"] == ["FRIENDS_TABLE"]
