"""Strategic merge patches merge lists by their keys, follow directives, and keep an order that can be foretold."""

from __future__ import annotations

import json
from typing import Any

import pytest

from fakes.apimachinery.patch.strategic import apply_strategic_merge_patch
from fakes.apimachinery.status import StatusError
from fakes.apimachinery.types import Type

STRING = Type(kind="scalar", scalar="string")
NUMBER = Type(kind="scalar", scalar="int32")
STRINGS = Type(kind="map", element=STRING)


def struct(**fields: Type) -> Type:
    return Type(kind="struct", fields=fields)


def keyed(element: Type, key: str) -> Type:
    return Type(kind="list", element=element, list_type="map", list_keys=(key,), merge=True, merge_key=key)


ENV = struct(name=STRING, value=STRING)
CONTAINER = struct(name=STRING, image=STRING, args=Type(kind="list", element=STRING), env=keyed(ENV, "name"))
POD = struct(
    metadata=struct(
        labels=STRINGS, finalizers=Type(kind="list", element=STRING, list_type="set", merge=True)
    ),
    spec=struct(
        containers=keyed(CONTAINER, "name"), replicas=NUMBER, strategy=struct(type=STRING, rolling=STRINGS)
    ),
    data=STRINGS,
)


def patched(obj: dict[str, Any], patch: Any) -> dict[str, Any]:
    return apply_strategic_merge_patch(obj, json.dumps(patch).encode(), POD)


def names(*wanted: str) -> list[dict[str, str]]:
    return [{"name": name} for name in wanted]


def containers(live: Any, **patch: Any) -> Any:
    return patched({"spec": {"containers": live}}, {"spec": patch})["spec"].get("containers")


@pytest.mark.parametrize(
    ("live", "change", "order", "result"),
    [
        (names("a"), names("b"), None, names("b", "a")),
        (names("a", "b"), names("b"), None, names("a", "b")),
        (names("a", "b", "c"), names("c", "a"), None, names("b", "c", "a")),
        (names("a", "b"), [{"name": "a", "$patch": "delete"}], None, names("b")),
        (names("a", "b"), [{"$patch": "replace"}, *names("c")], None, names("c")),
        (names("a", "b"), [{"$patch": "replace"}], None, []),
        (names("c1", "c2"), names("c3"), names("c2", "c3", "c1"), names("c2", "c3", "c1")),
        (names("c1", "c2"), None, names("c2", "c1"), names("c2", "c1")),
        (names("a", "x", "b"), None, names("b", "a"), names("x", "b", "a")),
        (names("a", "b"), [{"name": "a", "$patch": "delete"}], names("b"), names("b")),
        ([{"name": "a", "image": "1"}], [{"name": "a", "image": None}], None, names("a")),
        (
            [{"name": "a", "image": "1", "args": ["x"]}],
            [{"name": "a", "args": ["y"]}],
            None,
            [{"name": "a", "image": "1", "args": ["y"]}],
        ),
        (
            [{"name": "a", "env": [{"name": "X", "value": "1"}, {"name": "Y", "value": "2"}]}],
            [{"name": "a", "env": [{"name": "Y", "value": "3"}, {"name": "Z", "value": "4"}]}],
            None,
            [
                {
                    "name": "a",
                    "env": [{"name": n, "value": v} for n, v in (("X", "1"), ("Y", "3"), ("Z", "4"))],
                }
            ],
        ),
    ],
)
def test_lists_with_a_key_are_merged(live: Any, change: Any, order: Any, result: Any) -> None:
    patch = {}
    if change is not None:
        patch["containers"] = change
    if order is not None:
        patch["$setElementOrder/containers"] = order
    assert containers(live, **patch) == result


@pytest.mark.parametrize(
    ("live", "patch", "result"),
    [
        (["a"], {"finalizers": ["b"]}, ["b", "a"]),
        (["a", "b"], {"finalizers": ["b", "c"]}, ["a", "b", "c"]),
        (["a", "b"], {"$deleteFromPrimitiveList/finalizers": ["a"]}, ["b"]),
        (["a", "b"], {"$setElementOrder/finalizers": ["b", "a"]}, ["b", "a"]),
        (["a"], {"$setElementOrder/finalizers": ["b", "a"], "finalizers": ["b"]}, ["b", "a"]),
        (["a"], {"finalizers": None}, None),
    ],
)
def test_lists_of_scalars_are_merged_as_sets(live: Any, patch: Any, result: Any) -> None:
    obj = patched({"metadata": {"finalizers": live}}, {"metadata": patch})
    assert obj["metadata"].get("finalizers") == result


