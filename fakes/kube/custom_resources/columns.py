"""The table of a custom resource: its name and ``additionalPrinterColumns``, or its age if there are none.

Source: k8s.io/apiextensions-apiserver, pkg/registry/customresource/tableconvertor.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from fakes.apimachinery import golang
from fakes.apimachinery.duration import age
from fakes.apimachinery.table import CREATED_DESCRIPTION, NAME, ColumnDefinition
from fakes.apimachinery.whole_numbers import whole_number
from fakes.kube.custom_resources.json_path import MISSING, compile_path

__all__ = ["CustomResourceTable", "scale_table"]

_AGE: Mapping[str, Any] = {
    "name": "Age", "type": "date", "description": CREATED_DESCRIPTION, "jsonPath": ".metadata.creationTimestamp",
}  # fmt: skip


class CustomResourceTable:
    """How objects of one version of a definition become rows."""

    def __init__(self, columns: Iterable[Mapping[str, Any]]) -> None:
        columns = list(columns) or [_AGE]
        self.columns = (NAME, *(_definition(column) for column in columns))
        self._cells: list[tuple[str, Callable[[Any], Any]]] = [
            (column["type"], compile_path(column["jsonPath"])) for column in columns
        ]

    def cells(self, obj: dict[str, Any], now: datetime) -> list[Any]:
        """One value for each column; None where there is nothing or it is of another type."""
        cells: list[Any] = [obj["metadata"].get("name", "")]
        cells += [_cell(kind, find(obj), now) for kind, find in self._cells]
        return cells


def scale_table() -> CustomResourceTable:
    """How a Scale of a custom resource becomes a row."""
    shown = (
        ("Desired", "Number of desired replicas", "spec"),
        ("Available", "Number of actual replicas", "status"),
    )
    columns = [
        {"name": name, "type": "integer", "description": description, "jsonPath": f".{place}.replicas"}
        for name, description, place in shown
    ]
    return CustomResourceTable([*columns, _AGE])


def _definition(column: Mapping[str, Any]) -> ColumnDefinition:
    default = f"Custom resource definition column (in JSONPath format): {column['jsonPath']}"
    return ColumnDefinition(
        name=column["name"],
        type=column["type"],
        format=column.get("format", ""),
        description=column.get("description") or default,
        priority=column.get("priority", 0),
    )


def _cell(kind: str, value: Any, now: datetime) -> Any:
    if value is MISSING:
        return None
    if kind == "string":
        return _text(value)
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    match kind:
        case "integer" if number:
            return int(value)
        case "number" if number:
            return whole_number(value)
        case "boolean" if isinstance(value, bool):
            return value
        case "date" if isinstance(value, str):
            return age(value, now)
    return None


def _text(value: Any) -> str:
    match value:
        case str():
            return value
        case None:
            return "<no value>"
        case bool() | int() | float():
            return golang.number(value)
    return golang.json_text(value)
