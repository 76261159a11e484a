"""Custom resources, definitions and API services are refused, filled and shown as a recorded server did it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from fakes.apimachinery.field import FieldError
from fakes.apimachinery.objectmeta import validate_object_meta
from fakes.apiserver.registry.strategy import Strategy
from fakes.kube.custom_resources.strategy import CustomResourceStrategy
from fakes.kube.custom_resources.version import CustomResourceVersion
from fakes.kube.groups.apiextensions import CustomResourceDefinitionStrategy
from fakes.kube.groups.apiregistration import APIServiceStrategy

ORACLE = Path(__file__).parents[3] / "../shared/oracle"
NOW = datetime(2026, 1, 1, tzinfo=UTC)
pytestmark = pytest.mark.skipif(not ORACLE.exists(), reason="the recorded oracle is not there")

RANGE = {
    "apiVersion": "${ns}.example.com/v1",
    "kind": "Range",
    "metadata": {"name": "r", "namespace": "${ns}"},
    "spec": {"lo": 1, "hi": 2, "kind": "x"},
}


def documents(name: str) -> list[Any]:
    path = ORACLE / "cases/dev" / name
    return list(yaml.load_all(path.read_text(), yaml.CSafeLoader)) if path.exists() else []


def golden() -> dict[tuple[str, int], dict[str, Any]]:
    path = ORACLE / "golden/dev.jsonl"
    lines = map(json.loads, path.read_text().splitlines()) if path.exists() else ()
    return {(line["case"], line["step"]): line for line in lines if line["group"] in ("crd", "apiservice")}


def widget() -> CustomResourceVersion:
    fixture = next(
        each for each in documents("00-fixtures.yaml") if each and each.get("fixture") == "widgets"
    )
    return CustomResourceVersion.parse(fixture["steps"][0]["body"], "v1")


def steps(*cases: str, kind: str = "") -> list[Any]:
    recorded = golden()
    found = []
    for case in documents("08-crd.yaml"):
        if case.get("id") not in cases:
            continue
        for number, step in enumerate(case["steps"], 1):
            answer = recorded[case["id"], number]
            if kind and step.get("body", {}).get("kind") != kind:
                continue
            if (
                step["method"] in ("POST", "PATCH")
                and answer["status"] in (201, 422)
                and "/scale" not in step["path"]
            ):
                found.append(pytest.param(case, step, answer, id=f"{case['id']}-{number}"))
    return found


def errors_of(strategy: Strategy, obj: dict[str, Any], *, namespaced: bool) -> list[FieldError]:
    metadata = dict(obj["metadata"], **({"namespace": "ns"} if namespaced else {}))
    return validate_object_meta(
        metadata, namespaced=namespaced, validate_name=strategy.validate_name
    ) + strategy.validate(obj)


def causes(errors: list[FieldError], answer: dict[str, Any]) -> tuple[list[Any], list[Any]]:
    return [error.cause() for error in errors], answer["body"].get("details", {}).get("causes", [])


@pytest.mark.parametrize(
    ("case", "step", "answer"), steps("crd-resource-validation", "crd-defaults-and-pruning")
)
def test_a_widget(case: Any, step: Any, answer: Any) -> None:
    version = widget()
    strategy = CustomResourceStrategy(version)
    obj, unknown = version.coerce(step["body"])
    strategy.default(obj)
    got, expected = causes(errors_of(strategy, obj, namespaced=True), answer)
    assert got == expected
    if answer["status"] == 201:
        warnings = [f'299 - "unknown field \\"{path}\\""' for path in unknown]
        assert warnings == answer["headers"].get("Warning", [])
        assert obj["spec"] == answer["body"]["spec"]


@pytest.mark.parametrize(("case", "step", "answer"), steps("crd-cel-rules"))
def test_a_rule(case: Any, step: Any, answer: Any) -> None:
    strategy = CustomResourceStrategy(CustomResourceVersion.parse(case["setup"][0]["body"], "v1"))
    if step["method"] == "PATCH":
        changed = RANGE | {"spec": RANGE["spec"] | step["body"]["spec"]}  # type: ignore[operator]
        errors = strategy.validate_update(changed, RANGE)
    else:
        errors = strategy.validate(step["body"])
    got, expected = causes(errors, answer)
    assert got == expected


@pytest.mark.parametrize(
    ("case", "step", "answer"),
    steps("crd-object-validation", "crd-lifecycle", kind="CustomResourceDefinition"),
)
def test_a_definition(case: Any, step: Any, answer: Any) -> None:
    strategy = CustomResourceDefinitionStrategy()
    obj = json.loads(json.dumps(step["body"]).replace("${ns}", "ns"))
    strategy.default(obj)
    strategy.prepare_for_create(obj)
    expected = json.loads(json.dumps(answer["body"]).replace("${ns}", "ns"))
    assert [error.cause() for error in errors_of(strategy, obj, namespaced=False)] == expected.get(
        "details", {}
    ).get("causes", [])
    if answer["status"] == 201:
        assert (obj["spec"], obj["status"]) == (expected["spec"], expected["status"])


@pytest.mark.parametrize(("case", "step", "answer"), steps("apiservice-validation"))
def test_an_api_service(case: Any, step: Any, answer: Any) -> None:
    strategy = APIServiceStrategy()
    obj = json.loads(json.dumps(step["body"]).replace("${ns}", "ns"))
    strategy.default(obj)
    expected = json.loads(json.dumps(answer["body"]).replace("${ns}", "ns"))
    assert [error.cause() for error in errors_of(strategy, obj, namespaced=False)] == expected["details"][
        "causes"
    ]


def test_a_status_of_the_wrong_type() -> None:
    version = widget()
    old = {
        "apiVersion": "corpus.example.com/v1",
        "kind": "Widget",
        "metadata": {"name": "a"},
        "spec": {"size": 1},
    }
    errors = version.validate_status_update(old | {"status": {"phase": 7}}, old)
    got, expected = causes(errors, golden()["crd-status-and-scale", 5])
    assert got == expected
