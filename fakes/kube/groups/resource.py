"""Devices, the claims to them and the slices that offer them. Their specs are stored as they are sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from fakes.kube.groups.builtin import BuiltinStrategy
from fakes.kube.groups.selectable import SelectableStrategy

__all__ = [
    "DeviceClassStrategy",
    "DeviceTaintRuleStrategy",
    "ResourceClaimStrategy",
    "ResourceClaimTemplateStrategy",
    "ResourceSliceStrategy",
]


class DeviceClassStrategy(BuiltinStrategy):
    """DeviceClass."""

    has_generation = True
    returns_deleted_object = True


class DeviceTaintRuleStrategy(BuiltinStrategy):
    """DeviceTaintRule."""

    has_generation = True
    has_status = True
    returns_deleted_object = True


class ResourceClaimStrategy(BuiltinStrategy):
    """ResourceClaim, whose spec does not change."""

    has_status = True
    resets: ClassVar[Mapping[str, tuple[str, ...]]] = {"": ("status",), "status": ("spec", "metadata")}
    status_keeps_metadata = True
    returns_deleted_object = True
    zero_status: ClassVar[Mapping[str, Any] | None] = {}


class ResourceClaimTemplateStrategy(BuiltinStrategy):
    """ResourceClaimTemplate."""

    returns_deleted_object = True


class ResourceSliceStrategy(SelectableStrategy):
    """ResourceSlice."""

    has_generation = True
    returns_deleted_object = True
    field_labels: ClassVar[Mapping[str, str]] = {"spec.nodeName": "", "spec.driver": ""}
    selectable_by_namespace = False
