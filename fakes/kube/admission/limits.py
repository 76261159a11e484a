"""LimitRanger: what containers get that say nothing of their resources, and how much Pods and claims may ask for.

Source: k8s.io/kubernetes, plugin/pkg/admission/limitranger.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from fakes.apimachinery.schema import GroupResource
from fakes.apimachinery.status import StatusError
from fakes.apiserver.admission.attributes import Attributes
from fakes.apiserver.storage.interface import Storage
from fakes.kube.admission.configured import Configured
from fakes.kube.admission.limit_constraints import claim_violations, pod_violations
from fakes.kube.admission.subject import shown_name

__all__ = ["LimitRanger"]

_PODS = GroupResource("", "pods")
_CLAIMS = GroupResource("", "persistentvolumeclaims")
_ANNOTATION = "kubernetes.io/limit-ranger"
_KINDS = (("containers", "container"), ("initContainers", "init container"))
Violations = Callable[[Mapping[str, Any], Mapping[str, Any]], Iterator[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Limits:
    """The limits of one LimitRange."""

    namespace: str
    limits: tuple[Mapping[str, Any], ...]

    @classmethod
    def of(cls, limit_range: Mapping[str, Any]) -> _Limits:
        limits = (limit_range.get("spec") or {}).get("limits") or ()
        return cls(namespace=limit_range["metadata"].get("namespace", ""), limits=tuple(limits))


class LimitRanger:
    """The plugin."""

    def __init__(self, storage: Storage) -> None:
        self._ranges = Configured(storage, "limitranges", _Limits.of)

    async def admit(self, attributes: Attributes) -> None:
        pod = attributes.object
        if pod is None or not self._ranges.values or not _is_of_pod(attributes):
            return
        for known in self._in(attributes.namespace):
            for limit in known.limits:
                if limit.get("type") == "Container":
                    _fill(pod, limit)

    async def validate(self, attributes: Attributes) -> None:
        if not self._ranges.values or (violations := _checks(attributes)) is None:
            return
        obj = attributes.object or {}
        for known in self._in(attributes.namespace):
            found = [text for limit in known.limits for text in violations(obj, limit)]
            if errors := list(dict.fromkeys(found)):
                text = errors[0] if len(errors) == 1 else f"[{', '.join(errors)}]"
                name = attributes.name or shown_name(obj)
                raise StatusError.forbidden(attributes.resource.group_resource, name, text)

    def _in(self, namespace: str) -> list[_Limits]:
        return [known for known in self._ranges.values if known.namespace == namespace]


def _is_of_pod(attributes: Attributes) -> bool:
    """Whether a Pod is made, or its containers are given other resources."""
    if attributes.resource.group_resource != _PODS:
        return False
    return (attributes.operation, attributes.subresource) in (("CREATE", ""), ("UPDATE", "resize"))


def _checks(attributes: Attributes) -> Violations | None:
    if _is_of_pod(attributes):
        return pod_violations
    is_claim = attributes.resource.group_resource == _CLAIMS and not attributes.subresource
    return claim_violations if is_claim and attributes.operation in ("CREATE", "UPDATE") else None


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
