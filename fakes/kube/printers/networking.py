"""Networking in tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fakes.apimachinery.schema import GroupResource
from fakes.kube.printers.columns import (
    AGE,
    NAME,
    Object,
    Printer,
    column,
    format_selector,
    of_spec,
)
from fakes.kube.printers.services import ENDPOINT_SLICE, balancer_addresses

__all__ = ["PRINTERS"]


def _ingress(obj: Object, spec: Mapping[str, Any]) -> list[Any]:
    rules = spec.get("rules") or ()
    hosts = [rule["host"] for rule in rules if rule.get("host")]
    shown = ",".join(hosts[:3]) or "*"
    if len(rules) > 3 and len(hosts) >= 3:
        shown += f" + {len(rules) - 3} more..."
    address = balancer_addresses((obj.get("status") or {}).get("loadBalancer"))
    return [spec.get("ingressClassName", "<none>"), shown, address, "80, 443" if spec.get("tls") else "80"]


def _ingress_class(_: Object, spec: Mapping[str, Any]) -> list[Any]:
    shown = "<none>"
    if (parameters := spec.get("parameters")) is not None:
        group = f".{parameters['apiGroup']}" if parameters.get("apiGroup") is not None else ""
        shown = f"{parameters.get('kind', '')}{group}/{parameters.get('name', '')}"
    return [spec.get("controller", ""), shown]


def _ip_address(_: Object, spec: Mapping[str, Any]) -> list[Any]:
    if (parent := spec.get("parentRef")) is None:
        return ["<none>"]
    resource = str(GroupResource(parent.get("group", ""), parent.get("resource", ""))).lower()
    return ["/".join(filter(None, (resource, parent.get("namespace"), parent.get("name", ""))))]


PRINTERS: Mapping[tuple[str, str], Printer] = {
    ("discovery.k8s.io", "EndpointSlice"): ENDPOINT_SLICE,
    ("networking.k8s.io", "IPAddress"): Printer(
        shown=(NAME, column("ParentRef", doc="networking.v1.IPAddressSpec.parentRef")),
        row=of_spec(_ip_address),
    ),
    ("networking.k8s.io", "Ingress"): Printer(
        shown=(
            NAME,
            column(
                "Class",
                "The name of the IngressClass resource that should be used for additional configuration",
            ),
            column("Hosts", "Hosts that incoming requests are matched against before the ingress rule"),
            column("Address", "Address is a list containing ingress points for the load-balancer"),
            column("Ports", "Ports of TLS configurations that open"),
            AGE,
        ),
        row=of_spec(_ingress),
    ),
    ("networking.k8s.io", "IngressClass"): Printer(
        shown=(
            NAME,
            column("Controller", "Controller that is responsible for handling this class"),
            column("Parameters", "A reference to a resource with additional parameters"),
            AGE,
        ),
        row=of_spec(_ingress_class),
    ),
    ("networking.k8s.io", "NetworkPolicy"): Printer(
        shown=(
            NAME,
            column("Pod-Selector", doc="networking.v1.NetworkPolicySpec.podSelector"),
            AGE,
        ),
        row=of_spec(lambda _, spec: [format_selector(spec.get("podSelector"))]),
    ),
    ("networking.k8s.io", "ServiceCIDR"): Printer(
        shown=(NAME, column("CIDRs", doc="networking.v1.ServiceCIDRSpec.cidrs"), AGE),
        row=of_spec(lambda _, spec: [",".join(spec.get("cidrs") or ())]),
    ),
}
