"""A definition is refused where the server refuses it; definitions and API services show their columns."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from fakes.kube.custom_resources.version import CustomResourceVersion
from fakes.kube.groups.apiextensions import CustomResourceDefinitionStrategy
from fakes.kube.groups.apiregistration import APIServiceStrategy, APIServiceTable

NOW = datetime(2026, 1, 1, tzinfo=UTC)
STRATEGY = CustomResourceDefinitionStrategy()


def definition(
    schema: dict[str, Any] | None = None, version: dict[str, Any] | None = None, **spec: Any
) -> dict[str, Any]:
    versions = [
        {
            "name": "v1",
            "served": True,
            "storage": True,
            "schema": {"openAPIV3Schema": schema or {"type": "object"}},
        }
        | (version or {})
    ]
    crd: dict[str, Any] = {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": "things.a.io"},
        "spec": {
            "group": "a.io",
            "scope": "Namespaced",
            "names": {"plural": "things", "kind": "Thing"},
            "versions": versions,
        }
        | spec,
    }
    STRATEGY.default(crd)
    return crd


def spec_of(field: dict[str, Any], **rest: Any) -> dict[str, Any]:
    return {"type": "object", "properties": {"x": field}, **rest}


ROOT = "spec.validation.openAPIV3Schema"


@pytest.mark.parametrize(
    ("crd", "messages"),
    [
        (definition(), []),
        (
            definition(group="nodots"),
            [
                'metadata.name: Invalid value: "things.a.io": must be spec.names.plural+"."+spec.group',
                'spec.group: Invalid value: "nodots": should be a domain with at least one dot',
            ],
        ),
        (
            definition(version={"storage": False}),
            [
                (
                    'spec.versions: Invalid value: [{"Name":"v1","Served":true,"Storage":false,"Deprecated":false,'
                    '"DeprecationWarning":null,"Schema":null,"Subresources":null,"AdditionalPrinterColumns":null,'
                    '"SelectableFields":null}]: must have exactly one version marked as storage version'
                ),
                "status.storedVersions: Invalid value: null: must have at least one stored version",
            ],
        ),
        (
            definition(spec_of({"description": "no type"})),
            [f"{ROOT}.properties[x].type: Required value: must not be empty for specified object fields"],
        ),
        (
            definition(spec_of({"type": "array"})),
            [f"{ROOT}.properties[x].items: Required value: must be specified"],
        ),
        (
            definition({"type": "string"}),
            [f'{ROOT}.type: Invalid value: "string": must be object at the root'],
        ),
        (
            definition(spec_of({"type": "string", "anyOf": [{"type": "string"}]})),
            [f"{ROOT}.properties[x].anyOf[0].type: Forbidden: must be empty to be structural"],
        ),
        (
            definition(spec_of({"type": "object"}, anyOf=[{"properties": {"y": {"minLength": 1}}}])),
            [f"{ROOT}.properties[y]: Required value: because it is defined in {ROOT}.anyOf[0].properties[y]"],
        ),
        (
            definition(spec_of({"type": "integer", "default": "a"})),
            [
                f'{ROOT}.properties[x].default: Invalid value: "string":  in body must be of type integer: "string"'
            ],
        ),
        (
            definition(
                spec_of({"type": "array", "items": {"type": "string"}, "x-kubernetes-list-type": "map"})
            ),
            [
                f"{ROOT}.properties[x].x-kubernetes-list-map-keys: Required value: must not be empty if x-kubernetes-list-type is map",
                f'{ROOT}.properties[x].items.type: Invalid value: "string": must be object if parent array\'s x-kubernetes-list-type is map',
            ],
        ),
        (
            definition(
                spec_of({"type": "string"}, **{"x-kubernetes-validations": [{"rule": "self.nope > 1"}]})
            ),
            [
                (
                    f'{ROOT}.x-kubernetes-validations[0].rule: Invalid value: {{"Rule":"self.nope \\u003e 1","Message":"",'
                    '"MessageExpression":"","Reason":null,"FieldPath":"","OptionalOldSelf":null}: compilation failed: '
                    "ERROR: <input>:1:5: undefined field 'nope'\n | self.nope > 1\n | ....^"
                )
            ],
        ),
        (
            definition(
                version={"additionalPrinterColumns": [{"name": "A", "type": "text", "jsonPath": "spec"}]}
            ),
            [
                'spec.additionalPrinterColumns[0].type: Invalid value: "text": must be one of boolean,date,integer,number,string',
                'spec.additionalPrinterColumns[0].JSONPath: Invalid value: "spec": must be a simple json path starting with .',
            ],
        ),
        (
            definition(
                version={"subresources": {"scale": {"specReplicasPath": ".x", "statusReplicasPath": ""}}}
            ),
            [
                'spec.subresources.scale.specReplicasPath: Invalid value: ".x": should be a json path under .spec',
                "spec.subresources.scale.statusReplicasPath: Required value",
            ],
        ),
        (
            definition(version={"selectableFields": [{"jsonPath": ".y"}]}),
            [
                'spec.selectableFields[0].jsonPath: Invalid value: ".y": is an invalid path: does not refer to a valid field'
            ],
        ),
        (
            definition(conversion={"strategy": "Magic"}),
            ['spec.conversion.strategy: Unsupported value: "Magic": supported values: "None", "Webhook"'],
        ),
        (
            definition(names={"plural": "things", "kind": "Thing", "listKind": "Thing", "shortNames": ["A"]}),
            [
                (
                    'spec.names.shortNames[0]: Invalid value: "A": a DNS-1035 label must consist of lower case alphanumeric '
                    "characters or '-', start with an alphabetic character, and end with an alphanumeric character "
                    "(e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')"
                ),
                'spec.names.listKind: Invalid value: "Thing": kind and listKind may not be the same',
            ],
        ),
    ],
)
def test_a_new_definition(crd: dict[str, Any], messages: list[str]) -> None:
    assert [error.message for error in STRATEGY.validate(crd)] == messages


@pytest.mark.parametrize(
    ("change", "messages"),
    [
        ({"scope": "Cluster"}, ['spec.scope: Invalid value: "Cluster": field is immutable']),
        ({"group": "b.io"}, ['spec.group: Invalid value: "b.io": field is immutable']),
        (
            {"versions": [definition()["spec"]["versions"][0] | {"name": "v2"}]},
            [
                (
                    'status.storedVersions[0]: Invalid value: "v1": missing from spec.versions; v1 was previously a storage '
                    "version, and must remain in spec.versions until a storage migration ensures no data remains persisted in "
                    "v1 and removes v1 from status.storedVersions"
                )
            ],
        ),
    ],
)
def test_an_established_definition_keeps_what_it_stands_for(
    change: dict[str, Any], messages: list[str]
) -> None:
    old = definition()
    old["status"] |= {"conditions": [{"type": "Established", "status": "True"}]}
    new = old | {"spec": old["spec"] | change}
    STRATEGY.prepare_for_update(new, old)
    assert [error.message for error in STRATEGY.validate_update(new, old)] == messages


def test_an_unknown_format_is_warned_of_once() -> None:
    crd = definition(spec_of({"type": "string", "format": "made-up"}))
    assert STRATEGY.warnings(crd, None) == ['unrecognized format "made-up"']
    assert STRATEGY.warnings(crd, crd) == []


def test_a_version_knows_its_fields_and_its_scale() -> None:
    crd = definition(
        spec_of(spec_of({"type": "integer"})),
        {
            "subresources": {"scale": {"specReplicasPath": ".x.x", "statusReplicasPath": ".status.n"}},
            "selectableFields": [{"jsonPath": ".x.x"}],
        },
    )
    version = CustomResourceVersion.parse(crd, "v1")
    obj = {"metadata": {"name": "a", "namespace": "n"}, "x": {"x": 3}}
    assert version.selectable_fields(obj) == {"metadata.name": "a", "metadata.namespace": "n", "x.x": "3"}
    assert version.scale is not None
    assert version.scale.read(obj) == (3, 0, "")
    assert version.scale.replace(obj, 5)["x"] == {"x": 5}
    assert [error.message for error in version.scale.validate(obj | {"x": {"x": "a"}})] == [
        ".x.x: Invalid value: 0: .x.x accessor error: a is of the type string, expected int64"
    ]


@pytest.mark.parametrize(
    ("spec", "status", "cells"),
    [
        ({}, {"conditions": [{"type": "Available", "status": "True", "reason": "Local"}]}, ["Local", "True"]),
        (
            {"service": {"namespace": "n", "name": "s"}},
            {"conditions": [{"type": "Available", "status": "False", "reason": "ServiceNotFound"}]},
            ["n/s", "False (ServiceNotFound)"],
        ),
        ({"service": {"namespace": "n", "name": "s"}}, {}, ["n/s", "Unknown"]),
    ],
)
def test_the_row_of_an_api_service(spec: dict[str, Any], status: dict[str, Any], cells: list[str]) -> None:
    obj = {
        "metadata": {"name": "v1.a.io", "creationTimestamp": "2025-12-31T23:59:00Z"},
        "spec": spec,
        "status": status,
    }
    assert APIServiceTable().cells(obj, NOW) == ["v1.a.io", *cells, "60s"]


def test_a_local_api_service_is_available_at_once() -> None:
    obj = {"metadata": {"name": "v1.a.io", "creationTimestamp": "2026-01-01T00:00:00Z"}, "spec": {}}
    strategy = APIServiceStrategy()
    strategy.default(obj)
    strategy.prepare_for_create(obj)
    assert obj["status"]["conditions"][0]["reason"] == "Local"  # type: ignore[index]
