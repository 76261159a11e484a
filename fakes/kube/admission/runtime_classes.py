"""RuntimeClass: what a class of runtimes adds to the Pods that name it, and which Pods do not fit their class.

Source: k8s.io/kubernetes, plugin/pkg/admission/runtimeclass and pkg/util/tolerations.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fakes.apimachinery.golang import quote
from fakes.apimachinery.quantity import Quantity
from fakes.apimachinery.schema import GroupResource
from fakes.apimachinery.status import StatusError
from fakes.apiserver.admission.attributes import Attributes
from fakes.apiserver.storage.interface import Storage
from fakes.kube.admission.subject import shown_name

__all__ = ["RuntimeClasses", "merged_tolerations"]

_PODS = GroupResource("", "pods")
_OTHER = "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead"
_NONE = "pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead"
Toleration = Mapping[str, Any]


class RuntimeClasses:
    """The plugin: it looks at new Pods."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    async def admit(self, attributes: Attributes) -> None:
        pod = _new_pod(attributes)
        if pod is None or (found := self._class_of(pod, attributes)) is None:
            return
        overhead, spec = _overhead(found), pod["spec"]
        if overhead is not None:
            if spec.get("overhead") and not _same(overhead, spec["overhead"]):
                raise _refused(attributes, _OTHER)
            spec["overhead"] = dict(overhead)
        if (scheduling := found.get("scheduling")) is not None:
            _schedule(attributes, spec, scheduling)

    async def validate(self, attributes: Attributes) -> None:
        pod = _new_pod(attributes)
        if pod is None:
            return
        found = self._class_of(pod, attributes)
        overhead, given = None if found is None else _overhead(found), pod["spec"].get("overhead")
        if overhead is None and given is not None:
            raise _refused(attributes, _NONE)
        if overhead is not None and not _same(overhead, given or {}):
            raise _refused(attributes, _OTHER)

    def _class_of(self, pod: Mapping[str, Any], attributes: Attributes) -> Mapping[str, Any] | None:
        name = pod["spec"].get("runtimeClassName")
        if name is None:
            return None
        if not name:
            raise StatusError.plain("resource name may not be empty")
        stored = self._storage.get("runtimeclasses.node.k8s.io", name)
        if stored is None:
            raise _refused(attributes, f"pod rejected: RuntimeClass {quote(name)} not found")
        return stored.object


def _new_pod(attributes: Attributes) -> dict[str, Any] | None:
    fits = attributes.resource.group_resource == _PODS and not attributes.subresource
    return attributes.object if fits and attributes.operation == "CREATE" else None


def _overhead(runtime: Mapping[str, Any]) -> Mapping[str, Any] | None:
    overhead = runtime.get("overhead")
    return None if overhead is None else overhead.get("podFixed") or {}


def _same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    amounts = [
        {name: Quantity.parse(str(text)).value for name, text in each.items()} for each in (one, other)
    ]
    return amounts[0] == amounts[1]


def _schedule(attributes: Attributes, spec: dict[str, Any], scheduling: Mapping[str, Any]) -> None:
    wanted, given = scheduling.get("nodeSelector") or {}, spec.get("nodeSelector") or {}
    for key in sorted(wanted):
        if key in given and given[key] != wanted[key]:
            sides = ("runtimeClass.scheduling", wanted), ("pod.spec", given)
            parts = [f"{side}.nodeSelector[{key}] = {values[key]}" for side, values in sides]
            raise _refused(attributes, f"conflict: {'; '.join(parts)}")
    if wanted or given:
        spec["nodeSelector"] = {**given, **wanted}
    tolerations = [*(spec.get("tolerations") or ()), *(scheduling.get("tolerations") or ())]
    if tolerations:
        spec["tolerations"] = merged_tolerations(tolerations)


def merged_tolerations(tolerations: Sequence[Toleration]) -> list[Toleration]:
    """Tolerations without those that others of them make superfluous."""
    merged: list[Toleration] = []
    for position, each in enumerate(tolerations):
        later = (other for other in tolerations[position + 1 :] if other != each)
        if not any(_covers(other, each) for other in (*merged, *later)):
            merged.append(each)
    return merged


def _covers(one: Toleration, other: Toleration) -> bool:
    """Whether a toleration tolerates all that another does."""
    if one == other:
        return True
    key, operator, effect = (one.get(name, "") for name in ("key", "operator", "effect"))
    if other.get("key", "") != key and (key or operator != "Exists"):
        return False
    if effect and other.get("effect", "") != effect:
        return False
    seconds, others = one.get("tolerationSeconds"), other.get("tolerationSeconds")
    if effect == "NoExecute" and seconds is not None and (others is None or others > seconds):
        return False
    if operator == "Exists":
        return True
    return other.get("operator") == "Equal" and other.get("value", "") == one.get("value", "")


def _refused(attributes: Attributes, text: str) -> StatusError:
    name = attributes.name or shown_name(attributes.object or {})
    return StatusError.forbidden(_PODS, name, text)
