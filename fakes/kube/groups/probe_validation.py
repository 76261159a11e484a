"""Rules of probes and of the hooks of a container's life."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from fakes.apimachinery.field import FieldError
from fakes.kube.groups.rules import nonnegative, port_number_or_name, unsupported

__all__ = ["validate_lifecycle", "validate_probe"]

_NUMBERS = ("initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold")
_HEADER = re.compile("[-A-Za-z0-9]+")
_NO_HEADER = (
    "a valid HTTP header must consist of alphanumeric characters or '-' (e.g. 'X-Header-Name', regex used for validation "
    "is '[-A-Za-z0-9]+')"
)


def validate_probe(probe: Mapping[str, Any], name: str, path: str) -> list[FieldError]:
    """Errors of a ``livenessProbe``, ``readinessProbe`` or ``startupProbe``."""
    errors = _handler(probe, None, path)
    errors += nonnegative(probe, path, *_NUMBERS)
    grace = probe.get("terminationGracePeriodSeconds")
    where = f"{path}.terminationGracePeriodSeconds"
    if grace is not None and grace <= 0:
        errors.append(FieldError.invalid(where, grace, "must be greater than 0"))
    if name == "readinessProbe":
        if grace is not None:
            errors.append(FieldError.invalid(where, grace, "must not be set for readinessProbes"))
    elif (threshold := probe.get("successThreshold", 0)) != 1:
        errors.append(FieldError.invalid(f"{path}.successThreshold", threshold, "must be 1"))
    return errors


def validate_lifecycle(lifecycle: Mapping[str, Any], grace: int | None, path: str) -> list[FieldError]:
    """Errors of the handlers that run after a container starts and before it stops."""
    errors: list[FieldError] = []
    for name in ("postStart", "preStop"):
        if (handler := lifecycle.get(name)) is not None:
            errors += _handler(handler, grace, f"{path}.{name}")
    return errors


def _handler(handler: Mapping[str, Any], grace: int | None, path: str) -> list[FieldError]:
    errors: list[FieldError] = []
    first = True
    for name in ("exec", "httpGet", "tcpSocket", "grpc", "sleep"):
        if (action := handler.get(name)) is None:
            continue
        at = f"{path}.{name}"
        if first:
            errors += _action(name, action, grace, at)
        else:
            errors.append(FieldError.forbidden(at, "may not specify more than 1 handler type"))
        first = False
    if first:
        errors.append(FieldError.required(path, "must specify a handler type"))
    return errors


def _action(name: str, action: Mapping[str, Any], grace: int | None, path: str) -> list[FieldError]:
    match name:
        case "exec":
            return [] if action.get("command") else [FieldError.required(f"{path}.command")]
        case "httpGet":
            errors = [] if action.get("path") else [FieldError.required(f"{path}.path")]
            errors += port_number_or_name(action.get("port", 0), f"{path}.port")
            errors += unsupported(action.get("scheme", ""), f"{path}.scheme", ("HTTP", "HTTPS"))
            for header in action.get("httpHeaders") or ():
                if not _HEADER.fullmatch(name := header.get("name", "")):
                    errors.append(FieldError.invalid(f"{path}.httpHeaders", name, _NO_HEADER))
            return errors
        case "sleep":
            seconds = action.get("seconds", 0)
            if grace is None or 0 <= seconds <= grace:
                return []
            detail = f"must be non-negative and less than terminationGracePeriodSeconds ({grace})"
            return [FieldError.invalid(path, seconds, detail)]
        case _:
            return port_number_or_name(action.get("port", 0), f"{path}.port")
