"""How a controller writes: requests like anybody's, under its own name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fakes.apimachinery.client import Client
from fakes.apimachinery.status import StatusError
from fakes.kube.controllers.kinds import Kind

__all__ = ["Writer"]

Object = dict[str, Any]
_MERGE = "application/merge-patch+json"


class Writer:
    """The verbs of a client in the terms of kinds and objects. Refusals are raised as ``StatusError``."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def create(self, kind: Kind, obj: Object, subresource: str = "") -> Object:
        """Create an object, or what hangs on one under its name."""
        metadata = obj["metadata"]
        path = kind.path(
            metadata.get("namespace", ""), metadata.get("name", "") if subresource else "", subresource
        )
        return await self._send("POST", path, kind, obj)

    async def update(self, kind: Kind, obj: Object, subresource: str = "") -> Object:
        """Replace an object, or a part of it, if nobody has changed it since it was read."""
        metadata = obj["metadata"]
        return await self._send(
            "PUT", kind.path(metadata.get("namespace", ""), metadata["name"], subresource), kind, obj
        )

    async def update_status(self, kind: Kind, obj: Object, status: Object) -> None:
        """Write a status, unless it is there already."""
        if status != obj.get("status"):
            await self.update(kind, {**obj, "status": status}, "status")

    async def patch(self, kind: Kind, obj: Object, patch: Object, subresource: str = "") -> Object:
        """Merge into the object, if it is still the one that was read."""
        metadata = obj["metadata"]
        guarded = {**(patch.get("metadata") or {}), "resourceVersion": metadata["resourceVersion"]}
        path = kind.path(metadata.get("namespace", ""), metadata["name"], subresource)
        answer: Object = await self._client.request(
            "PATCH", path, body={**patch, "metadata": guarded}, content_type=_MERGE
        )
        return answer

    async def apply(self, kind: Kind, obj: Object, manager: str) -> Object:
        """Server-side apply, taking over fields of others."""
        metadata = obj["metadata"]
        body = {"apiVersion": kind.api_version, "kind": kind.kind, **obj}
        answer: Object = await self._client.request(
            "PATCH", kind.path(metadata.get("namespace", ""), metadata["name"]), body=body,
            content_type="application/apply-patch+yaml", query={"fieldManager": manager, "force": "true"},
        )  # fmt: skip
        return answer

    async def delete(
        self, kind: Kind, obj: Object, *, propagation: str = "", grace: int | None = None
    ) -> None:  # fmt: skip
        """Delete this very object; nothing happens if it is gone."""
        metadata = obj["metadata"]
        options: Object = {"preconditions": {"uid": metadata["uid"]}}
        if propagation:
            options["propagationPolicy"] = propagation
        if grace is not None:
            options["gracePeriodSeconds"] = grace
        try:
            path = kind.path(metadata.get("namespace", ""), metadata["name"])
            await self._client.request("DELETE", path, body=_options(options))
        except StatusError as error:
            if error.code != 404:
                raise

    async def delete_collection(self, kind: Kind, namespace: str) -> None:
        """Delete everything of a kind in a namespace."""
        await self._client.request(
            "DELETE", kind.path(namespace), body=_options({"propagationPolicy": "Background"})
        )

    async def list(self, kind: Kind, namespace: str) -> list[Object]:
        """What another server has of a kind, which no storage here knows."""
        answer = await self._client.request("GET", kind.path(namespace))
        items: list[Object] = answer.get("items") or []
        return items

    async def get(self, kind: Kind, namespace: str, name: str) -> Object | None:
        """One object of another server."""
        try:
            answer: Object = await self._client.request("GET", kind.path(namespace, name))
        except StatusError as error:
            if error.code != 404:
                raise
            return None
        return answer

    async def _send(self, method: str, path: str, kind: Kind, obj: Mapping[str, Any]) -> Object:
        body = {"apiVersion": kind.api_version, "kind": kind.kind, **obj}
        answer: Object = await self._client.request(method, path, body=body)
        return answer


def _options(options: Object) -> Object:
    return {"apiVersion": "v1", "kind": "DeleteOptions", **options}
