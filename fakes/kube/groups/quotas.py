"""ResourceQuotas and LimitRanges."""

from __future__ import annotations

from fakes.apiserver.registry.strategy import Strategy

__all__ = ["LimitRangeStrategy", "ResourceQuotaStrategy"]


class ResourceQuotaStrategy(Strategy):
    """ResourceQuota."""

    has_status = True
    returns_deleted_object = True


class LimitRangeStrategy(Strategy):
    """LimitRange."""

    allow_create_on_update = True
