"""What a Service has beside what its author wrote: cluster addresses, families and node ports.

Only IPv4 and one address a Service. Source: k8s.io/kubernetes, pkg/registry/core/service.
"""

from __future__ import annotations

from typing import Any

from fakes.apimachinery.field import FieldError
from fakes.kube.groups.addresses import Allocator

__all__ = ["allocate", "complete", "keep_allocated", "needs_node_ports", "refusals"]

Spec = dict[str, Any]
_OF_CLUSTER = ("clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy", "internalTrafficPolicy")


def needs_node_ports(spec: Spec) -> bool:
    """Whether nodes listen for a Service."""
    if spec.get("type") == "LoadBalancer":
        return spec.get("allocateLoadBalancerNodePorts") is not False
    return spec.get("type") == "NodePort"


def complete(spec: Spec) -> None:
    """Bring ``clusterIP`` and ``clusterIPs`` together and choose the families of a new Service."""
    if spec.get("clusterIP") and not spec.get("clusterIPs"):
        spec["clusterIPs"] = [spec["clusterIP"]]
    if spec.get("type") == "ExternalName":
        return
    if spec.get("clusterIP") == "None" and not spec.get("selector"):
        spec["ipFamilyPolicy"] = spec.get("ipFamilyPolicy") or "RequireDualStack"
        spec["ipFamilies"] = spec.get("ipFamilies") or ["IPv4", "IPv6"]
    spec["ipFamilyPolicy"] = spec.get("ipFamilyPolicy") or "SingleStack"
    spec["ipFamilies"] = spec.get("ipFamilies") or ["IPv4"]


def allocate(spec: Spec, allocator: Allocator) -> None:
    """Choose the addresses and ports that are still missing."""
    if spec.get("type") == "ExternalName":
        return
    if not spec.get("clusterIP"):
        spec["clusterIP"] = allocator.cluster_ip()
        spec["clusterIPs"] = [spec["clusterIP"]]
    if needs_node_ports(spec):
        for port in spec.get("ports") or ():
            port["nodePort"] = port.get("nodePort") or allocator.node_port()
    if spec.get("type") == "LoadBalancer" and spec.get("externalTrafficPolicy") == "Local":
        spec["healthCheckNodePort"] = spec.get("healthCheckNodePort") or allocator.node_port()


def refusals(spec: Spec, allocator: Allocator) -> list[FieldError]:
    """Errors of a new Service that is valid, and asks for what this cluster cannot give."""
    if spec.get("type") == "ExternalName":
        return []
    headless = spec.get("clusterIP") == "None"
    if not (headless and not spec.get("selector")):
        if spec.get("ipFamilyPolicy") == "RequireDualStack":
            detail = "this cluster is not configured for dual-stack services"
            return [FieldError.invalid("spec.ipFamilyPolicy", "RequireDualStack", detail)]
        for position, family in enumerate(spec.get("ipFamilies") or ()):
            if family != "IPv4":
                detail = "not configured on this cluster"
                return [FieldError.invalid(f"spec.ipFamilies[{position}]", family, detail)]
    addresses = spec.get("clusterIPs") or []
    if addresses and not headless and (reason := allocator.refused_ip(addresses[0])):
        detail = f"failed to allocate IP {addresses[0]}: {reason}"
        return [FieldError.invalid("spec.clusterIPs", addresses, detail)]
    for position, port in enumerate(spec.get("ports") or ()):
        number = port.get("nodePort", 0)
        if number and (reason := allocator.refused_port(number)):
            return [FieldError.invalid(f"spec.ports[{position}].nodePort", number, reason)]
    return []


def keep_allocated(spec: Spec, old: Spec) -> None:
    """Let an update that leaves addresses and ports out keep them, and drop what another type does not have."""
    if spec.get("type") == "ExternalName":
        for name in _OF_CLUSTER:
            if spec.get(name) == old.get(name):
                spec.pop(name, None)
        _drop_of_old_type(spec, old)
        return
    if old.get("type") != "ExternalName":
        _keep_cluster_ip(spec, old)
        for name in ("ipFamilies", "ipFamilyPolicy"):
            spec[name] = spec.get(name) or old.get(name)
    _keep_node_ports(spec, old)
    if (
        spec.get("healthCheckNodePort") is None
        and old.get("healthCheckNodePort")
        and _checked(spec)
        and _checked(old)
    ):
        spec["healthCheckNodePort"] = old["healthCheckNodePort"]


def _checked(spec: Spec) -> bool:
    return spec.get("type") == "LoadBalancer" and spec.get("externalTrafficPolicy") == "Local"


def _keep_cluster_ip(spec: Spec, old: Spec) -> None:
    if not spec.get("clusterIP") and not spec.get("clusterIPs"):
        if old.get("clusterIP"):
            spec["clusterIP"], spec["clusterIPs"] = (
                old["clusterIP"],
                old.get("clusterIPs") or [old["clusterIP"]],
            )
    elif not spec.get("clusterIPs"):
        spec["clusterIPs"] = [spec["clusterIP"], *(old.get("clusterIPs") or ())[1:]]
    elif spec.get("clusterIPs") == old.get("clusterIPs") and spec.get("clusterIP") not in (
        None,
        "",
        old.get("clusterIP"),
    ):
        spec["clusterIPs"] = [spec["clusterIP"]]
    elif not spec.get("clusterIP"):
        spec["clusterIP"] = spec["clusterIPs"][0]


def _keep_node_ports(spec: Spec, old: Spec) -> None:
    before = {
        (port.get("protocol"), port.get("port")): port.get("nodePort") for port in old.get("ports") or ()
    }
    used = {port.get("nodePort") for port in spec.get("ports") or ()}
    for port in spec.get("ports") or ():
        known = before.get((port.get("protocol"), port.get("port")))
        if spec.get("type") in ("NodePort", "LoadBalancer"):
            if not port.get("nodePort") and known and known not in used and needs_node_ports(spec):
                port["nodePort"] = known
        elif old.get("type") != spec.get("type") and port.get("nodePort") == known:
            port.pop("nodePort", None)
    _drop_of_old_type(spec, old)


def _drop_of_old_type(spec: Spec, old: Spec) -> None:
    """Drop what only the type that a Service had needs, unless its author changes it at the same time."""
    gone: list[str] = []
    if _accessible(old) and not _accessible(spec):
        gone += ["externalTrafficPolicy", "healthCheckNodePort"]
    if old.get("type") == "LoadBalancer" and spec.get("type") != "LoadBalancer":
        gone += ["allocateLoadBalancerNodePorts", "loadBalancerClass", "healthCheckNodePort"]
    for name in gone:
        if spec.get(name) == old.get(name):
            spec.pop(name, None)
    if needs_node_ports(old) and not needs_node_ports(spec) and spec.get("type") == "ExternalName":
        ports = [[port.get("nodePort") for port in each.get("ports") or ()] for each in (spec, old)]
        if ports[0] == ports[1]:
            for port in spec.get("ports") or ():
                port.pop("nodePort", None)


def _accessible(spec: Spec) -> bool:
    kind = spec.get("type")
    return kind in ("LoadBalancer", "NodePort") or (kind == "ClusterIP" and bool(spec.get("externalIPs")))
