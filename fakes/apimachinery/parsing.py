"""Bodies of requests as JSON values: JSON and YAML as Kubernetes reads them, with the keys that were given twice.

Source: sigs.k8s.io/json and sigs.k8s.io/yaml.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any, NamedTuple

import msgspec
import yaml

from fakes.apimachinery import golang
from fakes.apimachinery.coercion import Repeated
from fakes.apimachinery.json_syntax import syntax_error

__all__ = ["ParseError", "Parsed", "parse_json", "parse_yaml"]

_INTEGER = re.compile(r"[-+]?(?:0b[01_]+|0x[0-9a-fA-F_]+|0o?[0-7_]+|0|[1-9][0-9_]*)")
_LONG = 1000
_TOO_LONG = "json: cannot unmarshal number into Go value of type float64"
_SURROGATE = re.compile(
    rb"\\\\|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(?P<alone>\\u[dD][89a-fA-F][0-9a-fA-F]{2})"
)
_SHORT_BOOLEANS = frozenset("yYnN")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")


class ParseError(ValueError):
    """A text that is not JSON or YAML; the message is Go's."""


class Parsed(NamedTuple):
    """A value, and what YAML has to say of repeated keys; those of JSON are in the value, as ``Repeated``."""

    value: Any
    duplicates: tuple[str, ...] = ()


def parse_json(raw: bytes, *, repeated: bool = True) -> Any:
    """The value of a JSON text. With ``repeated``, objects with repeated keys are ``Repeated``.

    Raises:
        ParseError: the text is not JSON.
    """
    if b"\\ud" in raw or b"\\uD" in raw:
        raw = _SURROGATE.sub(_paired, raw)
    try:
        if not repeated:
            return msgspec.json.decode(raw)
        return _decoder.decode(raw.decode())
    except (ValueError, RecursionError):
        pass
    if message := syntax_error(raw):
        raise ParseError(message)
    try:  # what Go takes and Python does not: bytes that are not UTF-8
        return _decoder.decode(raw.decode("utf-8", "replace"))
    except RecursionError:
        raise ParseError("exceeded max depth") from None
    except ValueError as error:  # and a number that is none here either
        raise ParseError(str(error) if isinstance(error, _RangeError) else _TOO_LONG) from None


def _paired(found: re.Match[bytes]) -> bytes:
    """Half of a character, escaped alone, becomes the replacement character, as in Go."""
    return b"\\ufffd" if found["alone"] else found[0]


class _RangeError(ValueError):
    """A number that no float64 can be."""


def _finite(text: str) -> float:
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise _RangeError(f"json: cannot unmarshal number {text} into Go value of type float64")
    return number


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    return found if len(found) == len(pairs) else Repeated(pairs)


def _constant(text: str) -> Any:
    raise ValueError(text)


_decoder = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_constant, parse_float=_finite)


def parse_yaml(raw: bytes, *, repeated: bool = True) -> Parsed:
    """The value of the first document of a YAML text, as JSON would have it: keys are sorted texts, times stay texts.

    Raises:
        ParseError: the text is not YAML.
    """
    try:
        root = _first_document(raw.decode("utf-8", "replace"))
    except yaml.MarkedYAMLError as error:
        raise ParseError(_yaml_message(error)) from error
    except (yaml.YAMLError, RecursionError) as error:
        raise ParseError(f"yaml: {error}") from error
    if root is None:
        return Parsed(None)
    builder = _Builder()
    try:
        value = builder.value(root)
    except RecursionError:
        raise ParseError("yaml: exceeded max depth of 10000") from None
    if not builder.duplicates or not repeated:
        return Parsed(value)
    return Parsed(value, ("yaml: unmarshal errors:\n" + "\n".join(builder.duplicates),))


def _first_document(text: str) -> yaml.Node | None:
    loader = yaml.CSafeLoader(text)
    try:
        return loader.get_node() if loader.check_node() else None
    finally:
        loader.dispose()


def _yaml_message(error: yaml.MarkedYAMLError) -> str:
    problem = (error.problem or "").replace("not allowed here", "not allowed in this context")
    mark = error.problem_mark or error.context_mark
    line = mark.line if mark else 0
    where = f"line {line + 1 if isinstance(error, yaml.scanner.ScannerError) else line}: " if line else ""
    return f"yaml: {where}{problem}"


class _Builder:
    """Makes values of YAML nodes, as yaml.v2 resolves them; it stops where aliases make much of little.

    Raises:
        ParseError: aliases are most of the document, or one contains itself.
    """

    def __init__(self) -> None:
        self.duplicates: list[str] = []
        self._seen: set[int] = set()
        self._open: set[int] = set()
        self._made = self._aliased = self._alias_depth = 0

    def value(self, node: yaml.Node) -> Any:
        key = id(node)
        if key in self._open:
            raise ParseError("yaml: anchor value contains itself")
        alias = key in self._seen
        self._alias_depth += alias
        self._made += 1
        self._aliased += self._alias_depth > 0
        if (
            self._aliased > 100
            and self._made > 1000
            and self._aliased / self._made > _alias_ratio(self._made)
        ):
            raise ParseError("yaml: document contains excessive aliasing")
        self._seen.add(key)
        self._open.add(key)
        try:
            return self._value(node)
        finally:
            self._open.discard(key)
            self._alias_depth -= alias

    def _value(self, node: yaml.Node) -> Any:
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(each) for each in node.value]
        return _scalar(node) if isinstance(node, yaml.ScalarNode) else None

    def _mapping(self, node: yaml.MappingNode) -> dict[str, Any]:
        found: dict[str, Any] = {}
        merged: dict[str, Any] = {}
        for key, each in node.value:
            if key.tag == "tag:yaml.org,2002:merge":
                for source in each.value if isinstance(each, yaml.SequenceNode) else [each]:
                    merged = {**self.value(source), **merged}
                continue
            name = _key(self.value(key))
            if name in found:
                self.duplicates.append(
                    f"  line {each.start_mark.line + 1}: key {golang.quote(name)} already set in map"
                )
            found[name] = self.value(each)
        return dict(sorted({**merged, **found}.items()))


def _alias_ratio(made: int) -> float:
    """How much of a document may come from aliases. Source: go-yaml v2, decode.go, allowedAliasRatio."""
    if made <= 400_000:
        return 0.99
    if made >= 4_000_000:
        return 0.10
    return 0.99 - 0.89 * (made - 400_000) / 3_600_000


def _key(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else "null" if value is None else golang.json_text(value)


def _scalar(node: yaml.ScalarNode) -> Any:
    text, kind = node.value, node.tag.rpartition(":")[2]
    if text in _SHORT_BOOLEANS and not node.style:
        return text in "yY"
    resolve = _RESOLVERS.get(kind)
    return resolve(text) if resolve else text


def _integer(text: str) -> Any:
    plain = text.replace("_", "")
    if not _INTEGER.fullmatch(text):
        return _float(text) if _FLOAT.fullmatch(text) else text  # sexagesimal numbers stay texts
    digits = plain.lstrip("+-")
    if len(digits) > 1 and digits[0] == "0" and digits[1].isdigit():
        plain = plain.replace("0", "0o", 1)
    return int(plain, 0) if len(plain) < _LONG else float("inf")


def _float(text: str) -> Any:
    return float(text) if _FLOAT.fullmatch(text) else text


def _boolean(text: str) -> bool:
    return text.lower() in ("yes", "true", "on")


_RESOLVERS: dict[str, Callable[[str], Any]] = {
    "int": _integer, "float": _float, "bool": _boolean, "null": lambda _text: None,
}  # fmt: skip
