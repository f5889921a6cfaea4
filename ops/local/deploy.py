"""Deploy template.yaml on the embedded AWS, as `sam deploy` does on AWS."""

import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
from samtranslator.yaml_helper import yaml_parse

from ops.deployment import Deployment
from ops.faults import Stop

ROOT = Path(__file__).resolve().parents[2]
STACK = "best-friends"
ARTIFACTS = "best-friends-artifacts"


@dataclass(frozen=True, slots=True)
class Deployed:
    """A stack on the embedded AWS, with the template that it was made from."""

    names: Deployment
    template: dict[str, Any]
    functions: dict[str, str]
    """Function names by logical id."""


def deploy(pages_url: str, segments: int = 2, wave_pace: int = 1) -> Deployed:
    """Deploy the template, then the alarms and the dashboard of infra/.

    Raises:
        Stop: when a stack does not come up, with the reason of the first resource that failed.
    """
    s3 = boto3.client("s3")
    s3.create_bucket(
        Bucket=ARTIFACTS,
        CreateBucketConfiguration={"LocationConstraint": "eu-central-1"},
    )
    template = yaml_parse((ROOT / "template.yaml").read_text())
    _upload(template, s3)
    _as_the_emulator_judges(template)
    _verify_sender()
    parameters = {
        "PublicUrl": pages_url,
        "Segments": str(segments),
        "WavePace": str(wave_pace),
        "ScheduleState": "DISABLED",
    }
    outputs = _create(STACK, template, parameters)
    watch = yaml_parse((ROOT / "infra" / "operations.yaml").read_text())
    _create(f"{STACK}-operations", watch, {"Stack": STACK})
    functions = {
        logical: resource["Properties"]["FunctionName"]["Fn::Sub"].replace("${AWS::StackName}", STACK)
        for logical, resource in template["Resources"].items()
        if resource["Type"] == "AWS::Serverless::Function"
    }
    return Deployed(Deployment.of(outputs), template, functions)


def _as_the_emulator_judges(template: dict[str, Any]) -> None:
    """Say what roles may do in the emulator's terms where they differ from AWS's.

    It has no TLS on loopback, knows no resource for two actions, and calls a batch of messages an
    action of its own. Everything else is judged by the template as it stands.
    """
    resources = template["Resources"]
    for name in ("ArchiveBucketPolicy", "QueuePolicy"):  # they hold nothing but "only by TLS"
        del resources[name]
    deliveries = resources["DeliveriesQueuePolicy"]["Properties"]["PolicyDocument"]
    deliveries["Statement"] = [one for one in deliveries["Statement"] if one["Sid"] != "OnlyByTls"]
    for role in (one for one in resources.values() if one["Type"] == "AWS::IAM::Role"):
        for statement in role["Properties"]["Policies"][0]["PolicyDocument"]["Statement"]:
            if statement["Action"] in (["states:SendTaskSuccess"], ["ses:SendEmail"]):
                statement["Resource"] = "*"
            if "sqs:SendMessage" in statement["Action"]:
                statement["Action"].append("sqs:SendMessageBatch")


def _verify_sender() -> None:
    boto3.client("sesv2").create_email_identity(EmailIdentity="example.com")


def _upload(template: dict[str, Any], s3: Any) -> None:
    """Put the code where CloudFormation finds it, and name it in the template."""
    code = _put(s3, "functions.zip", _zipped(ROOT / "functions", ""))
    template["Globals"]["Function"]["CodeUri"] = code
    for resource in template["Resources"].values():
        properties = resource["Properties"]
        if resource["Type"] == "AWS::Serverless::LayerVersion":
            name = Path(properties["ContentUri"]).name
            properties["ContentUri"] = _put(s3, f"{name}.zip", _layer(ROOT / properties["ContentUri"]))
        if resource["Type"] == "AWS::Serverless::StateMachine":
            path = ROOT / properties["DefinitionUri"]
            properties["DefinitionUri"] = _put(s3, path.name, path.read_bytes())


def _layer(folder: Path) -> bytes:
    # The dependencies' layer stays empty here: the functions run on this very interpreter, which has
    # them. Its requirements.txt is what the Makefile checks against.
    return _zipped(folder, "python/")


def _zipped(folder: Path, prefix: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in _sources(folder):
            archive.write(path, prefix + str(path.relative_to(folder)))
    return buffer.getvalue()


def _sources(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".pyc":
            yield path


def _put(s3: Any, key: str, body: bytes) -> str:
    s3.put_object(Bucket=ARTIFACTS, Key=key, Body=body)
    return f"s3://{ARTIFACTS}/{key}"


def _create(name: str, template: dict[str, Any], parameters: dict[str, str]) -> dict[str, str]:
    cloudformation = boto3.client("cloudformation")
    body = json.dumps(template).encode()
    boto3.client("s3").put_object(Bucket=ARTIFACTS, Key=f"{name}.json", Body=body)
    cloudformation.create_stack(
        StackName=name,
        TemplateURL=f"https://s3.amazonaws.com/{ARTIFACTS}/{name}.json",
        Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()],
        Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
    )
    waiter = cloudformation.get_waiter("stack_create_complete")
    try:
        waiter.wait(StackName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 120})
    except Exception:
        raise Stop(f"the stack {name} did not come up: {_first_failure(name)}") from None
    stack = cloudformation.describe_stacks(StackName=name)["Stacks"][0]
    return {one["OutputKey"]: one["OutputValue"] for one in stack.get("Outputs", [])}


def _first_failure(name: str) -> str:
    events = boto3.client("cloudformation").describe_stack_events(StackName=name)["StackEvents"]
    failed = [event for event in events if event["ResourceStatus"].endswith("FAILED")]
    if not failed:
        return "no resource says why"
    first = min(failed, key=lambda event: event["Timestamp"])
    return f"{first['LogicalResourceId']}: {first.get('ResourceStatusReason', 'no reason given')}"
