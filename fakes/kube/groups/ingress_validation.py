"""Rules of Ingresses and their classes. Source: k8s.io/kubernetes, pkg/apis/networking/validation."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from typing import Any

from fakes.apimachinery.field import FieldError
from fakes.apimachinery.validation import (
    dns1123_label,
    dns1123_subdomain,
    path_segment_name,
    port_name,
    port_number,
)
from fakes.kube.groups.rules import named, unsupported

__all__ = ["validate_ingress", "validate_ingress_class"]

Spec = Mapping[str, Any]
_PATH_TYPES = ("Exact", "ImplementationSpecific", "Prefix")
_BAD_SEQUENCES = ("//", "/./", "/../", "%2f", "%2F")
_BAD_SUFFIXES = ("/..", "/.")
_WILDCARD = r"\*\.[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*"
_NOT_A_WILDCARD = (
    "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower "
    "case alphanumeric characters, '-' or '.' and end with an alphanumeric character "
    f"(e.g. '*.example.com', regex used for validation is '{_WILDCARD}')"
)


def validate_ingress(spec: Spec) -> list[FieldError]:
    """Errors of the spec of an Ingress."""
    rules, backend = spec.get("rules") or (), spec.get("defaultBackend")
    errors: list[FieldError] = []
    if not rules and backend is None:
        detail = "either `defaultBackend` or `rules` must be specified"
        errors.append(FieldError.invalid("spec", spec.get("rules"), detail))
    if backend is not None:
        errors += _backend(backend, "spec.defaultBackend")
    for position, rule in enumerate(rules):
        errors += _rule(rule, f"spec.rules[{position}]")
    for position, each in enumerate(spec.get("tls") or ()):
        at = f"spec.tls[{position}]"
        for number, host in enumerate(each.get("hosts") or ()):
            errors += _host(host, f"{at}.hosts[{number}]")
        if name := each.get("secretName"):
            errors += named(dns1123_subdomain, name, f"{at}.secretName")
    if (name := spec.get("ingressClassName")) is not None:
        errors += named(dns1123_subdomain, name, "spec.ingressClassName")
    return errors


def _host(host: str, path: str) -> list[FieldError]:
    if "*" not in host:
        return named(dns1123_subdomain, host, path)
    return [] if re.fullmatch(_WILDCARD, host) else [FieldError.invalid(path, host, _NOT_A_WILDCARD)]


def _rule(rule: Spec, path: str) -> list[FieldError]:
    errors: list[FieldError] = []
    if host := rule.get("host"):
        if _is_ip(host):
            errors.append(FieldError.invalid(f"{path}.host", host, "must be a DNS name, not an IP address"))
        errors += _host(host, f"{path}.host")
    if (http := rule.get("http")) is not None:
        paths = http.get("paths") or ()
        if not paths:
            errors.append(FieldError.required(f"{path}.http.paths"))
        for position, each in enumerate(paths):
            errors += _path(each, f"{path}.http.paths[{position}]")
    return errors


def _is_ip(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _path(entry: Spec, path: str) -> list[FieldError]:
    kind, value = entry.get("pathType"), entry.get("path", "")
    if kind is None:
        return [FieldError.required(f"{path}.pathType", "pathType must be specified")]
    errors = unsupported(kind, f"{path}.pathType", _PATH_TYPES)
    checked = kind in ("Exact", "Prefix") or (kind == "ImplementationSpecific" and value)
    if checked and not value.startswith("/"):
        errors.append(FieldError.invalid(f"{path}.path", value, "must be an absolute path"))
    if kind in ("Exact", "Prefix"):
        errors += [
            FieldError.invalid(f"{path}.path", value, f"must not contain '{text}'")
            for text in _BAD_SEQUENCES
            if text in value
        ]
        errors += [
            FieldError.invalid(f"{path}.path", value, f"cannot end with '{text}'")
            for text in _BAD_SUFFIXES
            if value.endswith(text)
        ]
    return errors + _backend(entry.get("backend") or {}, f"{path}.backend")


def _backend(backend: Spec, path: str) -> list[FieldError]:
    resource, service = backend.get("resource"), backend.get("service")
    if resource is not None and service is not None:
        return [FieldError.invalid(path, "", "cannot set both resource and service backends")]
    if resource is not None:
        return _reference(resource, f"{path}.resource")
    if service is None:
        return [FieldError.invalid(path, "", "resource or service backend is required")]
    name = service.get("name", "")
    where = f"{path}.service.name"
    errors = named(dns1123_label, name, where) if name else [FieldError.required(where)]
    port = service.get("port") or {}
    if port.get("name") and port.get("number"):
        errors.append(FieldError.invalid(path, "", "cannot set both port name & port number"))
    elif port.get("name"):
        errors += named(port_name, port["name"], f"{path}.service.port.name")
    elif number := port.get("number"):
        errors += [
            FieldError.invalid(f"{path}.service.port.number", number, text) for text in port_number(number)
        ]
    else:
        errors.append(FieldError.required(path, "port name or number is required"))
    return errors


def _reference(reference: Spec, path: str) -> list[FieldError]:
    errors: list[FieldError] = []
    if (group := reference.get("apiGroup")) is not None:
        errors += named(dns1123_subdomain, group, f"{path}.apiGroup")
    for name in ("kind", "name"):
        value, where = reference.get(name, ""), f"{path}.{name}"
        errors += named(path_segment_name, value, where) if value else [FieldError.required(where)]
    return errors


def validate_ingress_class(spec: Spec) -> list[FieldError]:
    """Errors of the spec of an IngressClass."""
    controller = spec.get("controller", "")
    errors: list[FieldError] = []
    if not controller:
        errors.append(FieldError.required("spec.controller"))
    else:
        if len(controller) > 250:
            errors.append(FieldError.too_long("spec.controller", 250))
        domain, slash, rest = controller.partition("/")
        if not slash or not domain or not rest:
            detail = 'must be a domain-prefixed path (such as "acme.io/foo")'
            errors.append(FieldError.invalid("spec.controller", controller, detail))
        else:
            errors += [
                FieldError.invalid("spec.controller", domain, text) for text in dns1123_subdomain(domain)
            ]
    if (parameters := spec.get("parameters")) is not None:
        errors += _reference(parameters, "spec.parameters") + _scope(parameters, "spec.parameters")
    return errors


def _scope(parameters: Spec, path: str) -> list[FieldError]:
    scope, namespace = parameters.get("scope"), parameters.get("namespace")
    if errors := unsupported(scope, f"{path}.scope", ("Cluster", "Namespace")):
        return errors
    if scope == "Namespace":
        if namespace is None:
            return [FieldError.required(f"{path}.namespace", "`parameters.scope` is set to 'Namespace'")]
        return named(dns1123_label, namespace, f"{path}.namespace")
    if scope == "Cluster" and namespace is not None:
        return [FieldError.forbidden(f"{path}.namespace", "`parameters.scope` is set to 'Cluster'")]
    return []
