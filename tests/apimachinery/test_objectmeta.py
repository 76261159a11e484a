"""Metadata is refused where the server refuses it, in its order and with its sentences."""

from __future__ import annotations

from typing import Any

import pytest

from fakes.apimachinery import validation
from fakes.apimachinery.field import aggregate
from fakes.apimachinery.objectmeta import validate_object_meta, validate_object_meta_update

SUBDOMAIN = (
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and "
    "end with an alphanumeric character (e.g. 'example.com', regex used for validation is "
    r"'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
)
NAME_PART = (
    "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an "
    "alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is "
    "'([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
)
VALUE = (
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and "
    "end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is "
    "'(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"
)
GOOD = {
    "name": "a",
    "namespace": "ns",
    "labels": {"example.com/a": "b"},
    "annotations": {"A.io/B": "any thing"},
}
OWNER = {"apiVersion": "v1", "kind": "ConfigMap", "name": "x", "uid": "u"}


@pytest.mark.parametrize(
    ("function", "text", "expected"),
    [
        ("dns1123_subdomain", "a.b-c.0", []),
        ("dns1123_subdomain", "a\n", [SUBDOMAIN]),
        ("dns1123_subdomain", "a" * 254, ["must be no more than 253 characters"]),
        ("dns1123_label", "1abc", []),
        ("dns1123_label", "a.b", ["must not contain dots"]),
        ("dns1123_label", "a" * 64, ["must be no more than 63 characters"]),
        ("dns1035_label", "abc", []),
        ("path_segment_name", "system:A b", []),
        ("path_segment_name", "..", ["may not be '..'"]),
        ("path_segment_name", "a/b%", ["may not contain '/'", "may not contain '%'"]),
        ("qualified_name", "example.com/A_b", []),
        ("qualified_name", "", ["name part must be non-empty", NAME_PART]),
        ("qualified_name", "/a", ["prefix part must be non-empty"]),
        ("qualified_name", "A/a", [f"prefix part {SUBDOMAIN}"]),
        ("qualified_name", "a" * 64, ["name part must be no more than 63 bytes"]),
        ("label_value", "", []),
        ("label_value", "a b", [VALUE]),
        ("label_value", "é" * 32, ["must be no more than 63 bytes", VALUE]),
        ("config_map_key", "..a", ["must not start with '..'"]),
        ("port_name", "a--1", ["must not contain consecutive hyphens"]),
    ],
)
def test_a_text_is_right_or_its_faults_are_named(function: str, text: str, expected: list[str]) -> None:
    assert getattr(validation, function)(text) == expected


@pytest.mark.parametrize(
    ("change", "messages"),
    [
        ({}, []),
        ({"name": ""}, ["metadata.name: Required value: name or generateName is required"]),
        ({"name": "A"}, [f'metadata.name: Invalid value: "A": {SUBDOMAIN}']),
        (
            {"generateName": "Up_", "name": "Up_x"},
            [
                f'metadata.generateName: Invalid value: "Up_": {SUBDOMAIN}',
                f'metadata.name: Invalid value: "Up_x": {SUBDOMAIN}',
            ],
        ),
        ({"generateName": "up-", "name": "up-x"}, []),
        ({"namespace": ""}, ["metadata.namespace: Required value"]),
        ({"labels": {"a b": "c"}}, [f'metadata.labels: Invalid value: "a b": {NAME_PART}']),
        ({"labels": {"a": "c d"}}, [f'metadata.labels: Invalid value: "c d": {VALUE}']),
        ({"annotations": {"a b": "c"}}, [f'metadata.annotations: Invalid value: "a b": {NAME_PART}']),
        (
            {"annotations": {"a": "x" * 262144}},
            ["metadata.annotations: Too long: may not be more than 262144 bytes"],
        ),
        (
            {"ownerReferences": [{"kind": "K", "name": "n"}]},
            [
                'metadata.ownerReferences.apiVersion: Invalid value: "": version must not be empty',
                'metadata.ownerReferences.uid: Invalid value: "": must not be empty',
            ],
        ),
        (
            {"ownerReferences": [OWNER | {"controller": True}, OWNER | {"controller": True, "name": "y"}]},
            [
                (
                    "metadata.ownerReferences: Invalid value: "
                    '[{"apiVersion":"v1","kind":"ConfigMap","name":"x","uid":"u","controller":true},'
                    '{"apiVersion":"v1","kind":"ConfigMap","name":"y","uid":"u","controller":true}]: '
                    'Only one reference can have Controller set to true. Found "true" in references for '
                    "ConfigMap/x and ConfigMap/y"
                )
            ],
        ),
        (
            {"ownerReferences": [OWNER | {"kind": "Event"}]},
            [
                (
                    'metadata.ownerReferences: Invalid value: {"apiVersion":"v1","kind":"Event","name":"x","uid":"u"}: '
                    "/v1, Kind=Event is disallowed from being an owner"
                )
            ],
        ),
        (
            {"finalizers": ["hold"]},
            [
                (
                    'metadata.finalizers[0]: Invalid value: "hold": '
                    "name is neither a standard finalizer name nor is it fully qualified"
                )
            ],
        ),
        (
            {"finalizers": ["orphan", "foregroundDeletion"]},
            [
                (
                    'metadata.finalizers: Invalid value: ["orphan","foregroundDeletion"]: '
                    "finalizer orphan and foregroundDeletion cannot be both set"
                )
            ],
        ),
    ],
)
def test_metadata_of_a_new_object(change: dict[str, Any], messages: list[str]) -> None:
    errors = validate_object_meta(
        GOOD | change, namespaced=True, validate_name=validation.dns1123_subdomain, finalizers_standard=True
    )
    assert [error.message for error in errors] == messages


def test_a_cluster_scoped_object_has_no_namespace() -> None:
    errors = validate_object_meta(GOOD, namespaced=False, validate_name=validation.path_segment_name)
    assert aggregate(errors) == "metadata.namespace: Forbidden: not allowed on this type"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"uid": "x"}, 'metadata.uid: Invalid value: "x": field is immutable'),
        ({"name": "b"}, 'metadata.name: Invalid value: "b": field is immutable'),
        (
            {"deletionTimestamp": "2026-01-01T00:00:00Z"},
            'metadata.deletionTimestamp: Invalid value: "2026-01-01T00:00:00Z": field is immutable',
        ),
        (
            {"deletionGracePeriodSeconds": 3},
            "metadata.deletionGracePeriodSeconds: Invalid value: 3: field is immutable",
        ),
        ({"generation": 1}, "metadata.generation: Invalid value: 1: must not be decremented"),
        ({"labels": {"a b": ""}}, f'metadata.labels: Invalid value: "a b": {NAME_PART}'),
    ],
)
def test_metadata_that_changes(change: dict[str, Any], message: str) -> None:
    old = GOOD | {"uid": "u", "resourceVersion": "1", "generation": 2}
    assert validate_object_meta_update(old, old) == []
    assert [error.message for error in validate_object_meta_update(old | change, old)] == [message]


def test_an_object_on_its_way_out_takes_no_new_finalizers() -> None:
    old = GOOD | {"resourceVersion": "1", "deletionTimestamp": "2026-01-01T00:00:00Z", "finalizers": ["x/y"]}
    new = old | {"finalizers": ["x/y", "x.y/z"]}
    assert validate_object_meta_update(old | {"finalizers": []}, old) == []
    assert [error.message for error in validate_object_meta_update(new, old)] == [
        (
            "metadata.finalizers: Forbidden: no new finalizers can be added if the object is being deleted, "
            'found new finalizers []string{"x.y/z"}'
        )
    ]
