"""Rules of the volumes of a Pod.

Not checked: sources that only one provider of a cloud has. Source: k8s.io/kubernetes, pkg/apis/core/validation.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from fakes.apimachinery.field import FieldError
from fakes.apimachinery.objectmeta import validate_annotations, validate_labels
from fakes.apimachinery.validation import config_map_key, dns1123_label, dns1123_subdomain
from fakes.kube.groups.claim_specs import validate_claim_spec
from fakes.kube.groups.field_references import field_reference
from fakes.kube.groups.resources import resource_field
from fakes.kube.groups.rules import named, unsupported

__all__ = ["descending_path", "no_backsteps", "validate_volume_source", "validate_volumes"]

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


def validate_volume_source(name: str, source: Source, path: str) -> list[FieldError]:
    """Errors of one source, also of a PersistentVolume; none of a source that is not looked at."""
    validate = _VALIDATORS.get(name)
    return [] if validate is None else validate(source, path)


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
    if not driver:
        return [FieldError.required(f"{path}.driver")]
    errors = [FieldError.too_long(f"{path}.driver", 63)] if len(driver) > 63 else []
    return errors + [
        FieldError.invalid(f"{path}.driver", driver, text) for text in dns1123_subdomain(driver.lower())
    ]


def _ephemeral(source: Source, path: str) -> list[FieldError]:
    if (template := source.get("volumeClaimTemplate")) is None:
        return [FieldError.required(f"{path}.volumeClaimTemplate")]
    at, metadata = f"{path}.volumeClaimTemplate", template.get("metadata") or {}
    errors = validate_annotations(metadata.get("annotations") or {}, f"{at}.metadata.annotations")
    errors += validate_labels(metadata.get("labels") or {}, f"{at}.metadata.labels")
    return errors + validate_claim_spec(template.get("spec") or {}, f"{at}.spec")


def _projected(source: Source, path: str) -> list[FieldError]:
    errors = _mode(source, path, "defaultMode")
    seen: set[str] = set()
    for position, part in enumerate(source.get("sources") or ()):
        at = f"{path}.sources[{position}]"
        for name in ("secret", "configMap", "downwardAPI", "serviceAccountToken"):
            if (inner := part.get(name)) is not None:
                errors += _projection(name, inner, f"{at}.{name}")
                errors += _path_clashes(name, inner, seen, path)
        if len([name for name, inner in part.items() if inner is not None]) > 1:
            detail = "may not specify more than 1 volume type per source"
            errors.append(FieldError.forbidden(at, detail))
    return errors


def _projection(kind: str, source: Source, path: str) -> list[FieldError]:
    match kind:
        case "serviceAccountToken":
            return _token(source, path)
        case "downwardAPI":
            return [error for item in source.get("items") or () for error in _downward_file(item, path)]
        case _:
            errors = [] if source.get("name") else [FieldError.required(f"{path}.name")]
            return errors + _items(source, path)


def _path_clashes(kind: str, source: Source, seen: set[str], path: str) -> list[FieldError]:
    """Files of one projected volume may not have the same path."""
    if kind == "serviceAccountToken":
        if not source.get("path"):
            return [FieldError.required(f"{path}.path")]
        paths, shown = [source["path"]], source["path"]
    else:
        paths = [item["path"] for item in source.get("items") or () if item.get("path")]
        shown = source.get("name", "")
    errors: list[FieldError] = []
    for each in paths:
        if each in seen:
            value = shown if kind != "downwardAPI" else each
            errors.append(FieldError.invalid(path, value, "conflicting duplicate paths"))
        seen.add(each)
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
    return errors


def _local(source: Source, path: str) -> list[FieldError]:
    where = source.get("path", "")
    return no_backsteps(where, f"{path}.path") if where else [FieldError.required(f"{path}.path")]


def _image(source: Source, path: str) -> list[FieldError]:
    errors = [] if source.get("reference") else [FieldError.required(f"{path}.reference")]
    if policy := source.get("pullPolicy"):
        errors += unsupported(policy, f"{path}.pullPolicy", ("Always", "IfNotPresent", "Never"))
    return errors


def _iscsi(source: Source, path: str) -> list[FieldError]:
    errors = [
        FieldError.required(f"{path}.{name}") for name in ("targetPortal", "iqn") if not source.get(name)
    ]
    if (iqn := source.get("iqn")) and not iqn.startswith(("iqn", "eui", "naa")):
        detail = "must be valid format starting with iqn, eui, or naa"
        errors.append(FieldError.invalid(f"{path}.iqn", iqn, detail))
    if not 0 <= (lun := source.get("lun", 0)) <= 255:
        errors.append(FieldError.invalid(f"{path}.lun", lun, "must be between 0 and 255, inclusive"))
    return errors


def _downward(source: Source, path: str) -> list[FieldError]:
    errors = _mode(source, path, "defaultMode")
    for item in source.get("items") or ():
        errors += _downward_file(item, path)
    return errors


_FILE_FIELDS = (
    "metadata.annotations", "metadata.labels", "metadata.name", "metadata.namespace", "metadata.uid",
)  # fmt: skip


def _downward_file(item: Source, path: str) -> list[FieldError]:
    target = item.get("path", "")
    errors = _local_path(target, f"{path}.path") if target else [FieldError.required(f"{path}.path")]
    if (field := item.get("fieldRef")) is not None:
        errors += field_reference(field, f"{path}.fieldRef", _FILE_FIELDS)
        if item.get("resourceFieldRef") is not None:
            detail = "fieldRef and resourceFieldRef can not be specified simultaneously"
            errors.append(FieldError.invalid(path, "resource", detail))
    elif (resource := item.get("resourceFieldRef")) is not None:
        errors += resource_field(resource, f"{path}.resourceFieldRef", volume=True)
    else:
        errors.append(FieldError.required(path, "one of fieldRef and resourceFieldRef is required"))
    return errors + _mode(item, path, "mode")


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
    "local": _local,
    "image": _image,
    "iscsi": _iscsi,
    "downwardAPI": _downward,
}
_ORDER = (
    "emptyDir", "hostPath", "gitRepo", "gcePersistentDisk", "awsElasticBlockStore", "secret", "nfs", "iscsi", "glusterfs",
    "flocker", "persistentVolumeClaim", "rbd", "cinder", "cephfs", "quobyte", "downwardAPI", "fc", "flexVolume", "configMap",
    "azureFile", "vsphereVolume", "photonPersistentDisk", "portworxVolume", "azureDisk", "storageos", "projected", "scaleIO",
    "csi", "ephemeral", "image",
)  # fmt: skip
