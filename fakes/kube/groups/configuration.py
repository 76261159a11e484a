"""ConfigMaps and Secrets: data that is only stored. Source: k8s.io/kubernetes, pkg/apis/core/validation."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any, ClassVar

from fakes.apimachinery import golang
from fakes.apimachinery.field import FieldError
from fakes.apimachinery.validation import config_map_key
from fakes.apiserver.registry.strategy import MetadataCheck, Object
from fakes.kube.groups.builtin import BuiltinStrategy
from fakes.kube.groups.rules import immutable, named
from fakes.kube.groups.selectable import SelectableStrategy

__all__ = ["ConfigMapStrategy", "SecretStrategy"]

_MAX_SIZE = 1024 * 1024
_IMMUTABLE = "field is immutable when `immutable` is set"
_DOCKER_KEYS = {
    "kubernetes.io/dockercfg": ".dockercfg",
    "kubernetes.io/dockerconfigjson": ".dockerconfigjson",
}
_ACCOUNT = "kubernetes.io/service-account.name"


def _decoded_size(text: str) -> int:
    return len(text) * 3 // 4 - text[-2:].count("=")


def _frozen(obj: Object, old: Object, *names: str) -> list[FieldError]:
    """Errors of a change to an object that was said to be immutable."""
    if not old.get("immutable"):
        return []
    errors = [] if obj.get("immutable") else [FieldError.forbidden("immutable", _IMMUTABLE)]
    changed = [name for name in names if (obj.get(name) or {}) != (old.get(name) or {})]
    return errors + [FieldError.forbidden(name, _IMMUTABLE) for name in changed]


class ConfigMapStrategy(BuiltinStrategy):
    """ConfigMap."""

    metadata_checks: ClassVar[tuple[MetadataCheck, ...]] = ("change", "whole")

    def validate(self, obj: Object) -> list[FieldError]:
        data, binary = obj.get("data") or {}, obj.get("binaryData") or {}
        errors: list[FieldError] = []
        for key in data:
            errors += named(config_map_key, key, f"data[{key}]")
            if key in binary:
                errors.append(
                    FieldError.invalid(f"data[{key}]", key, "duplicate of key present in binaryData")
                )
        for key in binary:
            errors += named(config_map_key, key, f"binaryData[{key}]")
        size = sum(len(value.encode()) for value in data.values()) + sum(map(_decoded_size, binary.values()))
        if size > _MAX_SIZE:
            errors.append(FieldError.too_long("[]", _MAX_SIZE))
        return errors

    def validate_update(self, obj: Object, old: Object) -> list[FieldError]:
        return _frozen(obj, old, "data", "binaryData") + self.validate(obj)


class SecretStrategy(SelectableStrategy):
    """Secret: ``stringData`` becomes ``data``."""

    metadata_checks: ClassVar[tuple[MetadataCheck, ...]] = ("change", "whole")
    field_labels: ClassVar[Mapping[str, str]] = {"type": ""}

    def default(self, obj: Object) -> None:
        obj["type"] = obj.get("type") or "Opaque"
        if (texts := obj.pop("stringData", None)) is not None and texts:
            encoded = {key: base64.b64encode(text.encode()).decode() for key, text in texts.items()}
            obj["data"] = {**(obj.get("data") or {}), **encoded}

    def prepare_for_update(self, obj: Object, old: Object) -> None:
        obj["type"] = obj.get("type") or old.get("type", "Opaque")

    def validate(self, obj: Object) -> list[FieldError]:
        data = obj.get("data") or {}
        errors = [error for key in data for error in named(config_map_key, key, f"data[{key}]")]
        if sum(map(_decoded_size, data.values())) > _MAX_SIZE:
            errors.append(FieldError.too_long("data", _MAX_SIZE))
        return errors + _typed(obj, data)

    def validate_update(self, obj: Object, old: Object) -> list[FieldError]:
        changed = immutable(obj.get("type", ""), old.get("type", ""), "type")
        return changed + _frozen(obj, old, "data") + self.validate(obj)


def _typed(obj: Object, data: Mapping[str, str]) -> list[FieldError]:
    kind = obj.get("type")
    match kind:
        case "kubernetes.io/service-account-token":
            if not (obj["metadata"].get("annotations") or {}).get(_ACCOUNT):
                return [FieldError.required(f"metadata.annotations[{_ACCOUNT}]")]
        case "kubernetes.io/dockercfg" | "kubernetes.io/dockerconfigjson":
            return _docker(data, _DOCKER_KEYS[kind])
        case "kubernetes.io/basic-auth":
            if not {"username", "password"} & data.keys():
                return [FieldError.required("data[username]"), FieldError.required("data[password]")]
        case "kubernetes.io/ssh-auth":
            if not data.get("ssh-privatekey"):
                return [FieldError.required("data[ssh-privatekey]")]
        case "kubernetes.io/tls":
            return [FieldError.required(f"data[{key}]") for key in ("tls.crt", "tls.key") if key not in data]
    return []


def _docker(data: Mapping[str, str], key: str) -> list[FieldError]:
    if key not in data:
        return [FieldError.required(f"data[{key}]")]
    try:
        content: Any = json.loads(base64.b64decode(data[key]))
    except ValueError:
        detail = _json_error(base64.b64decode(data[key]).decode(errors="replace"))
    else:
        if isinstance(content, dict):
            return []
        detail = "json: cannot unmarshal into Go value of type map[string]interface {}"
    return [FieldError.invalid(f"data[{key}]", "<secret contents redacted>", detail)]


def _json_error(text: str) -> str:
    """How Go's decoder complains of a text that does not begin as JSON."""
    first = text.strip()[:1]
    if not first or first in '{["':
        return "unexpected end of JSON input"
    return f"invalid character {golang.quote(first).replace(chr(34), chr(39))} looking for beginning of value"
