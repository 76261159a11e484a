"""LimitRanger: what containers get that say nothing of their resources, and how much they may ask for.

Not here: limits of whole Pods and of claims, and the ratio of limit to request.
Source: k8s.io/kubernetes, plugin/pkg/admission/limitranger.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from fakes.apimachinery.quantity import Quantity
from fakes.apimachinery.schema import GroupResource
from fakes.apimachinery.status import StatusError
from fakes.apiserver.admission.attributes import Attributes
from fakes.apiserver.storage.interface import Storage
from fakes.kube.admission.configured import Configured
from fakes.kube.admission.subject import shown_name

__all__ = ["LimitRanger"]

_PODS = GroupResource("", "pods")
_ANNOTATION = "kubernetes.io/limit-ranger"
_KINDS = (("containers", "container"), ("initContainers", "init container"))
Amounts = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Limits:
    """The limits of containers in one namespace."""

    namespace: str
    limits: tuple[Mapping[str, Any], ...]

    @classmethod
    def of(cls, limit_range: Mapping[str, Any]) -> _Limits:
        limits = (limit_range.get("spec") or {}).get("limits") or ()
        return cls(
            namespace=limit_range["metadata"].get("namespace", ""),
            limits=tuple(each for each in limits if each.get("type") == "Container"),
        )


class LimitRanger:
    """The plugin."""

    def __init__(self, storage: Storage) -> None:
        self._ranges = Configured(storage, "limitranges", _Limits.of)

    def _limits(self, attributes: Attributes) -> list[Mapping[str, Any]]:
        if not self._ranges.values or attributes.resource.group_resource != _PODS or attributes.subresource:
            return []
        if attributes.operation != "CREATE":
            return []
        return [
            each
            for known in self._ranges.values
            if known.namespace == attributes.namespace
            for each in known.limits
        ]

    async def admit(self, attributes: Attributes) -> None:
        pod = attributes.object
        for limit in self._limits(attributes):
            if pod is not None:
                _fill(pod, limit)

    async def validate(self, attributes: Attributes) -> None:
        pod = attributes.object
        for limit in self._limits(attributes):
            errors = list(_violations(pod or {}, limit))
            if errors:
                text = errors[0] if len(errors) == 1 else f"[{', '.join(errors)}]"
                raise StatusError.forbidden(_PODS, attributes.name or shown_name(pod or {}), text)


def _fill(pod: dict[str, Any], limit: Mapping[str, Any]) -> None:
    """Give containers the defaults, and say so in an annotation."""
    said: list[str] = []
    for field, shown in _KINDS:
        for container in pod["spec"].get(field) or ():
            for kind, defaults in (("requests", "defaultRequest"), ("limits", "default")):
                given = (container.get("resources") or {}).get(kind) or {}
                added = {
                    name: text for name, text in (limit.get(defaults) or {}).items() if name not in given
                }
                if added:
                    container["resources"] = {**(container.get("resources") or {}), kind: {**given, **added}}
                    said.append(
                        f"{', '.join(sorted(added))} {kind[:-1]} for {shown} {container.get('name', '')}"
                    )
    if said:
        annotations = pod["metadata"].get("annotations") or {}
        pod["metadata"]["annotations"] = {
            **annotations,
            _ANNOTATION: f"LimitRanger plugin set: {'; '.join(said)}",
        }


def _violations(pod: Mapping[str, Any], limit: Mapping[str, Any]) -> Iterator[str]:
    for field, _ in _KINDS:
        for container in (pod.get("spec") or {}).get(field) or ():
            resources = container.get("resources") or {}
            requests, limits = resources.get("requests") or {}, resources.get("limits") or {}
            yield from _below(limit.get("min") or {}, requests, limits)
            yield from _above(limit.get("max") or {}, requests, limits)


def _below(enforced: Amounts, requests: Amounts, limits: Amounts) -> Iterator[str]:
    for name in sorted(enforced):
        least = f"minimum {name} usage per Container is {enforced[name]}"
        if name not in requests:
            yield f"{least}.  No request is specified"
        elif _value(requests[name]) < _value(enforced[name]):
            yield f"{least}, but request is {requests[name]}"
        elif name in limits and _value(limits[name]) < _value(enforced[name]):
            yield f"{least}, but limit is {limits[name]}"


def _above(enforced: Amounts, requests: Amounts, limits: Amounts) -> Iterator[str]:
    for name in sorted(enforced):
        most = f"maximum {name} usage per Container is {enforced[name]}"
        if name not in limits:
            yield f"{most}.  No limit is specified"
        elif _value(limits[name]) > _value(enforced[name]):
            yield f"{most}, but limit is {limits[name]}"
        elif name in requests and _value(requests[name]) > _value(enforced[name]):
            yield f"{most}, but request is {requests[name]}"


def _value(text: Any) -> Any:
    return Quantity.parse(str(text)).value
