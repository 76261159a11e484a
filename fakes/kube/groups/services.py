"""Services and Endpoints."""

from __future__ import annotations

from fakes.apiserver.registry.strategy import Strategy
from fakes.kube.groups.addresses import Allocator

__all__ = ["EndpointsStrategy", "ServiceStrategy"]


class EndpointsStrategy(Strategy):
    """Endpoints."""

    allow_create_on_update = True


class ServiceStrategy(Strategy):
    """Service."""

    has_status = True
    allow_create_on_update = True
    returns_deleted_object = True

    def __init__(self, allocator: Allocator | None = None) -> None:
        self._allocator = allocator
