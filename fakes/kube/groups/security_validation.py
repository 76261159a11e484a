"""Security contexts of Pods and of their containers. Not checked: Windows beyond names that are empty.

Source: k8s.io/kubernetes, pkg/apis/core/validation.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from fakes.apimachinery.field import FieldError
from fakes.kube.builtin.internal import internal_text
from fakes.kube.groups.rules import unsupported
from fakes.kube.groups.volume_validation import descending_path

__all__ = ["validate_container_context", "validate_pod_context"]

Context = Mapping[str, Any]
_RANGE = "must be between 0 and 2147483647, inclusive"
_PROFILES = ("Localhost", "RuntimeDefault", "Unconfined")
_SYSCTL = r"^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$"
_SYSCTL_PATTERN = re.compile(_SYSCTL)


def validate_container_context(context: Context, path: str, *, host_users: bool) -> list[FieldError]:
    """Errors of the securityContext of a container; ``host_users`` if it shares the users of its node."""
    errors = _ids(context, ("runAsUser", "runAsGroup"), path)
    if (mount := context.get("procMount")) is not None:
        errors += unsupported(mount, f"{path}.procMount", ("Default", "Unmasked"))
        if host_users and mount == "Unmasked":
            detail = "`hostUsers` must be false to use `Unmasked`"
            errors.append(FieldError.invalid(f"{path}.procMount", mount, detail))
    errors += _seccomp(context.get("seccompProfile"), f"{path}.seccompProfile")
    if context.get("allowPrivilegeEscalation") is False:
        errors += _no_escalation(context, path)
    errors += _windows(context.get("windowsOptions"), f"{path}.windowsOptions")
    return errors + _app_armor(context.get("appArmorProfile"), f"{path}.appArmorProfile")


def _ids(context: Context, names: Sequence[str], path: str) -> list[FieldError]:
    return [
        FieldError.invalid(f"{path}.{name}", value, _RANGE)
        for name in names
        if (value := context.get(name)) is not None and not 0 <= value < 2**31
    ]


def _no_escalation(context: Context, path: str) -> list[FieldError]:
    shown = internal_text("core.SecurityContext", context)
    details = ["`privileged` to true"] if context.get("privileged") else []
    added = (context.get("capabilities") or {}).get("add") or ()
    details += ["`capabilities.Add` CAP_SYS_ADMIN" for each in added if each == "CAP_SYS_ADMIN"]
    return [
        FieldError.invalid(path, shown, f"cannot set `allowPrivilegeEscalation` to false and {detail}")
        for detail in details
    ]


def _seccomp(profile: Context | None, path: str) -> list[FieldError]:
    if profile is None:
        return []
    kind, local, at = profile.get("type", ""), profile.get("localhostProfile"), f"{path}.localhostProfile"
    errors = unsupported(kind, f"{path}.type", _PROFILES)
    if kind != "Localhost":
        if local is not None:
            shown = internal_text("core.SeccompProfile", profile)
            errors.append(FieldError.invalid(at, shown, "can only be set when seccomp type is Localhost"))
        return errors
    if local is None:
        return [*errors, FieldError.required(at, "must be set when seccomp type is Localhost")]
    return errors + descending_path(local, at)


def _app_armor(profile: Context | None, path: str) -> list[FieldError]:
    if profile is None:
        return []
    kind, local, at = profile.get("type", ""), profile.get("localhostProfile"), f"{path}.localhostProfile"
    match kind:
        case "":
            detail = "type is required when appArmorProfile is set"
            return [FieldError.required(f"{path}.type", detail)]
        case "Localhost":
            if local is not None and local != local.strip():
                return [FieldError.invalid(at, local, "must not be padded with whitespace")]
            return [] if local else [FieldError.required(at, "must be set when AppArmor type is Localhost")]
        case "RuntimeDefault" | "Unconfined":
            detail = "can only be set when AppArmor type is Localhost"
            return [] if local is None else [FieldError.invalid(at, local, detail)]
        case _:
            return [FieldError.not_supported(f"{path}.type", kind, _PROFILES)]


def _windows(options: Context | None, path: str) -> list[FieldError]:
    if (options or {}).get("runAsUserName") != "":
        return []
    return [FieldError.invalid(f"{path}.runAsUserName", "", "runAsUserName cannot be an empty string")]


def validate_pod_context(spec: Context, path: str) -> list[FieldError]:
    """Errors of the securityContext of a PodSpec, and of what the Pod shares with its node."""
    context, at = spec.get("securityContext") or {}, f"{path}.securityContext"
    errors = _ids(context, ("fsGroup", "runAsUser", "runAsGroup"), at)
    errors += [
        FieldError.invalid(f"{at}.supplementalGroups[{position}]", group, _RANGE)
        for position, group in enumerate(context.get("supplementalGroups") or ())
        if not 0 <= group < 2**31
    ]
    if spec.get("shareProcessNamespace") and spec.get("hostPID"):
        detail = "ShareProcessNamespace and HostPID cannot both be enabled"
        errors.append(FieldError.invalid(f"{at}.shareProcessNamespace", True, detail))
    errors += _sysctls(context.get("sysctls") or (), f"{at}.sysctls")
    if (change := context.get("fsGroupChangePolicy")) is not None:
        errors += unsupported(change, f"{at}.fsGroupChangePolicy", ("Always", "OnRootMismatch"))
    errors += _seccomp(context.get("seccompProfile"), f"{at}.seccompProfile")
    errors += _windows(context.get("windowsOptions"), f"{at}.windowsOptions")
    return errors + _app_armor(context.get("appArmorProfile"), f"{at}.appArmorProfile")


def _sysctls(sysctls: Sequence[Context], path: str) -> list[FieldError]:
    errors: list[FieldError] = []
    seen: set[str] = set()
    for position, sysctl in enumerate(sysctls):
        name, at = sysctl.get("name", ""), f"{path}[{position}].name"
        if not name:
            errors.append(FieldError.required(at))
        elif len(name) > 253 or not _SYSCTL_PATTERN.match(name):
            detail = f"must have at most 253 characters and match regex {_SYSCTL}"
            errors.append(FieldError.invalid(at, name, detail))
        elif name in seen:
            errors.append(FieldError.duplicate(at, name))
        seen.add(name)
    return errors
