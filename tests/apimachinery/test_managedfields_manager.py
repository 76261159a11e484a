"""A FieldManager gives fields to who writes them, takes them from who does not own them any more, and refuses conflicts."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes.apimachinery.managedfields.field_manager import FieldManager
from fakes.apimachinery.managedfields.field_set import from_paths
from fakes.apimachinery.managedfields.scale import scale_entries, scaled_entries
from fakes.apimachinery.managedfields.tracking import keep_times
from fakes.apimachinery.patch.merge_patch import merge
from fakes.apimachinery.status import StatusError
from fakes.apimachinery.types import ANY, Type

REPEATABLE = settings(derandomize=True, database=None, deadline=None)
NOW = datetime(2026, 1, 1, tzinfo=UTC)
LATER = NOW + timedelta(minutes=1)
STRING = Type(kind="scalar", scalar="string")
NUMBER = Type(kind="scalar", scalar="int64")
STRINGS = Type(kind="map", element=STRING)
Object = dict[str, Any]


def struct(**fields: Type) -> Type:
    return Type(kind="struct", fields=fields)


PART = struct(id=STRING, weight=NUMBER)
SPEC = struct(
    size=NUMBER,
    note=STRING,
    tags=Type(kind="list", element=STRING, list_type="set"),
    parts=Type(kind="list", element=PART, list_type="map", list_keys=("id",)),
    words=Type(kind="list", element=STRING),
    selector=Type(kind="struct", fields={"a": STRING}, atomic=True),
    free=ANY,
)
WIDGET = struct(
    apiVersion=STRING,
    kind=STRING,
    metadata=struct(name=STRING, namespace=STRING, labels=STRINGS, annotations=STRINGS),
    spec=SPEC,
    status=struct(phase=STRING),
)
MANAGER = FieldManager(
    type=WIDGET,
    api_version="x.io/v1",
    kind="Widget",
    reset_fields={"": from_paths(("f:status",)), "status": from_paths(("f:spec",), ("f:metadata",))},
)


def widget(spec: Object | None = None, **metadata: Any) -> Object:
    obj: Object = {"apiVersion": "x.io/v1", "kind": "Widget", "metadata": {"name": "a", **metadata}}
    return obj if spec is None else {**obj, "spec": spec}


def stored(obj: Object) -> Object:
    return {**obj, "metadata": {**obj["metadata"], "uid": "u", "resourceVersion": "1"}}


def created(spec: Object, manager: str = "maker", now: datetime = NOW) -> Object:
    return stored(MANAGER.update(None, widget(spec), manager=manager, now=now))


def updated(live: Object, patch: Object, manager: str = "patcher", now: datetime = LATER) -> Object:
    return MANAGER.update(live, merge(live, patch), manager=manager, now=now)


def applied(
    live: Object | None, spec: Object, manager: str = "m1", *, force: bool = False, now: datetime = LATER
) -> Object:
    return stored(MANAGER.apply(live, widget(spec), manager=manager, force=force, now=now))


def owned(obj: Object) -> dict[str, Any]:
    return {
        entry["manager"]: entry["fieldsV1"].get("f:spec")
        for entry in obj["metadata"].get("managedFields", ())
    }


@pytest.mark.parametrize(
    ("spec", "fields"),
    [
        ({"size": 1}, {".": {}, "f:size": {}}),
        ({}, {}),
        ({"tags": ["x"]}, {".": {}, "f:tags": {".": {}, 'v:"x"': {}}}),
        ({"tags": []}, {".": {}, "f:tags": {}}),
        ({"words": ["x"]}, {".": {}, "f:words": {}}),
        ({"selector": {"a": "b"}}, {".": {}, "f:selector": {}}),
        (
            {"parts": [{"id": "p", "weight": 1}]},
            {".": {}, "f:parts": {".": {}, 'k:{"id":"p"}': {".": {}, "f:id": {}, "f:weight": {}}}},
        ),
        (
            {"parts": [{"id": "p"}, {"id": "p", "weight": 1}]},
            {".": {}, "f:parts": {".": {}, 'k:{"id":"p"}': {}}},
        ),
        ({"free": {"a": {"b": [1]}}}, {".": {}, "f:free": {".": {}, "f:a": {".": {}, "f:b": {}}}}),
        ({"note": None}, {".": {}, "f:note": {}}),
    ],
)
def test_a_creator_owns_every_leaf_and_container(spec: Object, fields: Object) -> None:
    (entry,) = created(spec)["metadata"]["managedFields"]
    assert entry == {
        "manager": "maker",
        "operation": "Update",
        "apiVersion": "x.io/v1",
        "time": "2026-01-01T00:00:00Z",
        "fieldsType": "FieldsV1",
        "fieldsV1": {"f:spec": fields},
    }


def test_an_object_without_owned_fields_has_no_managers() -> None:
    assert (
        "managedFields"
        not in MANAGER.update(None, widget(uid="u", generation=1), manager="m", now=NOW)["metadata"]
    )


@pytest.mark.parametrize(
    ("patch", "maker", "patcher"),
    [
        ({"size": 1}, {".": {}, "f:size": {}, "f:tags": {".": {}, 'v:"x"': {}}}, None),
        ({"size": 2}, {".": {}, "f:tags": {".": {}, 'v:"x"': {}}}, {"f:size": {}}),
        ({"size": None}, {".": {}, "f:tags": {".": {}, 'v:"x"': {}}}, None),
        (
            {"tags": ["x", "y"]},
            {".": {}, "f:size": {}, "f:tags": {".": {}, 'v:"x"': {}}},
            {"f:tags": {'v:"y"': {}}},
        ),
        ({"tags": ["y"]}, {".": {}, "f:size": {}, "f:tags": {}}, {"f:tags": {'v:"y"': {}}}),
    ],
)
def test_only_changed_fields_change_hands(patch: Object, maker: Object, patcher: Object | None) -> None:
    live = created({"size": 1, "tags": ["x"]})
    owners = owned(updated(live, {"spec": patch}))
    assert owners == {"maker": maker, **({"patcher": patcher} if patcher else {})}


def test_a_write_through_status_owns_nothing_but_status() -> None:
    live = created({"size": 1})
    new = {**live, "spec": {"size": 2}, "status": {"phase": "Up"}}
    obj = MANAGER.update(live, new, manager="maker", subresource="status", now=LATER)
    entries = obj["metadata"]["managedFields"]
    assert [(entry.get("subresource"), entry["fieldsV1"]) for entry in entries] == [
        (None, {"f:spec": {".": {}, "f:size": {}}}),
        ("status", {"f:status": {".": {}, "f:phase": {}}}),
    ]


@pytest.mark.parametrize("sent", [[], [{}]])
def test_a_client_can_make_the_server_forget(sent: Any) -> None:
    live = created({"size": 1})
    new = updated(live, {"metadata": {"managedFields": sent}})
    assert "managedFields" not in new["metadata"]
    assert "managedFields" not in updated(stored(new), {"spec": {"size": 2}})["metadata"]


@pytest.mark.parametrize(
    "sent",
    [
        [{"manager": "x"}],
        [{"operation": "Update", "apiVersion": "x.io/v1"}],
        [{"operation": "Update", "apiVersion": "x.io/v1", "fieldsType": "FieldsV2"}],
        [
            {
                "operation": "Update",
                "apiVersion": "x.io/v1",
                "fieldsType": "FieldsV1",
                "fieldsV1": {"spec": {}},
            }
        ],
    ],
)
def test_managers_that_make_no_sense_are_not_believed(sent: Any) -> None:
    live = created({"size": 1})
    assert owned(updated(live, {"metadata": {"managedFields": sent}})) == {"maker": {".": {}, "f:size": {}}}


def test_a_client_may_hand_fields_over() -> None:
    live = created({"size": 1})
    entry = {**live["metadata"]["managedFields"][0], "manager": "heir"}
    assert owned(updated(live, {"metadata": {"managedFields": [entry]}})) == {"heir": {".": {}, "f:size": {}}}


def test_what_cannot_be_compared_keeps_its_managers() -> None:
    live = created({"size": 1})
    new = updated(live, {"spec": {"parts": [{"weight": 1}]}})
    assert owned(new) == {"maker": {".": {}, "f:size": {}}}


def test_the_eleventh_manager_makes_the_oldest_two_one() -> None:
    obj = created({"free": {"k": "v"}}, "m0")
    for number in range(1, 12):
        moment = NOW + timedelta(seconds=number)
        obj = updated(obj, {"spec": {"free": {f"k{number}": "v"}}}, f"m{number:02}", moment)
    names = [entry["manager"] for entry in obj["metadata"]["managedFields"]]
    assert names == ["ancient-changes", *(f"m{number:02}" for number in range(3, 12))]
    bucket = obj["metadata"]["managedFields"][0]
    assert bucket["time"] == "2026-01-01T00:00:02Z"
    assert bucket["fieldsV1"]["f:spec"]["f:free"] == {".": {}, "f:k": {}, "f:k1": {}, "f:k2": {}}


def test_times_alone_are_no_change() -> None:
    live = created({"size": 1})
    entries = [{**entry, "time": "2027-01-01T00:00:00Z"} for entry in live["metadata"]["managedFields"]]
    new = merge(live, {"metadata": {"managedFields": entries}})
    assert keep_times(live, new) == live
    changed = merge(new, {"spec": {"size": 2}})
    assert keep_times(live, changed) is changed


# Apply


def test_an_applier_owns_leaves_and_items() -> None:
    obj = applied(None, {"size": 1, "tags": ["x"], "parts": [{"id": "p", "weight": 2}], "free": {"a": "b"}})
    assert owned(obj) == {
        "m1": {
            "f:free": {"f:a": {}},
            "f:parts": {'k:{"id":"p"}': {".": {}, "f:id": {}, "f:weight": {}}},
            "f:size": {},
            "f:tags": {'v:"x"': {}},
        }
    }


def test_applying_the_same_again_changes_nothing() -> None:
    obj = applied(None, {"size": 1, "tags": ["x"]}, now=NOW)
    assert applied(obj, {"size": 1, "tags": ["x"]}, now=LATER) == obj


def test_equal_values_are_owned_together_and_the_second_owner_has_no_time() -> None:
    obj = applied(applied(None, {"size": 1, "note": "n"}), {"size": 1}, "m2")
    assert owned(obj) == {"m1": {"f:note": {}, "f:size": {}}, "m2": {"f:size": {}}}
    assert ["time" in entry for entry in obj["metadata"]["managedFields"]] == [False, True]


@pytest.mark.parametrize(
    ("spec", "message", "fields"),
    [
        ({"size": 2}, 'Apply failed with 1 conflict: conflict with "m1": .spec.size', [".spec.size"]),
        (
            {"parts": [{"id": "p", "weight": 3}]},
            'Apply failed with 1 conflict: conflict with "m1": .spec.parts[id="p"].weight',
            ['.spec.parts[id="p"].weight'],
        ),
        (
            {"size": 2, "note": "x"},
            'Apply failed with 2 conflicts: conflicts with "m1":\n- .spec.note\n- .spec.size',
            [".spec.note", ".spec.size"],
        ),
    ],
)
def test_a_change_of_what_others_own_is_refused(spec: Object, message: str, fields: list[str]) -> None:
    live = applied(None, {"size": 1, "note": "n", "parts": [{"id": "p", "weight": 2}]})
    with pytest.raises(StatusError) as refused:
        applied(live, spec, "m2")
    causes = [
        {"reason": "FieldManagerConflict", "message": 'conflict with "m1"', "field": field}
        for field in fields
    ]
    assert refused.value.status == {
        "kind": "Status",
        "apiVersion": "v1",
        "metadata": {},
        "status": "Failure",
        "message": message,
        "reason": "Conflict",
        "details": {"causes": causes},
        "code": 409,
    }


def test_conflicts_name_the_version_and_the_subresource_of_who_updated() -> None:
    live = created({"size": 1})
    live = MANAGER.update(
        live, {**live, "status": {"phase": "Up"}}, manager="up", subresource="status", now=NOW
    )
    config = {**widget({"size": 2}), "status": {"phase": "Down"}}
    unreset = FieldManager(type=WIDGET, api_version="x.io/v1", kind="Widget")
    with pytest.raises(StatusError) as refused:
        unreset.apply(stored(live), config, manager="m", now=NOW)
    assert refused.value.message == (
        'Apply failed with 2 conflicts: conflicts with "maker" using x.io/v1:\n- .spec.size\n'
        'conflicts with "up" with subresource "status" using x.io/v1:\n- .status.phase'
    )


def test_force_takes_fields_over() -> None:
    obj = applied(applied(None, {"size": 1, "note": "n"}), {"size": 2}, "m2", force=True)
    assert obj["spec"] == {"size": 2, "note": "n"}
    assert owned(obj) == {"m1": {"f:note": {}}, "m2": {"f:size": {}}}


def test_what_is_applied_no_more_goes_unless_somebody_owns_it() -> None:
    first = {"size": 1, "note": "n", "tags": ["x"], "parts": [{"id": "p", "weight": 2}]}
    live = applied(applied(None, first), {"note": "n", "tags": ["y"], "parts": [{"id": "q"}]}, "m2")
    obj = applied(live, {"size": 1})
    assert obj["spec"] == {"size": 1, "note": "n", "tags": ["y"], "parts": [{"id": "q"}]}
    assert owned(obj) == {"m1": {"f:size": {}}, "m2": owned(live)["m2"]}


def test_what_others_add_to_an_item_keeps_the_item_from_going() -> None:
    live = applied(None, {"parts": [{"id": "p"}]})
    live = stored(updated(live, {"spec": {"parts": [{"id": "p", "weight": 1}]}}))
    obj = applied(live, {"size": 1})
    assert obj["spec"] == {"size": 1}
    kept = applied(applied(live, {"parts": [{"id": "p"}]}, "m2"), {"size": 1})
    assert kept["spec"] == {"parts": [{"id": "p", "weight": 1}], "size": 1}


def test_labels_that_are_applied_no_more_leave_no_empty_map() -> None:
    live = stored(MANAGER.apply(None, widget({"size": 1}, labels={"a": "b"}), manager="m1", now=NOW))
    obj = applied(live, {"size": 1})
    assert "labels" not in obj["metadata"]


@pytest.mark.parametrize(
    ("live", "config", "result"),
    [
        ("abc", "d", "abcd"),
        ("abc", "ca", "bca"),
        ("abc", "xa", "xabc"),
        ("", "ab", "ab"),
        ("abc", "b", "abc"),
        ("acd", "abcde", "abcde"),
    ],
)
def test_lists_follow_the_order_of_the_configuration(live: str, config: str, result: str) -> None:
    obj = stored(widget({"tags": list(live)}))
    assert applied(obj, {"tags": list(config)})["spec"]["tags"] == list(result)


def test_what_an_untracked_object_held_is_owned_by_nobody_in_particular() -> None:
    obj = applied(stored(widget({"size": 1, "note": "n"})), {"size": 1})
    assert owned(obj) == {"before-first-apply": {".": {}, "f:note": {}, "f:size": {}}, "m1": {"f:size": {}}}


def test_status_is_not_applied_through_the_object() -> None:
    config = {**widget({"size": 1}), "status": {"phase": "Up"}}
    obj = MANAGER.apply(None, config, manager="m1", now=NOW)
    assert obj["metadata"]["managedFields"][0]["fieldsV1"] == {"f:spec": {"f:size": {}}}


TYPED = "failed to create typed patch object (/a; x.io/v1, Kind=Widget): "


@pytest.mark.parametrize(
    ("config", "code", "message"),
    [
        ({"metadata": {"name": "a"}}, 400, "invalid object type: /, Kind="),
        ({**widget(), "kind": "Gadget"}, 400, "invalid object type: x.io/v1, Kind=Gadget"),
        (widget(managedFields=[]), 400, "metadata.managedFields must be nil"),
        (widget({"bogus": 1}), 500, TYPED + ".spec.bogus: field not declared in schema"),
        (widget({"size": "big"}), 500, TYPED + ".spec.size: expected numeric (int or float), got string"),
        (
            widget({"note": 1}),
            500,
            TYPED + ".spec.note: expected string, got &value.valueUnstructured{Value:1}",
        ),
        (widget({"tags": "x"}), 500, TYPED + ".spec.tags: expected list, got &{x}"),
        (widget({"tags": ["x", "x"]}), 500, TYPED + '.spec.tags: duplicate entries for key [="x"]'),
        (widget({"parts": {}}), 500, TYPED + ".spec.parts: expected list, got &{map[]}"),
        (
            widget(labels={"a": 1}, namespace="ns"),
            500,
            TYPED.replace("(/", "(ns/")
            + ".metadata.labels.a: expected string, got &value.valueUnstructured{Value:1}",
        ),
        (
            widget({"parts": [{"weight": 1}]}),
            500,
            TYPED
            + '.spec.parts: element 0: associative list with keys has an element that omits all key fields ["id"] '
            "(and doesn't have default values for any key fields)",
        ),
        (
            widget({"size": "a", "note": 1}),
            500,
            TYPED + "errors:\n  .spec.size: expected numeric (int or float), got string\n"
            "  .spec.note: expected string, got &value.valueUnstructured{Value:1}",
        ),
    ],
)
def test_configurations_that_do_not_fit_are_refused(config: Object, code: int, message: str) -> None:
    with pytest.raises(StatusError) as refused:
        MANAGER.apply(None, config, manager="m", now=NOW)
    assert (refused.value.code, refused.value.message) == (code, message)


LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"


def test_kubectl_takes_over_what_its_annotation_says_it_has_set() -> None:
    before = json.dumps(widget({"size": 1}))
    live = stored(
        MANAGER.update(
            None,
            widget({"size": 1}, annotations={LAST_APPLIED: before}),
            manager="kubectl-client-side-apply",
            now=NOW,
        )
    )
    with pytest.raises(StatusError):
        applied(live, {"size": 2}, "other")
    obj = applied(live, {"size": 2}, "kubectl")
    assert obj["spec"] == {"size": 2}
    assert json.loads(obj["metadata"]["annotations"][LAST_APPLIED]) == widget({"size": 2})
    changed = stored(updated(live, {"spec": {"size": 5}}))
    with pytest.raises(StatusError, match='conflict with "patcher" using'):
        applied(changed, {"size": 2}, "kubectl")


SPECS = st.fixed_dictionaries(
    {},
    optional={
        "size": st.integers(0, 2),
        "note": st.sampled_from(["a", "b"]),
        "tags": st.lists(st.sampled_from(["x", "y", "z"]), unique=True),
        "parts": st.lists(
            st.sampled_from([{"id": "p"}, {"id": "q", "weight": 1}]), unique_by=lambda part: part["id"]
        ),
        "free": st.dictionaries(st.sampled_from(["a", "b"]), st.integers(0, 1) | st.just({}), max_size=2),
    },
)


@REPEATABLE
@given(SPECS, SPECS)
def test_whatever_is_applied_twice_is_applied_once(live: Object, spec: Object) -> None:
    once = applied(created(live), spec, force=True)
    assert applied(once, spec, force=True) == once


@REPEATABLE
@given(SPECS, SPECS)
def test_what_one_applier_brings_goes_with_it(live: Object, spec: Object) -> None:
    base = created(live)
    gone = applied(applied(base, spec, force=True, now=NOW), {}, force=True)
    left = gone.get("spec") or {}
    assert {name for name in left if left[name] not in (None, [], {})} <= live.keys()


REPLICAS = {"x.io/v1": ("f:spec", "f:size")}


def test_a_write_to_the_scale_takes_the_replicas_from_their_owner() -> None:
    live = created({"size": 1, "note": "n"})["metadata"]["managedFields"]
    (seen,) = scale_entries(live, REPLICAS)
    assert (seen["apiVersion"], seen["fieldsV1"]) == ("autoscaling/v1", {"f:spec": {"f:replicas": {}}})
    written = {**seen, "manager": "scaler", "subresource": "scale", "time": "2026-01-01T00:01:00Z"}
    entries = scaled_entries(live, [written], "x.io/v1", REPLICAS)
    assert [(entry["manager"], entry.get("time"), entry["fieldsV1"]) for entry in entries] == [
        ("scaler", None, {"f:spec": {"f:size": {}}}),
        ("maker", "2026-01-01T00:00:00Z", {"f:spec": {".": {}, "f:note": {}}}),
    ]


LEASE = FieldManager(
    type=Type(
        kind="struct",
        fields={
            "metadata": struct(),
            "spec": struct(holder=STRING),
            "rules": Type(kind="list", element=STRING),
        },
        presence={"metadata": "omitempty", "spec": "omitempty", "rules": "always"},
    ),
    api_version="v1",
    kind="Lease",
)


@pytest.mark.parametrize("live", [{}, {"spec": {}}, {"spec": {}, "rules": None}])
def test_nobody_adds_a_struct_that_every_value_of_a_built_in_kind_has(live: Object) -> None:
    before = stored(LEASE.update(None, {"metadata": {}, "rules": ["r"]}, manager="m", now=NOW))
    obj = LEASE.update(
        {**before, **live}, {"metadata": {}, "spec": {"holder": "h"}, "rules": []}, manager="n", now=NOW
    )
    assert obj["metadata"]["managedFields"][-1]["fieldsV1"] == {"f:rules": {}, "f:spec": {"f:holder": {}}}
