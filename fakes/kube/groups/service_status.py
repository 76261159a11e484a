"""What a load balancer says of a Service, and what the server says of one that it takes without liking it.

Source: k8s.io/kubernetes, pkg/apis/core/validation and pkg/api/service/warnings.go.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fakes.apimachinery.field import FieldError
from fakes.apimachinery.validation import dns1123_subdomain
from fakes.kube.groups.rules import ip_address, named, unsupported

__all__ = ["balancer_ingress", "service_warnings"]


def balancer_ingress(ingress: Mapping[str, Any], position: int) -> list[FieldError]:
    """Errors of an address or host name at which a load balancer listens."""
    at = f"status.loadBalancer.ingress[{position}]"
    ip, mode, hostname = ingress.get("ip", ""), ingress.get("ipMode"), ingress.get("hostname", "")
    errors = ip_address(ip, f"{at}.ip") if ip else []
    if mode is None:
        errors += [FieldError.required(f"{at}.ipMode", "must be specified when `ip` is set")] if ip else []
    elif not ip:
        errors.append(FieldError.forbidden(f"{at}.ipMode", "may not be specified when `ip` is not set"))
    else:
        errors += unsupported(mode, f"{at}.ipMode", ("Proxy", "VIP"))
    if hostname:
        errors += named(dns1123_subdomain, hostname, f"{at}.hostname")
        if not ip_address(hostname, at):
            detail = "must be a DNS name, not an IP address"
            errors.append(FieldError.invalid(f"{at}.hostname", hostname, detail))
    return errors


def service_warnings(spec: Mapping[str, Any]) -> list[str]:
    """What is ignored or out of date in a valid Service."""
    kind, external = spec.get("type"), bool(spec.get("externalIPs"))
    headless = kind == "ClusterIP" and spec.get("clusterIP") == "None"
    warnings: list[str] = []
    if headless:
        if spec.get("loadBalancerIP"):
            warnings.append("spec.loadBalancerIP is ignored for headless services")
        if external:
            warnings.append("spec.externalIPs is ignored for headless services")
        if spec.get("sessionAffinity") != "None":
            warnings.append("spec.SessionAffinity is ignored for headless services")
    elif external and kind != "ExternalName":
        warnings.append("spec.externalIPs is deprecated and may no longer be implemented in some clusters")
    elif external:
        warnings.append('spec.externalIPs is ignored when spec.type is "ExternalName"')
    if kind != "ExternalName" and spec.get("externalName"):
        warnings.append('spec.externalName is ignored when spec.type is not "ExternalName"')
    if spec.get("trafficDistribution") == "PreferClose":
        warnings.append('spec.trafficDistribution: "PreferClose" is deprecated; use "PreferSameZone"')
    return warnings
