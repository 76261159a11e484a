"""The functions that Kubernetes adds to CEL, for those that rules of custom resources use.

A quantity, a URL, an IP address or a CIDR is a map here with one private key, since the interpreter has no values of
other kinds. Not here: indexOf and lastIndexOf of lists (those of strings are in the way), format, semver, jsonpatch, authorizer.
Source: k8s.io/apiserver, pkg/cel/library.
"""

from __future__ import annotations

import ipaddress
import itertools
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qs, urlsplit

from cel_expr_python import cel

from fakes.apimachinery.quantity import Quantity, QuantityError
from fakes.kube.custom_resources.patterns import to_python

__all__ = ["kubernetes_functions"]

_T = cel.Type
_QUANTITY, _URL, _IP, _CIDR = "@quantity", "@url", "@ip", "@cidr"
_Signature = tuple[str, bool, Sequence[Any], Any, Callable[..., Any]]


def kubernetes_functions() -> list[Any]:
    """Declarations for a CEL environment."""
    overloads: dict[str, list[Any]] = {}
    for name, member, parameters, result, function in _signatures():
        known = overloads.setdefault(name, [])
        known.append(
            cel.Overload(
                f"k8s_{name}_{len(known)}".replace(".", "_"),
                return_type=result,
                parameters=list(parameters),
                is_member=member,
                impl=function,
            )
        )
    return [cel.FunctionDecl(name, found) for name, found in overloads.items()]


def _signatures() -> Iterator[_Signature]:
    yield from _LISTS
    yield from _STRINGS
    yield from _QUANTITIES
    yield from _URLS
    yield from _ADDRESSES


def _is_valid(read: Callable[[str], object]) -> Callable[[str], bool]:
    def check(text: str) -> bool:
        try:
            read(text)
        except ValueError:
            return False
        return True

    return check


def _find_all(text: str, pattern: str, limit: int = -1) -> list[str]:
    found = [match.group() for match in re.finditer(to_python(pattern), text, re.ASCII)]
    return found if limit < 0 else found[:limit]


def _find(text: str, pattern: str) -> str:
    return next(iter(_find_all(text, pattern)), "")


_STRINGS: Sequence[_Signature] = (
    ("find", True, (_T.STRING, _T.STRING), _T.STRING, _find),
    ("findAll", True, (_T.STRING, _T.STRING), _T.LIST, _find_all),
    ("findAll", True, (_T.STRING, _T.STRING, _T.INT), _T.LIST, _find_all),
)


def _is_sorted(items: list[Any]) -> bool:
    return all(before <= after for before, after in itertools.pairwise(items))


def _extreme(name: str, choose: Callable[[list[Any]], Any]) -> Callable[[list[Any]], Any]:
    def found(items: list[Any]) -> Any:
        if not items:
            raise ValueError(f"{name} called on empty list")
        return choose(items)

    return found


def _contains_all(items: list[Any], others: list[Any]) -> bool:
    return all(other in items for other in others)


_LISTS: Sequence[_Signature] = (
    ("isSorted", True, (_T.LIST,), _T.BOOL, _is_sorted),
    ("sum", True, (_T.LIST,), _T.DYN, sum),
    ("min", True, (_T.LIST,), _T.DYN, _extreme("min", min)),
    ("max", True, (_T.LIST,), _T.DYN, _extreme("max", max)),
    ("sets.contains", False, (_T.LIST, _T.LIST), _T.BOOL, _contains_all),
    (
        "sets.equivalent",
        False,
        (_T.LIST, _T.LIST),
        _T.BOOL,
        lambda items, others: _contains_all(items, others) and _contains_all(others, items),
    ),
    (
        "sets.intersects",
        False,
        (_T.LIST, _T.LIST),
        _T.BOOL,
        lambda items, others: any(other in items for other in others),
    ),
)


def _quantity(text: str) -> dict[str, str]:
    return {_QUANTITY: Quantity.parse(text).text}


def _value(quantity: Mapping[str, str]) -> Any:
    return Quantity.parse(quantity[_QUANTITY]).value


def _of(value: Any) -> dict[str, str]:
    return _quantity(f"{int(value * 10**9)}n")


def _plus(quantity: Mapping[str, str], other: Mapping[str, str] | int) -> dict[str, str]:
    return _of(_value(quantity) + (other if isinstance(other, int) else _value(other)))


def _minus(quantity: Mapping[str, str], other: Mapping[str, str] | int) -> dict[str, str]:
    return _of(_value(quantity) - (other if isinstance(other, int) else _value(other)))


def _compare(quantity: Mapping[str, str], other: Mapping[str, str]) -> int:
    return int(_value(quantity) > _value(other)) - int(_value(quantity) < _value(other))


def _as_integer(quantity: Mapping[str, str]) -> int:
    value = _value(quantity)
    if value.denominator != 1:
        raise QuantityError("cannot convert value to integer")
    return int(value)


