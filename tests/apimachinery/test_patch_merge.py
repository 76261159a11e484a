"""JSON merge patches follow RFC 7386 and share with the object what they leave alone."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes.apimachinery.patch.merge_patch import apply_merge_patch
from fakes.apimachinery.status import StatusError

REPEATABLE = settings(derandomize=True, database=None, deadline=None)
SCALARS = st.none() | st.booleans() | st.integers(-9, 9) | st.sampled_from(["", "x"])
NAMES = st.sampled_from(["a", "b", "c"])
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(NAMES, inner), max_leaves=6
)
OBJECTS = st.dictionaries(NAMES, VALUES)


def patched(obj: dict[str, Any], patch: Any) -> dict[str, Any]:
    return apply_merge_patch(obj, json.dumps(patch).encode())


def without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: without_nulls(item) for name, item in value.items() if item is not None}
    return value


@pytest.mark.parametrize(
    ("obj", "patch", "result"),
    [
        ({"a": "b"}, {"a": "c"}, {"a": "c"}),
        ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
        ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
        ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
        ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
        ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
        ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
        ({"a": None}, {"a": {"b": None}}, {"a": {}}),
        ({}, {"a": {"b": {"c": None}}}, {"a": {"b": {}}}),
        ({}, {"a": [None, {"b": None}]}, {"a": [None, {}]}),
        ({"a": "x"}, {"a": {"b": None, "c": 1}}, {"a": {"c": 1}}),
    ],
)
def test_members_replace_merge_and_remove(obj: Any, patch: Any, result: Any) -> None:
    assert patched(obj, patch) == result


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"{", "error decoding patch: unexpected end of JSON input"),
        (b"", "error decoding patch: unexpected end of JSON input"),
        (
            b"[]",
            "error decoding patch: json: cannot unmarshal array into Go value of type map[string]interface {}",
        ),
        (
            b'"x"',
            "error decoding patch: json: cannot unmarshal string into Go value of type map[string]interface {}",
        ),
        (b"null", "Invalid JSON Patch"),
    ],
)
def test_what_is_no_object_is_refused(raw: bytes, message: str) -> None:
    with pytest.raises(StatusError) as refused:
        apply_merge_patch({"a": 1}, raw)
    assert (refused.value.code, refused.value.message) == (400, message)


@REPEATABLE
@given(OBJECTS)
def test_an_empty_patch_changes_nothing(obj: dict[str, Any]) -> None:
    assert patched(obj, {}) == obj


@REPEATABLE
@given(OBJECTS, OBJECTS)
def test_a_patch_applied_twice_is_applied_once(obj: dict[str, Any], patch: dict[str, Any]) -> None:
    once = patched(obj, patch)
    assert patched(once, patch) == once


@REPEATABLE
@given(OBJECTS, OBJECTS)
def test_the_object_itself_stays_as_it_was(obj: dict[str, Any], patch: dict[str, Any]) -> None:
    before = json.dumps(obj)
    patched(obj, patch)
    assert json.dumps(obj) == before


def test_what_is_left_alone_is_shared() -> None:
    spec = {"replicas": 1}
    assert patched({"spec": spec, "data": {}}, {"data": {"a": "b"}})["spec"] is spec
