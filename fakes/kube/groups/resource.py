"""Devices, the claims to them and the slices that offer them."""

from __future__ import annotations

from fakes.apiserver.registry.strategy import Strategy

__all__ = [
    "DeviceClassStrategy",
    "DeviceTaintRuleStrategy",
    "ResourceClaimStrategy",
    "ResourceClaimTemplateStrategy",
    "ResourceSliceStrategy",
]


class DeviceClassStrategy(Strategy):
    """DeviceClass."""

    has_generation = True
    returns_deleted_object = True


class DeviceTaintRuleStrategy(Strategy):
    """DeviceTaintRule."""

    has_generation = True
    has_status = True
    returns_deleted_object = True


class ResourceClaimStrategy(Strategy):
    """ResourceClaim."""

    has_status = True
    returns_deleted_object = True


class ResourceClaimTemplateStrategy(Strategy):
    """ResourceClaimTemplate."""

    returns_deleted_object = True


class ResourceSliceStrategy(Strategy):
    """ResourceSlice."""

    has_generation = True
    returns_deleted_object = True
