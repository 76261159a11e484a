"""The rules and the columns of every built-in kind, whichever module has them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from fakes.apimachinery.table import TableConvertor
from fakes.apiserver.registry.strategy import Object, Strategy
from fakes.kube.groups.addresses import Allocator
from fakes.kube.groups.apiextensions import CustomResourceDefinitionStrategy
from fakes.kube.groups.apiregistration import APIServiceStrategy, APIServiceTable
from fakes.kube.groups.authentication import default_token_request
from fakes.kube.groups.registry import strategy_of
from fakes.kube.printers import printer_of
from fakes.kube.rbac.strategies import (
    ClusterRoleBindingStrategy,
    ClusterRoleStrategy,
    RoleBindingStrategy,
    RoleStrategy,
)  # fmt: skip

__all__ = ["strategy_for", "table_for"]

_RBAC: Mapping[str, type[Strategy]] = MappingProxyType(
    {
        "Role": RoleStrategy,
        "ClusterRole": ClusterRoleStrategy,
        "RoleBinding": RoleBindingStrategy,
        "ClusterRoleBinding": ClusterRoleBindingStrategy,
    }
)


class TokenRequestStrategy(Strategy):
    """A request for a token: only its defaults matter, it is never kept."""

    def default(self, obj: Object) -> None:
        default_token_request(obj)


def strategy_for(group: str, version: str, kind: str, *, allocator: Allocator | None = None) -> Strategy:
    """The rules of a kind."""
    match group, kind:
        case "rbac.authorization.k8s.io", _ if kind in _RBAC:
            return _RBAC[kind]()
        case "apiextensions.k8s.io", "CustomResourceDefinition":
            return CustomResourceDefinitionStrategy()
        case "apiregistration.k8s.io", "APIService":
            return APIServiceStrategy()
        case "authentication.k8s.io", "TokenRequest":
            return TokenRequestStrategy()
        case _:
            return strategy_of(group, version, kind, allocator=allocator)


def table_for(group: str, version: str, kind: str) -> TableConvertor:
    """The columns of a kind."""
    if (group, kind) == ("apiregistration.k8s.io", "APIService"):
        return APIServiceTable()
    return printer_of(group, version, kind)
