"""What strategies of built-in kinds have in common: a status that is never quite empty."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import msgspec

from fakes.apimachinery.schema import GroupResource
from fakes.apiserver.registry.strategy import Object, Strategy

__all__ = ["BuiltinStrategy", "fill"]


_REGISTRY_PATHS = {
    "endpoints": "services/endpoints", "ingresses": "ingress", "nodes": "minions", "replicationcontrollers": "controllers",
    "services": "services/specs",
}  # fmt: skip


def fill(target: dict[str, Any], defaults: Mapping[str, Any]) -> None:
    """Give a struct what it does not have; structs inside are filled likewise, and nothing is shared."""
    for name, value in defaults.items():
        present = target.get(name)
        if isinstance(value, Mapping) and isinstance(present, dict):
            fill(present, value)
        elif present is None:
            target[name] = msgspec.to_builtins(value) if isinstance(value, (Mapping, list)) else value


class BuiltinStrategy(Strategy):
    """A kind with a Go type: fields that are structs or have no ``omitempty`` are always there.

    zero_status
        What the server writes for a status in which nothing is set; None where the kind has no such struct.
    """

    standard_finalizers = True
    zero_status: ClassVar[Mapping[str, Any] | None] = None

    def registry_path(self, resource: GroupResource) -> str:
        return _REGISTRY_PATHS.get(resource.resource, resource.resource)

    def default(self, obj: Object) -> None:
        if self.zero_status is not None:
            fill(obj.setdefault("status", {}), self.zero_status)

    def prepare_for_create(self, obj: Object) -> None:
        if self.zero_status is not None:
            if not self.creates_status:
                obj["status"] = {}
            fill(obj["status"], self.zero_status)
