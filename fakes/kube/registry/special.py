"""Which built-in resources and subresources have storages of their own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fakes.kube.builtin.install import Special
    from fakes.kube.composition import KubeAPIServer

__all__ = ["special_resources", "special_subresources"]


def special_resources(server: KubeAPIServer) -> Mapping[str, Any]:  # noqa: ARG001
    return {}


def special_subresources(server: KubeAPIServer) -> Mapping[str, Special]:  # noqa: ARG001
    return {}
