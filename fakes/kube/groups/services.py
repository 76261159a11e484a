"""Services and Endpoints."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from fakes.apimachinery.field import FieldError
from fakes.apimachinery.validation import dns1123_label, dns1123_subdomain, port_number, qualified_name
from fakes.apiserver.registry.strategy import MetadataCheck, Object
from fakes.kube.groups.addresses import Allocator
from fakes.kube.groups.builtin import BuiltinStrategy, fill
from fakes.kube.groups.rules import PROTOCOLS, ip_address, named, not_special_ip, required_one_of
from fakes.kube.groups.selectable import SelectableStrategy
from fakes.kube.groups.service_addresses import allocate, complete, keep_allocated, refusals
from fakes.kube.groups.service_status import balancer_ingress, service_warnings
from fakes.kube.groups.service_validation import (
    externally_accessible,
    validate_service,
    validate_service_change,
)

__all__ = ["EndpointsStrategy", "ServiceStrategy"]


class ServiceStrategy(SelectableStrategy):
    """Service. With an allocator, a valid new Service gets addresses and ports when it is prepared."""

    has_status = True
    allow_create_on_update = True
    returns_deleted_object = True
    validate_name = staticmethod(dns1123_label)
    zero_status: ClassVar[Mapping[str, Any] | None] = {"loadBalancer": {}}
    field_labels: ClassVar[Mapping[str, str]] = {"spec.clusterIP": "", "spec.type": ""}

    def __init__(self, allocator: Allocator | None = None) -> None:
        self._allocator = allocator

    def default(self, obj: Object) -> None:
        spec = obj.setdefault("spec", {})
        kind = spec["type"] = spec.get("type") or "ClusterIP"
        spec["sessionAffinity"] = spec.get("sessionAffinity") or "None"
        if spec["sessionAffinity"] == "ClientIP":
            fill(spec, {"sessionAffinityConfig": {"clientIP": {"timeoutSeconds": 10800}}})
        elif spec["sessionAffinity"] == "None":
            spec.pop("sessionAffinityConfig", None)
        for port in spec.get("ports") or ():
            port["protocol"] = port.get("protocol") or "TCP"
            port["targetPort"] = port.get("targetPort") or port.get("port", 0)
        if externally_accessible(spec):
            spec["externalTrafficPolicy"] = spec.get("externalTrafficPolicy") or "Cluster"
        if kind in ("ClusterIP", "NodePort", "LoadBalancer"):
            spec["internalTrafficPolicy"] = spec.get("internalTrafficPolicy") or "Cluster"
        if kind == "LoadBalancer":
            fill(spec, {"allocateLoadBalancerNodePorts": True})
        super().default(obj)
        for ingress in obj["status"]["loadBalancer"].get("ingress") or ():
            if ingress.get("ip"):
                ingress["ipMode"] = ingress.get("ipMode") or "VIP"

    def prepare_for_create(self, obj: Object) -> None:
        super().prepare_for_create(obj)
        complete(obj["spec"])
        self._allocate(obj["spec"])

    def prepare_for_update(self, obj: Object, old: Object) -> None:
        keep_allocated(obj["spec"], old["spec"])
        if obj["spec"].get("type") != "LoadBalancer":
            obj["status"] = {**(obj.get("status") or {}), "loadBalancer": {}}
        complete(obj["spec"])
        if not validate_service_change(obj["spec"], old["spec"]):
            self._allocate(obj["spec"])

    def _allocate(self, spec: dict[str, Any]) -> None:
        if self._allocator is not None and not validate_service(spec):
            allocate(spec, self._allocator)

    def validate(self, obj: Object) -> list[FieldError]:
        spec = obj.get("spec") or {}
        errors = validate_service(spec)
        return errors if errors or self._allocator is None else refusals(spec, self._allocator)

    def validate_update(self, obj: Object, old: Object) -> list[FieldError]:
        new, before = obj.get("spec") or {}, old.get("spec") or {}
        return validate_service_change(new, before) + validate_service(new)

    def validate_status_update(self, obj: Object, old: Object) -> list[FieldError]:
        ingress = ((obj.get("status") or {}).get("loadBalancer") or {}).get("ingress") or ()
        if ingress and obj["spec"].get("type") != "LoadBalancer":
            detail = "may only be used when `spec.type` is 'LoadBalancer'"
            return [FieldError.forbidden("status.loadBalancer.ingress", detail)]
        return [error for place, each in enumerate(ingress) for error in balancer_ingress(each, place)]

    def warnings(self, obj: Object, old: Object | None) -> list[str]:
        return service_warnings(obj["spec"])


class EndpointsStrategy(BuiltinStrategy):
    """Endpoints."""

    metadata_checks: ClassVar[tuple[MetadataCheck, ...]] = ("change", "whole")
    allow_create_on_update = True

    def default(self, obj: Object) -> None:
        for subset in obj.get("subsets") or ():
            for port in subset.get("ports") or ():
                port["protocol"] = port.get("protocol") or "TCP"

    def validate(self, obj: Object) -> list[FieldError]:
        errors: list[FieldError] = []
        for position, subset in enumerate(obj.get("subsets") or ()):
            errors += _subset(subset, f"subsets[{position}]")
        return errors


def _subset(subset: Mapping[str, Any], path: str) -> list[FieldError]:
    errors: list[FieldError] = []
    if not subset.get("addresses") and not subset.get("notReadyAddresses"):
        errors.append(FieldError.required(path, "must specify `addresses` or `notReadyAddresses`"))
    for name in ("addresses", "notReadyAddresses"):
        for position, address in enumerate(subset.get(name) or ()):
            errors += _address(address, f"{path}.{name}[{position}]")
    ports = subset.get("ports") or ()
    for position, port in enumerate(ports):
        errors += _port(port, len(ports) > 1, f"{path}.ports[{position}]")
    return errors


def _address(address: Mapping[str, Any], path: str) -> list[FieldError]:
    ip = address.get("ip", "")
    errors = ip_address(ip, f"{path}.ip")
    if hostname := address.get("hostname"):
        errors += named(dns1123_label, hostname, f"{path}.hostname")
    if (node := address.get("nodeName")) is not None:
        errors += named(dns1123_subdomain, node, f"{path}.nodeName")
    return errors + not_special_ip(ip, f"{path}.ip")


def _port(port: Mapping[str, Any], require_name: bool, path: str) -> list[FieldError]:
    name, number = port.get("name", ""), port.get("port", 0)
    errors: list[FieldError] = []
    if name:
        errors += named(dns1123_label, name, f"{path}.name")
    elif require_name:
        errors.append(FieldError.required(f"{path}.name"))
    errors += [FieldError.invalid(f"{path}.port", number, text) for text in port_number(number)]
    errors += required_one_of(port.get("protocol"), f"{path}.protocol", PROTOCOLS)
    if (protocol := port.get("appProtocol")) is not None:
        errors += named(qualified_name, protocol, f"{path}.appProtocol")
    return errors
