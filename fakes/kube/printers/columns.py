"""What printers share: columns with well-known descriptions, and a convertor made of columns and a function.

Source: k8s.io/kubernetes, pkg/printers/internalversion/printers.go.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from fakes.apimachinery.duration import age
from fakes.apimachinery.selectors import LabelSelector, SelectorError
from fakes.apimachinery.table import DEFAULT_COLUMNS, ColumnDefinition
from fakes.apimachinery.table import NAME as NAME_COLUMN
from fakes.kube.printers.descriptions import field_description

__all__ = [
    "AGE",
    "CONTAINERS",
    "NAME",
    "Column",
    "Object",
    "Printer",
    "age_of",
    "column",
    "containers_and_images",
    "format_labels",
    "format_selector",
    "go_label_selector",
    "name_of",
    "of_spec",
    "wide",
]

Object = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column. Its description is a text, or that of a field in the definitions: ``core.v1.Secret.type``."""

    name: str
    kind: str = "string"
    format: str = ""
    description: str = ""
    doc: str = ""
    priority: int = 0

    def definition(self) -> ColumnDefinition:
        """The column with its description."""
        description = field_description(self.doc) if self.doc else self.description
        return ColumnDefinition(
            name=self.name,
            type=self.kind,
            format=self.format,
            description=description,
            priority=self.priority,
        )


def column(
    name: str, description: str = "", *, doc: str = "", kind: str = "string", form: str = ""
) -> Column:
    """A column that is always shown."""
    return Column(name=name, kind=kind, description=description, doc=doc, format=form)


def wide(name: str, description: str = "", *, doc: str = "", kind: str = "string", form: str = "") -> Column:
    """A column of wide output."""
    return Column(name=name, kind=kind, description=description, doc=doc, format=form, priority=1)


NAME = column("Name", NAME_COLUMN.description, form="name")
AGE = column("Age", DEFAULT_COLUMNS[1].description)
CONTAINERS = (
    wide("Containers", "Names of each container in the template."),
    wide("Images", "Images referenced by each container in the template."),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Printer:
    """A ``TableConvertor`` made of columns and of a function from an object and the time to cells.

    row_conditions
        From an object to the conditions of its row, where it has any.
    hidden_annotation
        An annotation that rows do not show.
    """

    shown: tuple[Column, ...]
    row: Callable[[Object, datetime], list[Any]]
    row_conditions: Callable[[Object], list[dict[str, Any]]] | None = None
    hidden_annotation: str = ""

    @property
    def columns(self) -> tuple[ColumnDefinition, ...]:
        return _definitions(self.shown)

    def cells(self, obj: Object, now: datetime) -> list[Any]:
        return self.row(obj, now)

    def conditions(self, obj: Object) -> list[dict[str, Any]]:
        """What a row says of its object beside the cells."""
        return [] if self.row_conditions is None else self.row_conditions(obj)

    def metadata(self, obj: Object) -> dict[str, Any]:
        """The metadata that a row shows: without what only a version of the object has, and the kind itself has not."""
        metadata: dict[str, Any] = obj["metadata"]
        annotations = metadata.get("annotations") or {}
        if self.hidden_annotation not in annotations:
            return metadata
        kept = {name: value for name, value in annotations.items() if name != self.hidden_annotation}
        bare = {name: value for name, value in metadata.items() if name != "annotations"}
        return {**bare, "annotations": kept} if kept else bare


@cache
def _definitions(columns: tuple[Column, ...]) -> tuple[ColumnDefinition, ...]:
    return tuple(each.definition() for each in columns)


def name_of(obj: Object) -> str:
    """``metadata.name``."""
    name: str = obj.get("metadata", {}).get("name", "")
    return name


def age_of(obj: Object, now: datetime) -> str:
    """How long ago an object was created."""
    return age(obj.get("metadata", {}).get("creationTimestamp"), now)


def containers_and_images(spec: Mapping[str, Any] | None) -> list[str]:
    """Two cells of a PodSpec: the names of its containers, and their images."""
    containers: Sequence[Mapping[str, Any]] = (spec or {}).get("containers") or ()
    return [
        ",".join(each.get("name", "") for each in containers),
        ",".join(each.get("image", "") for each in containers),
    ]


def format_labels(labels: Mapping[str, str] | None) -> str:
    """Labels as text, ``<none>`` without any."""
    return ",".join(f"{key}={labels[key]}" for key in sorted(labels)) if labels else "<none>"


def format_selector(selector: Mapping[str, Any] | None) -> str:
    """A metav1.LabelSelector as text; ``<none>`` for one that is absent or empty."""
    try:
        return str(LabelSelector.from_dict(selector or {})) or "<none>"
    except SelectorError:
        return "<error>"


def go_label_selector(selector: Mapping[str, Any]) -> str:
    """A metav1.LabelSelector as Go prints the struct."""
    labels = selector.get("matchLabels") or {}
    shown = "".join(f"{key}: {labels[key]}," for key in sorted(labels))
    expressions = "".join(
        f"LabelSelectorRequirement{{Key:{each.get('key', '')},Operator:{each.get('operator', '')},"
        f"Values:[{' '.join(each.get('values') or ())}],}},"
        for each in selector.get("matchExpressions") or ()
    )
    return (
        f"&LabelSelector{{MatchLabels:map[string]string{{{shown}}},"
        f"MatchExpressions:[]LabelSelectorRequirement{{{expressions}}},}}"
    )


def of_spec(
    cells: Callable[[Object, Mapping[str, Any]], list[Any]],
) -> Callable[[Object, datetime], list[Any]]:
    """A row of the name, of what ``cells`` makes of an object and its spec, and of the age."""
    return lambda obj, now: [name_of(obj), *cells(obj, obj.get("spec") or {}), age_of(obj, now)]
