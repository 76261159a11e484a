"""Rules hold or are told; those that cannot be compiled are refused with their place."""

from __future__ import annotations

from typing import Any

import pytest

from fakes.kube.custom_resources.cel import CompileError, EvaluationError, Expression
from fakes.kube.custom_resources.cel_types import SelfType
from fakes.kube.custom_resources.correlation import ABSENT
from fakes.kube.custom_resources.rules import RuleTree, validate_rules
from fakes.kube.custom_resources.structural import Structural

SPEC: dict[str, Any] = {
    "type": "object",
    "properties": {
        "lo": {"type": "integer"},
        "hi": {"type": "integer"},
        "ratio": {"type": "number"},
        "color": {"type": "string"},
        "a-b": {"type": "string"},
        "namespace": {"type": "string"},
        "tags": {"type": "array", "items": {"type": "string"}},
        "parts": {
            "type": "array",
            "items": {"type": "object", "properties": {"n": {"type": "integer"}}},
        },
    },
}


def complaints(rule: dict[str, Any], new: dict[str, Any], old: Any = ABSENT) -> list[str]:
    spec = SPEC | {"x-kubernetes-validations": [rule]}
    tree = RuleTree.compile(Structural.parse({"type": "object", "properties": {"spec": spec}}))
    assert tree is not None
    before = old if old is ABSENT else {"spec": old}
    return [error.message for error in validate_rules({"spec": new}, tree, old=before)]


@pytest.mark.parametrize(
    ("rule", "new", "old", "messages"),
    [
        ({"rule": "self.lo <= self.hi"}, {"lo": 1, "hi": 2}, ABSENT, []),
        (
            {"rule": "self.lo <= self.hi"},
            {"lo": 2, "hi": 1},
            ABSENT,
            ["spec: Invalid value: failed rule: self.lo <= self.hi"],
        ),
        ({"rule": "false", "message": " no "}, {}, ABSENT, ["spec: Invalid value: no"]),
        (
            {"rule": "false", "message": "no", "messageExpression": "'lo is ' + string(self.lo)"},
            {"lo": 1},
            ABSENT,
            ["spec: Invalid value: lo is 1"],
        ),
        (
            {"rule": "false", "message": "no", "messageExpression": "string(self.lo)"},
            {},
            ABSENT,
            ["spec: Invalid value: no"],
        ),
        (
            {
                "rule": "self.color == oldSelf.color",
                "message": "m",
                "reason": "FieldValueForbidden",
                "fieldPath": ".color",
            },
            {"color": "a"},
            {"color": "b"},
            ["spec.color: Forbidden: m"],
        ),
        ({"rule": "self == oldSelf"}, {"lo": 1}, ABSENT, []),
        ({"rule": "self.lo > 1"}, {"lo": 1}, {"lo": 1}, []),
        (
            {"rule": "oldSelf.lo > 1"},
            {"lo": 1},
            {"lo": 1},
            ["spec: Invalid value: failed rule: oldSelf.lo > 1"],
        ),
        (
            {"rule": "oldSelf.hasValue() || self.lo == 0", "optionalOldSelf": True},
            {"lo": 1},
            ABSENT,
            ["spec: Invalid value: failed rule: oldSelf.hasValue() || self.lo == 0"],
        ),
        ({"rule": "oldSelf.hasValue()", "optionalOldSelf": True}, {"lo": 1}, {"lo": 0}, []),
        (
            {"rule": "self.lo > 0"},
            {},
            ABSENT,
            ['spec: Invalid value: "object": no such key: lo evaluating rule: self.lo > 0'],
        ),
        ({"rule": "self.a__dash__b == self.__namespace__"}, {"a-b": "x", "namespace": "x"}, ABSENT, []),
        ({"rule": "self.ratio * 2.0 == 4.0"}, {"ratio": 2}, ABSENT, []),
        ({"rule": "self.parts.all(p, p.n > 1)"}, {"parts": [{"n": 2}, {"n": 3}]}, ABSENT, []),
    ],
)
def test_a_rule(rule: dict[str, Any], new: dict[str, Any], old: Any, messages: list[str]) -> None:
    assert complaints(rule, new, old) == messages


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "self.color == null",
            (
                "ERROR: <input>:1:12: found no matching overload for '_==_' applied to '(string, null)'"
                "\n | self.color == null\n | ...........^"
            ),
        ),
        (
            "[1, 'a'] == []",
            "ERROR: <input>:1:5: expected type 'int' but found 'string'\n | [1, 'a'] == []\n | ....^",
        ),
        (
            "self.color.matches('[')",
            "ERROR: <input>:1:20: invalid matches argument\n | self.color.matches('[')\n | ...................^",
        ),
        ("self.nope > 1", "ERROR: <input>:1:5: undefined field 'nope'\n | self.nope > 1\n | ....^"),
        ("has(self.nope)", "ERROR: <input>:1:4: undefined field 'nope'\n | has(self.nope)\n | ...^"),
        (
            "self.parts.all(p, p.x > 1)",
            "ERROR: <input>:1:20: undefined field 'x'\n | self.parts.all(p, p.x > 1)\n | ...................^",
        ),
        (
            "self.color == 1",
            (
                "ERROR: <input>:1:12: found no matching overload for '_==_' applied to '(string, int)'"
                "\n | self.color == 1\n | ...........^"
            ),
        ),
        (
            "foo(self)",
            "ERROR: <input>:1:4: undeclared reference to 'foo' (in container '')\n | foo(self)\n | ...^",
        ),
    ],
)
def test_a_rule_that_does_not_compile(text: str, message: str) -> None:
    with pytest.raises(CompileError) as caught:
        Expression(text, SelfType(Structural.parse(SPEC)))
    assert str(caught.value) == message


