"""The names that operators' commands work with, of a stack in memory."""

from dataclasses import fields

from ops.deployment import Deployment
from tests.support.stack import Stack

KINDS = ("AWS::DynamoDB::Table", "AWS::SQS::Queue", "AWS::S3::Bucket")


def deployment_of(stack: Stack) -> Deployment:
    """What the outputs of a deployed stack would say; machines and pages stay without a name."""
    made = {logical_id for kind in KINDS for logical_id in stack.template.of_type(kind)}
    names = {one.name: "".join(part.title() for part in one.name.split("_")) for one in fields(Deployment)}
    return Deployment(**{name: stack.name(one) if one in made else "" for name, one in names.items()})
