"""ComponentStatuses: how the parts of the control plane are, which are simulated and therefore always well.

Source: k8s.io/kubernetes, pkg/registry/core/componentstatus/rest.go.
"""

from __future__ import annotations

from collections.abc import Mapping

from fakes.apimachinery.schema import GroupResource
from fakes.apimachinery.status import StatusError
from fakes.apiserver.registry.rest import Context, Listed, ListOptions, Object
from fakes.apiserver.registry.strategy import Strategy
from fakes.apiserver.storage.interface import Stored

__all__ = ["ComponentStatusStore"]

_RESOURCE = GroupResource("", "componentstatus")
_PARTS = ("controller-manager", "etcd-0", "scheduler")


class ComponentStatusStore:
    """Reads what nobody writes; the list has no revision."""

    def __init__(self) -> None:
        self._strategy = Strategy()

    async def get(self, context: Context, name: str, resource_version: str = "") -> Stored:
        if name not in _PARTS:
            raise StatusError.not_found(_RESOURCE, name)
        return _status(name)

    async def list(self, context: Context, options: ListOptions) -> Listed:
        found = [_status(name) for name in _PARTS]
        labels, fields = options.predicate
        return Listed(
            [
                each
                for each in found
                if (labels is None or labels({})) and (fields is None or fields(each.object))
            ],
            0,
        )

    def selectable_fields(self, obj: Object) -> Mapping[str, str]:
        return self._strategy.selectable_fields(obj)

    def check_field_label(self, label: str) -> str:
        return self._strategy.check_field_label(label)


def _status(name: str) -> Stored:
    healthy = {"type": "Healthy", "status": "True", "message": "ok"}
    return Stored(name, {"metadata": {"name": name}, "conditions": [healthy]}, 0)
