"""How the server sees ``spec.versions`` inside: what all versions have alike is pulled up into ``spec``.

Paths of errors follow that form (``spec.validation`` for a single version), and so do values printed in them, with the
names of Go's fields. Source: k8s.io/apiextensions-apiserver, pkg/apis/apiextensions/v1/conversion.go.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

__all__ = ["Part", "parts", "printed"]

Version = Mapping[str, Any]
_PULLED = {
    "schema": "validation",
    "subresources": "subresources",
    "additionalPrinterColumns": "additionalPrinterColumns",
    "selectableFields": "selectableFields",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A field of versions: its value, where errors about it are, and the versions' index (-1 if it is of all)."""

    value: Any
    path: str
    index: int


def _alike(versions: Sequence[Version], field: str) -> bool:
    """Whether all versions have the same value of a field."""
    first = versions[0].get(field) or None
    return all((version.get(field) or None) == first for version in versions)


def parts(versions: Sequence[Version], field: str) -> Iterator[Part]:
    """The values of a field: once if all versions have it alike, else one for each version that has it."""
    if not versions:
        return
    if _alike(versions, field):
        if (value := versions[0].get(field)) is not None:
            yield Part(value=value, path=f"spec.{_PULLED[field]}", index=-1)
        return
    for index, version in enumerate(versions):
        if (value := version.get(field)) is not None:
            yield Part(value=value, path=f"spec.versions[{index}].{field}", index=index)


def printed(versions: Sequence[Version]) -> list[dict[str, Any]]:
    """``spec.versions`` as a value in an error; what differs between versions is printed as it was sent."""
    kept = {field for field in _PULLED if not _alike(versions, field)}
    return [
        {
            "Name": version.get("name", ""),
            "Served": version.get("served", False),
            "Storage": version.get("storage", False),
            "Deprecated": version.get("deprecated", False),
            "DeprecationWarning": version.get("deprecationWarning"),
            "Schema": version.get("schema") if "schema" in kept else None,
            "Subresources": version.get("subresources") if "subresources" in kept else None,
            "AdditionalPrinterColumns": (
                version.get("additionalPrinterColumns") if "additionalPrinterColumns" in kept else None
            ),
            "SelectableFields": version.get("selectableFields") if "selectableFields" in kept else None,
        }
        for version in versions
    ]
