"""FlowSchemas and PriorityLevelConfigurations. Nothing is throttled."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from fakes.apimachinery.field import FieldError
from fakes.apiserver.registry.strategy import MetadataCheck, Object
from fakes.kube.groups.builtin import BuiltinStrategy, fill
from fakes.kube.groups.flow_validation import validate_flow_schema, validate_priority_level

__all__ = ["FlowSchemaStrategy", "PriorityLevelStrategy"]


_QUEUING = {"queues": 64, "handSize": 8, "queueLengthLimit": 50}


def _keep_metadata(obj: Object, old: Object) -> None:
    """All but the owners of fields: even a wrong uid is overlooked."""
    fields = {name: each for name, each in obj["metadata"].items() if name == "managedFields"}
    obj["metadata"] = {name: each for name, each in old["metadata"].items() if name not in fields} | fields


class FlowSchemaStrategy(BuiltinStrategy):
    """FlowSchema."""

    metadata_checks: ClassVar[tuple[MetadataCheck, ...]] = ("whole",)
    has_generation = True
    has_status = True
    zero_status: ClassVar[Mapping[str, Any] | None] = {}
    resets: ClassVar[Mapping[str, tuple[str, ...]]] = {"": ("status",), "status": ("spec", "metadata")}
    status_keeps_metadata = True

    def prepare_for_status_update(self, obj: Object, old: Object) -> None:
        _keep_metadata(obj, old)

    def default(self, obj: Object) -> None:
        spec = obj.setdefault("spec", {})
        spec["matchingPrecedence"] = spec.get("matchingPrecedence") or 1000
        super().default(obj)

    def validate(self, obj: Object) -> list[FieldError]:
        spec = obj.get("spec") or {}
        return validate_flow_schema(obj["metadata"].get("name", ""), spec)


class PriorityLevelStrategy(BuiltinStrategy):
    """PriorityLevelConfiguration."""

    metadata_checks: ClassVar[tuple[MetadataCheck, ...]] = ("whole",)
    has_generation = True
    has_status = True
    zero_status: ClassVar[Mapping[str, Any] | None] = {}
    resets: ClassVar[Mapping[str, tuple[str, ...]]] = {"": ("status",), "status": ("spec", "metadata")}
    status_keeps_metadata = True

    def prepare_for_status_update(self, obj: Object, old: Object) -> None:
        _keep_metadata(obj, old)

    def default(self, obj: Object) -> None:
        spec = obj.setdefault("spec", {})
        if (limited := spec.get("limited")) is not None:
            fill(limited, {"nominalConcurrencyShares": 30, "lendablePercent": 0, "limitResponse": {}})
            if (queuing := limited["limitResponse"].get("queuing")) is not None:
                for name, value in _QUEUING.items():
                    queuing[name] = queuing.get(name) or value
        super().default(obj)

    def validate(self, obj: Object) -> list[FieldError]:
        spec = obj.get("spec") or {}
        return validate_priority_level(obj["metadata"].get("name", ""), spec)
