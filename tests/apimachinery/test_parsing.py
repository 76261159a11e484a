"""Bodies are read as Go reads them: YAML as JSON with sorted keys, numbers that have no fraction as integers."""

from __future__ import annotations

from typing import Any

import pytest

from fakes.apimachinery.parsing import parse_yaml
from fakes.apimachinery.status import StatusError
from fakes.apimachinery.whole_numbers import may_have_fractions, with_whole_numbers
from fakes.kube.builtin.codec import read_configuration, told_of_repeats


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a: y", {"a": True}),
        ("a: N", {"a": False}),
        ("a: 'y'", {"a": "y"}),
        ("y: 1", {"true": 1}),
        ("a: b\n---\na: c\n", {"a": "b"}),
        ("", None),
    ],
)
def test_yaml_is_read_as_the_server_reads_it(text: str, value: Any) -> None:
    assert parse_yaml(text.encode()).value == value


@pytest.mark.parametrize(
    ("validation", "said"), [("Warn", ['line 2: key "a" already set in map']), ("Ignore", [])]
)
def test_a_repeated_key_of_a_configuration_is_told(validation: str, said: list[str]) -> None:
    config, repeated = read_configuration(b"a: 1\na: 2\n")
    assert (config, told_of_repeats(repeated, validation)) == ({"a": 2}, said)


def test_a_repeated_key_of_a_configuration_is_refused() -> None:
    with pytest.raises(StatusError, match="error strict decoding YAML"):
        told_of_repeats(read_configuration(b"a: 1\na: 2\n")[1], "Strict")


def test_keys_of_yaml_are_sorted() -> None:
    assert list(parse_yaml(b"{b: 1, a: 2}").value) == ["a", "b"]


@pytest.mark.parametrize(
    ("value", "whole"),
    [(2.0, "2"), (-3.0, "-3"), (1.5, "1.5"), (1e300, "1e+300"), ([{"a": 4.0}], "[{'a': 4}]")],
)
def test_a_number_without_a_fraction_is_an_integer(value: Any, whole: str) -> None:
    assert str(with_whole_numbers(value)) == whole


@pytest.mark.parametrize(("text", "may"), [(b"v1.5", True), (b"[1e5]", True), (b'{"a.b": 15}', False)])
def test_only_texts_with_fractions_are_looked_through(text: bytes, may: bool) -> None:
    assert bool(may_have_fractions(text)) is may
