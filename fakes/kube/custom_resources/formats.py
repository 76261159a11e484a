"""The ``format`` of a string in a schema: which are known, and whether a text has one.

Source: k8s.io/apiextensions-apiserver, pkg/apiserver/validation/formats.go; k8s.io/kube-openapi, pkg/validation/strfmt.
Formats that are not known are ignored, as the server ignores them. Not checked as strictly as there: e-mail, URIs.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Mapping
from datetime import date
from urllib.parse import urlsplit

from fakes.apimachinery.duration import parse_rfc3339
from fakes.apimachinery.validation import dns1123_label, dns1123_subdomain

__all__ = ["has_format", "known_format"]


def known_format(types: tuple[str, ...], name: str) -> str:
    """The format if it means something for the type, else nothing."""
    kind = types[0] if len(types) == 1 else ""
    match kind:
        case "" | "string":
            known: object = _CHECKS
            return name if name.replace("-", "") in _CHECKS else ""
        case "integer":
            known = ("int32", "int64")
        case "number":
            known = ("float", "double")
        case _:
            known = ()
    return name if name in known else ""


def has_format(name: str, text: str) -> bool:
    """Whether a text has a format; it does if the format is not one of strings."""
    check = _CHECKS.get(name.replace("-", ""))
    return check is None or check(text)


def _matching(pattern: str) -> Callable[[str], bool]:
    matches = re.compile(pattern, re.ASCII).fullmatch
    return lambda text: matches(text) is not None


def _is_ip(version: int) -> Callable[[str], bool]:
    def check(text: str) -> bool:
        try:
            return ipaddress.ip_address(_sloppy(text)).version == version and "%" not in text
        except ValueError:
            return False

    return check


def _sloppy(text: str) -> str:
    """An IPv4 address without the leading zeros that Go's older parser passes over."""
    return re.sub(r"(?<![0-9])0+(?=[0-9])", "", text) if ":" not in text else text


def _is_cidr(text: str) -> bool:
    try:
        ipaddress.ip_interface(_sloppy(text))
    except ValueError:
        return False
    return text.rpartition("/")[2].isdigit() and "/" in text


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return len(text) == 10


def _is_date_time(text: str) -> bool:
    return parse_rfc3339(text.upper()) is not None


def _is_uri(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return (bool(parts.scheme) or text.startswith("/")) and not any(
        character in text for character in " \t\n\x7f"
    )


_ALNUM = r"[^\W_]|[$+<=>^`|~]"
_is_host = re.compile(
    rf"(?:(?:{_ALNUM})(?:-?(?:{_ALNUM}){{0,62}})?|(?:{_ALNUM})(?:(?:-|{_ALNUM}){{0,61}}(?:{_ALNUM}))?\.)"
    rf"{{1,}}(?:[^\W\d_]){{2,63}}"
).fullmatch


def _is_hostname(text: str) -> bool:
    if len(text) > 255 or not _is_host(text):
        return False
    return all(len(part.encode()) < 64 for part in text.split("."))


def _is_isbn10(text: str) -> bool:
    digits = re.sub(r"[\s-]", "", text)
    if not re.fullmatch("[0-9]{9}[0-9X]", digits):
        return False
    total = sum((position + 1) * int(digit) for position, digit in enumerate(digits[:9]))
    return (total + 10 * (10 if digits[9] == "X" else int(digits[9]))) % 11 == 0


def _is_isbn13(text: str) -> bool:
    digits = re.sub(r"[\s-]", "", text)
    if not re.fullmatch("[0-9]{13}", digits):
        return False
    return sum(int(digit) * (1, 3)[position % 2] for position, digit in enumerate(digits)) % 10 == 0


def _is_credit_card(text: str) -> bool:
    digits = re.sub(r"[^0-9]", "", text)
    known = (
        "(?:4[0-9]{12}(?:[0-9]{3})?|5[1-5][0-9]{14}|6(?:011|5[0-9][0-9])[0-9]{12}|3[47][0-9]{13}"
        r"|3(?:0[0-5]|[68][0-9])[0-9]{11}|(?:2131|1800|35\d{3})\d{11})"
    )
    if not re.fullmatch(known, digits):
        return False
    doubled = [int(digit) * (1, 2)[position % 2] for position, digit in enumerate(reversed(digits))]
    return sum(number - 9 if number > 9 else number for number in doubled) % 10 == 0


_UUID = "[0-9a-fA-F]{8}-?[0-9a-fA-F]{4}-?%s-?%s-?[0-9a-fA-F]{12}"
_ANY4 = "[0-9a-fA-F]{4}"
_VARIANT = "[89abAB][0-9a-fA-F]{3}"
_GO_DURATION = r"[+-]?(?:0|(?:(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+)"
_SCALA_DURATION = (
    r"-?\d+(?:\.\d+)?\s*(?:ns|nanos?|nanoseconds?|us|µs|micros?|microseconds?|ms|millis?|milliseconds?|s|secs?|seconds?"
    r"|m|mins?|minutes?|h|hrs?|hours?|d|days?|w|wks?|weeks?)"
)

_CHECKS: Mapping[str, Callable[[str], bool]] = {
    "bsonobjectid": _matching("[0-9a-fA-F]{24}"),
    "uri": _is_uri,
    "email": _matching(r"(?:[^<>\n]*<)?[^\s@<>]+@[^\s@<>]+>?"),
    "hostname": _is_hostname,
    "ipv4": _is_ip(4),
    "ipv6": _is_ip(6),
    "cidr": _is_cidr,
    "mac": _matching("[0-9a-fA-F]{2}(?:(?::[0-9a-fA-F]{2}){5}|(?:-[0-9a-fA-F]{2}){5}|(?::[0-9a-fA-F]{2}){7})"
                     r"|(?:[0-9a-fA-F]{4}\.){2,3}[0-9a-fA-F]{4}"),
    "uuid": _matching(_UUID % (_ANY4, _ANY4)),
    "uuid3": _matching(_UUID % ("3[0-9a-fA-F]{3}", _ANY4)),
    "uuid4": _matching(_UUID % ("4[0-9a-fA-F]{3}", _VARIANT)),
    "uuid5": _matching(_UUID % ("5[0-9a-fA-F]{3}", _VARIANT)),
    "isbn": lambda text: _is_isbn10(text) or _is_isbn13(text),
    "isbn10": _is_isbn10,
    "isbn13": _is_isbn13,
    "creditcard": _is_credit_card,
    "ssn": _matching(r"\d{3}[- ]?\d{2}[- ]?\d{4}"),
    "hexcolor": _matching("#?(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})"),
    "rgbcolor": _matching(
        r"rgb\(\s*(0|[1-9]\d?|1\d\d?|2[0-4]\d|25[0-5])\s*,\s*(0|[1-9]\d?|1\d\d?|2[0-4]\d|25[0-5])\s*,"
        r"\s*(0|[1-9]\d?|1\d\d?|2[0-4]\d|25[0-5])\s*\)"
    ),
    "byte": _matching("(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{4})"),
    "password": lambda _text: True,
    "date": _is_date,
    "duration": _matching(f"{_GO_DURATION}|{_SCALA_DURATION}"),
    "datetime": _is_date_time,
    "k8sshortname": lambda text: not dns1123_label(text),
    "k8slongname": lambda text: not dns1123_subdomain(text),
}  # fmt: skip
