"""JSON patches change objects, and are refused, as by a kube-apiserver."""

from __future__ import annotations

import json
from typing import Any

import pytest

from fakes.apimachinery.patch.json_patch import apply_json_patch
from fakes.apimachinery.status import StatusError

CONFIG_MAP: dict[str, Any] = {"metadata": {"name": "a", "finalizers": ["x", "y"]}, "data": {"k": "v"}}
REJECTED = "the server rejected our request due to an error in our request"
DECODING = "error decoding patch: "


def patched(operations: Any, obj: dict[str, Any] = CONFIG_MAP) -> dict[str, Any]:
    return apply_json_patch(obj, json.dumps(operations).encode())


@pytest.mark.parametrize(
    ("operations", "data", "finalizers"),
    [
        ([{"op": "add", "path": "/data/l", "value": "w"}], {"k": "v", "l": "w"}, ["x", "y"]),
        ([{"op": "add", "path": "/metadata/finalizers/-", "value": "z"}], {"k": "v"}, ["x", "y", "z"]),
        ([{"op": "add", "path": "/metadata/finalizers/1", "value": "z"}], {"k": "v"}, ["x", "z", "y"]),
        ([{"op": "replace", "path": "/data/k", "value": "w"}], {"k": "w"}, ["x", "y"]),
        ([{"op": "replace", "path": "/data/absent", "value": "w"}], {"k": "v", "absent": "w"}, ["x", "y"]),
        ([{"op": "remove", "path": "/data/k"}], {}, ["x", "y"]),
        ([{"op": "copy", "from": "/data/k", "path": "/data/l"}], {"k": "v", "l": "v"}, ["x", "y"]),
        ([{"op": "copy", "from": "/data/absent", "path": "/data/l"}], {"k": "v", "l": None}, ["x", "y"]),
        ([{"op": "move", "from": "/data/k", "path": "/data/l"}], {"l": "v"}, ["x", "y"]),
        ([{"op": "test", "path": "/data/k", "value": "v"}], {"k": "v"}, ["x", "y"]),
        ([{"op": "test", "path": "/data/absent", "value": None}], {"k": "v"}, ["x", "y"]),
        ([{"op": "add", "path": "/data/a~1b~0c", "value": "w"}], {"k": "v", "a/b~c": "w"}, ["x", "y"]),
        ([{"op": "add", "path": "/metadata/finalizers/-1", "value": "z"}], {"k": "v"}, ["x", "y", "z"]),
        ([{"op": "add", "path": "/metadata/finalizers/01", "value": "z"}], {"k": "v"}, ["x", "z", "y"]),
        ([{"op": "remove", "path": "/metadata/finalizers/-1"}], {"k": "v"}, ["x"]),
        ([{"op": "add", "path": "ignored/data", "value": {}}], {}, ["x", "y"]),
        (None, {"k": "v"}, ["x", "y"]),
        ([], {"k": "v"}, ["x", "y"]),
    ],
)
def test_operations_change_the_object(operations: Any, data: Any, finalizers: Any) -> None:
    obj = patched(operations)
    assert (obj["data"], obj["metadata"]["finalizers"]) == (data, finalizers)


@pytest.mark.parametrize(
    ("operations", "code", "message"),
    [
        ([{"op": "test", "path": "/data/k", "value": "other"}], 422, REJECTED),
        ([{"op": "test", "path": "/data/k", "value": True}], 422, REJECTED),
        ([{"op": "remove", "path": "/data/nope"}], 422, REJECTED),
        ([{"op": "remove", "path": "/metadata/finalizers/7"}], 422, REJECTED),
        ([{"op": "add", "path": "/metadata/finalizers/3", "value": "z"}], 422, REJECTED),
        ([{"op": "replace", "path": "/metadata/finalizers/2", "value": "z"}], 422, REJECTED),
        ([{"op": "replace", "path": "/spec/x", "value": 1}], 422, REJECTED),
        ([{"op": "move", "from": "/data/nope", "path": "/data/l"}], 422, REJECTED),
        ([{"op": "bogus", "path": "/data/k"}], 422, REJECTED),
        ([{"op": "add", "path": "", "value": {}}], 422, REJECTED),
        ([{"op": "replace", "path": "", "value": "x"}], 422, REJECTED),
        (
            [{"op": "add", "path": "/n", "value": 1}, {"op": "test", "path": "/n", "value": 1.0}],
            422,
            REJECTED,
        ),
        ([{"path": "/data/k"}], 422, REJECTED),
        ([None], 422, REJECTED),
        (
            {"data": {}},
            400,
            DECODING + "json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp",
        ),
        ("x", 400, DECODING + "json: cannot unmarshal string into Go value of type []handlers.jsonPatchOp"),
        ([1], 400, DECODING + "json: cannot unmarshal number into Go value of type handlers.jsonPatchOp"),
        (
            [{"op": 1, "path": "/data"}],
            400,
            DECODING + "json: cannot unmarshal number into Go struct field jsonPatchOp.op of type string",
        ),
        (
            [{"op": "test", "path": "/data/k", "value": "v"}] * 10001,
            413,
            "Request entity too large: The allowed maximum operations in a JSON patch is 10000, got 10001",
        ),
    ],
)
def test_what_does_not_fit_is_refused(operations: Any, code: int, message: str) -> None:
    with pytest.raises(StatusError) as refused:
        patched(operations)
    assert (refused.value.code, refused.value.message) == (code, message)


def test_a_body_that_is_no_json_is_refused_with_the_words_of_go() -> None:
    with pytest.raises(StatusError) as refused:
        apply_json_patch(CONFIG_MAP, b"[{")
    assert refused.value.message == DECODING + "unexpected end of JSON input"


def test_the_object_itself_stays_as_it_was() -> None:
    before = json.dumps(CONFIG_MAP)
    patched(
        [{"op": "add", "path": "/data/l", "value": "w"}, {"op": "remove", "path": "/metadata/finalizers/0"}]
    )
    assert json.dumps(CONFIG_MAP) == before
