"""Classes and drivers of storage in tables."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from fakes.kube.printers.columns import (
    AGE,
    NAME,
    Object,
    Printer,
    age_of,
    column,
    name_of,
    of_spec,
)

__all__ = ["PRINTERS"]


def _storage_class(obj: Object, now: datetime) -> list[Any]:
    annotations = obj.get("metadata", {}).get("annotations") or {}
    names = (
        "storageclass.kubernetes.io/is-default-class",
        "storageclass.beta.kubernetes.io/is-default-class",
    )
    default = any(annotations.get(name) == "true" for name in names)
    return [
        name_of(obj) + (" (default)" if default else ""),
        obj.get("provisioner", ""),
        obj.get("reclaimPolicy", "Delete"),
        obj.get("volumeBindingMode", "Immediate"),
        obj.get("allowVolumeExpansion", False),
        age_of(obj, now),
    ]


def _attachment(obj: Object, spec: Mapping[str, Any]) -> list[Any]:
    source = spec.get("source") or {}
    attached = (obj.get("status") or {}).get("attached", False)
    return [
        spec.get("attacher", ""),
        source.get("persistentVolumeName", ""),
        spec.get("nodeName", ""),
        attached,
    ]


def _csi_driver(_: Object, spec: Mapping[str, Any]) -> list[Any]:
    tokens = spec.get("tokenRequests")
    return [
        spec.get("attachRequired", True),
        spec.get("podInfoOnMount", False),
        spec.get("storageCapacity", False),
        "<unset>" if tokens is None else ",".join(each.get("audience", "") for each in tokens),
        spec.get("requiresRepublish", False),
        ",".join(spec.get("volumeLifecycleModes") or ()) or "<none>",
    ]


PRINTERS: Mapping[tuple[str, str], Printer] = {
    ("storage.k8s.io", "CSIDriver"): Printer(
        shown=(
            NAME,
            column("AttachRequired", doc="storage.v1.CSIDriverSpec.attachRequired", kind="boolean"),
            column("PodInfoOnMount", doc="storage.v1.CSIDriverSpec.podInfoOnMount", kind="boolean"),
            column("StorageCapacity", doc="storage.v1.CSIDriverSpec.storageCapacity", kind="boolean"),
            column("TokenRequests", doc="storage.v1.CSIDriverSpec.tokenRequests"),
            column("RequiresRepublish", doc="storage.v1.CSIDriverSpec.requiresRepublish", kind="boolean"),
            column("Modes", doc="storage.v1.CSIDriverSpec.volumeLifecycleModes"),
            AGE,
        ),
        row=of_spec(_csi_driver),
    ),
    ("storage.k8s.io", "CSINode"): Printer(
        shown=(
            NAME,
            column(
                "Drivers",
                "Drivers indicates the number of CSI drivers registered on the node",
                kind="integer",
            ),
            AGE,
        ),
        row=of_spec(lambda _, spec: [len(spec.get("drivers") or ())]),
    ),
    ("storage.k8s.io", "StorageClass"): Printer(
        shown=(
            NAME,
            column("Provisioner", doc="storage.v1.StorageClass.provisioner"),
            column(
                "ReclaimPolicy",
                doc="storage.v1.StorageClass.reclaimPolicy",
            ),
            column("VolumeBindingMode", doc="storage.v1.StorageClass.volumeBindingMode"),
            column(
                "AllowVolumeExpansion",
                doc="storage.v1.StorageClass.allowVolumeExpansion",
            ),
            AGE,
        ),
        row=_storage_class,
    ),
    ("storage.k8s.io", "VolumeAttachment"): Printer(
        shown=(
            NAME,
            column("Attacher", doc="storage.v1.VolumeAttachmentSpec.attacher", form="name"),
            column("PV", doc="storage.v1.VolumeAttachmentSource.persistentVolumeName"),
            column("Node", doc="storage.v1.VolumeAttachmentSpec.nodeName"),
            column("Attached", doc="storage.v1.VolumeAttachmentStatus.attached", kind="boolean"),
            AGE,
        ),
        row=of_spec(_attachment),
    ),
    ("storage.k8s.io", "VolumeAttributesClass"): Printer(
        shown=(NAME, column("DriverName", doc="storage.v1.VolumeAttributesClass.driverName"), AGE),
        row=lambda obj, now: [name_of(obj), obj.get("driverName", ""), age_of(obj, now)],
    ),
}
