"""Requests for certificates: who asks is stamped on them, and whether they may is said through ``/approval``.

Nobody signs here: an approved request waits for its certificate until a client writes it to ``/status``.

Source: k8s.io/kubernetes, pkg/registry/certificates/certificates/strategy.go.
"""

from __future__ import annotations

from fakes.apimachinery.clock import rfc3339
from fakes.apimachinery.field import FieldError
from fakes.apiserver.registry.rest import Context, Object
from fakes.apiserver.registry.store import Store
from fakes.kube.groups.certificate_validation import validate_status_change
from fakes.kube.registry.status import StatusStore, StatusUpdates

__all__ = ["ApprovalStore", "CertificateRequestStore"]

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
        changed = self.with_status(obj, old)
        self.strategy.stamp_status(changed, old, rfc3339(self.clock.now()))
        before = old.get("status") or {}
        conditions = (changed.get("status") or {}).get("conditions")
        status = {"conditions": conditions} if conditions else {}
        if "certificate" in before:
            status["certificate"] = before["certificate"]
        return {**changed, "status": status}

    def status_errors(self, obj: Object, old: Object) -> list[FieldError]:
        return validate_status_change(obj.get("status") or {}, old.get("status") or {}, approval=True)
