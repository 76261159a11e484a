"""ConfigMaps and Secrets: data that is only stored."""

from __future__ import annotations

from fakes.apiserver.registry.strategy import Strategy

__all__ = ["ConfigMapStrategy", "SecretStrategy"]


class ConfigMapStrategy(Strategy):
    """ConfigMap."""


class SecretStrategy(Strategy):
    """Secret."""
