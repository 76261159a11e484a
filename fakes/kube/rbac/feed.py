"""How a policy learns of what is stored."""

from __future__ import annotations

from collections.abc import Callable

from fakes.apiserver.authorization.policy import Policy
from fakes.apiserver.storage.interface import Event
from fakes.kube.rbac.validation import GROUP

__all__ = ["listener"]

_KINDS = {
    f"{plural}.{GROUP}": kind
    for plural, kind in (
        ("roles", "Role"),
        ("clusterroles", "ClusterRole"),
        ("rolebindings", "RoleBinding"),
        ("clusterrolebindings", "ClusterRoleBinding"),
    )
}


def listener(policy: Policy) -> Callable[[Event], None]:
    """What a storage is to call after each write, so that the policy never lags: ``storage.subscribe(listener(policy))``."""

    def hear(event: Event) -> None:
        kind = _KINDS.get(event.resource)
        if kind is None:
            return
        stored = event.stored
        if event.type == "DELETED":
            policy.remove(kind, stored.namespace, stored.name)
        else:
            policy.set(kind, stored.namespace, stored.name, stored.object)

    return hear
