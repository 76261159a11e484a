"""One run at a time in a cluster: a Lease that the run holds, and that is anybody's once its holder has fallen silent."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from fakes.apimachinery.status import StatusError
from fakes.apimachinery.timestamps import rfc3339_micro
from harness.cluster import ClusterUnavailableError
from harness.objects import call

if TYPE_CHECKING:
    from kubernetes.client import ApiClient

__all__ = ["LEASE", "LeaseHeldError", "RunLease"]

LEASE = "mirrord-harness"
_DURATION = 120


class LeaseHeldError(ClusterUnavailableError):
    """Another run is at work in the cluster."""


class RunLease:
    """The Lease of a run; ``hold`` takes or renews it."""

    def __init__(self, api: ApiClient, namespace: str, run: str, labels: dict[str, str]) -> None:
        self._api = api
        self._collection = f"/apis/coordination.k8s.io/v1/namespaces/{namespace}/leases"
        self._path = f"{self._collection}/{LEASE}"
        self._run = run
        self._labels = labels

    def hold(self, now: datetime) -> None:
        """Take the lease, or say that it is still held.

        Raises:
            LeaseHeldError: another run holds it and has been heard of lately.
        """
        spec = {
            "holderIdentity": self._run, "leaseDurationSeconds": _DURATION, "acquireTime": rfc3339_micro(now),
            "renewTime": rfc3339_micro(now),
        }  # fmt: skip
        obj: dict[str, Any] = {
            "apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "spec": spec,
            "metadata": {"name": LEASE, "labels": self._labels},
        }  # fmt: skip
        try:
            call(self._api, "POST", self._collection, obj)
        except StatusError as error:
            if error.reason != "AlreadyExists":
                raise
            self._take_over(obj, now)

    def _take_over(self, obj: dict[str, Any], now: datetime) -> None:
        found = call(self._api, "GET", self._path)
        held = found.get("spec") or {}
        holder = held.get("holderIdentity") or ""
        if holder not in ("", self._run) and _heard(held) + timedelta(seconds=_DURATION) > now:
            raise LeaseHeldError(
                f"the run {holder} is at work in this cluster (lease {LEASE}, renewed {held.get('renewTime')}); wait for it,"
                f" or if it is dead: harness cleanup --run {holder}"
            )
        version = {"resourceVersion": found["metadata"]["resourceVersion"]}
        try:
            call(self._api, "PUT", self._path, {**obj, "metadata": {**obj["metadata"], **version}})
        except StatusError as error:
            if error.reason == "Conflict":
                raise LeaseHeldError("another run has just taken the lease of this cluster") from error
            raise

    def release(self) -> None:
        """Give it back, if it is still this run's."""
        try:
            found = call(self._api, "GET", self._path)
            if (found.get("spec") or {}).get("holderIdentity") == self._run:
                call(self._api, "DELETE", self._path)
        except StatusError as error:
            if error.code != 404:
                raise


def _heard(spec: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(spec.get("renewTime") or "1970-01-01T00:00:00+00:00")
