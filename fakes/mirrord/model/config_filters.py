"""``http_filter`` of a configuration: which keys it may have, and the filter that comes of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from fakes.mirrord.model.body_paths import InvalidPathError, compile_path
from fakes.mirrord.model.config_errors import (
    ConfigError,
    conflict,
    invalid_type,
    invalid_value,
    unknown_field,
)
from fakes.mirrord.model.filters import (
    BodyFilter,
    CompositeFilter,
    HeaderFilter,
    HeaderJqFilter,
    HttpFilter,
    MethodFilter,
    PathFilter,
)
from fakes.mirrord.model.matching import check

__all__ = ["check_usable", "from_environment", "read_filter", "read_filter_ports", "read_ports"]

_NAME = "feature.network.incoming.http_filter"
_COUNTED = ("path_filter", "header_filter", "all_of", "any_of", "body_filter")
_KEYS = (*_COUNTED, "method_filter", "header_filter_jq", "ports")
_SIMPLE: dict[str, Callable[[str], HttpFilter]] = {
    "header_filter": HeaderFilter,
    "path_filter": PathFilter,
    "method_filter": MethodFilter,
    "header_filter_jq": HeaderJqFilter,
}
_INNER: dict[str, Callable[[str], HttpFilter]] = {
    "header": HeaderFilter,
    "path": PathFilter,
    "method": MethodFilter,
    "query": HeaderJqFilter,
}
_ENVIRONMENT = {
    "MIRRORD_HTTP_HEADER_FILTER": "header_filter",
    "MIRRORD_HTTP_PATH_FILTER": "path_filter",
    "MIRRORD_HTTP_METHOD_FILTER": "method_filter",
    "MIRRORD_HTTP_HEADER_FILTER_JQ": "header_filter_jq",
    "MIRRORD_HTTP_FILTER_PORTS": "ports",
}


def from_environment(section: Mapping[str, Any], environment: Mapping[str, str]) -> dict[str, Any]:
    """The section with what the environment puts over it."""
    merged = dict(section)
    for variable, key in _ENVIRONMENT.items():
        if variable in environment:
            merged[key] = _ports_of(environment[variable]) if key == "ports" else environment[variable]
    return merged


def read_filter(section: Mapping[str, Any]) -> HttpFilter | None:
    """The filter of a section that passes verification; None if it has none.

    Raises:
        ConfigError: with the product's text.
    """
    for key in section:
        if key not in _KEYS:
            raise unknown_field(key, _KEYS)
    given = {key: value for key, value in section.items() if key != "ports" and value is not None}
    if sum(key in given for key in _COUNTED) > 1:
        raise conflict(
            "Cannot use multiple types of HTTP filter at the same time, use 'any_of' or 'all_of' to combine filters"
        )
    if any(given.get(key) == [] for key in ("all_of", "any_of")):
        raise conflict("Composite HTTP filter cannot be empty")
    for field, text in _texts(given):
        if not isinstance(text, str):
            raise invalid_type(f"{_NAME}.{field}", "a string")
        if not text:
            raise invalid_value(_NAME, "", f"HTTP filter `{field}` cannot be an empty string")
    if len(given) > 1:
        raise ConfigError("No HTTP filters specified, this should have been caught earlier")
    return next((_build(key, value) for key, value in given.items()), None)


def read_filter_ports(section: Mapping[str, Any]) -> tuple[int, ...] | None:
    """The ports to which the filter is for; None for all."""
    ports = section.get("ports")
    return read_ports(f"{_NAME}.ports", [ports] if isinstance(ports, int) else ports)


def read_ports(name: str, value: Any) -> tuple[int, ...] | None:
    """A list of ports; None if there is none.

    Raises:
        ConfigError: it is something else.
    """
    if value is None:
        return None
    if not isinstance(value, list) or not all(type(port) is int and 0 <= port < 65_536 for port in value):
        raise invalid_type(name, "a list of ports")
    return tuple(value)


def _ports_of(text: str) -> list[int]:
    ports = text.split(",")
    if not all(port.isdecimal() for port in ports):
        raise invalid_value("MIRRORD_HTTP_FILTER_PORTS", text, "invalid digit found in string")
    return [int(port) for port in ports]


def check_usable(filter_: HttpFilter) -> None:
    """Refuse a filter whose expression is wrong: verification does not look, the start of the process does.

    Raises:
        ConfigError: something in it does not compile, or cannot be simulated.
    """
    try:
        check(filter_)
    except ValueError as error:
        raise ConfigError(f"invalid HTTP filter expression: {error}") from error


def _texts(given: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for key, value in given.items():
        if key == "body_filter":
            if not isinstance(value, Mapping):
                raise invalid_type(f"{_NAME}.{key}", "a map")
            yield from ((f"body_filter.{name}", value.get(name, "")) for name in ("query", "matches"))
        elif key in ("all_of", "any_of"):
            if not isinstance(value, list) or not all(isinstance(inner, Mapping) for inner in value):
                raise invalid_type(f"{_NAME}.{key}", "a list of filters")
            for position, inner in enumerate(value):
                yield from ((f"{key}[{position}].{name}", text) for name, text in inner.items())
        else:
            yield key, value


def _build(key: str, value: Any) -> HttpFilter:
    if key in ("all_of", "any_of"):
        return CompositeFilter(key == "all_of", tuple(_inner(item) for item in value))
    return _body(value) if key == "body_filter" else _SIMPLE[key](value)


def _inner(item: Mapping[str, Any]) -> HttpFilter:
    if "body" in item:
        return _body(item)
    if len(item) == 1:
        key, value = next(iter(item.items()))
        if key in _INNER:
            return _INNER[key](value)
    raise ConfigError("mirrord-config: `data did not match any variant of untagged enum InnerFilter`!")


def _body(value: Mapping[str, Any]) -> BodyFilter:
    if set(value) != {"body", "query", "matches"} or value["body"] != "json":
        raise ConfigError("mirrord-config: `a body filter has body (json), query and matches`!")
    try:
        compile_path(value["query"])
    except InvalidPathError as error:
        raise invalid_value(f"{_NAME}.body_filter.query", value["query"], error.detail) from error
    return BodyFilter(value["query"], value["matches"])
