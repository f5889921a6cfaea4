"""The local front takes its routes from the template, all of them and nothing else."""

import re
from pathlib import Path
from typing import Any

from samtranslator.yaml_helper import yaml_parse

from ops.local.front import routes

TEMPLATE = Path(__file__).parents[2] / "template.yaml"


def http(path: str, method: str) -> dict[str, Any]:
    return {"Type": "HttpApi", "Properties": {"Path": path, "Method": method}}


def function(**events: dict[str, Any]) -> dict[str, Any]:
    return {"Type": "AWS::Serverless::Function", "Properties": {"Events": events}}


def test_every_route_of_the_template_is_served_and_no_other() -> None:
    text = TEMPLATE.read_text()
    served = [(method, path) for _, path, methods in routes(yaml_parse(text)) for method in methods]
    found = re.findall(r"ApiId: !Ref Pages, Method: (\w+), Path: (?:\"([^\"]+)\"|([^\"}\s]+))}", text)
    written = [(method, quoted or plain) for method, quoted, plain in found]
    assert sorted(served) == sorted(written)
    assert text.count("Type: HttpApi") == len(served) == len(set(served))
    assert ("GET", "/answers/{token}") in served and ("POST", "/answers/{token}") in served


def test_the_methods_of_one_path_are_one_route() -> None:
    template = {"Resources": {"Answer": function(Get=http("/a", "GET"), Post=http("/a", "POST"))}}
    assert list(routes(template)) == [("Answer", "/a", ["GET", "POST"])]


def test_a_function_may_have_several_paths_and_other_events() -> None:
    template = {
        "Resources": {
            "Pages": function(
                One=http("/one", "GET"),
                Stream={"Type": "DynamoDB", "Properties": {}},
                Two=http("/two/{id}", "GET"),
            ),
            "Table": {"Type": "AWS::DynamoDB::Table", "Properties": {}},
        }
    }
    assert list(routes(template)) == [("Pages", "/one", ["GET"]), ("Pages", "/two/{id}", ["GET"])]


def test_a_resource_without_properties_has_no_routes() -> None:
    assert list(routes({"Resources": {"Queue": {"Type": "AWS::SQS::Queue"}}})) == []
