"""ServiceAccounts."""

from __future__ import annotations

from fakes.apiserver.registry.strategy import Object
from fakes.kube.groups.builtin import BuiltinStrategy

__all__ = ["ServiceAccountStrategy"]


class ServiceAccountStrategy(BuiltinStrategy):
    """ServiceAccount."""

    revalidates_metadata = True
    returns_deleted_object = True

    def default(self, obj: Object) -> None:
        for name in ("secrets", "imagePullSecrets"):
            if obj.get(name) == []:
                del obj[name]
