"""Rules of the containers of a Pod. Source of the texts and their order: k8s.io/kubernetes, pkg/apis/core/validation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fakes.apimachinery.field import FieldError
from fakes.apimachinery.validation import (
    config_map_key,
    dns1123_label,
    dns1123_subdomain,
    port_name,
    port_number,
)
from fakes.kube.groups.field_references import field_reference
from fakes.kube.groups.probe_validation import validate_lifecycle, validate_probe
from fakes.kube.groups.resources import resource_field, validate_requirements
from fakes.kube.groups.rules import PROTOCOLS, env_var_name, named, required_one_of, unsupported
from fakes.kube.groups.security_validation import validate_container_context
from fakes.kube.groups.volume_validation import descending_path, no_backsteps

__all__ = ["validate_containers", "validate_ephemeral_containers", "validate_init_containers"]

Container = Mapping[str, Any]
Volumes = Mapping[str, Mapping[str, Any]]
_ENV_FIELDS = (
    "metadata.name", "metadata.namespace", "metadata.uid", "spec.nodeName", "spec.serviceAccountName", "status.hostIP",
    "status.hostIPs", "status.podIP", "status.podIPs",
)  # fmt: skip
_ENV_SOURCES = ("fieldRef", "resourceFieldRef", "configMapKeyRef", "secretKeyRef", "fileKeyRef")
_ONLY_RESTARTABLE = "may not be set for init containers without restartPolicy=Always"
_NOT_EPHEMERAL = ("resources", "ports", "livenessProbe", "readinessProbe", "startupProbe", "lifecycle")


def validate_containers(
    containers: Sequence[Container], volumes: Volumes, grace: int | None, path: str
) -> list[FieldError]:
    """Errors of the containers that run side by side."""
    if not containers:
        return [FieldError.required(path)]
    errors: list[FieldError] = []
    seen: set[str] = set()
    for position, container in enumerate(containers):
        at = f"{path}[{position}]"
        errors += _common(container, volumes, at)
        errors += _unique_name(container, seen, at)
        if (restart := container.get("restartPolicy")) is not None:
            errors += unsupported(restart, f"{at}.restartPolicy", ("Always", "Never", "OnFailure"))
        errors += _hooks(container, grace, at)
    return errors + _host_port_conflicts(containers, path)


def validate_init_containers(
    containers: Sequence[Container],
    regular: Sequence[Container],
    volumes: Volumes,
    grace: int | None,
    path: str,
) -> list[FieldError]:
    """Errors of the containers that run before."""
    errors: list[FieldError] = []
    seen = {container.get("name", "") for container in regular}
    for position, container in enumerate(containers):
        at = f"{path}[{position}]"
        errors += _common(container, volumes, at)
        if (restart := container.get("restartPolicy")) is not None:
            errors += unsupported(restart, f"{at}.restartPolicy", ("Always", "Never", "OnFailure"))
        errors += _unique_name(container, seen, at)
        errors += _host_port_conflicts([container], path)
        if restart == "Always":
            errors += _hooks(container, grace, at)
        else:
            errors += [
                FieldError.forbidden(f"{at}.{name}", _ONLY_RESTARTABLE)
                for name in ("lifecycle", "livenessProbe", "readinessProbe", "startupProbe")
                if container.get(name) is not None
            ]
    return errors


def validate_ephemeral_containers(
    containers: Sequence[Container], others: Sequence[Container], volumes: Volumes, path: str
) -> list[FieldError]:
    """Errors of the containers that were added to a running Pod."""
    errors: list[FieldError] = []
    names = {container.get("name", "") for container in others}
    seen = set(names)
    for position, container in enumerate(containers):
        at = f"{path}[{position}]"
        errors += _common(container, volumes, at)
        errors += _unique_name(container, seen, at)
        target = container.get("targetContainerName", "")
        if target and target not in names:
            errors.append(FieldError.not_found(f"{at}.targetContainerName", target))
        errors += [
            FieldError.forbidden(f"{at}.{name}", "cannot be set for an Ephemeral Container")
            for name in _NOT_EPHEMERAL
            if container.get(name)
        ]
    return errors


def _unique_name(container: Container, seen: set[str], path: str) -> list[FieldError]:
    name = container.get("name", "")
    if name in seen:
        return [FieldError.duplicate(f"{path}.name", name)]
    seen.add(name)
    return []


def _hooks(container: Container, grace: int | None, path: str) -> list[FieldError]:
    errors: list[FieldError] = []
    if (lifecycle := container.get("lifecycle")) is not None:
        errors += validate_lifecycle(lifecycle, grace, f"{path}.lifecycle")
    for name in ("livenessProbe", "readinessProbe", "startupProbe"):
        if (probe := container.get(name)) is not None:
            errors += validate_probe(probe, name, f"{path}.{name}")
    return errors


def _common(container: Container, volumes: Volumes, path: str) -> list[FieldError]:
    name = container.get("name", "")
    errors = named(dns1123_label, name, f"{path}.name") if name else [FieldError.required(f"{path}.name")]
    if not container.get("image"):
        errors.append(FieldError.required(f"{path}.image"))
    policy = container.get("terminationMessagePolicy")
    errors += required_one_of(policy, f"{path}.terminationMessagePolicy", ("File", "FallbackToLogsOnError"))
    errors += _ports(container.get("ports") or (), f"{path}.ports")
    errors += _env(container.get("env") or (), f"{path}.env")
    errors += _env_from(container.get("envFrom") or (), f"{path}.envFrom")
    errors += _mounts(container, volumes, f"{path}.volumeMounts")
    errors += _devices(container, volumes, f"{path}.volumeDevices")
    pull = container.get("imagePullPolicy")
    errors += required_one_of(pull, f"{path}.imagePullPolicy", ("Always", "IfNotPresent", "Never"))
    for policy in container.get("resizePolicy") or ():
        where = f"{path}.resizePolicy"
        errors += required_one_of(policy.get("resourceName"), where, ("cpu", "memory"))
        errors += required_one_of(policy.get("restartPolicy"), where, ("NotRequired", "RestartContainer"))
    errors += validate_requirements(container.get("resources") or {}, f"{path}.resources")
    if (context := container.get("securityContext")) is not None:
        errors += validate_container_context(context, f"{path}.securityContext", host_users=True)
    return errors


def _ports(ports: Sequence[Container], path: str) -> list[FieldError]:
    errors: list[FieldError] = []
    seen: set[str] = set()
    for position, port in enumerate(ports):
        at = f"{path}[{position}]"
        if name := port.get("name", ""):
            if found := named(port_name, name, f"{at}.name"):
                errors += found
            elif name in seen:
                errors.append(FieldError.duplicate(f"{at}.name", name))
            seen.add(name)
        number = port.get("containerPort") or 0
        if not number:
            errors.append(FieldError.required(f"{at}.containerPort"))
        else:
            errors += [
                FieldError.invalid(f"{at}.containerPort", number, text) for text in port_number(number)
            ]
        if host := port.get("hostPort"):
            errors += [FieldError.invalid(f"{at}.hostPort", host, text) for text in port_number(host)]
        errors += required_one_of(port.get("protocol"), f"{at}.protocol", PROTOCOLS)
    return errors


def _host_port_conflicts(containers: Sequence[Container], path: str) -> list[FieldError]:
    errors: list[FieldError] = []
    seen: set[str] = set()
    for position, container in enumerate(containers):
        for number, port in enumerate(container.get("ports") or ()):
            if not port.get("hostPort"):
                continue
            text = f"{port.get('protocol', '')}/{port.get('hostIP', '')}/{port['hostPort']}"
            if text in seen:
                errors.append(FieldError.duplicate(f"{path}[{position}].ports[{number}].hostPort", text))
            seen.add(text)
    return errors


def _env(variables: Sequence[Container], path: str) -> list[FieldError]:
    errors: list[FieldError] = []
    for position, variable in enumerate(variables):
        at = f"{path}[{position}]"
        name = variable.get("name", "")
        errors += named(env_var_name, name, f"{at}.name") if name else [FieldError.required(f"{at}.name")]
        if (source := variable.get("valueFrom")) is not None:
            errors += _env_source(source, variable.get("value", ""), f"{at}.valueFrom")
    return errors


def _env_source(source: Container, value: str, path: str) -> list[FieldError]:
    present = [name for name in _ENV_SOURCES if source.get(name) is not None]
    errors: list[FieldError] = []
    if (field := source.get("fieldRef")) is not None:
        errors += field_reference(field, f"{path}.fieldRef", _ENV_FIELDS)
    if (resource := source.get("resourceFieldRef")) is not None:
        errors += resource_field(resource, f"{path}.resourceFieldRef")
    for name in ("configMapKeyRef", "secretKeyRef"):
        if (reference := source.get(name)) is not None:
            errors += _key_ref(reference, f"{path}.{name}")
    if not present:
        one_of = "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`"
        errors.append(FieldError.invalid(path, "", one_of))
    elif value:
        errors.append(FieldError.invalid(path, "", "may not be specified when `value` is not empty"))
    elif len(present) > 1:
        errors.append(FieldError.invalid(path, "", "may not have more than one field specified at a time"))
    return errors


def _key_ref(reference: Container, path: str) -> list[FieldError]:
    errors = named(dns1123_subdomain, reference.get("name", ""), f"{path}.name")
    if key := reference.get("key", ""):
        return errors + named(config_map_key, key, f"{path}.key")
    return [*errors, FieldError.required(f"{path}.key")]


def _env_from(sources: Sequence[Container], path: str) -> list[FieldError]:
    errors: list[FieldError] = []
    for position, source in enumerate(sources):
        at = f"{path}[{position}]"
        if prefix := source.get("prefix"):
            errors += named(env_var_name, prefix, f"{at}.prefix")
        present = [name for name in ("configMapRef", "secretRef") if source.get(name) is not None]
        for name in present:
            target = source[name].get("name", "")
            where = f"{at}.{name}.name"
            errors += named(dns1123_subdomain, target, where) if target else [FieldError.required(where)]
        if not present:
            errors.append(FieldError.invalid(path, "", "must specify one of: `configMapRef` or `secretRef`"))
        elif len(present) > 1:
            errors.append(
                FieldError.invalid(path, "", "may not have more than one field specified at a time")
            )
    return errors


def _mounts(container: Container, volumes: Volumes, path: str) -> list[FieldError]:
    devices = {
        each.get("name", ""): each.get("devicePath", "") for each in container.get("volumeDevices") or ()
    }
    errors: list[FieldError] = []
    points: set[str] = set()
    for position, mount in enumerate(container.get("volumeMounts") or ()):
        at = f"{path}[{position}]"
        name, point = mount.get("name", ""), mount.get("mountPath", "")
        if not name:
            errors.append(FieldError.required(f"{at}.name"))
        if name not in volumes:
            errors.append(FieldError.not_found(f"{at}.name", name))
        if not point:
            errors.append(FieldError.required(f"{at}.mountPath"))
        if point in points:
            errors.append(FieldError.invalid(f"{at}.mountPath", point, "must be unique"))
        points.add(point)
        if name in devices:
            errors.append(FieldError.invalid(f"{at}.name", name, "must not already exist in volumeDevices"))
        if point in devices.values():
            errors.append(
                FieldError.invalid(
                    f"{at}.mountPath", point, "must not already exist as a path in volumeDevices"
                )
            )
        errors += _sub_paths(mount, path, at)
    return errors


def _sub_paths(mount: Container, path: str, at: str) -> list[FieldError]:
    errors: list[FieldError] = []
    sub_path, expression = mount.get("subPath", ""), mount.get("subPathExpr", "")
    if sub_path:
        errors += descending_path(sub_path, f"{path}.subPath")
    if expression:
        if sub_path:
            errors.append(
                FieldError.invalid(
                    f"{at}.subPathExpr", expression, "subPathExpr and subPath are mutually exclusive"
                )
            )
        errors += descending_path(expression, f"{path}.subPathExpr")
    if (propagation := mount.get("mountPropagation")) is not None:
        supported = ("Bidirectional", "HostToContainer", "None")
        errors += unsupported(propagation, f"{path}.mountPropagation", supported)
    return errors


def _devices(container: Container, volumes: Volumes, path: str) -> list[FieldError]:
    errors: list[FieldError] = []
    names: set[str] = set()
    for position, device in enumerate(container.get("volumeDevices") or ()):
        at = f"{path}[{position}]"
        name, where = device.get("name", ""), device.get("devicePath", "")
        if not name:
            errors.append(FieldError.required(f"{at}.name"))
        if name in names:
            errors.append(FieldError.invalid(f"{at}.name", name, "must be unique"))
        if (volume := volumes.get(name)) is None:
            errors.append(FieldError.not_found(f"{at}.name", name))
        elif not {"persistentVolumeClaim", "ephemeral"} & volume.keys():
            detail = "can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode"
            errors.append(FieldError.invalid(f"{at}.name", name, detail))
        if not where:
            errors.append(FieldError.required(f"{at}.devicePath"))
        elif no_backsteps(where, at):
            errors.append(FieldError.invalid(f"{at}.devicePath", where, "can not contain backsteps ('..')"))
        names.add(name)
    return errors
