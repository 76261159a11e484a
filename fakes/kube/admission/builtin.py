"""The plugins that complete Pods, volumes and claims when they are created, as one step of the admission chain.

Security standards are not simulated.
"""

from __future__ import annotations

from typing import Any

from fakes.apiserver.admission.attributes import Attributes
from fakes.apiserver.storage.interface import Storage
from fakes.kube.admission.priority import keep_priority, resolve_priority
from fakes.kube.admission.service_account import use_service_account
from fakes.kube.admission.storage_protection import protect, use_default_class
from fakes.kube.admission.tolerations import add_default_tolerations, taint_as_not_ready

__all__ = ["BuiltinAdmission"]


class BuiltinAdmission:
    """ServiceAccount, Priority, DefaultTolerationSeconds, TaintNodesByCondition, and the plugins of storage."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    async def admit(self, attributes: Attributes) -> None:
        obj = attributes.object
        if attributes.subresource or obj is None:
            return
        kind = attributes.kind
        match kind.group, kind.kind, attributes.operation:
            case "", "Pod", "CREATE":
                self._admit_pod(obj, attributes.namespace)
            case "", "Pod", "UPDATE":
                keep_priority(obj, attributes.old_object or {})
                add_default_tolerations(obj)
            case "", "Node", "CREATE":
                taint_as_not_ready(obj)
            case "", "PersistentVolumeClaim", "CREATE":
                use_default_class(obj, classes=self._objects("storageclasses.storage.k8s.io"))
                protect(kind.kind, obj)
            case ("", "PersistentVolume", "CREATE") | ("storage.k8s.io", "VolumeAttributesClass", "CREATE"):
                protect(kind.kind, obj)

    def _admit_pod(self, pod: dict[str, Any], namespace: str) -> None:
        use_service_account(pod, namespace=namespace, names=self._storage.names, lookup=self._account)
        resolve_priority(pod, classes=self._objects("priorityclasses.scheduling.k8s.io"))
        add_default_tolerations(pod)

    def _account(self, namespace: str, name: str) -> dict[str, Any] | None:
        stored = self._storage.get("serviceaccounts", f"{namespace}/{name}")
        return None if stored is None else stored.object

    def _objects(self, resource: str) -> list[dict[str, Any]]:
        return [stored.object for stored in self._storage.list(resource, "")]
