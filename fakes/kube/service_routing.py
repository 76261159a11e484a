"""From a Service to an address that can be dialled, for who calls servers behind Services: aggregation and webhooks.

There is no network of pods: behind a Service with a selector are pods of this cluster, in which nothing listens. What can be
reached is what an ExternalName points to, and the addresses that somebody wrote down for a Service without a selector.
Source: k8s.io/apiserver, pkg/util/proxy/proxy.go; kube-aggregator, pkg/apiserver/resolvers.go.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from fakes.apiserver.storage.interface import Storage

__all__ = ["Address", "NoAddressError", "NoPortError", "NoRouteError", "NoServiceError", "route"]

_SERVICE_NAME = "kubernetes.io/service-name"
_ENDPOINT_SLICES = "endpointslices.discovery.k8s.io"


class Address(NamedTuple):
    """A host and port to dial."""

    host: str
    port: int
    shown: str
    """What a real API server dials, and says that it does: the Service's own address, if it has one."""
    listening: bool = True
    """Whether somebody may be there; nobody is in a pod of this cluster."""


class NoRouteError(Exception):
    """A Service leads nowhere; the text is what a caller of webhooks is told."""


class NoServiceError(NoRouteError):
    """There is no such Service."""


class NoPortError(NoRouteError):
    """The Service has no such port."""


class NoAddressError(NoRouteError):
    """Nothing is behind the Service.

    Args:
        port_name: of a port that nothing is behind although something is behind others.
    """

    def __init__(self, text: str, port_name: str | None) -> None:
        super().__init__(text)
        self.port_name = port_name


def route(storage: Storage, namespace: str, name: str, port: int) -> Address:
    """Where a Service leads.

    Raises:
        NoRouteError: nowhere.
    """
    stored = storage.get("services", f"{namespace}/{name}")
    if stored is None:
        raise NoServiceError(f'service "{name}" not found')
    spec = stored.object.get("spec") or {}
    if spec.get("type") == "ExternalName":
        host = spec.get("externalName", "")
        return Address(host, port, f"{host}:{port}")
    entry = next((each for each in spec.get("ports") or () if each.get("port") == port), None)
    if entry is None:
        raise NoPortError(f'no service port {port} found for service "{name}"')
    found, port_name = list(_behind(storage, namespace, name)), entry.get("name") or ""
    for ports, hosts in found:
        for host in hosts:
            for number in ports.get(port_name, ()):
                own = spec.get("clusterIP")
                shown = f"{own}:{port}" if own not in (None, "", "None") else f"{host}:{number}"
                return Address(host, number, shown, listening=not spec.get("selector"))
    raise NoAddressError(f'no endpoints available for service "{name}"', port_name if found else None)


def _behind(storage: Storage, namespace: str, name: str) -> Iterator[tuple[dict[str, list[int]], list[str]]]:
    """Ports by name and hosts, of each slice. A cluster makes slices of Endpoints that people write; this one reads both."""
    for stored in storage.list(_ENDPOINT_SLICES, f"{namespace}/"):
        found = stored.object
        if (found["metadata"].get("labels") or {}).get(_SERVICE_NAME) == name:
            ready = [each for each in found.get("endpoints") or () if _is_ready(each)]
            yield _ports(found), [address for each in ready for address in each.get("addresses") or ()]
    endpoints = storage.get("endpoints", f"{namespace}/{name}")
    for subset in (endpoints.object.get("subsets") or ()) if endpoints is not None else ():
        yield _ports(subset), [each["ip"] for each in subset.get("addresses") or ()]


def _is_ready(endpoint: Mapping[str, Any]) -> bool:
    return (endpoint.get("conditions") or {}).get("ready") is not False


def _ports(found: Mapping[str, Any]) -> dict[str, list[int]]:
    ports: dict[str, list[int]] = {}
    for each in found.get("ports") or ():
        if each.get("port"):
            ports.setdefault(each.get("name") or "", []).append(each["port"])
    return ports
