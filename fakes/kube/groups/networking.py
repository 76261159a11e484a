"""Ingresses, NetworkPolicies and their neighbours."""

from __future__ import annotations

from fakes.apiserver.registry.strategy import Strategy

__all__ = [
    "IPAddressStrategy",
    "IngressClassStrategy",
    "IngressStrategy",
    "NetworkPolicyStrategy",
    "ServiceCIDRStrategy",
]


class IPAddressStrategy(Strategy):
    """IPAddress."""


class IngressStrategy(Strategy):
    """Ingress."""

    has_generation = True
    has_status = True


class IngressClassStrategy(Strategy):
    """IngressClass."""

    has_generation = True


class NetworkPolicyStrategy(Strategy):
    """NetworkPolicy."""

    has_generation = True


class ServiceCIDRStrategy(Strategy):
    """ServiceCIDR."""

    has_status = True
