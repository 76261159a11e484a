"""PersistentVolumes and the claims to them."""

from __future__ import annotations

from fakes.apiserver.registry.strategy import Strategy

__all__ = ["PersistentVolumeClaimStrategy", "PersistentVolumeStrategy"]


class PersistentVolumeStrategy(Strategy):
    """PersistentVolume."""

    has_status = True
    returns_deleted_object = True


class PersistentVolumeClaimStrategy(Strategy):
    """PersistentVolumeClaim."""

    has_status = True
    returns_deleted_object = True
