"""Requests for certificates: who asks is stamped on them, and whether they may is said through ``/approval``.

Nobody signs here: an approved request waits for its certificate until a client writes it to ``/status``.

Source: k8s.io/kubernetes, pkg/registry/certificates/certificates/strategy.go.
"""

from __future__ import annotations

from fakes.apimachinery.field import FieldError
from fakes.apimachinery.status import StatusError
from fakes.apiserver.registry.rest import Context, Object
from fakes.apiserver.registry.store import Store
from fakes.apiserver.storage.interface import Stored
from fakes.kube.registry.status import StatusStore, StatusUpdates

__all__ = ["ApprovalStore", "CertificateRequestStore"]

_EXCLUSIVE = "Approved and Denied conditions are mutually exclusive"
_STAMPS = ("username", "uid", "groups", "extra")


class CertificateRequestStore(Store):
    """The store of requests, which a client cannot make in the name of somebody else."""

    def prepared_for_create(self, context: Context, obj: Object) -> Object:
        obj = super().prepared_for_create(context, obj)
        user = context.user
        spec = {name: value for name, value in (obj.get("spec") or {}).items() if name not in _STAMPS}
        stamps = {
            "username": user.name, "uid": user.uid, "groups": list(user.groups),
            "extra": {name: list(values) for name, values in dict(user.extra).items()},
        }  # fmt: skip
        obj["spec"] = {**spec, **{name: value for name, value in stamps.items() if value}}
        return obj


class ApprovalStore(StatusStore):
    """``/approval``: a status whose conditions may change, and whose certificate may not."""

    def __init__(self, store: Store) -> None:
        super().__init__(store)
        self._updates = _Approvals(store)


class _Approvals(StatusUpdates):
    def prepared_for_update(self, obj: Object, old: Object) -> Object:
        changed = super().prepared_for_update(obj, old)
        before = old.get("status") or {}
        conditions = (changed.get("status") or {}).get("conditions")
        status = {"conditions": conditions} if conditions else {}
        if "certificate" in before:
            status["certificate"] = before["certificate"]
        return {**changed, "status": status}

    def _validate_update(self, obj: Object, existing: Stored) -> None:
        super()._validate_update(obj, existing)
        types = [each["type"] for each in obj["status"].get("conditions") or ()]
        if {"Approved", "Denied"} <= set(types):
            position = max(types.index("Approved"), types.index("Denied"))
            at = f"status.conditions[{position}].type"
            raise StatusError.invalid(
                self.kind, existing.name, [FieldError.invalid(at, types[position], _EXCLUSIVE)]
            )
