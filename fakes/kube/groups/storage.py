"""Classes and drivers of storage."""

from __future__ import annotations

from fakes.apiserver.registry.strategy import Strategy

__all__ = [
    "CSIDriverStrategy",
    "CSINodeStrategy",
    "CSIStorageCapacityStrategy",
    "StorageClassStrategy",
    "VolumeAttachmentStrategy",
    "VolumeAttributesClassStrategy",
]


class CSIDriverStrategy(Strategy):
    """CSIDriver."""

    allow_unconditional_update = False
    returns_deleted_object = True


class CSINodeStrategy(Strategy):
    """CSINode."""

    allow_unconditional_update = False
    returns_deleted_object = True


class CSIStorageCapacityStrategy(Strategy):
    """CSIStorageCapacity."""

    allow_unconditional_update = False
    returns_deleted_object = True


class StorageClassStrategy(Strategy):
    """StorageClass."""

    returns_deleted_object = True


class VolumeAttachmentStrategy(Strategy):
    """VolumeAttachment."""

    has_status = True
    allow_unconditional_update = False
    returns_deleted_object = True


class VolumeAttributesClassStrategy(Strategy):
    """VolumeAttributesClass."""

    returns_deleted_object = True
