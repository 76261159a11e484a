"""``/ephemeralcontainers`` and ``/resize``: the parts of a Pod that change through a subresource of their own.

No node says whether it has the room for a resize.

Source: k8s.io/kubernetes, pkg/registry/core/pod/strategy.go and ValidatePodEphemeralContainersUpdate.
"""

from __future__ import annotations

from collections.abc import Callable

from fakes.apimachinery.field import FieldError
from fakes.apimachinery.status import StatusError
from fakes.apiserver.registry.rest import Context, Object, Transform, Updated
from fakes.apiserver.registry.store import Store
from fakes.apiserver.storage.interface import Stored
from fakes.kube.builtin.internal import internal_diff
from fakes.kube.groups.pod_resize import resized, validate_resize
from fakes.kube.groups.pod_validation import validate_pod_spec

__all__ = ["EphemeralContainersStore", "ResizeStore"]

_MIRROR = "kubernetes.io/config.mirror"
Part = Callable[[Object, Object], Object]


class _PartStore(Store):
    """The store's update with everything as it was but one part of the spec."""

    def __init__(self, store: Store, part: Part, check: Callable[[Object, Object], list[FieldError]]) -> None:
        super().__init__(
            resource=store.resource, kind=store.kind, namespaced=store.namespaced, strategy=store.strategy,
            storage=store.storage, clock=store.clock,
        )  # fmt: skip
        self.table = store.table
        self._part = part
        self._check = check

    def prepared_for_update(self, obj: Object, old: Object) -> Object:
        before = old["metadata"]
        metadata = {**before, "managedFields": obj["metadata"].get("managedFields", [])}
        if not metadata["managedFields"]:
            del metadata["managedFields"]
        spec = self._part(obj.get("spec") or {}, old["spec"])
        if spec != old["spec"]:
            metadata["generation"] = before.get("generation", 0) + 1
        return {**old, "metadata": metadata, "spec": spec}

    def _validate_update(self, obj: Object, existing: Stored) -> None:
        if errors := self._check(obj, existing.object):
            raise StatusError.invalid(self.kind, existing.name, errors)


class _Part:
    """A subresource that reads and changes the Pod."""

    def __init__(self, pods: Store, part: Part, check: Callable[[Object, Object], list[FieldError]]) -> None:
        self._pods = pods
        self._updates = _PartStore(pods, part, check)

    async def get(self, context: Context, name: str, resource_version: str = "") -> Stored:
        return await self._pods.get(context, name, resource_version)

    async def update(
        self, context: Context, name: str, transform: Transform, *, create: bool = False, patch: bool = False
    ) -> Updated:
        self._pods.find(context, name)
        return await self._updates.update(context, name, transform, patch=patch)


class EphemeralContainersStore(_Part):
    """Adds containers to a Pod that runs, as ``kubectl debug`` does."""

    def __init__(self, pods: Store) -> None:
        super().__init__(pods, _with_ephemeral, _only_added)


class ResizeStore(_Part):
    """Changes what the containers of a Pod ask for."""

    def __init__(self, pods: Store) -> None:
        super().__init__(pods, resized, validate_resize)


def _with_ephemeral(sent: Object, old: Object) -> Object:
    rest = {name: value for name, value in old.items() if name != "ephemeralContainers"}
    added = sent.get("ephemeralContainers")
    return {**rest, "ephemeralContainers": added} if added else rest


def _only_added(new: Object, old: Object) -> list[FieldError]:
    """What is there can neither be changed nor taken away."""
    if _MIRROR in (old["metadata"].get("annotations") or {}):
        return [FieldError.forbidden("[]", "static pods do not support ephemeral containers")]
    errors = validate_pod_spec(new["spec"], "spec", pod=True)
    now = {each.get("name"): each for each in new["spec"].get("ephemeralContainers") or ()}
    for each in old["spec"].get("ephemeralContainers") or ():
        name = each["name"]
        if name not in now:
            detail = f"existing ephemeral containers {_quoted(name)} may not be removed\n"
            errors.append(FieldError.forbidden("spec.ephemeralContainers", detail))
        elif now[name] != each:
            difference = internal_diff("core.EphemeralContainer", each, now[name])
            detail = f"existing ephemeral containers {_quoted(name)} may not be changed\n{difference}"
            errors.append(FieldError.forbidden("spec.ephemeralContainers", detail))
    return errors


def _quoted(name: str) -> str:
    return f'"{name}"'
