"""Which built-in resources and subresources have storages of their own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from fakes.apiserver.endpoints.request_scope import PatchContext
from fakes.apiserver.registry.rest import Context, Object
from fakes.apiserver.registry.store import Store
from fakes.kube.groups import authentication, authorization
from fakes.kube.groups.scale import apply_scale, scale_of
from fakes.kube.registry.certificates import ApprovalStore
from fakes.kube.registry.component_statuses import ComponentStatusStore
from fakes.kube.registry.evictions import EvictionStore
from fakes.kube.registry.pod_parts import EphemeralContainersStore, ResizeStore
from fakes.kube.registry.pods import BindingStore, LogStore, StreamStore
from fakes.kube.registry.proxies import NodeProxy, PodProxy, ServiceProxy
from fakes.kube.registry.reviews import ReviewStore
from fakes.kube.registry.scale import ScaleStore

if TYPE_CHECKING:
    from fakes.kube.composition import KubeAPIServer

__all__ = ["special_resources", "special_subresources"]

_SCALED = ("deployments.apps", "replicasets.apps", "statefulsets.apps", "replicationcontrollers")


def special_resources(server: KubeAPIServer) -> Mapping[str, Any]:
    """Storages of resources that are not kept, by resource and group."""
    decider, reviewer = server.authorizer, server.token_reviewer
    authorization_group, authentication_group = "authorization.k8s.io", "authentication.k8s.io"
    return {
        f"subjectaccessreviews.{authorization_group}": ReviewStore(
            lambda _, obj, __: authorization.subject_access_review(obj, decider=decider)
        ),
        f"localsubjectaccessreviews.{authorization_group}": ReviewStore(
            lambda context, obj, _: authorization.local_subject_access_review(
                obj, namespace=context.namespace, decider=decider
            )
        ),
        f"selfsubjectaccessreviews.{authorization_group}": ReviewStore(
            lambda context, obj, _: authorization.self_subject_access_review(
                obj, user=context.user, decider=decider
            )
        ),
        f"selfsubjectrulesreviews.{authorization_group}": ReviewStore(
            lambda context, obj, _: authorization.self_subject_rules_review(
                obj, user=context.user, rules_for=server.rbac.rules_for
            )
        ),
        f"tokenreviews.{authentication_group}": ReviewStore(
            lambda _, obj, __: authentication.token_review(obj, reviewer=reviewer)
        ),
        f"selfsubjectreviews.{authentication_group}": ReviewStore(
            lambda context, _, __: authentication.self_subject_review(user=context.user, now=context.now)
        ),
        "bindings": _Bindings(lambda: server.stores["pods.v1."]),
        "componentstatuses": ComponentStatusStore(),
    }


class _Bindings:
    """The old way to bind a Pod: a collection of its own."""

    def __init__(self, pods: Callable[[], Store]) -> None:
        self._pods = pods

    async def create(self, context: Context, obj: Object, name: str = "") -> Any:
        return await BindingStore(self._pods()).create(context, obj, name)


def special_subresources(server: KubeAPIServer) -> Mapping[str, Callable[[Store], Any]]:
    """Makers of the storages of subresources, by resource, group and subresource."""

    def token(context: Context, obj: Object, name: str) -> Object:
        return authentication.token_request(
            obj,
            namespace=context.namespace,
            name=name,
            tokens=server.tokens,
            lookup=server.lookup,
            now=context.now,
        )

    def own_budget(old: Object, new: Object, now: datetime) -> Object:
        scope = server.installer.scope("policy", "v1", "poddisruptionbudgets")
        who = PatchContext("kube-apiserver", "status", now)
        return new if scope is None else scope.codec.own(old, new, who)

    scales = {f"{name}/scale": _scale for name in _SCALED}
    return {
        **scales,
        "serviceaccounts/token": lambda _: ReviewStore(token),
        "certificatesigningrequests.certificates.k8s.io/approval": ApprovalStore,
        "pods/binding": BindingStore,
        "pods/ephemeralcontainers": EphemeralContainersStore,
        "pods/eviction": lambda pods: EvictionStore(pods, own_budget),
        "pods/log": LogStore,
        "pods/exec": StreamStore,
        "pods/attach": StreamStore,
        "pods/portforward": StreamStore,
        "nodes/proxy": NodeProxy,
        "pods/proxy": PodProxy,
        "pods/resize": ResizeStore,
        "services/proxy": ServiceProxy,
    }


def _scale(store: Store) -> ScaleStore:
    api_version = f"{store.resource.group}/v1" if store.resource.group else "v1"
    return ScaleStore(
        store,
        api_version=api_version,
        paths={api_version: ("f:spec", "f:replicas")},
        read=_bare_scale,
        write=apply_scale,
    )


def _bare_scale(obj: Object) -> Object:
    return {name: value for name, value in scale_of(obj).items() if name not in ("kind", "apiVersion")}
