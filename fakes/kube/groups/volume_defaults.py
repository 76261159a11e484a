"""What core/v1 fills into volumes and into claims to them."""

from __future__ import annotations

from typing import Any

__all__ = ["default_claim_spec", "default_volume"]

_MODE = 0o644


def default_volume(volume: dict[str, Any]) -> None:
    """Defaults of one volume of a Pod; a volume without a source becomes an ``emptyDir``."""
    sources = [name for name, source in volume.items() if name != "name" and source is not None]
    if not sources:
        volume["emptyDir"] = {}
        return
    for name in sources:
        if default := _SOURCES.get(name):
            default(volume[name])


def default_claim_spec(spec: dict[str, Any]) -> None:
    """Defaults of the spec of a PersistentVolumeClaim."""
    spec["volumeMode"] = spec.get("volumeMode") or "Filesystem"
    if spec.get("resources") is None:
        spec["resources"] = {}


def _with_mode(source: dict[str, Any]) -> None:
    if source.get("defaultMode") is None:
        source["defaultMode"] = _MODE


def _downward(source: dict[str, Any]) -> None:
    for item in source.get("items") or ():
        if (field := item.get("fieldRef")) is not None:
            field["apiVersion"] = field.get("apiVersion") or "v1"
        if (resource := item.get("resourceFieldRef")) is not None:
            resource["divisor"] = resource.get("divisor") or "0"


def _downward_with_mode(source: dict[str, Any]) -> None:
    _downward(source)
    _with_mode(source)


def _projected(source: dict[str, Any]) -> None:
    _with_mode(source)
    for part in source.setdefault("sources", []) or ():
        if (token := part.get("serviceAccountToken")) is not None:
            token["expirationSeconds"] = token.get("expirationSeconds") or 3600
        if (downward := part.get("downwardAPI")) is not None:
            _downward(downward)


def _host_path(source: dict[str, Any]) -> None:
    if source.get("type") is None:
        source["type"] = ""


def _ephemeral(source: dict[str, Any]) -> None:
    if (template := source.get("volumeClaimTemplate")) is not None:
        template.setdefault("metadata", {})
        default_claim_spec(template.setdefault("spec", {}))


def _image(source: dict[str, Any]) -> None:
    if not source.get("pullPolicy"):
        name, _, digest = source.get("reference", "").partition("@")
        tag = name.rpartition("/")[2].partition(":")[2]
        source["pullPolicy"] = "Always" if tag == "latest" or not (tag or digest) else "IfNotPresent"


def _iscsi(source: dict[str, Any]) -> None:
    source["iscsiInterface"] = source.get("iscsiInterface") or "default"


_SOURCES = {
    "configMap": _with_mode,
    "secret": _with_mode,
    "downwardAPI": _downward_with_mode,
    "projected": _projected,
    "hostPath": _host_path,
    "ephemeral": _ephemeral,
    "image": _image,
    "iscsi": _iscsi,
}
