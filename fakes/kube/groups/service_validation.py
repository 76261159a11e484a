"""Rules of Services. Source of the texts and their order: k8s.io/kubernetes, pkg/apis/core/validation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fakes.apimachinery.field import FieldError
from fakes.apimachinery.objectmeta import validate_labels
from fakes.apimachinery.validation import dns1123_label, dns1123_subdomain, port_number, qualified_name
from fakes.kube.groups.rules import (
    PROTOCOLS,
    cidr,
    ip_address,
    named,
    not_special_ip,
    port_number_or_name,
    required_one_of,
    unsupported,
)

__all__ = ["externally_accessible", "validate_service", "validate_service_change"]

Spec = Mapping[str, Any]
_TYPES = ("ClusterIP", "ExternalName", "LoadBalancer", "NodePort")
_FAMILY_POLICIES = ("PreferDualStack", "RequireDualStack", "SingleStack")
_DISTRIBUTIONS = ("PreferClose", "PreferSameZone", "PreferSameNode")


def externally_accessible(spec: Spec) -> bool:
    """Whether traffic reaches a Service from outside of the cluster."""
    kind = spec.get("type")
    return kind in ("LoadBalancer", "NodePort") or (kind == "ClusterIP" and bool(spec.get("externalIPs")))


def validate_service(spec: Spec) -> list[FieldError]:
    """Errors of the spec of a Service."""
    kind = spec.get("type")
    headless = spec.get("clusterIPs") == ["None"] or (
        not spec.get("clusterIPs") and spec.get("clusterIP") == "None"
    )
    ports = spec.get("ports") or ()
    errors: list[FieldError] = []
    if not ports and not headless and kind != "ExternalName":
        errors.append(FieldError.required("spec.ports"))
    if headless and kind in ("LoadBalancer", "NodePort"):
        detail = f"may not be set to 'None' for {kind} services"
        errors.append(FieldError.invalid("spec.clusterIPs[0]", "None", detail))
    if kind == "ExternalName":
        errors += _external_name(spec)
    errors += _ports(spec)
    errors += validate_labels(spec.get("selector") or {}, "spec.selector")
    errors += _affinity(spec)
    errors += _families(spec)
    for position, address in enumerate(spec.get("externalIPs") or ()):
        where = f"spec.externalIPs[{position}]"
        errors += ip_address(address, where) or not_special_ip(address, where)
    errors += required_one_of(kind, "spec.type", _TYPES)
    errors += _node_ports(spec)
    errors += _duplicate_ports(spec)
    errors += _load_balancer(spec)
    return errors + _traffic(spec)


def _external_name(spec: Spec) -> list[FieldError]:
    errors = [
        FieldError.forbidden(f"spec.{field}", "may not be set for ExternalName services")
        for field in ("clusterIPs", "ipFamilies", "ipFamilyPolicy")
        if spec.get(field)
    ]
    name = spec.get("externalName", "").removesuffix(".")
    if not name:
        return [*errors, FieldError.required("spec.externalName")]
    return errors + named(dns1123_subdomain, name, "spec.externalName")


def _ports(spec: Spec) -> list[FieldError]:
    ports = spec.get("ports") or ()
    errors: list[FieldError] = []
    seen: set[str] = set()
    for position, port in enumerate(ports):
        at = f"spec.ports[{position}]"
        name = port.get("name", "")
        if name:
            errors += named(dns1123_label, name, f"{at}.name")
            if name in seen:
                errors.append(FieldError.duplicate(f"{at}.name", name))
            seen.add(name)
        elif len(ports) > 1:
            errors.append(FieldError.required(f"{at}.name"))
        number = port.get("port", 0)
        errors += [FieldError.invalid(f"{at}.port", number, text) for text in port_number(number)]
        errors += required_one_of(port.get("protocol"), f"{at}.protocol", PROTOCOLS)
        errors += port_number_or_name(port.get("targetPort", 0), f"{at}.targetPort")
        if (protocol := port.get("appProtocol")) is not None:
            errors += named(qualified_name, protocol, f"{at}.appProtocol")
    return errors


def _affinity(spec: Spec) -> list[FieldError]:
    affinity, config = spec.get("sessionAffinity"), spec.get("sessionAffinityConfig")
    at = "spec.sessionAffinityConfig"
    errors = required_one_of(affinity, "spec.sessionAffinity", ("ClientIP", "None"))
    if affinity == "ClientIP":
        seconds = ((config or {}).get("clientIP") or {}).get("timeoutSeconds")
        if seconds is None:
            errors.append(FieldError.required(at, "when session affinity type is ClientIP"))
        elif not 0 < seconds <= 86400:
            detail = "must be greater than 0 and less than 86400"
            errors.append(FieldError.invalid(f"{at}.clientIP.timeoutSeconds", seconds, detail))
    elif affinity == "None" and config is not None:
        errors.append(FieldError.forbidden(at, "must not be set when session affinity is None"))
    return errors


def _families(spec: Spec) -> list[FieldError]:
    if spec.get("type") == "ExternalName":
        return []
    errors: list[FieldError] = []
    errors += _in_step(spec)
    families = spec.get("ipFamilies") or ()
    for position, family in enumerate(families):
        where = f"spec.ipFamilies[{position}]"
        errors += unsupported(family, where, ("IPv4", "IPv6"))
        if family in families[:position]:
            errors.append(FieldError.duplicate(where, family))
    if policy := spec.get("ipFamilyPolicy"):
        errors += unsupported(policy, "spec.ipFamilyPolicy", _FAMILY_POLICIES)
    addresses: Sequence[str] = spec.get("clusterIPs") or ()
    if len(addresses) > 1 and addresses[0] == "None":
        detail = "'None' must be the first and only value"
        errors.append(FieldError.invalid("spec.clusterIPs", list(addresses), detail))
    for position, address in enumerate(addresses):
        if position or address != "None":
            errors += ip_address(address, f"spec.clusterIPs[{position}]")
    return errors


def _in_step(spec: Spec) -> list[FieldError]:
    """The first of the addresses is the address: both are said, or the address alone."""
    addresses, first = spec.get("clusterIPs") or (), spec.get("clusterIP")
    if not addresses or first == addresses[0]:
        return []
    detail = (
        "first value must match `clusterIP`" if first else "must be empty when `clusterIP` is not specified"
    )
    return [FieldError.invalid("spec.clusterIPs", list(addresses), detail)]


def _node_ports(spec: Spec) -> list[FieldError]:
    ports = spec.get("ports") or ()
    errors: list[FieldError] = []
    if spec.get("type") == "ClusterIP":
        errors += [
            FieldError.forbidden(
                f"spec.ports[{position}].nodePort", "may not be used when `type` is 'ClusterIP'"
            )
            for position, port in enumerate(ports)
            if port.get("nodePort")
        ]
    seen: set[tuple[str, int]] = set()
    for position, port in enumerate(ports):
        if number := port.get("nodePort"):
            key = (port.get("protocol", ""), number)
            if key in seen:
                errors.append(FieldError.duplicate(f"spec.ports[{position}].nodePort", number))
            seen.add(key)
    return errors


def _duplicate_ports(spec: Spec) -> list[FieldError]:
    errors: list[FieldError] = []
    seen: set[tuple[str, int]] = set()
    for position, port in enumerate(spec.get("ports") or ()):
        protocol, number = port.get("protocol", ""), port.get("port", 0)
        if (protocol, number) in seen:
            shown = {
                "Name": "", "Protocol": protocol, "AppProtocol": None, "Port": number, "TargetPort": 0, "NodePort": 0,
            }  # fmt: skip
            errors.append(
                FieldError(
                    reason="FieldValueDuplicate",
                    path=f"spec.ports[{position}]",
                    body=f"Duplicate value: {_in_order(shown)}",
                )
            )
        seen.add((protocol, number))
    return errors


def _in_order(struct: Mapping[str, Any]) -> str:
    """A Go struct as JSON: fields in the order of their declaration."""
    shown = {None: "null"}
    parts = [
        f'"{name}":' + (shown.get(value) or (f'"{value}"' if isinstance(value, str) else str(value)))
        for name, value in struct.items()
    ]
    return "{" + ",".join(parts) + "}"


def _load_balancer(spec: Spec) -> list[FieldError]:
    only = "may only be used when `type` is 'LoadBalancer'"
    balanced = spec.get("type") == "LoadBalancer"
    errors: list[FieldError] = []
    if ranges := spec.get("loadBalancerSourceRanges"):
        if not balanced:
            errors.append(FieldError.forbidden("spec.LoadBalancerSourceRanges", only))
        for position, value in enumerate(ranges):
            errors += cidr(value.strip(), f"spec.LoadBalancerSourceRanges[{position}]")
    if spec.get("allocateLoadBalancerNodePorts") is not None and not balanced:
        errors.append(FieldError.forbidden("spec.allocateLoadBalancerNodePorts", only))
    if (name := spec.get("loadBalancerClass")) is not None:
        if not balanced:
            errors.append(FieldError.forbidden("spec.loadBalancerClass", only))
        else:
            errors += named(qualified_name, name, "spec.loadBalancerClass")
    return errors


def _traffic(spec: Spec) -> list[FieldError]:
    errors: list[FieldError] = []
    external = spec.get("externalTrafficPolicy")
    where = "spec.externalTrafficPolicy"
    if externally_accessible(spec):
        errors += required_one_of(external, where, ("Cluster", "Local"))
    elif external:
        errors.append(
            FieldError.invalid(where, external, "may only be set for externally-accessible services")
        )
    if (port := spec.get("healthCheckNodePort")) and not (
        spec.get("type") == "LoadBalancer" and external == "Local"
    ):
        detail = "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'"
        errors.append(FieldError.invalid("spec.healthCheckNodePort", port, detail))
    if (internal := spec.get("internalTrafficPolicy")) is not None:
        errors += unsupported(internal, "spec.internalTrafficPolicy", ("Cluster", "Local"))
    if (distribution := spec.get("trafficDistribution")) is not None:
        errors += unsupported(distribution, "spec.trafficDistribution", _DISTRIBUTIONS)
    return errors


def validate_service_change(new: Spec, old: Spec) -> list[FieldError]:
    """Errors of a change: addresses and families stay, except on the way from or to ExternalName."""
    if "ExternalName" in (new.get("type"), old.get("type")):
        return []
    errors: list[FieldError] = []
    before, after = old.get("clusterIPs") or [], new.get("clusterIPs") or []
    if before and not after:
        errors.append(FieldError.invalid("spec.clusterIPs[0]", after, "primary clusterIP can not be unset"))
    elif before and after[0] != before[0]:
        errors.append(FieldError.invalid("spec.clusterIPs[0]", after, "may not change once set"))
    families_before, families = old.get("ipFamilies") or [], new.get("ipFamilies") or []
    if families_before and families and families[0] != families_before[0]:
        errors.append(FieldError.invalid("spec.ipFamilies[0]", families, "may not change once set"))
    classes = new.get("loadBalancerClass"), old.get("loadBalancerClass")
    if {new.get("type"), old.get("type")} == {"LoadBalancer"} and classes[0] != classes[1]:
        errors.append(FieldError.invalid("spec.loadBalancerClass", classes[0], "may not change once set"))
    return errors
