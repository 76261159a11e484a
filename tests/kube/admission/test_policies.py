"""ValidatingAdmissionPolicy: expressions that refuse or warn."""

from __future__ import annotations

from typing import Any

import pytest

from fakes.apimachinery.status import StatusError
from fakes.cluster import FakeCluster

GROUP = "/apis/admissionregistration.k8s.io/v1"
CONFIG_MAPS = "/api/v1/namespaces/default/configmaps"
RULE = {
    "operations": ["CREATE", "UPDATE"],
    "apiGroups": [""],
    "apiVersions": ["v1"],
    "resources": ["configmaps"],
}
DENIED = "ValidatingAdmissionPolicy 'p' with binding 'b' denied request: "


def config_map(name: str = "c", **data: str) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": data}


def bind(call: Any, spec: dict[str, Any], *actions: str, **binding: Any) -> None:
    meta = {"apiVersion": "admissionregistration.k8s.io/v1"}
    policy = {"matchConstraints": {"resourceRules": [RULE]}, **spec}
    call(
        "POST", f"{GROUP}/validatingadmissionpolicies",
        {**meta, "kind": "ValidatingAdmissionPolicy", "metadata": {"name": "p"}, "spec": policy},
    )  # fmt: skip
    bound = {"policyName": "p", "validationActions": actions or ["Deny"], **binding}
    call(
        "POST", f"{GROUP}/validatingadmissionpolicybindings",
        {**meta, "kind": "ValidatingAdmissionPolicyBinding", "metadata": {"name": "b"}, "spec": bound},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("spec", "code", "reason", "message"),
    [
        ({"validations": [{"expression": "object.data.a == '2'"}]}, 422, "Invalid", "failed expression: object.data.a == '2'"),
        ({"validations": [{"expression": "false", "message": "never", "reason": "Forbidden"}]}, 403, "Forbidden", "never"),
        (
            {"validations": [{"expression": "false", "messageExpression": "'not ' + object.data.a"}]},
            422,
            "Invalid",
            "not 1",
        ),
        (
            {
                "variables": [{"name": "size", "expression": "object.data.size()"}],
                "validations": [{"expression": "variables.size > 1", "message": "too few"}],
            },
            422,
            "Invalid",
            "too few",
        ),
        (
            {"validations": [{"expression": "object.nope.x == 1"}]},
            422,
            "Invalid",
            "expression 'object.nope.x == 1' resulted in error: no such key: nope",
        ),
        (
            {"validations": [{"expression": "namespaceObject.metadata.name == 'other'", "message": "there"}]},
            422,
            "Invalid",
            "there",
        ),
    ],
)  # fmt: skip
def test_a_write_is_refused_in_the_words_of_the_policy(
    spec: dict[str, Any], code: int, reason: str, message: str, request_as_admin: Any, cluster: FakeCluster
) -> None:
    bind(request_as_admin, spec)
    revision = cluster.storage.revision
    with pytest.raises(StatusError) as refusal:
        request_as_admin("POST", CONFIG_MAPS, config_map(a="1"))
    assert refusal.value.message == f'configmaps "c" is forbidden: {DENIED}{message}'
    assert (refusal.value.code, refusal.value.reason) == (code, reason)
    assert cluster.storage.revision == revision


@pytest.mark.parametrize(
    "spec",
    [
        {"validations": [{"expression": "object.data.a == '1'"}]},
        {"failurePolicy": "Ignore", "validations": [{"expression": "object.nope.x == 1"}]},
        {
            "matchConditions": [{"name": "m", "expression": "object.metadata.name != 'c'"}],
            "validations": [{"expression": "false"}],
        },
        {"validations": [{"expression": "oldObject == null || oldObject.data.a == object.data.a"}]},
    ],
)
def test_a_write_that_the_policy_allows_or_does_not_see_goes_through(
    spec: dict[str, Any], request_as_admin: Any
) -> None:
    bind(request_as_admin, spec)
    request_as_admin("POST", CONFIG_MAPS, config_map(a="1"))


def test_parameters_come_from_objects(request_as_admin: Any) -> None:
    spec = {
        "paramKind": {"apiVersion": "v1", "kind": "ConfigMap"},
        "validations": [{"expression": "size(object.data) <= int(params.data.max)", "message": "too many"}],
    }
    reference = {"name": "limits", "namespace": "default", "parameterNotFoundAction": "Deny"}
    request_as_admin("POST", CONFIG_MAPS, config_map("limits", max="1"))
    bind(request_as_admin, spec, paramRef=reference)
    request_as_admin("POST", CONFIG_MAPS, config_map(a="1"))
    with pytest.raises(StatusError, match="too many"):
        request_as_admin("POST", CONFIG_MAPS, config_map("d", a="1", b="2"))
    request_as_admin("DELETE", f"{CONFIG_MAPS}/limits")
    with pytest.raises(StatusError, match="no params found for policy binding with `Deny`"):
        request_as_admin("POST", CONFIG_MAPS, config_map("e", a="1"))


def test_a_policy_may_only_warn(request_as_admin: Any) -> None:
    bind(request_as_admin, {"validations": [{"expression": "false", "message": "hm"}]}, "Warn")
    assert request_as_admin("POST", CONFIG_MAPS, config_map(a="1"))["data"] == {"a": "1"}


def test_a_binding_narrows_what_its_policy_sees(request_as_admin: Any) -> None:
    selector = {"matchLabels": {"guarded": "yes"}}
    bind(
        request_as_admin,
        {"validations": [{"expression": "false"}]},
        matchResources={"objectSelector": selector},
    )
    request_as_admin("POST", CONFIG_MAPS, config_map(a="1"))
    guarded = config_map("d", a="1")
    guarded["metadata"]["labels"] = {"guarded": "yes"}
    with pytest.raises(StatusError, match="failed expression: false"):
        request_as_admin("POST", CONFIG_MAPS, guarded)
