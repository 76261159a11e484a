"""What a structural schema does to a value: unknown fields, nulls, defaults, and every kind of complaint."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from fakes.kube.custom_resources.columns import CustomResourceTable
from fakes.kube.custom_resources.defaulting import apply_defaults
from fakes.kube.custom_resources.embedded import validate_embedded
from fakes.kube.custom_resources.formats import has_format
from fakes.kube.custom_resources.object_meta import MetadataError, coerce_metadata
from fakes.kube.custom_resources.patterns import PatternError, check_pattern
from fakes.kube.custom_resources.pruning import prune, prune_nulls
from fakes.kube.custom_resources.schema_validation import validate_schema
from fakes.kube.custom_resources.structural import Structural
from fakes.kube.custom_resources.uniqueness import validate_uniqueness

NOW = datetime(2026, 1, 1, tzinfo=UTC)
STRING = {"type": "string"}
INTEGER = {"type": "integer"}


def field(schema: dict[str, Any], **root: Any) -> Structural:
    """A resource whose only field is ``x``."""
    return Structural.parse({"type": "object", "properties": {"x": schema}, **root})


def objects(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties}


def array(items: dict[str, Any], **rest: Any) -> dict[str, Any]:
    return {"type": "array", "items": items, **rest}


@pytest.mark.parametrize(
    ("schema", "value", "messages"),
    [
        (INTEGER, 11.0, []),
        (
            INTEGER | {"maximum": 10},
            11,
            ["x: Invalid value: 11: x in body should be less than or equal to 10"],
        ),
        (
            INTEGER | {"maximum": 10, "exclusiveMaximum": True},
            10,
            ["x: Invalid value: 10: x in body should be less than 10"],
        ),
        (
            INTEGER | {"minimum": 0},
            -1,
            ["x: Invalid value: -1: x in body should be greater than or equal to 0"],
        ),
        (INTEGER | {"multipleOf": 3}, 4, ["x: Invalid value: 4: x in body should be a multiple of 3"]),
        (
            {"type": "number", "maximum": 0.5},
            0.75,
            ["x: Invalid value: 0.75: x in body should be less than or equal to 0.5"],
        ),
        (INTEGER, "a", ['x: Invalid value: "string": x in body must be of type integer: "string"']),
        (
            INTEGER,
            1.5,
            [
                'x: Invalid value: "number": x in body must be of type integer: "number"',
                '<nil>: Invalid value: "": Checked value must be of type integer (default format) in x',
            ],
        ),
        (STRING, None, ['x: Invalid value: "null": x in body must be of type string: "null"']),
        (STRING | {"nullable": True}, None, []),
        (
            STRING | {"minLength": 2},
            "A",
            ['x: Invalid value: "A": x in body should be at least 2 chars long'],
        ),
        (STRING | {"maxLength": 2}, "abc", ["x: Too long: may not be more than 2 bytes"]),
        (STRING | {"pattern": "^a$"}, "a\n", ["x: Invalid value: \"a\\n\": x in body should match '^a$'"]),
        (STRING | {"enum": ["r", "g"]}, "b", ['x: Unsupported value: "b": supported values: "r", "g"']),
        (
            STRING | {"format": "ipv4"},
            "::1",
            ['x: Invalid value: "::1": x in body must be of type ipv4: "::1"'],
        ),
        (STRING | {"format": "made-up"}, "any", []),
        (
            STRING | {"format": "date-time"},
            5,
            ['x: Invalid value: "int64": x in body must be of type date-time: "int64"'],
        ),
        (
            {"x-kubernetes-int-or-string": True},
            True,
            ['x: Invalid value: "boolean": x in body must be of type integer,string: "boolean"'],
        ),
        (array(STRING, minItems=1), [], ["x: Invalid value: 0: x in body should have at least 1 items"]),
        (array(STRING, maxItems=2), ["a"] * 3, ["x: Too many: 3: must have at most 2 items"]),
        (
            array(INTEGER),
            ["a"],
            ['x[0]: Invalid value: "string": x[0] in body must be of type integer: "string"'],
        ),
        (
            {"type": "object", "maxProperties": 1, "additionalProperties": STRING},
            {"a": "", "b": ""},
            ["x: Too many: 2: must have at most 1 item"],
        ),
        (
            {"type": "object", "additionalProperties": INTEGER},
            {"a": "b"},
            ['x.a: Invalid value: "string": x.a in body must be of type integer: "string"'],
        ),
        (objects(a=STRING) | {"required": ["a"]}, {}, ["x.a: Required value"]),
        (
            STRING | {"oneOf": [{"minLength": 2}, {"pattern": "^b"}]},
            "a",
            [
                '<nil>: Invalid value: "": "x" must validate one and only one schema (oneOf). Found none valid',
                'x: Invalid value: "a": x in body should be at least 2 chars long',
            ],
        ),
        (
            STRING | {"oneOf": [{"minLength": 1}, {"maxLength": 5}]},
            "a",
            [
                '<nil>: Invalid value: "": "x" must validate one and only one schema (oneOf). Found 2 valid alternatives'
            ],
        ),
        (
            STRING | {"anyOf": [{"minLength": 2}, {"minLength": 3}]},
            "a",
            [
                '<nil>: Invalid value: "": "x" must validate at least one schema (anyOf)',
                'x: Invalid value: "a": x in body should be at least 2 chars long',
            ],
        ),
        (
            STRING | {"allOf": [{"minLength": 2}, {"maxLength": 3}]},
            "a",
            [
                'x: Invalid value: "a": x in body should be at least 2 chars long',
                '<nil>: Invalid value: "": "x" must validate all the schemas (allOf)',
            ],
        ),
        (
            STRING | {"not": {"minLength": 1}},
            "a",
            ['<nil>: Invalid value: "": "x" must not validate the schema (not)'],
        ),
    ],
)
def test_a_value_meets_its_schema_or_is_complained_of(
    schema: dict[str, Any], value: Any, messages: list[str]
) -> None:
    assert [error.message for error in validate_schema({"x": value}, field(schema))] == messages


@pytest.mark.parametrize(
    ("schema", "new", "old", "count"),
    [
        (INTEGER, "a", "a", 0),
        (INTEGER, "a", "b", 1),
        (INTEGER | {"enum": [2]}, True, 1, 2),
        (objects(a=INTEGER, b=STRING), {"a": "x", "b": "new"}, {"a": "x", "b": "old"}, 0),
        (array(objects(k=STRING, v=INTEGER)), [{"k": "a", "v": "x"}, {"k": "b"}], [{"k": "a", "v": "x"}], 1),
        (
            array(objects(k=STRING, v=INTEGER))
            | {"x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["k"]},
            [{"k": "b"}, {"k": "a", "v": "x"}],
            [{"k": "a", "v": "x"}],
            0,
        ),
    ],
)
def test_what_did_not_change_is_right(schema: dict[str, Any], new: Any, old: Any, count: int) -> None:
    assert len(validate_schema({"x": new}, field(schema), old={"x": old})) == count


@pytest.mark.parametrize(
    ("schema", "value", "kept", "unknown"),
    [
        (objects(a=STRING), {"a": "1", "b": 2}, {"a": "1"}, ["x.b"]),
        (array(objects(a=STRING)), [{"a": "1", "c": {"d": 1}}], [{"a": "1"}], ["x[0].c"]),
        (
            {"type": "object", "x-kubernetes-preserve-unknown-fields": True},
            {"b": {"c": 1}},
            {"b": {"c": 1}},
            [],
        ),
        (
            objects(a=objects()) | {"x-kubernetes-preserve-unknown-fields": True},
            {"a": {"z": 1}, "b": 1},
            {"a": {}, "b": 1},
            ["x.a.z"],
        ),
        (
            {"type": "object", "additionalProperties": objects(a=STRING)},
            {"k": {"b": 1}},
            {"k": {}},
            ["x.k.b"],
        ),
        (
            objects(spec=objects()) | {"x-kubernetes-embedded-resource": True},
            {"kind": "A", "metadata": {"name": "b"}, "spec": {}, "more": 1},
            {"kind": "A", "metadata": {"name": "b"}, "spec": {}},
            ["x.more"],
        ),
    ],
)
def test_unknown_fields_are_dropped_and_told(
    schema: dict[str, Any], value: Any, kept: Any, unknown: list[str]
) -> None:
    obj = {"apiVersion": "v", "kind": "K", "metadata": {}, "x": value, "y": 1}
    pruned, paths = prune(obj, field(schema))
    assert (pruned["x"], paths) == (kept, [*unknown, "y"])
    assert obj["x"] is value


@pytest.mark.parametrize(
    ("schema", "value", "filled"),
    [
        (objects(a=STRING | {"default": "d"}), {}, {"a": "d"}),
        (objects(a=STRING | {"default": "d"}), {"a": None}, {"a": "d"}),
        (objects(a=STRING | {"default": "d", "nullable": True}), {"a": None}, {"a": None}),
        (objects(a=STRING), {"a": None, "b": 1}, {"b": 1}),
        (objects(a=STRING | {"nullable": True}), {"a": None}, {"a": None}),
        (objects(a=objects(b=INTEGER | {"default": 3}) | {"default": {}}), {}, {"a": {"b": 3}}),
        (array(objects(a=INTEGER | {"default": 1})), [{}, {"a": 2}], [{"a": 1}, {"a": 2}]),
        (
            {"type": "object", "additionalProperties": objects(a=INTEGER | {"default": 1})},
            {"k": {}},
            {"k": {"a": 1}},
        ),
    ],
)
def test_nulls_and_defaults(schema: dict[str, Any], value: Any, filled: Any) -> None:
    structural = field(schema)
    assert apply_defaults(prune_nulls({"x": value}, structural), structural) == {"x": filled}


def test_what_needs_no_change_is_not_copied() -> None:
    schema = field(objects(a=STRING | {"default": "d"}))
    value = {"x": {"a": "b"}}
    assert prune(value, schema)[0] is value
    assert prune_nulls(value, schema) is value
    assert apply_defaults(value, schema) is value


@pytest.mark.parametrize(
    ("schema", "value", "messages"),
    [
        ({"x-kubernetes-list-type": "set"}, ["a", "b", "a", "a"], ['x[2]: Duplicate value: "a"']),
        (
            {"x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["k"]},
            [{"k": "1"}, {"k": "1", "v": 2}],
            ['x[1]: Duplicate value: {"k":"1"}'],
        ),
        ({"x-kubernetes-list-type": "atomic"}, ["a", "a"], []),
    ],
)
def test_sets_and_maps_have_each_item_once(schema: dict[str, Any], value: Any, messages: list[str]) -> None:
    errors = validate_uniqueness({"x": value}, field(array(STRING) | schema))
    assert [error.message for error in errors] == messages


def test_an_embedded_resource_is_an_object() -> None:
    schema = field(
        {
            "type": "object",
            "x-kubernetes-embedded-resource": True,
            "x-kubernetes-preserve-unknown-fields": True,
        }
    )
    errors = validate_embedded({"x": {"kind": "", "metadata": {"name": "a/b"}}}, schema)
    assert [error.message for error in errors] == [
        "x.apiVersion: Required value",
        'x.kind: Invalid value: "": must not be empty',
        "x.metadata.name: Invalid value: \"a/b\": may not contain '/'",
    ]


def test_metadata_keeps_what_every_object_has() -> None:
    sent = {
        "name": "a",
        "odd": 1,
        "labels": {},
        "creationTimestamp": None,
        "ownerReferences": [{"uid": "u", "x": 1}],
    }
    kept, unknown = coerce_metadata(sent)
    assert kept == {"name": "a", "ownerReferences": [{"uid": "u"}]}
    assert unknown == ["metadata.odd", "metadata.ownerReferences[0].x"]


@pytest.mark.parametrize(
    ("metadata", "message"),
    [
        (
            {"labels": {"a": 1}},
            "json: cannot unmarshal number into Go struct field ObjectMeta.labels of type string",
        ),
        (
            {"finalizers": "x"},
            "json: cannot unmarshal string into Go struct field ObjectMeta.finalizers of type []string",
        ),
    ],
)
def test_metadata_of_the_wrong_type(metadata: dict[str, Any], message: str) -> None:
    with pytest.raises(MetadataError) as caught:
        coerce_metadata(metadata)
    assert str(caught.value) == message
    assert coerce_metadata(metadata, lenient=True)[0] == {}


@pytest.mark.parametrize(
    ("kind", "value", "cell"),
    [
        ("string", "a", "a"),
        ("string", 3, "3"),
        ("string", ["a", 1], '["a",1]'),
        ("string", True, "true"),
        ("integer", 3, 3),
        ("integer", "3", None),
        ("integer", True, None),
        ("number", 3, 3.0),
        ("boolean", False, False),
        ("date", "2025-12-28T20:00:00Z", "3d4h"),
        ("date", "2027-01-01T00:00:00Z", "<invalid>"),
        ("date", "soon", "<invalid>"),
    ],
)
def test_a_cell(kind: str, value: Any, cell: Any) -> None:
    table = CustomResourceTable([{"name": "X", "type": kind, "jsonPath": ".spec['x.y'][0]"}])
    obj = {"metadata": {"name": "a"}, "spec": {"x.y": [value]}}
    assert table.cells(obj, NOW) == ["a", cell]
    assert table.cells({"metadata": {"name": "a"}}, NOW) == ["a", None]


def test_a_table_without_columns_shows_the_age() -> None:
    table = CustomResourceTable([])
    assert [column.name for column in table.columns] == ["Name", "Age"]
    assert table.cells({"metadata": {"name": "a", "creationTimestamp": "2025-12-31T23:00:00Z"}}, NOW) == [
        "a",
        "60m",
    ]


@pytest.mark.parametrize(
    ("form", "text", "fits"),
    [
        ("hostname", "a.bc", True),
        ("hostname", "A.B", False),
        ("hostname", "a_b", False),
        ("ipv4", "1.2.3.04", True),
        ("ipv4", "1.2.3", False),
        ("byte", "", False),
        ("byte", "YQ==", True),
    ],
)
def test_formats_are_those_of_the_server(form: str, text: str, fits: bool) -> None:
    assert has_format(form, text) is fits


@pytest.mark.parametrize(
    ("pattern", "problem"),
    [
        ("(?=a)b", r"invalid or unsupported Perl syntax: `\(\?=`"),
        (r"(a)\1", r"invalid escape sequence: `\\1`"),
    ],
)
def test_patterns_have_no_more_than_re2(pattern: str, problem: str) -> None:
    with pytest.raises(PatternError, match=problem):
        check_pattern(pattern)


def test_a_set_of_characters_holds_any() -> None:
    check_pattern("[(?=]")
