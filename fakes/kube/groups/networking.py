"""Ingresses, NetworkPolicies and their neighbours. Source: k8s.io/kubernetes, pkg/apis/networking."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from typing import Any, ClassVar

from fakes.apimachinery.field import FieldError
from fakes.apimachinery.selectors import validate_label_selector
from fakes.apimachinery.validation import dns1123_subdomain, path_segment_name
from fakes.apiserver.registry.strategy import MetadataCheck, Object
from fakes.kube.builtin.internal import internal_text
from fakes.kube.groups.builtin import BuiltinStrategy
from fakes.kube.groups.ingress_validation import validate_ingress, validate_ingress_class
from fakes.kube.groups.rules import cidr, immutable, ip_address, named, port_number_or_name, unsupported

__all__ = [
    "IPAddressStrategy",
    "IngressClassStrategy",
    "IngressStrategy",
    "NetworkPolicyStrategy",
    "ServiceCIDRStrategy",
]


class IngressStrategy(BuiltinStrategy):
    """Ingress."""

    metadata_checks: ClassVar[tuple[MetadataCheck, ...]] = ("change", "whole")
    has_generation = True
    has_status = True
    zero_status: ClassVar[Mapping[str, Any] | None] = {"loadBalancer": {}}

    def default(self, obj: Object) -> None:
        obj.setdefault("spec", {})
        super().default(obj)

    def validate(self, obj: Object) -> list[FieldError]:
        spec = obj.get("spec") or {}
        errors = validate_ingress(spec)
        annotation = (obj["metadata"].get("annotations") or {}).get("kubernetes.io/ingress.class")
        if annotation is not None and spec.get("ingressClassName") not in (None, annotation):
            detail = "must match `ingressClassName` when both are specified"
            errors.append(FieldError.invalid("annotations.kubernetes.io/ingress.class", annotation, detail))
        return errors

    def validate_update(self, obj: Object, old: Object) -> list[FieldError]:
        return validate_ingress(obj.get("spec") or {})

    def validate_status_update(self, obj: Object, old: Object) -> list[FieldError]:
        errors: list[FieldError] = []
        balancer = (obj.get("status") or {}).get("loadBalancer") or {}
        for position, ingress in enumerate(balancer.get("ingress") or ()):
            at = f"status.loadBalancer.ingress[{position}]"
            if address := ingress.get("ip"):
                errors += ip_address(address, f"{at}.ip")
            if host := ingress.get("hostname"):
                errors += named(dns1123_subdomain, host, f"{at}.hostname")
        return errors


class IngressClassStrategy(BuiltinStrategy):
    """IngressClass."""

    metadata_checks: ClassVar[tuple[MetadataCheck, ...]] = ("change", "whole")
    has_generation = True

    def default(self, obj: Object) -> None:
        parameters = obj.setdefault("spec", {}).get("parameters")
        if parameters is not None and parameters.get("scope") is None:
            parameters["scope"] = "Cluster"

    def validate(self, obj: Object) -> list[FieldError]:
        return validate_ingress_class(obj.get("spec") or {})

    def validate_update(self, obj: Object, old: Object) -> list[FieldError]:
        new, before = obj.get("spec") or {}, old.get("spec") or {}
        changed = immutable(new.get("controller", ""), before.get("controller", ""), "spec.controller")
        return changed + self.validate(obj)


class NetworkPolicyStrategy(BuiltinStrategy):
    """NetworkPolicy."""

    has_generation = True

    def default(self, obj: Object) -> None:
        spec = obj.setdefault("spec", {})
        spec.setdefault("podSelector", {})
        if not spec.get("policyTypes"):
            spec["policyTypes"] = ["Ingress", "Egress"] if spec.get("egress") else ["Ingress"]
        for direction in ("ingress", "egress"):
            for rule in spec.get(direction) or ():
                for port in rule.get("ports") or ():
                    port["protocol"] = port.get("protocol") or "TCP"

    def validate(self, obj: Object) -> list[FieldError]:
        spec = obj.get("spec") or {}
        errors = validate_label_selector(spec.get("podSelector") or {}, "spec.podSelector")
        for direction, peers in (("ingress", "from"), ("egress", "to")):
            for position, rule in enumerate(spec.get(direction) or ()):
                at = f"spec.{direction}[{position}]"
                for number, port in enumerate(rule.get("ports") or ()):
                    errors += _policy_port(port, f"{at}.ports[{number}]")
                for number, peer in enumerate(rule.get(peers) or ()):
                    errors += _policy_peer(peer, f"{at}.{peers}[{number}]")
        types = spec.get("policyTypes") or []
        if len(types) > 2:
            detail = "may not specify more than two policyTypes"
            return [*errors, FieldError.invalid("spec.policyTypes", types, detail)]
        for position, kind in enumerate(types):
            errors += unsupported(kind, f"spec.policyTypes[{position}]", ("Ingress", "Egress"))
        return errors


def _policy_port(port: Mapping[str, Any], path: str) -> list[FieldError]:
    errors: list[FieldError] = []
    if (protocol := port.get("protocol")) is not None:
        errors += unsupported(protocol, f"{path}.protocol", ("TCP", "UDP", "SCTP"))
    number, end = port.get("port"), port.get("endPort")
    if number is None:
        if end is not None:
            detail = "may not be specified when `port` is not specified"
            errors.append(FieldError.invalid(f"{path}.endPort", end, detail))
        return errors
    errors += port_number_or_name(number, f"{path}.port")
    if end is not None:
        if isinstance(number, str):
            detail = "may not be specified when `port` is non-numeric"
            errors.append(FieldError.invalid(f"{path}.endPort", end, detail))
        else:
            if end < number:
                detail = "must be greater than or equal to `port`"
                errors.append(FieldError.invalid(f"{path}.endPort", number, detail))
            errors += port_number_or_name(end, f"{path}.endPort")
    return errors


def _policy_peer(peer: Mapping[str, Any], path: str) -> list[FieldError]:
    errors: list[FieldError] = []
    for name in ("podSelector", "namespaceSelector"):
        if (selector := peer.get(name)) is not None:
            errors += validate_label_selector(selector, f"{path}.{name}")
    if (block := peer.get("ipBlock")) is not None:
        errors += _ip_block(block, f"{path}.ipBlock")
    present = [name for name in ("podSelector", "namespaceSelector", "ipBlock") if peer.get(name) is not None]
    if not present:
        errors.append(FieldError.required(path, "must specify a peer"))
    elif len(present) > 1 and block is not None:
        errors.append(FieldError.forbidden(path, "may not specify both ipBlock and another peer"))
    return errors


def _ip_block(block: Mapping[str, Any], path: str) -> list[FieldError]:
    whole = block.get("cidr", "")
    if not whole:
        return [FieldError.required(f"{path}.cidr")]
    if errors := cidr(whole, f"{path}.cidr"):
        return errors
    network = ipaddress.ip_network(whole, strict=False)
    for position, part in enumerate(block.get("except") or ()):
        where = f"{path}.except[{position}]"
        if found := cidr(part, where):
            errors += found
            continue
        inner = ipaddress.ip_network(part, strict=False)
        if inner.network_address not in network or network.prefixlen >= inner.prefixlen:
            errors.append(FieldError.invalid(where, part, "must be a strict subset of `cidr`"))
    return errors


def _ip_name(name: str) -> list[str]:
    try:
        return [] if str(ipaddress.ip_address(name)) == name else ["must be an IP address in canonical form"]
    except ValueError:
        return ["must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"]


class IPAddressStrategy(BuiltinStrategy):
    """IPAddress, whose name is the address."""

    metadata_checks: ClassVar[tuple[MetadataCheck, ...]] = ("whole", "change")
    validate_name = staticmethod(_ip_name)

    def validate(self, obj: Object) -> list[FieldError]:
        parent = (obj.get("spec") or {}).get("parentRef")
        if parent is None:
            return [FieldError.required("spec.parentRef")]
        errors = (
            named(dns1123_subdomain, group, "spec.parentRef.group") if (group := parent.get("group")) else []
        )
        if not parent.get("resource"):
            errors.append(FieldError.required("spec.parentRef.resource"))
        name = parent.get("name", "")
        missing = FieldError.required("spec.parentRef.name")
        return errors + (named(path_segment_name, name, "spec.parentRef.name") if name else [missing])

    def validate_update(self, obj: Object, old: Object) -> list[FieldError]:
        new, before = ((each.get("spec") or {}).get("parentRef") for each in (obj, old))
        shown = None if new is None else internal_text("networking.ParentReference", new)
        return self.validate(obj) + immutable(new, before, "spec.parentRef", shown=shown)


class ServiceCIDRStrategy(BuiltinStrategy):
    """ServiceCIDR."""

    has_status = True
    status_keeps_metadata = True
    resets: ClassVar[Mapping[str, tuple[str, ...]]] = {"": ("status",), "status": ("spec", "metadata")}
    zero_status: ClassVar[Mapping[str, Any] | None] = {}

    def validate(self, obj: Object) -> list[FieldError]:
        ranges = (obj.get("spec") or {}).get("cidrs") or []
        if not ranges:
            return [FieldError.required("spec.cidrs", "at least one CIDR required")]
        if len(ranges) > 2:
            detail = "may only hold up to 2 values"
            return [FieldError.invalid("spec.cidrs", {"CIDRs": ranges}, detail)]
        errors = [
            error for position, each in enumerate(ranges) for error in _range(each, f"spec.cidrs[{position}]")
        ]
        if len({":" in each for each in ranges}) < len(ranges):
            detail = (
                "may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64"
            )
            errors.append(FieldError.invalid("spec.cidrs", ranges, detail))
        return errors

    def validate_update(self, obj: Object, old: Object) -> list[FieldError]:
        new, before = ((each.get("spec") or {}).get("cidrs") or [] for each in (obj, old))
        grows = len(before) == 1 and len(new) == 2
        if len(new) != len(before) and not grows:
            return immutable(new, before, "spec.cidrs")
        errors = [
            FieldError.invalid(f"spec.cidrs[{position}]", new[position], "field is immutable")
            for position, each in enumerate(before)
            if new[position] != each
        ]
        return errors + self.validate(obj) if grows else errors


def _range(text: str, path: str) -> list[FieldError]:
    """A range of addresses that says no more than the range."""
    if errors := cidr(text, path):
        return errors
    try:
        ipaddress.ip_network(text)
    except ValueError:
        return [FieldError.invalid(path, text, "must not have bits set beyond the prefix length")]
    return []
