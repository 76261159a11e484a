"""ServiceAccount: a Pod runs as an account, and finds a token of it where clients look.

Source: k8s.io/kubernetes, plugin/pkg/admission/serviceaccount.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from fakes.apimachinery.names import Names
from fakes.apimachinery.schema import GroupResource
from fakes.apimachinery.status import StatusError
from fakes.kube.admission.subject import shown_name

__all__ = ["use_service_account"]

_PODS = GroupResource("", "pods")
_MOUNT_PATH = "/var/run/secrets/kubernetes.io/serviceaccount"
_VOLUME_PREFIX = "kube-api-access-"
_TOKEN_SECONDS = 3607
_MIRROR = "kubernetes.io/config.mirror"


def use_service_account(
    pod: dict[str, Any],
    *,
    namespace: str,
    names: Names,
    lookup: Callable[[str, str], Mapping[str, Any] | None],
) -> None:
    """Give a Pod an account, the token of it and the secrets to pull its images with.

    ``lookup`` finds a ServiceAccount by namespace and name.

    Raises:
        StatusError: there is no such account.
    """
    if (pod["metadata"].get("annotations") or {}).get(_MIRROR):
        return
    spec = pod["spec"]
    account = spec.get("serviceAccountName") or "default"
    spec["serviceAccountName"] = spec["serviceAccount"] = account
    found = lookup(namespace, account)
    if found is None:
        text = f'error looking up service account {namespace}/{account}: serviceaccount "{account}" not found'
        raise StatusError.forbidden(_PODS, shown_name(pod), text)
    if _mounts_token(spec, found):
        _mount_token(spec, names)
    if not spec.get("imagePullSecrets") and (secrets := found.get("imagePullSecrets")):
        spec["imagePullSecrets"] = [{"name": each.get("name", "")} for each in secrets]


def _mounts_token(spec: Mapping[str, Any], account: Mapping[str, Any]) -> bool:
    for wish in (spec.get("automountServiceAccountToken"), account.get("automountServiceAccountToken")):
        if wish is not None:
            return bool(wish)
    return True


def _mount_token(spec: dict[str, Any], names: Names) -> None:
    volumes = spec.get("volumes") or []
    existing = next(
        (each["name"] for each in volumes if each.get("name", "").startswith(_VOLUME_PREFIX)), None
    )
    name = existing or names.generate(_VOLUME_PREFIX)
    mounted = False
    for kind in ("initContainers", "containers"):
        for container in spec.get(kind) or ():
            mounts = container.get("volumeMounts") or []
            if all(mount.get("mountPath") != _MOUNT_PATH for mount in mounts):
                container["volumeMounts"] = [
                    *mounts,
                    {"name": name, "readOnly": True, "mountPath": _MOUNT_PATH},
                ]
                mounted = True
    if mounted and existing is None:
        spec["volumes"] = [*volumes, _token_volume(name)]


def _token_volume(name: str) -> dict[str, Any]:
    namespace = {"apiVersion": "v1", "fieldPath": "metadata.namespace"}
    return {
        "name": name,
        "projected": {
            "sources": [
                {"serviceAccountToken": {"expirationSeconds": _TOKEN_SECONDS, "path": "token"}},
                {"configMap": {"name": "kube-root-ca.crt", "items": [{"key": "ca.crt", "path": "ca.crt"}]}},
                {"downwardAPI": {"items": [{"path": "namespace", "fieldRef": namespace}]}},
            ],
            "defaultMode": 0o644,
        },
    }
