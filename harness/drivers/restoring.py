"""Putting a cluster that is all ours back to how it was, so that scenario after scenario can begin in it.

Starting a control plane takes seconds, this a fraction of one. It does what a controller manager would do with a namespace:
delete what is in it, then finalize it. Not for a cluster with anybody else in it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fakes.apimachinery.status import StatusError
from harness.objects import call

if TYPE_CHECKING:
    from kubernetes.client import ApiClient

__all__ = ["Snapshot"]

Object = dict[str, Any]

_LEFT_ALONE = frozenset(
    {"events", "leases", "componentstatuses", "ipaddresses", "servicecidrs", "storageversions"}
)
_OPERATOR = "operator.metalbear.co"
_AUTOMANAGED = "kube-aggregator.kubernetes.io/automanaged"
_SERVERS_OWN = ("resourceVersion", "uid", "creationTimestamp", "managedFields", "generation", "selfLink")


@dataclass(slots=True)
class Snapshot:
    """Everything in a cluster at one moment, by path."""

    _objects: dict[str, Object]
    _leaving_alone: frozenset[str]

    @classmethod
    def take(cls, api: ApiClient, leaving_alone: Collection[str] = ()) -> Snapshot:
        """Remember everything but the objects of some names, which are then left as they are."""
        names = frozenset(leaving_alone)
        return cls(_everything(api, names), names)

    def restore(self, api: ApiClient) -> None:
        """Delete what was not there, put back what has changed, create what is gone.

        Raises:
            StatusError: the server refused a part of it.
        """
        present = _everything(api, self._leaving_alone)
        strange = [path for path, obj in present.items() if not self._knows(path, obj)]
        for path in sorted(strange, key=_namespaces_last):
            _remove(api, path)
        for path, was in self._objects.items():
            now = present.get(path)
            if now is None or path in strange:
                call(api, "POST", path.rpartition("/")[0], _as_new(was))
            elif _content(now) != _content(was):
                call(
                    api,
                    "PUT",
                    path,
                    {**_as_new(was), "metadata": {**_as_new(was)["metadata"], **_version(now)}},
                )

    def _knows(self, path: str, obj: Object) -> bool:
        was = self._objects.get(path)
        return was is not None and was["metadata"]["uid"] == obj["metadata"]["uid"]


def _everything(api: ApiClient, leaving_alone: frozenset[str]) -> dict[str, Object]:
    return {path: obj for path, obj in _listed(api) if obj["metadata"]["name"] not in leaving_alone}


def _listed(api: ApiClient) -> Iterator[tuple[str, Object]]:
    for root, resource, namespaced in _resources(api):
        listed = call(api, "GET", f"{root}/{resource}")
        for item in listed.get("items") or ():
            metadata = item["metadata"]
            if _AUTOMANAGED in (metadata.get("labels") or {}):
                continue
            scope = f"/namespaces/{metadata['namespace']}" if namespaced else ""
            yield f"{root}{scope}/{resource}/{metadata['name']}", item


def _resources(api: ApiClient) -> Iterator[tuple[str, str, bool]]:
    groups = [group for group in call(api, "GET", "/apis")["groups"] if group["name"] != _OPERATOR]
    for root in ["/api/v1", *(f"/apis/{group['preferredVersion']['groupVersion']}" for group in groups)]:
        try:
            found = call(api, "GET", root)
        except StatusError:
            continue
        for row in found["resources"]:
            if (
                {"list", "delete"} <= set(row["verbs"])
                and "/" not in row["name"]
                and row["name"] not in _LEFT_ALONE
            ):
                yield root, row["name"], row["namespaced"]


def _namespaces_last(path: str) -> tuple[bool, str]:
    return path.startswith("/api/v1/namespaces/") and path.count("/") == 4, path


def _remove(api: ApiClient, path: str) -> None:
    options = {
        "apiVersion": "v1",
        "kind": "DeleteOptions",
        "gracePeriodSeconds": 0,
        "propagationPolicy": "Background",
    }
    try:
        call(api, "DELETE", path, options)
        if _namespaces_last(path)[0]:
            namespace = call(api, "GET", path)
            call(api, "PUT", f"{path}/finalize", {**namespace, "spec": {"finalizers": []}})
        patch = {"metadata": {"finalizers": None}}
        call(api, "PATCH", path, patch, content_type="application/merge-patch+json")
    except StatusError as error:
        if error.code != 404:
            raise


def _as_new(obj: Object) -> Object:
    metadata = {name: value for name, value in obj["metadata"].items() if name not in _SERVERS_OWN}
    return {**{name: value for name, value in obj.items() if name != "status"}, "metadata": metadata}


def _content(obj: Object) -> Object:
    return _as_new(obj)


def _version(obj: Object) -> Object:
    return {"resourceVersion": obj["metadata"]["resourceVersion"]}
