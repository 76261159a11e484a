"""Strategies replay what a v1.36.2 server was asked and hold their objects and refusals against its answers."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from fakes.apimachinery.objectmeta import validate_object_meta
from fakes.apimachinery.schema import GroupKind, GroupVersion
from fakes.apimachinery.status import StatusError
from fakes.kube.groups.addresses import RangeAllocator
from fakes.kube.groups.registry import strategy_of

ORACLE = Path(__file__).parents[2] / "../shared/oracle"
OTHERS = ("rbac.authorization.k8s.io", "apiextensions.k8s.io", "apiregistration.k8s.io", "authorization.k8s.io",
          "authentication.k8s.io")  # fmt: skip
NAMESPACE = "ns-1"
ADMITTED = ("priority", "preemptionPolicy", "serviceAccount", "serviceAccountName", "tolerations")
CLUSTER_KINDS = ("Namespace", "Node", "PersistentVolume", "StorageClass", "PriorityClass", "IngressClass")


def _expanded(text: str) -> str:
    text = re.sub(r"\$\{repeat:([^:}]*):(\d+)\}", lambda found: found[1] * int(found[2]), text)
    return text.replace("${ns}", NAMESPACE)


def _value(node: Any) -> Any:
    match node:
        case dict():
            return {_expanded(key): _value(value) for key, value in node.items()}
        case list():
            return [_value(value) for value in node]
        case str():
            return _expanded(node)
    return node


def _golden() -> dict[tuple[str, int], dict[str, Any]]:
    lines = (ORACLE / "golden/dev.jsonl").read_text().splitlines()
    return {(line["case"], line["step"]): line for line in map(json.loads, lines)}


def _creations(*statuses: int) -> list[Any]:
    """Creations of built-in kinds that the server answered with one of some statuses."""
    if not ORACLE.exists():
        return []
    golden = _golden()
    found = []
    for path in sorted((ORACLE / "cases/dev").glob("*.yaml")):
        for case in yaml.safe_load_all(path.read_text()):
            for number, step in enumerate((case or {}).get("steps", ()), start=1):
                line = golden.get((case.get("id", ""), number))
                body = step.get("body")
                if line is None or step["method"] != "POST" or line["status"] not in statuses:
                    continue
                if (
                    case["id"].startswith("strict-")
                    or not _is_builtin(body)
                    or not isinstance(line.get("body"), dict)
                ):
                    continue
                found.append(pytest.param(_value(body), _value(line["body"]), id=f"{case['id']}-{number}"))
    return found


def _is_builtin(body: Any) -> bool:
    if (
        not isinstance(body, dict)
        or not body.get("kind")
        or body["kind"] == "DeleteOptions"
        or "${" in body.get("apiVersion", "")
    ):
        return False
    group = GroupVersion.parse(body.get("apiVersion", "")).group
    if group in OTHERS or (group.count(".") and not group.endswith("k8s.io")):
        return False
    return body["kind"] not in ("Binding", "Eviction", "TokenRequest")


def _prepared(body: dict[str, Any]) -> tuple[dict[str, Any], list[Any]]:
    """A new object as the strategy prepares it, and all that is wrong with it."""
    group, version = GroupVersion.parse(body["apiVersion"])
    kind = body["kind"]
    strategy = strategy_of(group, version, kind, allocator=RangeAllocator())
    obj = json.loads(json.dumps(body))
    namespaced = kind not in CLUSTER_KINDS
    metadata = obj.setdefault("metadata", {})
    strategy.default(obj)
    if namespaced:
        metadata["namespace"] = NAMESPACE
    if strategy.has_status:
        obj.pop("status", None)
    strategy.prepare_for_create(obj)
    errors = validate_object_meta(
        obj["metadata"],
        namespaced=namespaced,
        validate_name=strategy.validate_name,
        finalizers_standard=strategy.standard_finalizers,
    )
    return obj, errors + strategy.validate(obj)


def _comparable(node: Any) -> Any:
    if isinstance(node, dict):
        if "clusterIP" in node and node["clusterIP"] not in ("None", ""):
            node = {**node, "clusterIP": "<ip>", "clusterIPs": ["<ip>"]}
        if "nodePort" in node:
            node = {**node, "nodePort": "<nodeport>"}
        return {name: _comparable(value) for name, value in node.items() if name not in ADMITTED}
    return [_comparable(value) for value in node] if isinstance(node, list) else node


needs_oracle = pytest.mark.skipif(
    not ORACLE.exists(), reason="the recorded answers are not beside the repository"
)


@needs_oracle
@pytest.mark.parametrize(("body", "answer"), _creations(201))
def test_defaults_are_those_of_the_server(body: dict[str, Any], answer: dict[str, Any]) -> None:
    if answer.get("kind") != body["kind"]:
        pytest.skip("the answer shows something else than the object")
    body["metadata"].setdefault("name", "generated")
    obj, errors = _prepared(body)
    assert errors == []
    answer.pop("metadata", None)
    obj.pop("metadata")
    assert _comparable(obj) == _comparable(answer)


@needs_oracle
@pytest.mark.parametrize(("body", "answer"), _creations(422))
def test_refusals_are_those_of_the_server(body: dict[str, Any], answer: dict[str, Any]) -> None:
    if answer.get("kind") != "Status" or "message" not in answer:
        pytest.skip("the recording leaves the message out")
    if answer["details"].get("group") == "meta.k8s.io":
        pytest.skip("the options are refused, not the object")
    group, _ = GroupVersion.parse(body["apiVersion"])
    name = body.get("metadata", {}).get("name", "")
    _, errors = _prepared(body)
    status = StatusError.invalid(GroupKind(group, body["kind"]), name, errors).status
    assert status["message"] == answer["message"]
    assert status["details"] == answer["details"]
