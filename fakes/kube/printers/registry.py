"""Which printer a built-in kind has. Kinds without one show their name and when they were created."""

from __future__ import annotations

from collections.abc import Mapping

from fakes.apimachinery.table import DefaultTableConvertor, TableConvertor
from fakes.kube.printers import admission, cluster, core, networking, pods, storage, workloads
from fakes.kube.printers.columns import AGE, NAME, Printer, age_of, column, name_of

__all__ = ["printer_of"]

_SCALE = Printer(
    shown=(
        column("Name", NAME.description),
        column("Desired", doc="autoscaling.v1.ScaleSpec.replicas", kind="integer"),
        column(
            "Available",
            doc="autoscaling.v1.ScaleStatus.replicas",
            kind="integer",
        ),
        AGE,
    ),
    row=lambda obj, now: [
        name_of(obj),
        (obj.get("spec") or {}).get("replicas", 0),
        (obj.get("status") or {}).get("replicas", 0),
        age_of(obj, now),
    ],
)
_GROUPS: tuple[Mapping[tuple[str, str], Printer], ...] = (
    core.PRINTERS, workloads.PRINTERS, networking.PRINTERS, storage.PRINTERS, cluster.PRINTERS, admission.PRINTERS,
)  # fmt: skip


def printer_of(group: str, version: str, kind: str) -> TableConvertor:  # noqa: ARG001 - versions print alike
    """How a kind becomes rows of a table."""
    match group, kind:
        case "", "Pod":
            return pods.POD
        case "", "PodTemplate":
            return pods.POD_TEMPLATE
        case "autoscaling", "Scale":
            return _SCALE
    for printers in _GROUPS:
        if printer := printers.get((group, kind)):
            return printer
    return DefaultTableConvertor()
