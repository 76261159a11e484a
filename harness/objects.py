"""Plain objects in and out of the official client, whatever their kind.

The typed classes of the client know built-in kinds only and cost milliseconds each; these functions take a path.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from fakes.apimachinery.status import StatusError

if TYPE_CHECKING:
    from kubernetes.client import ApiClient

__all__ = ["call", "collection_path", "create", "ensure", "item_path"]

_PLURALS = {
    "Namespace": ("namespaces", False),
    "Pod": ("pods", True),
    "Service": ("services", True),
    "ServiceAccount": ("serviceaccounts", True),
    "ConfigMap": ("configmaps", True),
    "Secret": ("secrets", True),
    "Deployment": ("deployments", True),
    "StatefulSet": ("statefulsets", True),
    "ReplicaSet": ("replicasets", True),
    "Job": ("jobs", True),
    "CronJob": ("cronjobs", True),
    "Rollout": ("rollouts", True),
    "CustomResourceDefinition": ("customresourcedefinitions", False),
    "MirrordPolicy": ("mirrordpolicies", True),
    "MirrordClusterPolicy": ("mirrordclusterpolicies", False),
    "MirrordProfile": ("mirrordprofiles", True),
    "MirrordClusterProfile": ("mirrordclusterprofiles", False),
    "CopyTarget": ("copytargets", True),
    "ClusterRole": ("clusterroles", False),
    "ClusterRoleBinding": ("clusterrolebindings", False),
    "Role": ("roles", True),
    "RoleBinding": ("rolebindings", True),
    "SelfSubjectAccessReview": ("selfsubjectaccessreviews", False),
}


def call(
    api: ApiClient, method: str, path: str, body: Any = None, *, content_type: str = "application/json"
) -> dict[str, Any]:
    """One request; the decoded answer.

    Raises:
        StatusError: the answer was not 2xx.
    """
    headers = {"Accept": "application/json"} | ({"Content-Type": content_type} if body is not None else {})
    request = api.param_serialize(
        method, path, header_params=headers, body=body, auth_settings=["BearerToken"]
    )
    response: Any = api.call_api(*request)
    data: bytes = response.read()
    if not 200 <= response.status <= 299:
        raise StatusError(_status(response.status, data))
    answer: dict[str, Any] = json.loads(data) if data else {}
    return answer


def create(api: ApiClient, obj: dict[str, Any]) -> dict[str, Any]:
    """The object as the server made it."""
    return call(api, "POST", collection_path(obj), obj)


def ensure(api: ApiClient, obj: dict[str, Any]) -> None:
    """Create the object unless there is one of its name, which is then left as it is."""
    try:
        create(api, obj)
    except StatusError as error:
        if error.reason != "AlreadyExists":
            raise


def collection_path(obj: dict[str, Any]) -> str:
    """The path of the collection that an object belongs to."""
    version = obj["apiVersion"]
    plural, namespaced = _PLURALS[obj["kind"]]
    root = f"/apis/{version}" if "/" in version else f"/api/{version}"
    scope = f"/namespaces/{obj['metadata'].get('namespace', 'default')}" if namespaced else ""
    return f"{root}{scope}/{plural}"


def item_path(obj: dict[str, Any]) -> str:
    return f"{collection_path(obj)}/{obj['metadata']['name']}"


def _status(code: int, data: bytes) -> dict[str, Any]:
    try:
        status = json.loads(data)
    except ValueError:
        status = None
    if isinstance(status, dict) and status.get("kind") == "Status":
        return status
    return StatusError.of(code, "", data.decode("utf-8", "replace")[:300]).status
