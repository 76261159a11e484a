"""ServiceAccounts."""

from __future__ import annotations

from fakes.apiserver.registry.strategy import Strategy

__all__ = ["ServiceAccountStrategy"]


class ServiceAccountStrategy(Strategy):
    """ServiceAccount."""

    returns_deleted_object = True
