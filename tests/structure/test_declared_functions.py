"""Functions: each has its folder, its environment, its role and its log; and nobody has more than that."""

import importlib
import re
from dataclasses import fields
from functools import cache
from typing import Any

import pytest

from tests.structure.declared import ROOT, declared, listed, names_in

LONGEST_HANDLER = 60
DATA = frozenset({"AWS::DynamoDB::Table", "AWS::S3::Bucket"})
ACTION = re.compile(r"[a-z0-9-]+:[A-Z][A-Za-z]+")
NO_RESOURCE = ("ses:GetSuppressedDestination",)
"""Actions for which the service knows no resource: a role can only allow them on everything."""
NOT_OURS = ("SenderIdentity", "event-bus/default")
"""What a role may name though the template does not make it: who writes, and the account's own bus."""
COPY = "WhatIf"
"""How a what-if's functions are called that run a step of the year with a role that can do less."""
LESS = ("WhatIfConcludeAudit", "WhatIfSurveyFriends", "WhatIfFixCutoff", "WhatIfSelectNominees")
"""Copies that need not reach the programme: a what-if's record lies in the archive."""

FUNCTIONS = declared().of_type("AWS::Serverless::Function")
ROLES = declared().of_type("AWS::IAM::Role")
GLOBALS = declared().document["Globals"]["Function"]
FOLDERS = sorted(path.parent.name for path in (ROOT / "functions").glob("*/handler.py"))
every_function = pytest.mark.parametrize("function", FUNCTIONS)
every_role = pytest.mark.parametrize("role", ROLES)


def folder_of(function: str) -> str:
    """update_stats of update_stats.handler.handler."""
    return str(FUNCTIONS[function]["Handler"]).split(".")[0]


def environment_of(function: str) -> dict[str, Any]:
    """A function's variables, with what is so for all."""
    own = FUNCTIONS[function].get("Environment", {}).get("Variables", {})
    return {**GLOBALS["Environment"]["Variables"], **own}


@cache
def settings_of(function: str) -> frozenset[str]:
    """The variables that a function reads."""
    module = importlib.import_module(f"functions.{folder_of(function)}.settings")
    return frozenset(field.name.upper() for field in fields(module.Settings))


def statements_of(role: str) -> list[dict[str, Any]]:
    """What a role allows."""
    return [one for policy in ROLES[role]["Policies"] for one in policy["PolicyDocument"]["Statement"]]


def data_in(value: Any) -> set[str]:
    """The tables and buckets that a value refers to."""
    resources = declared().resources
    return {name for name in names_in(value) if name in resources and resources[name]["Type"] in DATA}


def test_every_folder_is_deployed_and_every_function_has_a_folder() -> None:
    assert sorted(folder_of(one) for one in FUNCTIONS if not one.startswith(COPY)) == FOLDERS
    assert {folder_of(one) for one in FUNCTIONS} == set(FOLDERS)


@every_function
def test_one_name_runs_through_everything(function: str) -> None:
    folder = folder_of(function)
    service = f"what_if_{folder}" if function.startswith(COPY) else folder
    properties = FUNCTIONS[function]
    assert function == "".join(part.title() for part in service.split("_"))
    assert properties["Handler"] == f"{folder}.handler.handler"
    assert properties["FunctionName"] == {"Fn::Sub": f"${{AWS::StackName}}-{service.replace('_', '-')}"}
    assert environment_of(function)["POWERTOOLS_SERVICE_NAME"] == service


@every_function
def test_a_function_gets_every_setting_it_reads(function: str) -> None:
    assert settings_of(function) <= set(environment_of(function))


@every_function
def test_a_function_gets_no_setting_that_only_others_read(function: str) -> None:
    own = FUNCTIONS[function].get("Environment", {}).get("Variables", {})
    assert {name for name in own if not name.startswith("POWERTOOLS_")} <= settings_of(function)


def test_what_all_functions_get_somebody_reads() -> None:
    read = frozenset().union(*map(settings_of, FUNCTIONS))
    shared = GLOBALS["Environment"]["Variables"]
    assert {name for name in shared if not name.startswith("POWERTOOLS_")} <= read


@every_function
def test_a_function_has_a_role_and_a_log_of_its_own(function: str) -> None:
    properties = FUNCTIONS[function]
    assert properties["Role"] == {"Fn::GetAtt": [f"{function}Role", "Arn"]}
    assert "Policies" not in properties
    assert properties["LoggingConfig"] == {"LogGroup": {"Ref": f"{function}Log"}}
    log = declared().of_type("AWS::Logs::LogGroup")[f"{function}Log"]
    assert log["RetentionInDays"] <= 90
    assert log["LogGroupName"]["Fn::Sub"] == f"/aws/lambda/{properties['FunctionName']['Fn::Sub']}"
    writes = [one for one in statements_of(f"{function}Role") if "logs:PutLogEvents" in one["Action"]]
    assert [one["Resource"] for one in writes] == [{"Fn::GetAtt": [f"{function}Log", "Arn"]}]


@every_role
def test_a_role_names_actions_and_resources_exactly(role: str) -> None:
    for statement in statements_of(role):
        assert statement["Effect"] == "Allow"
        assert all(ACTION.fullmatch(action) for action in listed(statement["Action"]))
        if set(listed(statement["Action"])) <= set(NO_RESOURCE):
            continue
        for resource in listed(statement["Resource"]):
            ours = set(names_in(resource)) & set(declared().resources)
            assert ours or any(name in str(resource) for name in NOT_OURS)


@every_role
def test_a_role_allows_nothing_twice(role: str) -> None:
    allowed = [
        (action, str(resource))
        for statement in statements_of(role)
        for action in listed(statement["Action"])
        for resource in listed(statement["Resource"])
    ]
    assert len(allowed) == len(set(allowed))


@every_function
def test_a_role_reaches_the_data_that_its_function_is_told_of_and_no_other(function: str) -> None:
    environment = environment_of(function)
    told = data_in([environment[name] for name in settings_of(function)])
    events = FUNCTIONS[function].get("Events", {}).values()
    streams = data_in([one["Properties"].get("Stream") for one in events])
    reached = data_in(statements_of(f"{function}Role"))
    assert reached < told | streams if function in LESS else reached == told | streams


@every_function
def test_a_role_reaches_every_queue_and_machine_that_its_function_is_told_of(function: str) -> None:
    environment = environment_of(function)
    kinds = ("AWS::SQS::Queue", "AWS::Serverless::StateMachine", "AWS::SES::ConfigurationSet")
    told = {
        name
        for name in names_in([environment[name] for name in settings_of(function)])
        if name in declared().resources and declared().resources[name]["Type"] in kinds
    }
    assert told <= set(names_in(statements_of(f"{function}Role")))


@every_function
def test_a_handler_fits_on_one_screen(function: str) -> None:
    lines = (ROOT / "functions" / folder_of(function) / "handler.py").read_text().splitlines()
    assert len(lines) <= LONGEST_HANDLER


def test_the_interpreter_is_the_one_that_is_tested() -> None:
    assert GLOBALS["Runtime"] == f"python{(ROOT / '.python-version').read_text().strip()}"
