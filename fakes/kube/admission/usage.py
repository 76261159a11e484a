"""How much of a quota an object takes.

Source: k8s.io/kubernetes, pkg/quota/v1/evaluator/core. Not here: ephemeral storage, device claims and storage classes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from fakes.apimachinery.quantity import Quantity
from fakes.apimachinery.schema import GroupResource

__all__ = ["COMPUTE", "is_best_effort", "is_over", "missing", "shown", "usage"]

Object = Mapping[str, Any]
COMPUTE = ("cpu", "memory")
_COUNTED = frozenset(
    {
        "pods",
        "services",
        "replicationcontrollers",
        "resourcequotas",
        "secrets",
        "configmaps",
        "persistentvolumeclaims",
    }
)
_BINARY = {"Ei": 60, "Pi": 50, "Ti": 40, "Gi": 30, "Mi": 20, "Ki": 10}


def usage(resource: GroupResource, obj: Object) -> dict[str, Fraction]:
    """What an object counts for, by the names that quotas have for it."""
    found = {f"count/{resource}": Fraction(1)}
    if resource.group or resource.resource not in _COUNTED:
        return found
    found[resource.resource] = Fraction(1)
    spec = obj.get("spec") or {}
    match resource.resource:
        case "pods":
            found |= _of_pod(spec)
        case "services":
            found |= _of_service(spec)
        case "persistentvolumeclaims":
            asked = ((spec.get("resources") or {}).get("requests") or {}).get("storage", "0")
            found["requests.storage"] = _value(asked)
    return found


def is_over(obj: Object) -> bool:
    """Whether a Pod has ended, and counts no more."""
    return (obj.get("status") or {}).get("phase") in ("Succeeded", "Failed")


def is_best_effort(obj: Object) -> bool:
    """Whether a Pod asks for nothing and is limited in nothing."""
    return not any(
        (each.get("resources") or {}).get(kind)
        for each in _containers(obj)
        for kind in ("requests", "limits")
    )


def _containers(obj: Object) -> Iterable[Object]:
    spec = obj.get("spec") or {}
    return [*(spec.get("containers") or ()), *(spec.get("initContainers") or ())]


def _of_pod(spec: Object) -> dict[str, Fraction]:
    found: dict[str, Fraction] = {}
    for kind in ("requests", "limits"):
        for name in COMPUTE:
            together = sum((_asked(each, kind, name) for each in spec.get("containers") or ()), Fraction(0))
            first = max(
                (_asked(each, kind, name) for each in spec.get("initContainers") or ()), default=Fraction(0)
            )
            found[f"{kind}.{name}"] = max(together, first)
    return found | {name: found[f"requests.{name}"] for name in COMPUTE}


def _asked(container: Object, kind: str, name: str) -> Fraction:
    return _value(((container.get("resources") or {}).get(kind) or {}).get(name, "0"))


def _value(text: Any) -> Fraction:
    return Quantity.parse(str(text)).value


def _of_service(spec: Object) -> dict[str, Fraction]:
    ports, kind = len(spec.get("ports") or ()), spec.get("type", "ClusterIP")
    balanced = kind == "LoadBalancer"
    allocates = kind == "NodePort" or (balanced and spec.get("allocateLoadBalancerNodePorts", True))
    return {
        "services.loadbalancers": Fraction(int(balanced)), "services.nodeports": Fraction(ports if allocates else 0)
    }  # fmt: skip


def missing(obj: Object, hard: Iterable[str]) -> str:
    """What containers of a Pod do not say although a quota limits it; empty if nothing."""
    lacking: dict[str, list[str]] = {}
    for limited in sorted(hard):
        kind, _, name = limited.rpartition(".")
        if name not in COMPUTE or kind not in ("", "requests", "limits"):
            continue
        for container in _containers(obj):
            resources = container.get("resources") or {}
            if name not in (resources.get(kind or "requests") or {}):
                lacking.setdefault(limited, []).append(container.get("name", ""))
    return "; ".join(f"{limited} for: {','.join(sorted(names))}" for limited, names in lacking.items())


def shown(amounts: Mapping[str, Fraction], binary: Iterable[str] = ()) -> str:
    """Amounts as a denial prints them."""
    return ",".join(f"{name}={_text(amounts[name], name in set(binary))}" for name in sorted(amounts))


def _text(amount: Fraction, binary: bool) -> str:
    if amount.denominator != 1:
        return Quantity.parse(f"{-(-amount * 1000 // 1)}m").text
    whole = int(amount)
    if binary and whole:
        for suffix, bits in _BINARY.items():
            if whole % (1 << bits) == 0:
                return f"{whole >> bits}{suffix}"
    return str(whole) if binary or whole < 1000 else Quantity.parse(str(whole)).text