_QUANTITIES: Sequence[_Signature] = (
    ("isQuantity", False, (_T.STRING,), _T.BOOL, _is_valid(Quantity.parse)),
    ("quantity", False, (_T.STRING,), _T.MAP, _quantity),
    ("sign", True, (_T.MAP,), _T.INT, lambda quantity: (_value(quantity) > 0) - (_value(quantity) < 0)),
    ("isInteger", True, (_T.MAP,), _T.BOOL, lambda quantity: _value(quantity).denominator == 1),
    ("asInteger", True, (_T.MAP,), _T.INT, _as_integer),
    ("asApproximateFloat", True, (_T.MAP,), _T.DOUBLE, lambda quantity: float(_value(quantity))),
    ("isGreaterThan", True, (_T.MAP, _T.MAP), _T.BOOL, lambda a, b: _compare(a, b) > 0),
    ("isLessThan", True, (_T.MAP, _T.MAP), _T.BOOL, lambda a, b: _compare(a, b) < 0),
    ("compareTo", True, (_T.MAP, _T.MAP), _T.INT, _compare),
    ("add", True, (_T.MAP, _T.MAP), _T.MAP, _plus),
    ("add", True, (_T.MAP, _T.INT), _T.MAP, _plus),
    ("sub", True, (_T.MAP, _T.MAP), _T.MAP, _minus),
    ("sub", True, (_T.MAP, _T.INT), _T.MAP, _minus),
)


def _url(text: str) -> dict[str, str]:
    parts = urlsplit(text)
    if not (parts.scheme or text.startswith("/")):
        raise ValueError(
            f'URL parse error during conversion from string: parse "{text}": invalid URI for request'
        )
    return {_URL: text}


def _parts(url: Mapping[str, str]) -> Any:
    return urlsplit(url[_URL])


def _port(url: Mapping[str, str]) -> str:
    port = _parts(url).port
    return "" if port is None else str(port)


_URLS: Sequence[_Signature] = (
    ("isURL", False, (_T.STRING,), _T.BOOL, _is_valid(_url)),
    ("url", False, (_T.STRING,), _T.MAP, _url),
    ("getScheme", True, (_T.MAP,), _T.STRING, lambda url: _parts(url).scheme),
    ("getHost", True, (_T.MAP,), _T.STRING, lambda url: _parts(url).netloc.rpartition("@")[2]),
    ("getHostname", True, (_T.MAP,), _T.STRING, lambda url: _parts(url).hostname or ""),
    ("getPort", True, (_T.MAP,), _T.STRING, _port),
    ("getEscapedPath", True, (_T.MAP,), _T.STRING, lambda url: _parts(url).path),
    ("getQuery", True, (_T.MAP,), _T.MAP, lambda url: parse_qs(_parts(url).query, keep_blank_values=True)),
)


def _ip(text: str) -> dict[str, str]:
    try:
        return {_IP: str(ipaddress.ip_address(text))}
    except ValueError as error:
        what = f'ParseAddr("{text}"): unable to parse IP'
        raise ValueError(f'IP Address "{text}" parse error during conversion from string: {what}') from error


def _cidr(text: str) -> dict[str, str]:
    if "/" not in text:
        raise ValueError(f'network address parse error during conversion from string: no "/" in {text}')
    return {_CIDR: str(ipaddress.ip_interface(text))}


def _address(ip: Mapping[str, str]) -> Any:
    return ipaddress.ip_address(ip[_IP])


def _interface(cidr: Mapping[str, str]) -> Any:
    return ipaddress.ip_interface(cidr[_CIDR])


def _contains_ip(cidr: Mapping[str, str], ip: Mapping[str, str] | str) -> bool:
    address = ipaddress.ip_address(ip) if isinstance(ip, str) else _address(ip)
    return address in _interface(cidr).network


def _contains_cidr(cidr: Mapping[str, str], other: Mapping[str, str] | str) -> bool:
    inner = (ipaddress.ip_interface(other) if isinstance(other, str) else _interface(other)).network
    outer = _interface(cidr).network
    return bool(inner.version == outer.version and inner.subnet_of(outer))


_ADDRESSES: Sequence[_Signature] = (
    ("isIP", False, (_T.STRING,), _T.BOOL, _is_valid(_ip)),
    ("ip", False, (_T.STRING,), _T.MAP, _ip),
    ("ip.isCanonical", False, (_T.STRING,), _T.BOOL, lambda text: _ip(text)[_IP] == text),
    ("family", True, (_T.MAP,), _T.INT, lambda ip: _address(ip).version),
    ("isUnspecified", True, (_T.MAP,), _T.BOOL, lambda ip: _address(ip).is_unspecified),
    ("isLoopback", True, (_T.MAP,), _T.BOOL, lambda ip: _address(ip).is_loopback),
    ("isLinkLocalMulticast", True, (_T.MAP,), _T.BOOL, lambda ip: _address(ip).is_multicast),
    ("isLinkLocalUnicast", True, (_T.MAP,), _T.BOOL, lambda ip: _address(ip).is_link_local),
    (
        "isGlobalUnicast",
        True,
        (_T.MAP,),
        _T.BOOL,
        lambda ip: not (_address(ip).is_multicast or _address(ip).is_loopback or _address(ip).is_unspecified),
    ),
    ("isCIDR", False, (_T.STRING,), _T.BOOL, _is_valid(_cidr)),
    ("cidr", False, (_T.STRING,), _T.MAP, _cidr),
    ("containsIP", True, (_T.MAP, _T.STRING), _T.BOOL, _contains_ip),
    ("containsIP", True, (_T.MAP, _T.MAP), _T.BOOL, _contains_ip),
    ("containsCIDR", True, (_T.MAP, _T.STRING), _T.BOOL, _contains_cidr),
    ("containsCIDR", True, (_T.MAP, _T.MAP), _T.BOOL, _contains_cidr),
    ("prefixLength", True, (_T.MAP,), _T.INT, lambda cidr: _interface(cidr).network.prefixlen),
    ("masked", True, (_T.MAP,), _T.MAP, lambda cidr: {_CIDR: str(_interface(cidr).network)}),
    ("ip", True, (_T.MAP,), _T.MAP, lambda cidr: {_IP: str(_interface(cidr).ip)}),
)
