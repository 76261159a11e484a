"""EndpointSlices. Source: k8s.io/kubernetes, pkg/apis/discovery."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from fakes.apimachinery.field import FieldError
from fakes.apimachinery.validation import dns1123_label, dns1123_subdomain, qualified_name
from fakes.apiserver.registry.strategy import MetadataCheck, Object
from fakes.kube.groups.builtin import BuiltinStrategy, fill
from fakes.kube.groups.rules import PROTOCOLS, immutable, ip_address, named, not_special_ip, required_one_of

__all__ = ["EndpointSliceStrategy"]

_TYPES = ("FQDN", "IPv4", "IPv6")


class EndpointSliceStrategy(BuiltinStrategy):
    """EndpointSlice."""

    metadata_checks: ClassVar[tuple[MetadataCheck, ...]] = ("whole",)
    has_generation = True

    def counted(self, obj: Object) -> Any:
        return super().counted(obj), obj["metadata"].get("labels")

    def default(self, obj: Object) -> None:
        obj.setdefault("endpoints", None)
        obj.setdefault("ports", None)
        for port in obj.get("ports") or ():
            fill(port, {"name": ""})
            port["protocol"] = port.get("protocol") or "TCP"
        for endpoint in obj.get("endpoints") or ():
            endpoint.setdefault("conditions", {})

    def validate(self, obj: Object) -> list[FieldError]:
        return self._errors(obj, obj.get("endpoints") or ())

    def _errors(self, obj: Object, endpoints: Sequence[Mapping[str, Any]]) -> list[FieldError]:
        kind = obj.get("addressType", "")
        errors = required_one_of(kind, "addressType", _TYPES)
        for position, endpoint in enumerate(endpoints):
            errors += _endpoint(endpoint, kind, f"endpoints[{position}]")
        seen: set[str] = set()
        for position, port in enumerate(obj.get("ports") or ()):
            at = f"ports[{position}]"
            name = port.get("name") or ""
            if name in seen:
                errors.append(FieldError.duplicate(f"{at}.name", name))
            seen.add(name)
            errors += named(dns1123_label, name, f"{at}.name") if name else []
            errors += required_one_of(port.get("protocol"), f"{at}.protocol", PROTOCOLS)
            if (protocol := port.get("appProtocol")) is not None:
                errors += named(qualified_name, protocol, f"{at}.appProtocol")
        return errors

    def prepare_for_create(self, obj: Object) -> None:
        _drop_topology(obj)

    def prepare_for_update(self, obj: Object, old: Object) -> None:
        _drop_topology(obj)

    def warnings(self, obj: Object, old: Object | None) -> list[str]:
        fqdn = old is None and obj.get("addressType") == "FQDN"
        return ["spec.addressType: FQDN endpoints are deprecated"] if fqdn else []

    def validate_update(self, obj: Object, old: Object) -> list[FieldError]:
        new, before = (each.get("addressType", "") for each in (obj, old))
        given = obj.get("endpoints") or ()
        changed = given if given != (old.get("endpoints") or ()) else ()
        return self._errors(obj, changed) + immutable(new, before, "addressType")


def _drop_topology(obj: Object) -> None:
    """This version has no topology of endpoints."""
    if endpoints := obj.get("endpoints"):
        obj["endpoints"] = [
            {name: value for name, value in each.items() if name != "deprecatedTopology"}
            for each in endpoints
        ]


def _of_family(address: str, kind: str, path: str) -> list[FieldError]:
    if (":" in address) == (kind == "IPv6"):
        return []
    return [FieldError.invalid(f"{path}.addresses", address, f"must be an {kind} address")]


def _endpoint(endpoint: Mapping[str, Any], kind: str, path: str) -> list[FieldError]:
    addresses = endpoint.get("addresses") or ()
    if not addresses:
        return [FieldError.required(f"{path}.addresses", "must contain at least 1 address")]
    errors: list[FieldError] = []
    for position, address in enumerate(addresses):
        where = f"{path}.addresses[{position}]"
        if kind == "FQDN":
            errors += named(dns1123_subdomain, address, where)
        elif kind in ("IPv4", "IPv6"):
            errors += ip_address(address, where) or _of_family(address, kind, path) + not_special_ip(
                address, where
            )
    if (node := endpoint.get("nodeName")) is not None:
        errors += named(dns1123_subdomain, node, f"{path}.nodeName")
    if (hostname := endpoint.get("hostname")) is not None:
        errors += named(dns1123_label, hostname, f"{path}.hostname")
    return errors
