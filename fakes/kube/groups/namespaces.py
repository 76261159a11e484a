"""Namespaces: names are labels, and a finalizer of the cluster holds each one."""

from __future__ import annotations

from fakes.apiserver.registry.strategy import Strategy

__all__ = ["NamespaceStrategy"]


class NamespaceStrategy(Strategy):
    """Namespace."""

    has_status = True
    returns_deleted_object = True