@pytest.mark.parametrize(
    "text",
    [
        "self.parts.exists(p, p.n == 1) && self.tags.map(t, t + 'x').size() == 1",
        "self.tags.filter(t, t in ['a', 'b']).size() == 1",
        "self.lo > 1 ? self.color == 'a' : size(self.color) > 0",
        "quantity('1Gi').isGreaterThan(quantity('1Mi')) && isQuantity('1k') && !isQuantity('x')",
        "quantity('500m').add(quantity('500m')).asInteger() == 1",
        "url('https://a.io:80/p?q=1').getHostname() == 'a.io' && !isURL('nope')",
        "ip('10.1.2.3').family() == 4 && cidr('10.0.0.0/8').containsIP('10.1.2.3') && isCIDR('::/0')",
        "'a1b22'.findAll('[0-9]+') == ['1', '22'] && 'abc'.find('b') == 'b'",
        "[1, 2, 3].sum() == 6 && [1, 2].isSorted() && sets.contains([1, 2], [2])",
        "self.color.matches('^[a-z]+$') && self.color.startsWith('a') && self.color.lowerAscii() == self.color",
    ],
)
def test_the_library_of_rules(text: str) -> None:
    expression = Expression(text, SelfType(Structural.parse(SPEC)))
    value = {"lo": 1, "color": "ab", "tags": ["a"], "parts": [{"n": 1}]}
    assert expression.type_name in ("bool", "dyn")
    assert expression.evaluate(value, None, has_old=False) is True


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("self.tags[3] == ''", "index out of bounds: 3"),
        ("self.lo / 0 == 1", "division by zero"),
        ("dyn(self.color) > 1", "no such overload"),
    ],
)
def test_a_rule_without_a_value(text: str, message: str) -> None:
    with pytest.raises(EvaluationError) as caught:
        Expression(text).evaluate({"lo": 1, "color": "a", "tags": []}, None, has_old=False)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("form", "text", "rule", "holds"),
    [
        ("date-time", "2022-01-01T00:00:00Z", "self.x > timestamp('2021-01-01T00:00:00Z')", True),
        ("date", "1999-01-01", "self.x.getFullYear() > 2000", False),
        ("duration", "5m", "self.x < duration('1h') && has(self.x)", True),
        ("byte", "YWJj", "self.x == b'abc'", True),
    ],
)
def test_a_string_with_a_format_is_more_than_a_string(form: str, text: str, rule: str, holds: bool) -> None:
    schema = {"type": "object", "properties": {"x": {"type": "string", "format": form}}}
    tree = RuleTree.compile(Structural.parse({**schema, "x-kubernetes-validations": [{"rule": rule}]}))
    assert tree is not None
    assert (validate_rules({"x": text}, tree) == []) is holds
