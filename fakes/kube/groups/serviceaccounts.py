"""ServiceAccounts."""

from __future__ import annotations

from typing import ClassVar

from fakes.apiserver.registry.strategy import MetadataCheck, Object
from fakes.kube.groups.builtin import BuiltinStrategy

__all__ = ["ServiceAccountStrategy"]


class ServiceAccountStrategy(BuiltinStrategy):
    """ServiceAccount."""

    metadata_checks: ClassVar[tuple[MetadataCheck, ...]] = ("change", "whole")
    returns_deleted_object = True

    def default(self, obj: Object) -> None:
        for name in ("secrets", "imagePullSecrets"):
            if obj.get(name) == []:
                del obj[name]
