"""Rules that many kinds share: about one field, returning what is wrong with it.

Source of the texts: k8s.io/apimachinery, pkg/util/validation and pkg/apis/meta/v1/validation.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from fakes.apimachinery.field import FieldError
from fakes.apimachinery.validation import dns1123_subdomain, port_name, port_number

__all__ = [
    "MAX_INT32",
    "PROTOCOLS",
    "cidr",
    "domain_prefixed_path",
    "duplicates",
    "env_var_name",
    "immutable",
    "int_or_percent",
    "ip_address",
    "named",
    "nonnegative",
    "not_special_ip",
    "percent_value",
    "port_number_or_name",
    "required_one_of",
    "unsupported",
]

MAX_INT32 = 2**31 - 1
PROTOCOLS = ("SCTP", "TCP", "UDP")
_PERCENT = re.compile("[0-9]+%")
_NOT_A_PERCENT = (
    "a valid percent string must be a numeric string followed by an ending '%' "
    "(e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')"
)


def nonnegative(owner: Mapping[str, Any], path: str, *names: str) -> list[FieldError]:
    """Numbers of a struct that may not be less than zero."""
    return [
        FieldError.invalid(f"{path}.{name}" if path else name, value, "must be greater than or equal to 0")
        for name in names
        if (value := owner.get(name)) is not None and value < 0
    ]


def named(validate: Callable[[str], list[str]], value: str, path: str) -> list[FieldError]:
    """A text that has to follow a format, such as that of a name."""
    return [FieldError.invalid(path, value, text) for text in validate(value)]


def unsupported(value: Any, path: str, supported: Iterable[str]) -> list[FieldError]:
    """A value of an enumeration; ``supported`` in the order in which the server lists it."""
    supported = tuple(supported)
    return [] if value in supported else [FieldError.not_supported(path, value, supported)]


def required_one_of(value: Any, path: str, supported: Iterable[str]) -> list[FieldError]:
    """As ``unsupported``, for a field that has to be there."""
    return unsupported(value, path, supported) if value else [FieldError.required(path)]


def immutable(new: Any, old: Any, path: str, *, shown: Any = None) -> list[FieldError]:
    """A field that may not change. ``shown`` is how messages print the new value, if not as clients see it."""
    if new == old:
        return []
    return [FieldError.invalid(path, new if shown is None else shown, "field is immutable")]


def port_number_or_name(value: int | str, path: str) -> list[FieldError]:
    """An IntOrString that names a port."""
    if isinstance(value, str):
        return named(port_name, value, path)
    return [FieldError.invalid(path, value, text) for text in port_number(value)]


def int_or_percent(value: int | str, path: str) -> list[FieldError]:
    """An IntOrString that is a number, not negative, or a percentage."""
    if isinstance(value, str):
        return [] if _PERCENT.fullmatch(value) else [FieldError.invalid(path, value, _NOT_A_PERCENT)]
    return [] if value >= 0 else [FieldError.invalid(path, value, "must be greater than or equal to 0")]


def percent_value(value: int | str | None) -> int | None:
    """The number before the percent sign; None for what is not a percentage."""
    return int(value[:-1]) if isinstance(value, str) and _PERCENT.fullmatch(value) else None


def domain_prefixed_path(value: str, path: str) -> list[FieldError]:
    """A domain and a path in it, as ``acme.io/foo``."""
    if not value:
        return [FieldError.required(path)]
    domain, _, rest = value.partition("/")
    if not domain or not rest:
        detail = 'must be a domain-prefixed path (such as "acme.io/foo")'
        return [FieldError.invalid(path, value, detail)]
    return named(dns1123_subdomain, domain, path)


def env_var_name(name: str) -> list[str]:
    """The name of an environment variable: printable ASCII without an equals sign."""
    if name.isascii() and name.isprintable() and "=" not in name:
        return []
    return [
        "a valid environment variable name must consist only of printable ASCII characters other than '='"
    ]


def _parsed(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(address)
    except ValueError:
        return None


def ip_address(address: str, path: str) -> list[FieldError]:
    """An IPv4 or IPv6 address."""
    if _parsed(address) is not None:
        return []
    detail = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"
    return [FieldError.invalid(path, address, detail)]


def not_special_ip(address: str, path: str) -> list[FieldError]:
    """An address that traffic of others can reach: neither unspecified nor of the loopback or link-local ranges."""
    ip = _parsed(address)
    if ip is None:
        return [FieldError.invalid(path, address, "must be a valid IP address")]
    details: list[str] = []
    if ip.is_unspecified:
        details.append(f"may not be unspecified ({address})")
    if ip.is_loopback:
        details.append("may not be in the loopback range (127.0.0.0/8, ::1/128)")
    if ip.is_link_local:
        details.append("may not be in the link-local range (169.254.0.0/16, fe80::/10)")
    if address.startswith("224.0.0.") or address.lower().startswith("ff02:"):
        details.append("may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)")
    return [FieldError.invalid(path, address, detail) for detail in details]


def cidr(value: str, path: str) -> list[FieldError]:
    """A network in CIDR notation."""
    try:
        ipaddress.ip_network(value, strict=False)
    except ValueError:
        detail = "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)"
        return [FieldError.invalid(path, value, detail)]
    if "/" not in value:
        detail = "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)"
        return [FieldError.invalid(path, value, detail)]
    return []


def duplicates(values: Sequence[str], path: str) -> list[FieldError]:
    """Entries of a list that were there before; the empty text does not count."""
    seen: set[str] = set()
    errors: list[FieldError] = []
    for position, value in enumerate(values):
        if value and value in seen:
            errors.append(FieldError.duplicate(f"{path}[{position}]", value))
        seen.add(value)
    return errors
