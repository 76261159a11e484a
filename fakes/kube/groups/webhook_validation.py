"""Rules of admission webhooks. Source: k8s.io/kubernetes, pkg/apis/admissionregistration/validation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from fakes.apimachinery.field import FieldError
from fakes.apimachinery.selectors import validate_label_selector
from fakes.apimachinery.validation import dns1035_label, dns1123_subdomain, port_number
from fakes.kube.groups.expression_validation import validate_match_conditions
from fakes.kube.groups.rules import named, unsupported

__all__ = ["validate_client", "validate_rule", "validate_webhook"]

_OPERATIONS = ("*", "CONNECT", "CREATE", "DELETE", "UPDATE")
_FORM = "; desired format: https://host[/path]"
_SIDE_EFFECTS = ("None", "NoneOnDryRun")


def validate_webhook(hook: Mapping[str, Any], path: str) -> list[FieldError]:
    """Errors of one webhook of a configuration."""
    errors = _full_name(hook.get("name", ""), f"{path}.name")
    for position, rule in enumerate(hook.get("rules") or ()):
        errors += validate_rule(rule, f"{path}.rules[{position}]")
    errors += unsupported(hook.get("failurePolicy"), f"{path}.failurePolicy", ("Fail", "Ignore"))
    errors += unsupported(hook.get("matchPolicy"), f"{path}.matchPolicy", ("Equivalent", "Exact"))
    effects = hook.get("sideEffects")
    if effects is None:
        errors.append(FieldError.required(f"{path}.sideEffects", "must specify one of None, NoneOnDryRun"))
    else:
        errors += unsupported(effects, f"{path}.sideEffects", _SIDE_EFFECTS)
    seconds = hook.get("timeoutSeconds", 10)
    if not 1 <= seconds <= 30:
        detail = "the timeout value must be between 1 and 30 seconds"
        errors.append(FieldError.invalid(f"{path}.timeoutSeconds", seconds, detail))
    for name in ("namespaceSelector", "objectSelector"):
        if (selector := hook.get(name)) is not None:
            errors += validate_label_selector(selector, f"{path}.{name}")
    errors += validate_client(hook.get("clientConfig") or {}, f"{path}.clientConfig")
    conditions = hook.get("matchConditions") or ()
    errors += validate_match_conditions(conditions, f"{path}.matchConditions")
    if (again := hook.get("reinvocationPolicy")) is not None:
        errors += unsupported(again, f"{path}.reinvocationPolicy", ("IfNeeded", "Never"))
    return errors + _versions(hook.get("admissionReviewVersions") or [], f"{path}.admissionReviewVersions")


def _full_name(name: str, path: str) -> list[FieldError]:
    if not name:
        return [FieldError.required(path)]
    if errors := named(dns1123_subdomain, name, path):
        return errors
    if name.count(".") < 2:
        return [
            FieldError.invalid(
                path, name, "should be a domain with at least three segments separated by dots"
            )
        ]
    return []


def validate_rule(rule: Mapping[str, Any], path: str) -> list[FieldError]:
    """Errors of what a webhook or policy looks at."""
    operations = rule.get("operations") or []
    errors: list[FieldError] = []
    if not operations:
        errors.append(FieldError.required(f"{path}.operations"))
    if len(operations) > 1 and "*" in operations:
        detail = "if '*' is present, must not specify other operations"
        errors.append(FieldError.invalid(f"{path}.operations", operations, detail))
    for position, operation in enumerate(operations):
        errors += unsupported(operation, f"{path}.operations[{position}]", _OPERATIONS)
    for name, shown in (("apiGroups", "API groups"), ("apiVersions", "API versions")):
        values = rule.get(name) or []
        if not values:
            errors.append(FieldError.required(f"{path}.{name}"))
        if len(values) > 1 and "*" in values:
            detail = f"if '*' is present, must not specify other {shown}"
            errors.append(FieldError.invalid(f"{path}.{name}", values, detail))
        if name == "apiVersions":
            errors += [
                FieldError.required(f"{path}.{name}[{position}]")
                for position, value in enumerate(values)
                if not value
            ]
    errors += _resources(rule.get("resources") or [], f"{path}.resources")
    if (scope := rule.get("scope")) is not None:
        errors += unsupported(scope, f"{path}.scope", ("*", "Cluster", "Namespaced"))
    return errors


def _resources(resources: Sequence[str], path: str) -> list[FieldError]:
    if not resources:
        return [FieldError.required(path)]
    errors: list[FieldError] = []
    if len(resources) > 1 and "*/*" in resources:
        detail = "if '*/*' is present, must not specify other resources"
        errors.append(FieldError.invalid(path, list(resources), detail))
    if "*" in resources and any("/" not in each and each != "*" for each in resources):
        detail = "if '*' is present, must not specify other resources without subresources"
        errors.append(FieldError.invalid(path, list(resources), detail))
    return errors


def validate_client(config: Mapping[str, Any], path: str) -> list[FieldError]:
    """Errors of where a webhook is: a URL, or a service."""
    url, service = config.get("url"), config.get("service")
    if (url is None) == (service is None):
        return [FieldError.required(path, "exactly one of url or service is required")]
    if service is not None:
        return _service(service, f"{path}.service")
    parts, at = urlsplit(str(url)), f"{path}.url"
    if str(url).startswith(":"):
        detail = f'url must be a valid URL: parse "{url}": missing protocol scheme{_FORM}'
        return [FieldError.required(at, detail)]
    found = [
        (parts.scheme != "https", parts.scheme, f"'https' is the only allowed URL scheme{_FORM}"),
        (not parts.netloc, parts.netloc, f"host must be specified{_FORM}"),
        (
            "@" in parts.netloc,
            parts.netloc.rpartition("@")[0],
            "user information is not permitted in the URL",
        ),
        (bool(parts.fragment), parts.fragment, "fragments are not permitted in the URL"),
        (bool(parts.query), parts.query, "query parameters are not permitted in the URL"),
    ]
    return [FieldError.invalid(at, value, detail) for wrong, value, detail in found if wrong]


def _service(service: Mapping[str, Any], path: str) -> list[FieldError]:
    # The server takes one for the other where it asks for them.
    errors = [
        FieldError.required(f"{path}.{asked}")
        for asked, name in (("name", "namespace"), ("namespace", "name"))
        if not service.get(name)
    ]
    if texts := port_number(port := service.get("port", 443)):
        errors.append(FieldError.invalid(f"{path}.port", port, f"port is not valid: {texts[0]}"))
    where, target = f"{path}.path", service.get("path") or "/"
    if target == "/":
        return errors
    if not target.startswith("/"):
        errors.append(FieldError.invalid(where, target, "must start with a '/'"))
    for position, step in enumerate(target[1:].removesuffix("/").split("/")):
        texts = dns1123_subdomain(step) if step else ["may not be empty"]
        colon = ":" if step else ""
        errors += [FieldError.invalid(where, target, f"segment[{position}]{colon} {text}") for text in texts]
    return errors


def _versions(versions: Sequence[str], path: str) -> list[FieldError]:
    if not versions:
        return [FieldError.required(path, "must specify one of v1, v1beta1")]
    errors: list[FieldError] = []
    for position, version in enumerate(versions):
        if version in versions[:position]:
            errors.append(FieldError.invalid(f"{path}[{position}]", version, "duplicate version"))
        else:
            errors += named(dns1035_label, version, f"{path}[{position}]")
    if not {"v1", "v1beta1"} & set(versions):
        errors.append(FieldError.invalid(path, list(versions), "must include at least one of v1, v1beta1"))
    return errors
