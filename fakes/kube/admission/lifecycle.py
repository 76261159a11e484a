"""NamespaceLifecycle: nothing is created in a namespace that is not there or is going, and some may not go.

Source: k8s.io/apiserver, pkg/admission/plugin/namespace/lifecycle; observed on v1.36.2.
"""

from __future__ import annotations

from fakes.apimachinery.schema import GroupResource
from fakes.apimachinery.status import StatusError
from fakes.apiserver.admission.attributes import Attributes
from fakes.apiserver.storage.interface import Storage

__all__ = ["NamespaceLifecycle"]

_IMMORTAL = frozenset({"default", "kube-system", "kube-public"})
_NAMESPACES = GroupResource("", "namespaces")
_REVIEWS = "authorization.k8s.io"


class NamespaceLifecycle:
    """A mutating plugin by its place in the chain: it runs before anything is looked at more closely."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    async def admit(self, attributes: Attributes) -> None:
        self._check(attributes)

    async def validate(self, attributes: Attributes) -> None:
        if attributes.operation == "DELETE":
            self._check(attributes)

    def _check(self, attributes: Attributes) -> None:
        resource = attributes.resource.group_resource
        if resource == _NAMESPACES:
            if (
                attributes.operation == "DELETE"
                and not attributes.subresource
                and attributes.name in _IMMORTAL
            ):
                raise StatusError.forbidden(resource, attributes.name, "this namespace may not be deleted")
            return
        if not attributes.namespace or attributes.operation != "CREATE" or resource.group == _REVIEWS:
            return
        stored = self._storage.get("namespaces", attributes.namespace)
        if stored is None:
            raise StatusError.not_found(_NAMESPACES, attributes.namespace)
        if (stored.object.get("status") or {}).get("phase") == "Terminating":
            raise _terminating(attributes)


def _terminating(attributes: Attributes) -> StatusError:
    namespace = attributes.namespace
    error = StatusError.forbidden(
        attributes.resource.group_resource,
        attributes.name,
        f"unable to create new content in namespace {namespace} because it is being terminated",
    )
    error.status["details"]["causes"] = [
        {
            "reason": "NamespaceTerminating",
            "message": f"namespace {namespace} is being terminated",
            "field": "metadata.namespace",
        }
    ]
    return error
