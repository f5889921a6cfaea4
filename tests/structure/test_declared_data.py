"""Tables, the archive, queues and the mappings that read them: what must hold for data to survive."""

import json
from typing import Any

import pytest

from tests.structure.declared import declared, listed, names_in

RESOURCES = declared().resources
TABLES = declared().of_type("AWS::DynamoDB::Table")
BUCKETS = declared().of_type("AWS::S3::Bucket")
QUEUES = declared().of_type("AWS::SQS::Queue")
FUNCTIONS = declared().of_type("AWS::Serverless::Function")
GLOBALS = declared().document["Globals"]["Function"]
RETAINED = {"DeletionPolicy": "Retain", "UpdateReplacePolicy": "Retain"}
FOURTEEN_DAYS = 1_209_600
STREAM_KEEPS = 24 * 3600

MAPPINGS = {
    f"{function} from {name}": (function, event)
    for function, properties in FUNCTIONS.items()
    for name, event in properties.get("Events", {}).items()
}
STREAMS = {name: one for name, one in MAPPINGS.items() if one[1]["Type"] == "DynamoDB"}
WORK = {name: one for name, one in MAPPINGS.items() if one[1]["Type"] == "SQS"}


def dead_letters() -> set[str]:
    """The queues that something gives its failures to."""
    redriven = (queue.get("RedrivePolicy", {}) for queue in QUEUES.values())
    failures = (event["Properties"].get("DestinationConfig", {}) for _, event in MAPPINGS.values())
    schedules = (
        one["Target"].get("DeadLetterConfig", {})
        for one in declared().of_type("AWS::Scheduler::Schedule").values()
    )
    return {name for one in (*redriven, *failures, *schedules) for name in names_in(one)}


def denies_plain_http(policy: dict[str, Any]) -> bool:
    """Whether a resource's policy refuses whoever comes without TLS."""
    return any(
        statement["Effect"] == "Deny"
        and statement["Principal"] == "*"
        and statement["Action"] in ("s3:*", "sqs:*")
        and statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
        for statement in policy["PolicyDocument"]["Statement"]
    )


@pytest.mark.parametrize("table", TABLES)
def test_a_table_can_be_restored_is_encrypted_and_outlives_the_stack(table: str) -> None:
    assert TABLES[table]["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert TABLES[table]["SSESpecification"]["SSEEnabled"] is True
    assert RETAINED.items() <= RESOURCES[table].items()


@pytest.mark.parametrize("bucket", BUCKETS)
def test_a_bucket_is_encrypted_private_and_outlives_the_stack(bucket: str) -> None:
    encryption = BUCKETS[bucket]["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert encryption[0]["ServerSideEncryptionByDefault"]["SSEAlgorithm"] in ("AES256", "aws:kms")
    assert all(BUCKETS[bucket]["PublicAccessBlockConfiguration"].values())
    assert len(BUCKETS[bucket]["PublicAccessBlockConfiguration"]) == 4
    assert RETAINED.items() <= RESOURCES[bucket].items()


def test_every_bucket_and_every_queue_wants_tls() -> None:
    policies = [
        *declared().of_type("AWS::S3::BucketPolicy").values(),
        *declared().of_type("AWS::SQS::QueuePolicy").values(),
    ]
    guarded = {
        name
        for policy in policies
        if denies_plain_http(policy)
        for name in names_in([policy.get("Bucket"), *policy.get("Queues", [])])
    }
    assert guarded == {*BUCKETS, *QUEUES}


@pytest.mark.parametrize("queue", QUEUES)
def test_a_queue_is_encrypted_and_keeps_messages_as_long_as_can_be(queue: str) -> None:
    assert QUEUES[queue]["SqsManagedSseEnabled"] is True
    assert QUEUES[queue]["MessageRetentionPeriod"] == FOURTEEN_DAYS


@pytest.mark.parametrize("queue", QUEUES)
def test_a_queue_gives_up_to_dead_letters_or_holds_them(queue: str) -> None:
    assert ("RedrivePolicy" in QUEUES[queue]) != (queue in dead_letters())


@pytest.mark.parametrize(("function", "event"), STREAMS.values(), ids=STREAMS.keys())
def test_a_poison_record_holds_a_stream_up_for_bounded_time(function: str, event: dict[str, Any]) -> None:
    mapping = event["Properties"]
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert mapping["BisectBatchOnFunctionError"] is True
    assert 0 < mapping["MaximumRetryAttempts"] <= 20
    assert 0 < mapping["MaximumRecordAgeInSeconds"] < STREAM_KEEPS
    assert set(names_in(mapping["DestinationConfig"]["OnFailure"])) <= set(QUEUES)


@pytest.mark.parametrize(("function", "event"), WORK.values(), ids=WORK.keys())
def test_a_queue_is_read_at_a_bounded_pace_and_in_time(function: str, event: dict[str, Any]) -> None:
    mapping = event["Properties"]
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert 2 <= mapping["ScalingConfig"]["MaximumConcurrency"] <= 1000
    [queue] = names_in(mapping["Queue"])
    timeout = FUNCTIONS[function].get("Timeout", GLOBALS["Timeout"])
    assert QUEUES[queue]["VisibilityTimeout"] >= 6 * timeout


def test_letters_are_set_aside_by_the_function_before_the_queue_does() -> None:
    attempts = FUNCTIONS["SendLetters"]["Environment"]["Variables"]["ATTEMPTS"]
    assert int(attempts) == QUEUES["LettersQueue"]["RedrivePolicy"]["maxReceiveCount"] - 1


@pytest.mark.parametrize("rule", declared().of_type("AWS::Events::Rule"))
def test_a_mail_event_goes_on_without_address_and_subject(rule: str) -> None:
    for target in declared().of_type("AWS::Events::Rule")[rule]["Targets"]:
        paths = set(target["InputTransformer"]["InputPathsMap"].values())
        allowed = ("$.detail.mail.messageId", "$.detail.eventType", "$.detail.bounce.bounceType", "$.time")
        assert paths <= set(allowed)
        assert "DeadLetterConfig" not in target


@pytest.mark.parametrize("api", declared().of_type("AWS::Serverless::HttpApi"))
def test_the_access_log_holds_no_path_and_so_no_token(api: str) -> None:
    properties = declared().of_type("AWS::Serverless::HttpApi")[api]
    written = json.loads(properties["AccessLogSettings"]["Format"])
    allowed = ("requestId", "routeKey", "status", "responseLatency", "integrationErrorMessage")
    assert set(written.values()) <= {f"$context.{name}" for name in allowed}


def test_every_log_group_forgets() -> None:
    assert all(one["RetentionInDays"] <= 90 for one in declared().of_type("AWS::Logs::LogGroup").values())


def test_an_export_is_named_after_its_output() -> None:
    for name, output in declared().document["Outputs"].items():
        assert output["Export"]["Name"] == {"Fn::Sub": f"${{AWS::StackName}}-{name}"}


def test_what_is_allowed_to_everybody_is_allowed_to_nobody() -> None:
    kinds = ("AWS::S3::BucketPolicy", "AWS::SQS::QueuePolicy")
    for policy in (one for kind in kinds for one in declared().of_type(kind).values()):
        for statement in policy["PolicyDocument"]["Statement"]:
            if statement["Effect"] == "Allow":
                assert statement["Principal"] != "*"
                assert "*" not in listed(statement["Action"]) + listed(statement["Resource"])
                assert statement["Condition"]
