"""Services, Endpoints and EndpointSlices in tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from fakes.kube.printers.columns import (
    AGE,
    NAME,
    Object,
    Printer,
    age_of,
    column,
    format_labels,
    name_of,
    wide,
)

__all__ = ["ENDPOINTS", "ENDPOINT_SLICE", "SERVICE", "balancer_addresses"]

_MOST = 3


def balancer_addresses(balancer: Mapping[str, Any] | None) -> str:
    """Where a load balancer listens."""
    ingress = (balancer or {}).get("ingress") or ()
    return ",".join(sorted({each.get("ip") or each.get("hostname") or "" for each in ingress} - {""}))


def _external(obj: Object, spec: Mapping[str, Any]) -> str:
    given = ",".join(spec.get("externalIPs") or ())
    match spec.get("type"):
        case "ClusterIP" | "NodePort":
            return given or "<none>"
        case "LoadBalancer":
            found = balancer_addresses((obj.get("status") or {}).get("loadBalancer"))
            return ",".join(text for text in (found, given) if text) or "<pending>"
        case "ExternalName":
            return str(spec.get("externalName", ""))
    return "<unknown>"


def _port(port: Mapping[str, Any]) -> str:
    node = f":{port['nodePort']}" if port.get("nodePort") else ""
    return f"{port.get('port', 0)}{node}/{port.get('protocol', '')}"


def _service(obj: Object, now: datetime) -> list[Any]:
    spec = obj.get("spec") or {}
    return [
        name_of(obj),
        spec.get("type", ""),
        (spec.get("clusterIPs") or ["<none>"])[0],
        _external(obj, spec),
        ",".join(map(_port, spec.get("ports") or ())) or "<none>",
        age_of(obj, now),
        format_labels(spec.get("selector")),
    ]


SERVICE = Printer(
    shown=(
        NAME,
        column("Type", doc="core.v1.ServiceSpec.type"),
        column("Cluster-IP", doc="core.v1.ServiceSpec.clusterIP"),
        column("External-IP", doc="core.v1.ServiceSpec.externalIPs"),
        column("Port(s)", doc="core.v1.ServiceSpec.ports"),
        AGE,
        wide("Selector", doc="core.v1.ServiceSpec.selector"),
    ),
    row=_service,
)


def _joined(ip: str, port: int) -> str:
    return f"[{ip}]:{port}" if ":" in ip else f"{ip}:{port}"


def _endpoints(obj: Object, now: datetime) -> list[Any]:
    found: list[str] = []
    for subset in obj.get("subsets") or ():
        addresses = [each.get("ip", "") for each in subset.get("addresses") or ()]
        ports = [each.get("port", 0) for each in subset.get("ports") or ()]
        found += [_joined(ip, port) for port in ports for ip in addresses] if ports else addresses
    shown = "<none>" if not obj.get("subsets") else ",".join(found[:_MOST])
    if len(found) > _MOST:
        shown += f" + {len(found) - _MOST} more..."
    return [name_of(obj), shown, age_of(obj, now)]


ENDPOINTS = Printer(
    shown=(NAME, column("Endpoints", doc="core.v1.Endpoints.subsets"), AGE),
    row=_endpoints,
)


def _some(texts: Sequence[str]) -> str:
    shown = ",".join(texts[:_MOST]) or "<unset>"
    return f"{shown} + {len(texts) - _MOST} more..." if len(texts) > _MOST else shown


def _slice(obj: Object, now: datetime) -> list[Any]:
    ports = [
        str(port["port"]) if port.get("port") is not None else port.get("name") or "*"
        for port in obj.get("ports") or ()
    ]
    addresses = [address for each in obj.get("endpoints") or () for address in each.get("addresses") or ()]
    return [name_of(obj), obj.get("addressType", ""), _some(ports), _some(addresses), age_of(obj, now)]


ENDPOINT_SLICE = Printer(
    shown=(
        NAME,
        column("AddressType", doc="discovery.v1.EndpointSlice.addressType"),
        column("Ports", doc="discovery.v1.EndpointSlice.ports"),
        column("Endpoints", doc="discovery.v1.EndpointSlice.endpoints"),
        AGE,
    ),
    row=_slice,
)
