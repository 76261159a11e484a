"""Expressions are compiled when what holds them is written."""

from __future__ import annotations

from typing import Any

import pytest

from fakes.kube.groups.admissionregistration import (
    AdmissionPolicyStrategy,
    ValidatingAdmissionPolicyStrategy,
    WebhookConfigurationStrategy,
)
from fakes.kube.groups.claim_validation import default_requests, validate_device_claim, validate_slice

_MATCH = {
    "resourceRules": [
        {"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["pods"]}
    ]
}


def _errors(**spec: Any) -> list[str]:
    obj = {"metadata": {"name": "p"}, "spec": {"failurePolicy": "Fail", "matchConstraints": _MATCH, **spec}}
    strategy = ValidatingAdmissionPolicyStrategy()
    strategy.default(obj)
    return [f"{error.path}: {error.body}" for error in strategy.validate(obj)]


@pytest.mark.parametrize(
    ("expression", "problem"),
    [
        ("object.spec.replicas < 3", ""),
        ("authorizer.group('').resource('pods').check('get').allowed()", ""),
        ("object.spec.paused", "must evaluate to bool but got dyn"),
        ("[1]", "must evaluate to bool but got list(int)"),
        (
            "foo.bar == 1",
            "compilation failed: ERROR: <input>:1:1: undeclared reference to 'foo' (in container '')\n | foo.bar == 1\n | ^",
        ),
        (
            "request.nope == ''",
            "compilation failed: ERROR: <input>:1:8: undefined field 'nope'\n | request.nope == ''\n | .......^",
        ),
        (
            "object.a && 1",
            "compilation failed: ERROR: <input>:1:13: expected type 'bool' but found 'int'\n | object.a && 1\n | ............^",
        ),
    ],
)
def test_a_rule_is_a_truth(expression: str, problem: str) -> None:
    found = [error.partition(": ")[2] for error in _errors(validations=[{"expression": expression}])]
    assert found == ([f'Invalid value: "{expression}": {problem}'] if problem else [])


def test_variables_are_known_with_their_types_where_they_follow() -> None:
    variables = [{"name": "x", "expression": "'s'"}]
    assert _errors(variables=variables, validations=[{"expression": "variables.x == 's'"}]) == []
    assert _errors(variables=variables, validations=[{"expression": "variables.x"}]) == [
        'spec.validations[0].expression: Invalid value: "variables.x": must evaluate to bool but got string'
    ]


def test_a_mutation_makes_an_object() -> None:
    obj = {
        "metadata": {"name": "p"},
        "spec": {
            "failurePolicy": "Fail",
            "matchConstraints": _MATCH,
            "reinvocationPolicy": "Never",
            "mutations": [
                {"patchType": "ApplyConfiguration", "applyConfiguration": {"expression": expression}}
                for expression in ("Object{spec: Object.spec{replicas: 1}}", "1")
            ],
        },
    }
    strategy = AdmissionPolicyStrategy()
    strategy.default(obj)
    assert [error.path for error in strategy.validate(obj)] == [
        "spec.mutations[1].applyConfiguration.expression"
    ]


def test_conditions_of_webhooks_have_names_and_expressions() -> None:
    hook = {
        "name": "a.example.com",
        "clientConfig": {"url": "https://127.0.0.1"},
        "sideEffects": "None",
        "admissionReviewVersions": ["v1"],
        "matchConditions": [{"name": "", "expression": ""}, {"name": "a", "expression": "true"}],
    }
    strategy, obj = WebhookConfigurationStrategy(), {"webhooks": [hook]}
    strategy.default(obj)
    found = strategy.validate(obj)
    assert [error.path for error in found] == [
        "webhooks[0].matchConditions[0].expression",
        "webhooks[0].matchConditions[0].name",
    ]


@pytest.mark.parametrize(
    ("device", "path"),
    [
        ({"attributes": {"x.example.com/a": {"int": 1}}, "capacity": {"memory": {"value": "1Gi"}}}, ""),
        ({"attributes": {"a": {}}}, "spec.devices[0].attributes[a]"),
        ({"attributes": {"a": {"int": 1, "bool": True}}}, "spec.devices[0].attributes[a]"),
        ({"attributes": {"a": {"version": "1"}}}, "spec.devices[0].attributes[a].version"),
        ({"capacity": {"a b": {"value": "1"}}}, "spec.devices[0].capacity"),
        ({"taints": [{"key": "a"}]}, "spec.devices[0].taints[0].effect"),
        ({"nodeName": "n"}, "spec.devices[0]"),
        ({"bindingConditions": ["c"]}, "spec.devices[0].bindingFailureConditions"),
    ],
)
def test_what_a_driver_offers_is_checked(device: dict[str, Any], path: str) -> None:
    pool = {"name": "p", "resourceSliceCount": 1}
    spec = {"driver": "d.example.com", "pool": pool, "allNodes": True, "devices": [{"name": "d", **device}]}
    assert [error.path for error in validate_slice(spec)] == ([path] if path else [])


@pytest.mark.parametrize(
    ("devices", "problem"),
    [
        ({"constraints": [{"matchAttribute": "example.com/a", "requests": ["r"]}]}, ""),
        ({"constraints": [{"matchAttribute": "a"}]}, "must be a domain and a name separated by a slash"),
        (
            {"config": [{"opaque": {"driver": "d.example.com", "parameters": []}}]},
            "must be a valid JSON object",
        ),
        ({"requests": [{"name": "r", "exactly": {"selectors": [{"cel": {"expression": "1"}}]}}]}, "not int"),
        (
            {"requests": [{"name": "r", "exactly": {"tolerations": [{"operator": "Odd"}]}}]},
            '"Equal", "Exists"',
        ),
    ],
)
def test_what_a_claim_asks_for_is_checked(devices: dict[str, Any], problem: str) -> None:
    devices = {"requests": [{"name": "r", "exactly": {}}], **devices}
    for request in devices["requests"]:
        request["exactly"]["deviceClassName"] = "c"
    default_requests(devices)
    errors = validate_device_claim(devices, "spec.devices")
    assert [problem in error.body for error in errors] == ([True] if problem else [])