@pytest.mark.parametrize(
    ("obj", "patch", "result"),
    [
        ({"data": {"k": "v"}}, {"data": {"$patch": "replace", "l": "w"}}, {"data": {"l": "w"}}),
        ({"data": {"k": "v"}}, {"data": {"$patch": "delete"}}, {"data": {}}),
        ({"data": {"k": "v"}}, {"data": {"k": None, "l": "w"}}, {"data": {"l": "w"}}),
        ({}, {"data": {"k": None, "l": "w"}}, {"data": {"l": "w"}}),
        ({}, {"data": {"$patch": "delete"}}, {}),
        ({}, {"spec": {"containers": [{"name": "a", "$patch": "delete"}]}}, {"spec": {"containers": []}}),
        (
            {"spec": {"strategy": {"type": "Rolling", "rolling": {"a": "b"}}}},
            {"spec": {"strategy": {"$retainKeys": ["type"], "type": "Recreate"}}},
            {"spec": {"strategy": {"type": "Recreate"}}},
        ),
    ],
)
def test_directives_are_followed(obj: Any, patch: Any, result: Any) -> None:
    assert patched(obj, patch) == result


LIVE = {
    "metadata": {"labels": {}},
    "spec": {"containers": names("a"), "strategy": {"type": "x"}},
    "data": {"k": "v"},
}


@pytest.mark.parametrize(
    ("patch", "code", "message"),
    [
        (
            {"data": "x"},
            422,
            ' "" is invalid: patch: Invalid value: "map[data:x]": cannot restore map from string',
        ),
        (
            {"spec": {"replicas": "x"}},
            422,
            ' "" is invalid: patch: Invalid value: "map[spec:map[replicas:x]]": unrecognized type: int32',
        ),
        (
            {"data": {"k": 1}},
            422,
            ' "" is invalid: patch: Invalid value: "map[data:map[k:1]]": cannot convert int64 to string',
        ),
        (
            {"spec": {"containers": [{"image": "c"}]}},
            500,
            "map: map[image:c] does not contain declared merge key: name",
        ),
        ({"data": {"$patch": "foo"}}, 500, "unknown patch type: foo in map: map[$patch:foo]"),
        ({"spec": {"strategy": {"$retainKeys": "x"}}}, 400, "invalid patch format of retainKeys"),
        ({"spec": {"strategy": {"$retainKeys": [], "type": "y"}}}, 400, "invalid patch format of retainKeys"),
        ({"metadata": {"$deleteFromPrimitiveList": ["x"]}}, 400, "invalid patch format of primitive list"),
        ([], 400, "json: cannot unmarshal array into Go value of type map[string]interface {}"),
    ],
)
def test_what_does_not_fit_is_refused(patch: Any, code: int, message: str) -> None:
    with pytest.raises(StatusError) as refused:
        patched(LIVE, patch)
    assert (refused.value.code, refused.value.message) == (code, message)


def test_the_object_itself_stays_as_it_was() -> None:
    before = json.dumps(LIVE)
    patched(
        LIVE,
        {
            "spec": {"$setElementOrder/containers": names("b", "a"), "containers": names("b")},
            "data": {"k": None},
        },
    )
    assert json.dumps(LIVE) == before


@pytest.mark.parametrize(("replaced", "labels"), [(False, {"a": "b", "c": "d"}), (True, {"c": "d"})])
def test_a_field_may_be_replaced_as_a_whole(replaced: bool, labels: dict[str, str]) -> None:
    node = struct(selector=Type(kind="map", element=STRING, replaced=replaced))
    patch = json.dumps({"selector": {"c": "d"}}).encode()
    assert apply_strategic_merge_patch({"selector": {"a": "b"}}, patch, node) == {"selector": labels}


def test_an_order_of_keyed_items_names_objects() -> None:
    with pytest.raises(StatusError, match="value for key 0 is not a map"):
        patched(
            {"spec": {"containers": [{"name": "c"}]}},
            {"spec": {"$setElementOrder/containers": ["c"], "containers": []}},
        )
