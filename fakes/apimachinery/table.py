"""Columns and cells: what a kind shows of itself in a metav1.Table. The document is built by the server.

Source: k8s.io/apiserver, pkg/registry/rest/table.go.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, runtime_checkable

__all__ = [
    "CREATED_DESCRIPTION",
    "DEFAULT_COLUMNS",
    "NAME",
    "ColumnDefinition",
    "DefaultTableConvertor",
    "RowDecorator",
    "TableConvertor",
]

_NAME_DESCRIPTION = (
    "Name must be unique within a namespace. Is required when creating resources, although some resources may allow "
    "a client to request the generation of an appropriate name automatically. Name is primarily intended for creation "
    "idempotence and configuration definition. Cannot be updated. More info: "
    "https://kubernetes.io/docs/concepts/overview/working-with-objects/names#names"
)
CREATED_DESCRIPTION = (
    "CreationTimestamp is a timestamp representing the server time when this object was created. It is not guaranteed "
    "to be set in happens-before order across separate operations. Clients may not set this value. It is represented "
    "in RFC3339 form and is in UTC.\n\nPopulated by the system. Read-only. Null for lists. More info: "
    "https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnDefinition:
    """A column. ``type`` and ``format`` are those of OpenAPI; a ``priority`` above 0 shows in wide output only."""

    name: str
    type: str = "string"
    format: str = ""
    description: str = ""
    priority: int = 0

    def document(self) -> dict[str, Any]:
        """A metav1.TableColumnDefinition."""
        return {
            "name": self.name,
            "type": self.type,
            "format": self.format,
            "description": self.description,
            "priority": self.priority,
        }


class TableConvertor(Protocol):
    """How objects of a kind become rows."""

    @property
    def columns(self) -> tuple[ColumnDefinition, ...]: ...

    def cells(self, obj: dict[str, Any], now: datetime) -> list[Any]:
        """One value for each column; ages are counted back from ``now``."""
        ...


@runtime_checkable
class RowDecorator(Protocol):
    """A convertor whose rows say more than cells."""

    def conditions(self, obj: dict[str, Any]) -> list[dict[str, Any]]: ...

    def metadata(self, obj: dict[str, Any]) -> dict[str, Any]: ...


NAME = ColumnDefinition(name="Name", format="name", description=_NAME_DESCRIPTION)
DEFAULT_COLUMNS = (
    NAME,
    ColumnDefinition(name="Created At", type="date", description=CREATED_DESCRIPTION),
)


class DefaultTableConvertor:
    """For a kind that has no columns of its own: the name and when it was created."""

    columns = DEFAULT_COLUMNS

    def cells(self, obj: dict[str, Any], now: datetime) -> list[Any]:
        metadata = obj.get("metadata") or {}
        return [metadata.get("name", ""), metadata.get("creationTimestamp")]
