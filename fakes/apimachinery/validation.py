"""What names, labels and the rest of ``metadata`` must look like, with the sentences of a v1.36.2 server.

Functions about one text return what is wrong with it, nothing if it is right: each entry is the detail of an Invalid
error. Lengths count bytes of UTF-8, as the server counts. Source: k8s.io/apimachinery, pkg/util/validation and
pkg/api/validation.
"""

from __future__ import annotations

import re

__all__ = [
    "config_map_key",
    "dns1035_label",
    "dns1123_label",
    "dns1123_subdomain",
    "label_value",
    "path_segment_name",
    "path_segment_prefix",
    "port_name",
    "port_number",
    "qualified_name",
]

_LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?"
_SUBDOMAIN = rf"{_LABEL}(\.{_LABEL})*"
_LABEL_1035 = "[a-z]([-a-z0-9]*[a-z0-9])?"
_NAME = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]"
_CONFIG_KEY = "[-._a-zA-Z0-9]+"

_is_label = re.compile(_LABEL).fullmatch
_is_subdomain = re.compile(_SUBDOMAIN).fullmatch
_is_label_1035 = re.compile(_LABEL_1035).fullmatch
_is_name = re.compile(_NAME).fullmatch
_is_config_key = re.compile(_CONFIG_KEY).fullmatch
_is_port_charset = re.compile("[-a-z0-9]+").fullmatch
_is_short_name = re.compile("[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?").fullmatch


def _pattern(message: str, pattern: str, *examples: str) -> str:
    shown = " or ".join(f"'{example}', " for example in examples)
    return f"{message} (e.g. {shown}regex used for validation is '{pattern}')"


_NOT_A_LABEL = _pattern(
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', "
    "and must start and end with an alphanumeric character",
    _LABEL, "my-name", "123-abc",
)  # fmt: skip
_NOT_A_SUBDOMAIN = _pattern(
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', "
    "and must start and end with an alphanumeric character",
    _SUBDOMAIN, "example.com",
)  # fmt: skip
_NOT_A_1035_LABEL = _pattern(
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', "
    "start with an alphabetic character, and end with an alphanumeric character",
    _LABEL_1035, "my-name", "abc-123",
)  # fmt: skip
_NOT_A_NAME = _pattern(
    "must consist of alphanumeric characters, '-', '_' or '.', "
    "and must start and end with an alphanumeric character",
    _NAME, "MyName", "my.name", "123-abc",
)  # fmt: skip
_NOT_A_VALUE = _pattern(
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', "
    "and must start and end with an alphanumeric character",
    f"({_NAME})?", "MyValue", "my_value", "12345",
)  # fmt: skip
_NOT_A_CONFIG_KEY = _pattern(
    "a valid config key must consist of alphanumeric characters, '-', '_' or '.'",
    _CONFIG_KEY, "key.name", "KEY_NAME", "key-name",
)  # fmt: skip


def _longer(text: str, limit: int) -> bool:
    return len(text) > limit or (not text.isascii() and len(text.encode()) > limit)


def _too_long(text: str, limit: int, unit: str = "characters") -> list[str]:
    return [f"must be no more than {limit} {unit}"] if _longer(text, limit) else []


def dns1123_subdomain(name: str) -> list[str]:
    """A DNS-1123 subdomain of at most 253 characters: the rule of most names."""
    errors = _too_long(name, 253)
    if not _is_subdomain(name):
        errors.append(_NOT_A_SUBDOMAIN)
    return errors


def dns1123_label(name: str) -> list[str]:
    """A DNS-1123 label of at most 63 characters: namespaces, containers."""
    errors = _too_long(name, 63)
    if not _is_label(name):
        errors.append("must not contain dots" if _is_subdomain(name) else _NOT_A_LABEL)
    return errors


def dns1035_label(name: str) -> list[str]:
    """A DNS-1035 label, which does not start with a digit: names in CustomResourceDefinitions."""
    errors = _too_long(name, 63)
    if not _is_label_1035(name):
        errors.append(_NOT_A_1035_LABEL)
    return errors


def path_segment_name(name: str) -> list[str]:
    """Whatever can stand in a path: the names of RBAC kinds."""
    return [f"may not be '{name}'"] if name in (".", "..") else path_segment_prefix(name)


def path_segment_prefix(name: str) -> list[str]:
    """As ``path_segment_name``, for the beginning of a name."""
    return [f"may not contain '{part}'" for part in "/%" if part in name]


def qualified_name(name: str) -> list[str]:
    """A label key: a name with an optional DNS prefix (``example.com/name``)."""
    if _is_short_name(name):
        return []
    parts = name.split("/")
    if len(parts) > 2:
        example = " with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')"
        return [f"a valid label key {_NOT_A_NAME}{example}"]
    errors: list[str] = []
    if len(parts) == 2:
        errors += [f"prefix part {text}" for text in _prefix_part(parts[0])]
    last = parts[-1]
    if not last:
        errors.append("name part must be non-empty")
    elif _longer(last, 63):
        errors.append("name part must be no more than 63 bytes")
    if not _is_name(last):
        errors.append(f"name part {_NOT_A_NAME}")
    return errors


def _prefix_part(prefix: str) -> list[str]:
    if not prefix:
        return ["must be non-empty"]
    errors = _too_long(prefix, 253, "bytes")
    if not _is_subdomain(prefix):
        errors.append(_NOT_A_SUBDOMAIN)
    return errors


def label_value(value: str) -> list[str]:
    """The value of a label: empty, or a name of at most 63 bytes."""
    if not value or _is_short_name(value):
        return []
    errors = _too_long(value, 63, "bytes")
    if not _is_name(value):
        errors.append(_NOT_A_VALUE)
    return errors


def config_map_key(key: str) -> list[str]:
    """A key of a ConfigMap or Secret."""
    errors = _too_long(key, 253)
    if not _is_config_key(key):
        errors.append(_NOT_A_CONFIG_KEY)
    if key in (".", ".."):
        errors.append(f"must not be '{key}'")
    elif key.startswith(".."):
        errors.append("must not start with '..'")
    return errors


def port_number(port: int) -> list[str]:
    """A port from 1 to 65535."""
    return [] if 1 <= port <= 65535 else ["must be between 1 and 65535, inclusive"]


def port_name(name: str) -> list[str]:
    """An IANA service name: at most 15 of ``[-a-z0-9]`` with at least one letter."""
    errors = _too_long(name, 15)
    if not _is_port_charset(name):
        errors.append("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)")
    if not any("a" <= character <= "z" for character in name):
        errors.append("must contain at least one letter (a-z)")
    if "--" in name:
        errors.append("must not contain consecutive hyphens")
    if name and "-" in (name[0], name[-1]):
        errors.append("must not begin or end with a hyphen")
    return errors
