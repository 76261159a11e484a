"""APIService: who serves a version of a group. Source: k8s.io/kube-aggregator, pkg/apis/apiregistration."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, ClassVar

from fakes.apimachinery.duration import age
from fakes.apimachinery.field import FieldError
from fakes.apimachinery.golang import quote
from fakes.apimachinery.table import CREATED_DESCRIPTION, NAME, ColumnDefinition
from fakes.apimachinery.validation import dns1035_label, dns1123_subdomain, path_segment_name, port_number
from fakes.apiserver.registry.strategy import Object, Strategy

__all__ = ["APIServiceStrategy", "APIServiceTable", "local_condition"]


def local_condition(time: str) -> dict[str, Any]:
    """The condition of an API service whose group this server has itself."""
    return {
        "type": "Available",
        "status": "True",
        "lastTransitionTime": time,
        "reason": "Local",
        "message": "Local APIServices are always available",
    }


class APIServiceStrategy(Strategy):
    """A local service is available from the start; the aggregator finds out about others."""

    has_status = True
    status_keeps_metadata = True
    resets: ClassVar[Mapping[str, tuple[str, ...]]] = {"": ("status",), "status": ("spec", "metadata")}
    allow_unconditional_update = False
    standard_finalizers = False

    validate_name = staticmethod(path_segment_name)

    def default(self, obj: Object) -> None:
        service = (obj.get("spec") or {}).get("service")
        if service is not None and service.get("port") is None:
            obj["spec"] = {**obj["spec"], "service": {**service, "port": 443}}
        obj.setdefault("spec", {})
        obj.setdefault("status", {})

    def prepare_for_create(self, obj: Object) -> None:
        obj["status"] = {}
        if obj["spec"].get("service") is None:
            obj["status"] = {"conditions": [local_condition(obj["metadata"]["creationTimestamp"])]}

    def validate(self, obj: Object) -> list[FieldError]:
        return list(_validate(obj))

    def validate_status_update(self, obj: Object, old: Object) -> list[FieldError]:
        states = ("True", "False", "Unknown")
        conditions = (obj.get("status") or {}).get("conditions") or ()
        return [
            FieldError.not_supported(f"status.conditions[{index}].status", each.get("status", ""), states)
            for index, each in enumerate(conditions)
            if each.get("status") not in states
        ]


def _validate(obj: Object) -> Iterator[FieldError]:
    name, spec = obj["metadata"].get("name", ""), obj["spec"]
    group, version = spec.get("group", ""), spec.get("version", "")
    required = f"{version}.{group}"
    if name and name != required and not path_segment_name(name):
        detail = f'must be `spec.version+"."+spec.group`: {quote(required)}'
        yield FieldError.invalid("metadata.name", name, detail)
    if not group and version != "v1":
        detail = "only v1 may have an empty group and it better be legacy kube"
        yield FieldError.required("spec.group", detail)
    if group:
        for text in dns1123_subdomain(group):
            yield FieldError.invalid("spec.group", group, text)
    for text in dns1035_label(version):
        yield FieldError.invalid("spec.version", version, text)
    for field, limit in (("groupPriorityMinimum", 20000), ("versionPriority", 1000)):
        value = spec.get(field, 0)
        if not 0 < value <= limit:
            yield FieldError.invalid(f"spec.{field}", value, f"must be positive and less than {limit}")
    yield from _backend(spec)


def _backend(spec: Mapping[str, Any]) -> Iterator[FieldError]:
    service, bundle = spec.get("service"), spec.get("caBundle") or ""
    insecure = bool(spec.get("insecureSkipTLSVerify"))
    if service is None:
        if bundle:
            shown = f"{_size(bundle)} bytes"
            yield FieldError.invalid("spec.caBundle", shown, "local APIServices may not have a caBundle")
        if insecure:
            detail = "local APIServices may not have insecureSkipTLSVerify"
            yield FieldError.invalid("spec.insecureSkipTLSVerify", insecure, detail)
        return
    for field in ("namespace", "name"):
        if not service.get(field):
            yield FieldError.required(f"spec.service.{field}")
    port = service.get("port", 443)
    if texts := port_number(port):
        yield FieldError.invalid("spec.service.port", port, f"port is not valid: {', '.join(texts)}")
    if insecure and bundle:
        detail = "may not be true if caBundle is present"
        yield FieldError.invalid("spec.insecureSkipTLSVerify", insecure, detail)


def _size(bundle: str) -> int:
    try:
        return len(base64.b64decode(bundle))
    except binascii.Error:
        return len(bundle)


class APIServiceTable:
    """Name, Service, Available, Age."""

    columns = (
        NAME,
        ColumnDefinition(
            name="Service", description="The reference to the service that hosts this API endpoint."
        ),
        ColumnDefinition(name="Available", description="Whether this service is available."),
        ColumnDefinition(name="Age", description=CREATED_DESCRIPTION),
    )

    def cells(self, obj: dict[str, Any], now: datetime) -> list[Any]:
        """``Local`` or ``namespace/name``; ``True`` or the status with its reason."""
        metadata, service = obj["metadata"], obj["spec"].get("service")
        where = "Local" if service is None else f"{service.get('namespace', '')}/{service.get('name', '')}"
        created = metadata.get("creationTimestamp")
        return [metadata.get("name", ""), where, _available(obj), age(created, now)]


def _available(obj: Mapping[str, Any]) -> str:
    for condition in (obj.get("status") or {}).get("conditions") or ():
        if condition["type"] == "Available":
            status, reason = str(condition["status"]), condition.get("reason")
            return f"{status} ({reason})" if reason and status != "True" else status
    return "Unknown"
