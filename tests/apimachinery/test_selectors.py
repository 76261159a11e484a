"""Selectors match as the server's do, and a text that does not parse is refused with its sentence."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from fakes.apimachinery.selectors import (
    FieldSelector,
    LabelSelector,
    SelectorError,
    validate_label_selector,
)

ORACLE = Path(__file__).parents[2] / "../shared/oracle"
NAME_PART = (
    "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an "
    "alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is "
    "'([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
)


@pytest.mark.parametrize(
    ("text", "labels", "expected"),
    [
        ("", {}, True),
        ("a", {"a": ""}, True),
        ("a", {}, False),
        ("!a", {}, True),
        ("! a", {"a": ""}, False),
        ("a=", {"a": ""}, True),
        ("a=", {}, False),
        ("a==b", {"a": "b"}, True),
        ("a!=b", {}, True),
        ("a != b", {"a": "b"}, False),
        ("a in (b,c)", {"a": "c"}, True),
        ("a in (b,,)", {"a": ""}, True),
        ("a in ()", {"a": ""}, True),
        ("a in (in, notin)", {"a": "notin"}, True),
        ("in in (in)", {"in": "in"}, True),
        ("a notin (b)", {}, True),
        ("a notin (b)", {"a": "b"}, False),
        ("n>2", {"n": "3"}, True),
        ("n>2", {"n": "x"}, False),
        ("n<2,a", {"n": "1", "a": ""}, True),
        ("n<2,a", {"n": "1"}, False),
    ],
)
def test_labels_match(text: str, labels: dict[str, str], expected: bool) -> None:
    assert LabelSelector.parse(text).matches(labels) is expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("n gt 1", "unable to parse requirement: found 'gt', expected: in, notin, =, ==, !=, gt, lt"),
        ("=", "found '=', expected: !, identifier, or 'end of string'"),
        ("a,", "found '', expected: identifier after ','"),
        ("a in 1", "unable to parse requirement: found '1' expected: '('"),
        ("(a)", "found '(', expected: !, identifier, or 'end of string'"),
        ("a=b value", "found 'value', expected: ',' or 'end of string'"),
        ("a in (b", "unable to parse requirement: found '', expected: ',' or ')'"),
        ("a in (=)", "unable to parse requirement: found '=', expected: ',', ')' or identifier"),
        ("a in (b,=)", "unable to parse requirement: found '=', expected: ',', or identifier"),
        ("!", "unable to parse requirement: found '', expected: identifier"),
        ("a=(", "unable to parse requirement: found '(', expected: identifier"),
        ("-n", f'unable to parse requirement: <nil>: Invalid value: "-n": {NAME_PART}'),
        (
            f"n={'v' * 64}",
            (
                f'unable to parse requirement: values[0][n]: Invalid value: "{"v" * 64}": '
                "must be no more than 63 bytes"
            ),
        ),
        (
            "n>abc",
            (
                'unable to parse requirement: values[0]: Invalid value: "abc": '
                "for 'Gt', 'Lt' operators, the value must be an integer"
            ),
        ),
        (
            "a/b/c",
            'unable to parse requirement: <nil>: Invalid value: "a/b/c": a valid label key '
            + NAME_PART.removeprefix("name part ")
            + " with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')",
        ),
    ],
)
def test_a_label_selector_is_refused(text: str, message: str) -> None:
    with pytest.raises(SelectorError) as caught:
        LabelSelector.parse(text)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("selector", "text"),
    [
        ({}, ""),
        ({"matchLabels": {"b": "1", "a": ""}}, "a=,b=1"),
        ({"matchExpressions": [{"key": "a", "operator": "In", "values": ["y", "x"]}]}, "a in (x,y)"),
        ({"matchExpressions": [{"key": "a", "operator": "NotIn", "values": ["y"]}]}, "a notin (y)"),
        (
            {
                "matchExpressions": [
                    {"key": "b", "operator": "Exists"},
                    {"key": "a", "operator": "DoesNotExist"},
                ]
            },
            "!a,b",
        ),
    ],
)
def test_an_object_becomes_text_and_back(selector: dict[str, Any], text: str) -> None:
    parsed = LabelSelector.from_dict(selector)
    assert str(parsed) == text
    assert LabelSelector.parse(text) == parsed
    assert validate_label_selector(selector, "spec.selector") == []


@pytest.mark.parametrize(
    ("selector", "message"),
    [
        (
            {"matchExpressions": [{"key": "a", "operator": "In"}]},
            "s.matchExpressions[0].values: Required value: must be specified when `operator` is 'In' or 'NotIn'",
        ),
        (
            {"matchExpressions": [{"key": "a", "operator": "Exists", "values": ["x"]}]},
            (
                "s.matchExpressions[0].values: Forbidden: "
                "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"
            ),
        ),
        (
            {"matchExpressions": [{"key": "a", "operator": "Near"}]},
            's.matchExpressions[0].operator: Invalid value: "Near": not a valid selector operator',
        ),
        ({"matchLabels": {"-n": "x"}}, f's.matchLabels: Invalid value: "-n": {NAME_PART}'),
    ],
)
def test_an_object_is_refused(selector: dict[str, Any], message: str) -> None:
    assert [error.message for error in validate_label_selector(selector, "s")] == [message]


def same(label: str) -> str:
    return label


@pytest.mark.parametrize(
    ("text", "fields", "expected"),
    [
        ("", {}, True),
        ("a=b", {"a": "b"}, True),
        ("a==b", {"a": "c"}, False),
        ("a!=b", {"a": "c"}, True),
        ("a=", {}, True),
        ("a=b,", {"a": "b"}, True),
        (r"a=b\,c\=\\", {"a": "b,c=\\"}, True),
        ("a=b,c=d", {"a": "b"}, False),
    ],
)
def test_fields_match(text: str, fields: dict[str, str], expected: bool) -> None:
    selector = FieldSelector.parse(text, same)
    assert selector.matches(fields) is expected
    assert FieldSelector.parse(str(selector), same) == selector


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("metadata.name", "invalid selector: 'metadata.name'; can't understand 'metadata.name'"),
        (r"a=\b", r"invalid field selector: invalid escape sequence: \b"),
        ("a=b\\", "invalid field selector: invalid escape sequence: \\"),
        ("a=b=c", "invalid field selector: unescaped character in value: 61"),
    ],
)
def test_a_field_selector_is_refused(text: str, message: str) -> None:
    with pytest.raises(SelectorError) as caught:
        FieldSelector.parse(text, same)
    assert str(caught.value) == message


def test_a_required_field_is_known() -> None:
    selector = FieldSelector.parse("spec.host=n1,metadata.name!=x", {"spec.host": "spec.nodeName"}.get)  # type: ignore[arg-type]
    assert selector.requires_exact("spec.nodeName") == "n1"
    assert selector.requires_exact("metadata.name") is None


def refused_selectors() -> list[Any]:
    golden = ORACLE / "golden/dev.jsonl"
    if not golden.exists():
        return [pytest.param("", "", marks=pytest.mark.skip(reason="the recorded oracle is not there"))]
    messages = {
        (line["case"], line["step"]): line["body"]["message"]
        for line in map(json.loads, golden.read_text().splitlines())
        if line["group"] in ("label-selectors", "field-selectors") and line["status"] == 400
    }
    found: list[Any] = []
    for case in yaml.load_all((ORACLE / "cases/dev/04-read.yaml").read_text(), yaml.CSafeLoader):
        for number, step in enumerate(case["steps"], 1):
            message = messages.get((case.get("id"), number), "")
            text = step.get("query", {}).get("labelSelector", "").replace("${repeat:v:64}", "v" * 64)
            if message and text:
                found.append(pytest.param(text, message, id=f"{case['id']}-{number}"))
    return found


@pytest.mark.parametrize(("text", "message"), refused_selectors())
def test_a_recorded_refusal_is_repeated(text: str, message: str) -> None:
    with pytest.raises(SelectorError) as caught:
        LabelSelector.parse(text)
    assert str(caught.value) == message
