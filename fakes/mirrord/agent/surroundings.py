"""What nodes and the DNS of a cluster know, asked of its API. What cannot be read there is not there."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from fakes.apimachinery.client import Client
from fakes.apimachinery.status import StatusError
from fakes.mirrord.model.environment import Reference
from fakes.mirrord.model.volumes import Token

__all__ = ["Surroundings"]

Object = Mapping[str, Any]

_DNS_ADDRESS = "10.96.0.10"
"""Where clusters that kubeadm makes have their DNS, which not every cluster lists."""


class Surroundings:
    """Reads what a container is told of its cluster."""

    def __init__(self, kubernetes: Client) -> None:
        self._kubernetes = kubernetes

    async def get(self, plural: str, namespace: str, name: str) -> Object | None:
        """One object of the core group."""
        return await self._ask("GET", f"/api/v1/namespaces/{namespace}/{plural}/{name}")

    async def list(
        self, plural: str, namespace: str, labels: Mapping[str, str] | None = None
    ) -> Sequence[Object]:
        """All objects of a kind of the core group, or those with all the labels."""
        query = {"labelSelector": ",".join(f"{key}={value}" for key, value in (labels or {}).items())}
        found = await self._ask("GET", f"/api/v1/namespaces/{namespace}/{plural}", query if labels else None)
        return (found or {}).get("items") or ()

    async def name_server(self) -> str:
        """The address of the cluster's DNS."""
        service = await self.get("services", "kube-system", "kube-dns") or {}
        return (service.get("spec") or {}).get("clusterIP") or _DNS_ADDRESS

    async def contents(
        self, namespace: str, references: Iterable[Reference]
    ) -> dict[Reference, Mapping[str, bytes]]:
        """What is in ConfigMaps and Secrets; those that are not there are left out."""
        found: dict[Reference, Mapping[str, bytes]] = {}
        for each in sorted(references):
            if (obj := await self.get(each.kind, namespace, each.name)) is not None:
                found[each] = _contents(each.kind, obj)
        return found

    async def token(self, pod: Object, token: Token) -> str | None:
        """A token of the account of a pod, for as long as the pod is there."""
        metadata = pod["metadata"]
        account = (pod.get("spec") or {}).get("serviceAccountName") or "default"
        bound = {"kind": "Pod", "apiVersion": "v1", "name": metadata["name"], "uid": metadata.get("uid", "")}
        spec: dict[str, Any] = {"expirationSeconds": token.seconds, "boundObjectRef": bound}
        if token.audience:
            spec["audiences"] = [token.audience]
        path = f"/api/v1/namespaces/{metadata['namespace']}/serviceaccounts/{account}/token"
        body = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": spec}
        made = await self._ask("POST", path, body=body)
        return None if made is None else made["status"]["token"]

    async def _ask(
        self, method: str, path: str, query: Mapping[str, str] | None = None, body: Object | None = None
    ) -> Object | None:
        try:
            found: Object = await self._kubernetes.request(method, path, query=query, body=body)
        except StatusError:
            return None
        return found


def _contents(kind: str, obj: Object) -> dict[str, bytes]:
    data = obj.get("data") or {}
    if kind == "secrets":
        return {key: base64.b64decode(value) for key, value in data.items()}
    binary = {key: base64.b64decode(value) for key, value in (obj.get("binaryData") or {}).items()}
    return {**{key: value.encode() for key, value in data.items()}, **binary}
