"""A custom resource in several versions: what one version stores and another shows, and who owns fields across them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from fakes.apiserver.endpoints.request_scope import PatchContext
from fakes.kube.custom_resources.codec import CustomResourceCodec
from fakes.kube.custom_resources.version import CustomResourceVersion

Object = dict[str, Any]
NOW = datetime(2026, 1, 1, tzinfo=UTC)
OWNER = {"manager": "m", "operation": "Update", "apiVersion": "x.io/v1", "fieldsType": "FieldsV1", "fieldsV1": {"f:spec": {"f:a": {}}}}  # fmt: skip


def version(name: str, *fields: str) -> Object:
    spec = {"type": "object", "properties": {field: {"type": "string"} for field in fields}}
    schema = {"type": "object", "properties": {"spec": spec}}
    return {"name": name, "served": True, "storage": name == "v1", "schema": {"openAPIV3Schema": schema}}


CRD: Object = {
    "metadata": {"name": "gizmos.x.io"},
    "spec": {
        "group": "x.io",
        "scope": "Namespaced",
        "names": {"plural": "gizmos", "singular": "gizmo", "kind": "Gizmo", "listKind": "GizmoList"},
        "versions": [version("v1", "a", "b"), version("v2", "a", "c")],
    },
}


def codec() -> CustomResourceCodec:
    stored = CustomResourceVersion.parse(CRD, "v1")
    others = {"x.io/v1": stored.type}
    return CustomResourceCodec(
        CustomResourceVersion.parse(CRD, "v2"), alone=False, storage=stored, others=others
    )


def gizmo(spec: Object) -> Object:
    return {"metadata": {"name": "g", "uid": "u", "managedFields": [OWNER]}, "spec": spec}


def test_only_what_both_versions_have_is_shown() -> None:
    assert codec().present(gizmo({"a": "1", "b": "2", "c": "3"}))["spec"] == {"a": "1"}


@pytest.mark.parametrize(("spec", "owned"), [({"a": "2"}, True), ({"a": "1", "c": "3"}, False)])
def test_nobody_owns_what_an_owners_version_cannot_hold(spec: Object, owned: bool) -> None:
    new = codec().own(gizmo({"a": "1"}), gizmo(spec), PatchContext("n", "", NOW))
    assert ("managedFields" in new["metadata"]) is owned
