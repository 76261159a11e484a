"""What every namespace has from the start: the ServiceAccount ``default``, and the ConfigMap ``kube-root-ca.crt``.

Source: kubernetes, pkg/controller/serviceaccount and pkg/controller/certificates/rootcacertpublisher.
"""

from __future__ import annotations

from collections.abc import Iterable

from fakes.apiserver.storage.interface import Event
from fakes.kube.controllers.controller import Key, Object, Surroundings
from fakes.kube.controllers.kinds import CONFIG_MAPS, NAMESPACES, SERVICE_ACCOUNTS, Kind

__all__ = ["RootCAPublisher", "ServiceAccountController", "root_ca_config_map"]

_ACCOUNT = "default"
_CONFIG_MAP = "kube-root-ca.crt"
_DESCRIPTION = (
    "Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the "
    "internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes "
    "clusters."
)


def _namespaces(event: Event, kind: Kind, name: str) -> Iterable[Key]:
    """The namespace that is new, or in which the object of that name changed."""
    if event.resource == NAMESPACES.table:
        return (event.stored.key,) if event.type != "DELETED" else ()
    namespace, _, found = event.stored.key.partition("/")
    return (namespace,) if found == name and event.resource == kind.table else ()


class ServiceAccountController:
    """Keeps the ServiceAccount ``default`` in every active namespace."""

    resources = (NAMESPACES.table, SERVICE_ACCOUNTS.table)

    def __init__(self, around: Surroundings) -> None:
        self._around = around

    def hear(self, event: Event) -> Iterable[Key]:
        return _namespaces(event, SERVICE_ACCOUNTS, _ACCOUNT)

    async def reconcile(self, key: Key) -> None:
        if _is_active(self._around, key) and self._around.get(SERVICE_ACCOUNTS, f"{key}/{_ACCOUNT}") is None:
            await self._around.writer.create(
                SERVICE_ACCOUNTS, {"metadata": {"name": _ACCOUNT, "namespace": key}}
            )


class RootCAPublisher:
    """Keeps the certificate of whoever signed the server's in every active namespace."""

    resources = (NAMESPACES.table, CONFIG_MAPS.table)

    def __init__(self, around: Surroundings, root_ca: str) -> None:
        self._around = around
        self._root_ca = root_ca

    def hear(self, event: Event) -> Iterable[Key]:
        return _namespaces(event, CONFIG_MAPS, _CONFIG_MAP)

    async def reconcile(self, key: Key) -> None:
        if not _is_active(self._around, key):
            return
        data = {"ca.crt": self._root_ca}
        found = self._around.get(CONFIG_MAPS, f"{key}/{_CONFIG_MAP}")
        if found is None:
            await self._around.writer.create(CONFIG_MAPS, root_ca_config_map(key, self._root_ca))
        elif found.get("data") != data:
            await self._around.writer.update(CONFIG_MAPS, {**found, "data": data})


def root_ca_config_map(namespace: str, root_ca: str) -> Object:
    """The ConfigMap as it is in every namespace."""
    annotations = {"kubernetes.io/description": _DESCRIPTION}
    metadata = {"name": _CONFIG_MAP, "namespace": namespace, "annotations": annotations}
    return {"metadata": metadata, "data": {"ca.crt": root_ca}}


def _is_active(around: Surroundings, name: str) -> bool:
    namespace = around.get(NAMESPACES, name)
    return namespace is not None and (namespace.get("status") or {}).get("phase") != "Terminating"
