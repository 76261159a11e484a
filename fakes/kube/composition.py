"""Everything that makes a kube-apiserver, made once and handed over: the composition root of ``fakes.kube``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fakes.apimachinery.clock import Clock
from fakes.apimachinery.decoding import decode_delete_options
from fakes.apimachinery.pki import CertificateAuthority
from fakes.apimachinery.schema import GroupResource, GroupVersionKind
from fakes.apiserver.authentication.anonymous import AnonymousAuthenticator
from fakes.apiserver.authentication.bearer_token import (
    BearerTokenAuthenticator,
    StaticTokens,
    UnionTokenAuthenticator,
)
from fakes.apiserver.authentication.request_header import RequestHeaderAuthenticator
from fakes.apiserver.authentication.union import UnionAuthenticator
from fakes.apiserver.authentication.user import UserInfo
from fakes.apiserver.authentication.x509 import CertificateVerifier, X509Authenticator
from fakes.apiserver.authorization.denial import forbidden
from fakes.apiserver.authorization.impersonation import Impersonator
from fakes.apiserver.authorization.policy import Policy
from fakes.apiserver.authorization.privileged import PrivilegedGroupAuthorizer
from fakes.apiserver.authorization.rbac import RBACAuthorizer
from fakes.apiserver.authorization.union import UnionDecider
from fakes.apiserver.endpoints.filters.audit import AuditLog
from fakes.apiserver.endpoints.filters.impersonation import with_impersonation
from fakes.apiserver.endpoints.http import ASGIApp, Handler
from fakes.apiserver.endpoints.installer import APIInstaller
from fakes.apiserver.endpoints.request_scope import PatchContext, RequestScope
from fakes.apiserver.endpoints.services import Services
from fakes.apiserver.registry.store import Store
from fakes.apiserver.server import APIServer, ServerConfig
from fakes.apiserver.storage.memory import MemoryStorage
from fakes.kube import bootstrap
from fakes.kube.admission.plugins import Surroundings, admission_chain
from fakes.kube.aggregator import Aggregator, Backends, Follow
from fakes.kube.builtin.install import BuiltinInstaller
from fakes.kube.builtin.openapi import CustomKind
from fakes.kube.builtin.protobuf import BuiltinProtobuf
from fakes.kube.builtin.resources import builtin_resources
from fakes.kube.builtin.schemas import builtin_types
from fakes.kube.custom_resources.endpoints import EndpointBuilder
from fakes.kube.custom_resources.lifecycle import DEFINITIONS, DefinitionController, DefinitionStore
from fakes.kube.custom_resources.serving import CustomResources
from fakes.kube.debug_pages import DebugPages
from fakes.kube.discovery import ClusterDiscovery
from fakes.kube.flow_control import FlowControl
from fakes.kube.groups.addresses import RangeAllocator
from fakes.kube.groups.authentication import TokenReviewer
from fakes.kube.groups.kinds import strategy_for, table_for
from fakes.kube.pages import Pages, custom_kinds
from fakes.kube.rbac.feed import listener
from fakes.kube.registry.certificates import CertificateRequestStore
from fakes.kube.registry.flow_schemas import FlowSchemaStore
from fakes.kube.registry.namespaces import NamespaceStore
from fakes.kube.registry.priority_classes import PriorityClassStore
from fakes.kube.registry.special import special_resources, special_subresources
from fakes.kube.server import KubeHandler, builtin_groups
from fakes.kube.tokens import ServiceAccountTokenAuthenticator, ServiceAccountTokens

__all__ = ["KubeAPIServer", "KubeConfig"]

_REQUESTS = "certificatesigningrequests.certificates.k8s.io"
FRONT_PROXY = "front-proxy-client"


@dataclass(frozen=True, slots=True, kw_only=True)
class KubeConfig:
    """What a kube-apiserver is made of that is not its own.

    Args:
        client_ca, front_proxy_ca: who signs the certificates of users, and that of the front proxy.
        tokens: users by static bearer token.
        aggregated_roles: whether admin, edit and view have their rules from the start, as with controllers.
        follow: runs what is found out in the background about servers elsewhere.
        wire_clock: by which connections live, if not by the cluster's clock.
        faults: wraps the handler to make requests fail on demand.
    """

    clock: Clock
    storage: MemoryStorage
    audit: AuditLog
    client_ca: CertificateAuthority
    front_proxy_ca: CertificateAuthority
    tokens: Mapping[str, UserInfo]
    backends: Backends
    follow: Follow
    aggregated_roles: bool = True
    wire_clock: Clock | None = None
    faults: Callable[[Handler], Handler] | None = None


class KubeAPIServer:
    """A kube-apiserver over a storage; ``app`` is the ASGI application."""

    def __init__(self, config: KubeConfig) -> None:
        self.config = config
        clock, storage = config.clock, config.storage
        self.policy = Policy()
        storage.subscribe(listener(self.policy))
        self.rbac = RBACAuthorizer(self.policy)
        self.authorizer = UnionDecider(PrivilegedGroupAuthorizer(), self.rbac)
        self.tokens = ServiceAccountTokens(storage.names, clock)
        self.account_tokens = ServiceAccountTokenAuthenticator(self.tokens, self.lookup)
        self.static_tokens = StaticTokens(config.tokens)
        self.token_reviewer = TokenReviewer(
            static=self.static_tokens, accounts=self.account_tokens, audiences=self.tokens.audiences
        )
        self.types = builtin_types()
        self.stores: dict[str, Store] = {}
        self.services = Services(
            clock=clock, authorizer=self.authorizer, forbidden=forbidden, decode_delete_options=self._delete_options,
            wire_clock=config.wire_clock,
        )  # fmt: skip
        self.installer = APIInstaller(self.services)
        self.custom = CustomResources(self.services)
        self.aggregator = Aggregator(
            storage, clock, config.backends, config.follow, config.wire_clock or clock
        )
        self.admission = admission_chain(storage, self.authorizer, self.policy, self._surroundings())
        self.builtin = self._install_builtins()
        self.definitions = DefinitionController(
            storage, clock,
            EndpointBuilder(
                storage=storage, clock=clock, admission=self.admission,
                scale_codec=lambda: self.builtin.codec(GroupVersionKind("autoscaling", "v1", "Scale")),
            ),
            self.custom, self.builtin.codec(GroupVersionKind("apiextensions.k8s.io", "v1", "CustomResourceDefinition")),
        )  # fmt: skip
        self.discovery = ClusterDiscovery(
            [lambda: builtin_groups(self.installer), self.custom.groups, self.aggregator.groups],
            self.installer.claims,
        )
        self.aggregator.on_change = self.definitions.on_change = self.discovery.invalidate
        self.authenticator = self._authenticator()
        handler = KubeHandler(
            installer=self.installer,
            custom=self.custom,
            aggregator=self.aggregator,
            discovery=self.discovery,
            pages={
                **Pages(self._custom_kinds, self.tokens, self.aggregator).routes(),
                **DebugPages(storage, clock.now()).routes(),
            },
        )
        self.app = APIServer(handler, self._server_config())

    def _surroundings(self) -> Surroundings:
        """What admission asks of the rest."""

        def app(namespace: str, name: str) -> ASGIApp | None:
            found = self.config.backends.local(namespace, name)
            return None if found is None else found.app

        return Surroundings(versions=self._custom_versions, resources=self._filed, apps=app)

    def _custom_versions(self, group: str, resource: str) -> list[str]:
        return [scope.resource.version for scope in self.custom.scopes(group, resource)]

    def _filed(self, api_version: str, kind: str) -> tuple[str, bool] | None:
        """Where objects of a kind are filed, and whether they have namespaces."""
        group, _, version = api_version.rpartition("/")
        known = [*self.installer.resources(group, version), *self.custom.resources(group, version)]
        found = next((each for each in known if each.kind == kind), None)
        return None if found is None else (str(GroupResource(found.group, found.resource)), found.namespaced)

    def _custom_kinds(self) -> list[CustomKind]:
        """The kinds of custom resources, for OpenAPI."""
        return custom_kinds(self.config.storage, self.custom)

    def fill(self, now: datetime) -> None:
        """Put in what a fresh cluster has."""
        versions = [
            (group, version)
            for group in self.installer.groups()
            for version in self.installer.versions(group)
        ]
        bootstrap.fill(
            self.config.storage, now, versions=versions, client_ca=self.config.client_ca.pem.decode(),
            front_proxy_ca=self.config.front_proxy_ca.pem.decode(), aggregated=self.config.aggregated_roles,
            own=self._owned_by_server,
        )  # fmt: skip
        self.config.storage.compact(self.config.storage.revision)

    def _owned_by_server(self, resource: str, obj: dict[str, Any], manager: str) -> dict[str, Any]:
        """A bootstrap object with a part of the server as the manager of its fields."""
        plural, _, group = resource.partition(".")
        scope = self.installer.scope(group, "v1", plural)
        if scope is None:
            return obj
        return scope.codec.own(None, obj, PatchContext(manager, "", self.config.clock.now()))

    def _server_config(self) -> ServerConfig:
        config = self.config
        impersonator = Impersonator(self.authorizer)
        return ServerConfig(
            name="kube-apiserver", clock=config.clock, names=config.storage.names, authenticator=self.authenticator,
            authorizer=self.authorizer, forbidden=forbidden, audit=config.audit, faults=config.faults,
            impersonation=lambda handler: with_impersonation(handler, impersonator),
            flow_control=FlowControl(config.storage).filter,
            protobuf=BuiltinProtobuf(self.types),
        )  # fmt: skip

    def _authenticator(self) -> UnionAuthenticator:
        clock = self.config.clock
        front_proxy = CertificateVerifier([self.config.front_proxy_ca.certificate], clock)
        clients = CertificateVerifier([self.config.client_ca.certificate], clock)
        tokens = UnionTokenAuthenticator(self.static_tokens, self.account_tokens)
        return UnionAuthenticator(
            RequestHeaderAuthenticator(front_proxy, allowed_names=[FRONT_PROXY]),
            X509Authenticator(clients),
            BearerTokenAuthenticator(tokens),
            otherwise=AnonymousAuthenticator(),
        )

    def lookup(self, kind: str, namespace: str, name: str) -> dict[str, Any] | None:
        """An account, or an object that a token is bound to."""
        resource = f"{kind.lower()}s"
        stored = self.config.storage.get(resource, f"{namespace}/{name}" if namespace else name)
        return None if stored is None else stored.object

    def settle(self) -> bool:
        """Let follow what a server does by itself after a write; whether there was anything."""
        return self.definitions.settle() or self.aggregator.settle()

    def _install_builtins(self) -> BuiltinInstaller:
        storage = self.config.storage
        allocator = RangeAllocator()
        builtin = BuiltinInstaller(
            installer=self.installer, storage=storage, clock=self.config.clock, types=self.types,
            admission=self.admission, strategy_of=lambda *kind: strategy_for(*kind, allocator=allocator),
            table_of=table_for, subresources=special_subresources(self), resources=special_resources(self),
            stores=self.stores,
            store_types={
                "namespaces": NamespaceStore, DEFINITIONS: DefinitionStore, _REQUESTS: CertificateRequestStore,
                "flowschemas.flowcontrol.apiserver.k8s.io": FlowSchemaStore,
                "priorityclasses.scheduling.k8s.io": PriorityClassStore,
            },
        )  # fmt: skip
        for resource in builtin_resources():
            builtin.install(resource)
        return builtin

    def _delete_options(self, raw: bytes, media_type: str, scope: RequestScope) -> dict[str, Any]:
        return decode_delete_options(
            raw, media_type, type=self.types.definition("io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions")
        )
