"""Rules of a PodSpec, in a Pod or in a template.

Not checked: Windows, requests of whole Pods. Source of the texts and their order:
k8s.io/kubernetes, pkg/apis/core/validation.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from fakes.apimachinery.field import FieldError
from fakes.apimachinery.objectmeta import validate_annotations, validate_labels
from fakes.apimachinery.validation import dns1123_label, dns1123_subdomain, qualified_name
from fakes.kube.builtin.internal import internal_text
from fakes.kube.groups.affinity_validation import validate_affinity, validate_spread, validate_tolerations
from fakes.kube.groups.container_validation import (
    validate_containers,
    validate_ephemeral_containers,
    validate_init_containers,
)
from fakes.kube.groups.resources import validate_pod_requirements
from fakes.kube.groups.rules import MAX_INT32, ip_address, named, required_one_of, unsupported
from fakes.kube.groups.security_validation import validate_pod_context
from fakes.kube.groups.volume_validation import validate_volumes

__all__ = ["validate_pod_spec", "validate_pod_template"]

Spec = Mapping[str, Any]
_SEARCH = re.compile(r"_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?(\._?[a-z0-9]([-_a-z0-9]*[a-z0-9])?)*")
_DNS_POLICIES = ("ClusterFirstWithHostNet", "ClusterFirst", "Default", "None")


def validate_pod_template(template: Spec, path: str) -> list[FieldError]:
    """Errors of a PodTemplateSpec."""
    metadata = template.get("metadata") or {}
    errors = validate_labels(metadata.get("labels") or {}, f"{path}.labels")
    errors += validate_annotations(metadata.get("annotations") or {}, f"{path}.annotations")
    spec = template.get("spec") or {}
    errors += validate_pod_spec(spec, f"{path}.spec")
    if spec.get("ephemeralContainers"):
        detail = "ephemeral containers not allowed in pod template"
        errors.append(FieldError.forbidden(f"{path}.spec.ephemeralContainers", detail))
    return errors


def validate_pod_spec(spec: Spec, path: str, *, pod: bool = False) -> list[FieldError]:
    """Errors of a PodSpec; ``pod`` if it is that of a Pod itself."""
    volumes, errors = validate_volumes(spec.get("volumes") or (), f"{path}.volumes")
    errors += _all_containers(spec, volumes, path)
    errors += validate_pod_requirements(spec.get("resources") or {}, f"{path}.resources")
    errors += _resource_claims(spec, path)
    errors += _host_network(spec, path, pod)
    if spec.get("hostUsers") is False and spec.get("hostNetwork"):
        errors.append(FieldError.forbidden(f"{path}.hostNetwork", "when `hostUsers` is false"))
    errors += required_one_of(
        spec.get("restartPolicy"), f"{path}.restartPolicy", ("Always", "OnFailure", "Never")
    )
    errors += required_one_of(spec.get("dnsPolicy"), f"{path}.dnsPolicy", _DNS_POLICIES)
    errors += validate_labels(spec.get("nodeSelector") or {}, f"{path}.nodeSelector")
    errors += validate_pod_context(spec, path)
    if affinity := spec.get("affinity"):
        errors += validate_affinity(affinity, f"{path}.affinity")
    errors += _dns_config(spec, f"{path}.dnsConfig")
    errors += _gates(spec, path)
    errors += validate_spread(
        spec.get("topologySpreadConstraints") or (), f"{path}.topologySpreadConstraints"
    )
    errors += _names(spec, path)
    return errors + _tokens(spec, path) if pod else errors


def _tokens(spec: Spec, path: str) -> list[FieldError]:
    """Tokens are of the account of the Pod, so there has to be one."""
    if spec.get("serviceAccountName"):
        return []
    detail = "must not be specified when serviceAccountName is not set"
    return [
        FieldError.forbidden(
            f"{path}.volumes[{number}].projected.sources[{place}].serviceAccountToken", detail
        )
        for number, volume in enumerate(spec.get("volumes") or ())
        for place, source in enumerate((volume.get("projected") or {}).get("sources") or ())
        if source.get("serviceAccountToken") is not None
    ]


def _all_containers(spec: Spec, volumes: Mapping[str, Spec], path: str) -> list[FieldError]:
    containers, first = spec.get("containers") or (), spec.get("initContainers") or ()
    grace = spec.get("terminationGracePeriodSeconds")
    errors = validate_containers(containers, volumes, grace, f"{path}.containers")
    if first:
        errors += validate_init_containers(first, containers, volumes, grace, f"{path}.initContainers")
    if added := spec.get("ephemeralContainers"):
        errors += validate_ephemeral_containers(
            added, [*containers, *first], volumes, f"{path}.ephemeralContainers"
        )
    return errors


def _resource_claims(spec: Spec, path: str) -> list[FieldError]:
    errors: list[FieldError] = []
    names: set[str] = set()
    for position, claim in enumerate(spec.get("resourceClaims") or ()):
        at, name = f"{path}.resourceClaims[{position}]", claim.get("name", "")
        if not name:
            errors.append(FieldError.required(f"{at}.name"))
        elif name in names:
            errors.append(FieldError.duplicate(f"{at}.name", name))
        else:
            errors += named(dns1123_label, name, f"{at}.name")
        names.add(name)
        given = [claim.get(each) is not None for each in ("resourceClaimName", "resourceClaimTemplateName")]
        shown = internal_text("core.PodResourceClaim", claim)
        if all(given):
            detail = "at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified"
            errors.append(FieldError.invalid(at, shown, detail))
        if not any(given):
            detail = "must specify one of: `resourceClaimName`, `resourceClaimTemplateName`"
            errors.append(FieldError.invalid(at, shown, detail))
    for kind in ("containers", "initContainers"):
        for position, container in enumerate(spec.get(kind) or ()):
            for number, claim in enumerate((container.get("resources") or {}).get("claims") or ()):
                if (name := claim.get("name", "")) not in names:
                    where = f"{path}.{kind}[{position}].resources.claims[{number}]"
                    errors.append(_unknown_claim(where, name, names))
    return errors


def _unknown_claim(path: str, name: str, known: set[str]) -> FieldError:
    which = f": {', '.join(sorted(known))}" if known else " which is empty"
    detail = f"must be one of the names in pod.spec.resourceClaims{which}"
    error = FieldError.not_found(path, name)
    return replace(error, body=f"{error.body}: {detail}")


def _host_network(spec: Spec, path: str, pod: bool) -> list[FieldError]:
    if not spec.get("hostNetwork"):
        return []
    detail = "must match `containerPort` when `hostNetwork` is true"
    return [
        FieldError.invalid(f"{path}.containers[{position}].ports[{number}].hostPort", host, detail)
        for position, container in enumerate(spec.get("containers") or ())
        for number, port in enumerate(container.get("ports") or ())
        if ((host := port.get("hostPort", 0)) or pod) and host != port.get("containerPort")
    ]


def _dns_config(spec: Spec, path: str) -> list[FieldError]:
    config = spec.get("dnsConfig")
    if spec.get("dnsPolicy") == "None":
        if config is None:
            return [FieldError.required(path, "must provide `dnsConfig` when `dnsPolicy` is None")]
        if not config.get("nameservers"):
            detail = "must provide at least one DNS nameserver when `dnsPolicy` is None"
            return [FieldError.required(f"{path}.nameservers", detail)]
    errors: list[FieldError] = []
    servers = (config or {}).get("nameservers") or ()
    if len(servers) > 3:
        errors.append(
            FieldError.invalid(f"{path}.nameservers", list(servers), "must not have more than 3 nameservers")
        )
    for position, server in enumerate(servers):
        errors += ip_address(server, f"{path}.nameservers[{position}]")
    for position, search in enumerate((config or {}).get("searches") or ()):
        if search != ".":
            errors += named(_search_domain, search.removesuffix("."), f"{path}.searches[{position}]")
    errors += [
        FieldError.required(f"{path}.options[{position}]", "must not be empty")
        for position, option in enumerate((config or {}).get("options") or ())
        if not option.get("name")
    ]
    return errors


def _search_domain(name: str) -> list[str]:
    """A subdomain whose labels may begin and go on with underscores."""
    if len(name) <= 253 and _SEARCH.fullmatch(name):
        return []
    text = "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', and must "
    text += "start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is "
    return [f"{text}'{_SEARCH.pattern}')"]


def _gates(spec: Spec, path: str) -> list[FieldError]:
    errors: list[FieldError] = []
    for position, gate in enumerate(spec.get("readinessGates") or ()):
        where = f"{path}.readinessGates[{position}].conditionType"
        errors += named(qualified_name, gate.get("conditionType", ""), where)
    seen: set[str] = set()
    for position, gate in enumerate(spec.get("schedulingGates") or ()):
        at = f"{path}.schedulingGates[{position}]"
        name = gate.get("name", "")
        errors += named(qualified_name, name, at)
        if name in seen:
            errors.append(FieldError.duplicate(at, name))
        seen.add(name)
    return errors


def _names(spec: Spec, path: str) -> list[FieldError]:
    errors: list[FieldError] = []
    for name in ("serviceAccountName", "nodeName"):
        if value := spec.get(name):
            errors += named(dns1123_subdomain, value, f"{path}.{name}")
    seconds = spec.get("activeDeadlineSeconds")
    if seconds is not None and not 1 <= seconds <= MAX_INT32:
        detail = "must be between 1 and 2147483647, inclusive"
        errors.append(FieldError.invalid(f"{path}.activeDeadlineSeconds", seconds, detail))
    for name in ("hostname", "subdomain"):
        if value := spec.get(name):
            errors += named(dns1123_label, value, f"{path}.{name}")
    errors += validate_tolerations(spec.get("tolerations") or (), f"{path}.tolerations")
    for position, alias in enumerate(spec.get("hostAliases") or ()):
        errors += ip_address(alias.get("ip", ""), f"{path}.hostAliases[{position}].ip")
        for number, host in enumerate(alias.get("hostnames") or ()):
            errors += named(dns1123_subdomain, host, f"{path}.hostAliases[{position}].hostnames[{number}]")
    for name in ("priorityClassName", "runtimeClassName"):
        if value := spec.get(name):
            errors += named(dns1123_subdomain, value, f"{path}.{name}")
    if (policy := spec.get("preemptionPolicy")) is not None:
        errors += unsupported(policy, f"{path}.preemptionPolicy", ("PreemptLowerPriority", "Never"))
    if (system := spec.get("os")) is not None:
        errors += required_one_of(system.get("name"), f"{path}.os", ("linux", "windows"))
    return errors
