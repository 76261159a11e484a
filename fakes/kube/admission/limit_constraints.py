"""What a LimitRange has against a Pod or a claim, as texts.

Source: k8s.io/kubernetes, plugin/pkg/admission/limitranger.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from typing import Any

from fakes.apimachinery.quantity import Quantity

__all__ = ["claim_violations", "pod_violations"]

Amounts = Mapping[str, Any]
Limit = Mapping[str, Any]
_BINARY = (("Ei", 60), ("Pi", 50), ("Ti", 40), ("Gi", 30), ("Mi", 20), ("Ki", 10))
_POD_LEVEL = ("cpu", "memory")


def pod_violations(pod: Mapping[str, Any], limit: Limit) -> Iterator[str]:
    """What a limit has against the containers of a Pod, or against all of them together."""
    spec = pod.get("spec") or {}
    match limit.get("type"):
        case "Container":
            for field in ("containers", "initContainers"):
                for container in spec.get(field) or ():
                    resources = container.get("resources") or {}
                    yield from _resources(
                        limit, resources.get("requests") or {}, resources.get("limits") or {}
                    )
        case "Pod":
            yield from _resources(limit, _together(spec, "requests"), _together(spec, "limits"))


def claim_violations(claim: Mapping[str, Any], limit: Limit) -> Iterator[str]:
    """What a limit has against the size of a claim."""
    if limit.get("type") != "PersistentVolumeClaim":
        return
    requests = ((claim.get("spec") or {}).get("resources") or {}).get("requests") or {}
    yield from _each(limit, "min", lambda name, kind, bound: _below(name, kind, bound, requests, {}))
    yield from _each(limit, "max", lambda name, kind, bound: _asks_above(name, kind, bound, requests))


def _resources(limit: Limit, requests: Amounts, limits: Amounts) -> Iterator[str]:
    yield from _each(limit, "min", lambda name, kind, bound: _below(name, kind, bound, requests, limits))
    yield from _each(limit, "max", lambda name, kind, bound: _above(name, kind, bound, requests, limits))
    yield from _each(
        limit, "maxLimitRequestRatio", lambda name, kind, bound: _ratio(name, kind, bound, requests, limits)
    )


def _each(limit: Limit, bound: str, check: Callable[[str, str, Any], str]) -> Iterator[str]:
    enforced = limit.get(bound) or {}
    for name in sorted(enforced):
        if text := check(name, limit.get("type", ""), enforced[name]):
            yield text


def _below(name: str, kind: str, enforced: Any, requests: Amounts, limits: Amounts) -> str:
    least = f"minimum {name} usage per {kind} is {enforced}"
    if name not in requests:
        return f"{least}.  No request is specified"
    if _value(requests[name]) < _value(enforced):
        return f"{least}, but request is {requests[name]}"
    if name in limits and _value(limits[name]) < _value(enforced):
        return f"{least}, but limit is {limits[name]}"
    return ""


def _asks_above(name: str, kind: str, enforced: Any, requests: Amounts) -> str:
    most = f"maximum {name} usage per {kind} is {enforced}"
    if name not in requests:
        return f"{most}.  No request is specified"
    above = _value(requests[name]) > _value(enforced)
    return f"{most}, but request is {requests[name]}" if above else ""


def _above(name: str, kind: str, enforced: Any, requests: Amounts, limits: Amounts) -> str:
    most = f"maximum {name} usage per {kind} is {enforced}"
    if name not in limits:
        return f"{most}.  No limit is specified"
    if _value(limits[name]) > _value(enforced):
        return f"{most}, but limit is {limits[name]}"
    if name in requests and _value(requests[name]) > _value(enforced):
        return f"{most}, but request is {requests[name]}"
    return ""


def _ratio(name: str, kind: str, enforced: Any, requests: Amounts, limits: Amounts) -> str:
    most = f"{name} max limit to request ratio per {kind} is {enforced}"
    for amounts, what in ((requests, "request"), (limits, "limit")):
        if not _value(amounts.get(name, 0)):
            return f"{most}, but no {what} is specified or {what} is 0"
    ratio = _value(limits[name]) / _value(requests[name])
    return f"{most}, but provided ratio is {float(ratio):f}" if ratio > _value(enforced) else ""


def _together(spec: Mapping[str, Any], kind: str) -> dict[str, str]:
    """What the containers of a Pod ask for at its worst moment, or what the Pod says itself."""
    together: dict[str, list[Any]] = {}
    first: dict[str, list[Any]] = {}
    stays: dict[str, list[Any]] = {}
    for container in spec.get("containers") or ():
        _add(together, _said(container, kind))
    for container in spec.get("initContainers") or ():
        if container.get("restartPolicy") == "Always":
            for amounts in (together, stays):
                _add(amounts, _said(container, kind))
            now = stays
        else:
            now = {name: list(texts) for name, texts in stays.items()}
            _add(now, _said(container, kind))
        _raise(first, now)
    _raise(together, first)
    found = {name: _sum(texts) for name, texts in together.items()}
    own = (spec.get("resources") or {}).get(kind) or {}
    supported = {name: str(text) for name, text in own.items() if name in _POD_LEVEL or "hugepages-" in name}
    return found | supported


def _said(container: Mapping[str, Any], kind: str) -> Amounts:
    amounts: Amounts = (container.get("resources") or {}).get(kind) or {}
    return amounts


def _add(amounts: dict[str, list[Any]], more: Amounts) -> None:
    for name, text in more.items():
        amounts.setdefault(name, []).append(text)


def _raise(amounts: dict[str, list[Any]], others: Mapping[str, list[Any]]) -> None:
    for name, texts in others.items():
        if name not in amounts or _total(texts) > _total(amounts[name]):
            amounts[name] = list(texts)


def _total(texts: list[Any]) -> Fraction:
    return sum((_value(text) for text in texts), Fraction(0))


def _sum(texts: list[Any]) -> str:
    """A sum in the format of its first part."""
    if len(texts) == 1:
        return str(texts[0])
    total = _total(texts)
    if str(texts[0]).endswith("i") and total.denominator == 1:
        for suffix, bits in _BINARY:
            if total and total.numerator % (1 << bits) == 0:
                return f"{total.numerator >> bits}{suffix}"
        return str(total.numerator)
    return Quantity.parse(
        f"{-(-total * 1000 // 1)}m" if total.denominator != 1 else str(total.numerator)
    ).text


def _value(text: Any) -> Fraction:
    return Quantity.parse(str(text)).value
