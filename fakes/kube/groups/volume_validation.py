"""Rules of the volumes of a Pod.

Not checked: sources that only one provider of a cloud has. Source: k8s.io/kubernetes, pkg/apis/core/validation.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from fakes.apimachinery.field import FieldError
from fakes.apimachinery.validation import config_map_key, dns1123_label, dns1123_subdomain
from fakes.kube.groups.rules import named, unsupported

__all__ = ["descending_path", "no_backsteps", "validate_volumes"]

Source = Mapping[str, Any]
_HOST_PATH_TYPES = (
    "",
    "DirectoryOrCreate",
    "Directory",
    "FileOrCreate",
    "File",
    "Socket",
    "CharDevice",
    "BlockDevice",
)
_MODE_DETAIL = "must be a number between 0 and 0777 (octal), both inclusive"


def validate_volumes(volumes: Sequence[Source], path: str) -> tuple[dict[str, Source], list[FieldError]]:
    """The volumes without errors by name, and the errors of the others."""
    valid: dict[str, Source] = {}
    errors: list[FieldError] = []
    for position, volume in enumerate(volumes):
        at = f"{path}[{position}]"
        name = volume.get("name", "")
        found = _validate_source(volume, at)
        found += named(dns1123_label, name, f"{at}.name") if name else [FieldError.required(f"{at}.name")]
        if name in valid:
            found.append(FieldError.duplicate(f"{at}.name", name))
        if found:
            errors += found
        else:
            valid[name] = volume
    return valid, errors


def _validate_source(volume: Source, path: str) -> list[FieldError]:
    errors: list[FieldError] = []
    first = True
    for name in _ORDER:
        if (source := volume.get(name)) is None:
            continue
        at = f"{path}.{name}"
        if not first:
            errors.append(FieldError.forbidden(at, "may not specify more than 1 volume type"))
        elif validate := _VALIDATORS.get(name):
            errors += validate(source, at)
        first = False
    if first and set(volume) <= {"name"}:
        errors.append(FieldError.required(path, "must specify a volume type"))
    return errors


def descending_path(value: str, path: str) -> list[FieldError]:
    """A relative path that does not climb."""
    errors: list[FieldError] = []
    if value.startswith("/"):
        errors.append(FieldError.invalid(path, value, "must be a relative path"))
    return errors + no_backsteps(value, path)


def no_backsteps(value: str, path: str) -> list[FieldError]:
    """A path without ``..``."""
    return [FieldError.invalid(path, value, "must not contain '..'")] if ".." in value.split("/") else []


def _empty_dir(source: Source, path: str) -> list[FieldError]:
    if str(source.get("sizeLimit", "")).startswith("-"):
        return [
            FieldError.forbidden(f"{path}.sizeLimit", "SizeLimit field must be a valid resource quantity")
        ]
    return []


def _host_path(source: Source, path: str) -> list[FieldError]:
    if not source.get("path"):
        return [FieldError.required(f"{path}.path")]
    errors = no_backsteps(source["path"], f"{path}.path")
    return errors + unsupported(source.get("type") or "", f"{path}.type", sorted(_HOST_PATH_TYPES))


def _mode(source: Source, path: str, name: str) -> list[FieldError]:
    mode = source.get(name)
    if mode is None or 0 <= mode <= 0o777:
        return []
    return [FieldError.invalid(f"{path}.{name}", mode, _MODE_DETAIL)]


def _items(source: Source, path: str) -> list[FieldError]:
    errors: list[FieldError] = []
    for position, item in enumerate(source.get("items") or ()):
        at = f"{path}.items[{position}]"
        key, target = item.get("key", ""), item.get("path", "")
        errors += named(config_map_key, key, f"{at}.key") if key else [FieldError.required(f"{at}.key")]
        errors += _local_path(target, f"{at}.path") if target else [FieldError.required(f"{at}.path")]
        errors += _mode(item, at, "mode")
    return errors


def _local_path(value: str, path: str) -> list[FieldError]:
    errors = descending_path(value, path)
    if value.startswith("..") and not errors:
        errors.append(FieldError.invalid(path, value, "must not start with '..'"))
    return errors


def _secret(source: Source, path: str) -> list[FieldError]:
    errors = [] if source.get("secretName") else [FieldError.required(f"{path}.secretName")]
    return errors + _mode(source, path, "defaultMode") + _items(source, path)


def _config_map(source: Source, path: str) -> list[FieldError]:
    errors = [] if source.get("name") else [FieldError.required(f"{path}.name")]
    return errors + _mode(source, path, "defaultMode") + _items(source, path)


def _claim(source: Source, path: str) -> list[FieldError]:
    name = source.get("claimName", "")
    return (
        named(dns1123_subdomain, name, f"{path}.claimName")
        if name
        else [FieldError.required(f"{path}.claimName")]
    )


def _nfs(source: Source, path: str) -> list[FieldError]:
    errors = [] if source.get("server") else [FieldError.required(f"{path}.server")]
    where = source.get("path", "")
    if not where:
        errors.append(FieldError.required(f"{path}.path"))
    elif not where.startswith("/"):
        errors.append(FieldError.invalid(f"{path}.path", where, "must be an absolute path"))
    return errors


def _csi(source: Source, path: str) -> list[FieldError]:
    driver = source.get("driver", "")
    errors = [] if driver else [FieldError.required(f"{path}.driver")]
    if len(driver) > 63:
        errors.append(FieldError.too_long(f"{path}.driver", 63))
    return errors + [
        FieldError.invalid(f"{path}.driver", driver, text) for text in dns1123_subdomain(driver.lower())
    ]


def _ephemeral(source: Source, path: str) -> list[FieldError]:
    return (
        []
        if source.get("volumeClaimTemplate") is not None
        else [FieldError.required(f"{path}.volumeClaimTemplate")]
    )


def _projected(source: Source, path: str) -> list[FieldError]:
    errors = _mode(source, path, "defaultMode")
    for position, part in enumerate(source.get("sources") or ()):
        at = f"{path}.sources[{position}]"
        if (token := part.get("serviceAccountToken")) is not None:
            errors += _token(token, f"{at}.serviceAccountToken")
        for name in ("configMap", "secret"):
            if (inner := part.get(name)) is not None:
                errors += [] if inner.get("name") else [FieldError.required(f"{at}.{name}.name")]
                errors += _items(inner, f"{at}.{name}")
    return errors


def _token(source: Source, path: str) -> list[FieldError]:
    errors: list[FieldError] = []
    seconds = source.get("expirationSeconds", 3600)
    if seconds < 600:
        errors.append(
            FieldError.invalid(
                f"{path}.expirationSeconds", seconds, "may not specify a duration less than 10 minutes"
            )
        )
    if seconds > 2**32:
        errors.append(
            FieldError.invalid(
                f"{path}.expirationSeconds", seconds, "may not specify a duration larger than 2^32 seconds"
            )
        )
    if not source.get("path"):
        errors.append(FieldError.required(f"{path}.path"))
    return errors


_VALIDATORS: Mapping[str, Callable[[Source, str], list[FieldError]]] = {
    "emptyDir": _empty_dir,
    "hostPath": _host_path,
    "secret": _secret,
    "nfs": _nfs,
    "persistentVolumeClaim": _claim,
    "configMap": _config_map,
    "projected": _projected,
    "csi": _csi,
    "ephemeral": _ephemeral,
}
_ORDER = (
    "emptyDir", "hostPath", "gitRepo", "gcePersistentDisk", "awsElasticBlockStore", "secret", "nfs", "iscsi", "glusterfs",
    "flocker", "persistentVolumeClaim", "rbd", "cinder", "cephfs", "quobyte", "downwardAPI", "fc", "flexVolume", "configMap",
    "azureFile", "vsphereVolume", "photonPersistentDisk", "portworxVolume", "azureDisk", "storageos", "projected", "scaleIO",
    "csi", "ephemeral", "image",
)  # fmt: skip
