"""The mirrord operator: an aggregated API server with the group operator.metalbear.co/v1, over the model of its sessions.

It learns who asks from the front proxy, whether they may by asking the cluster, and of workloads only what the cluster
tells its client. Not served: events, queue splits, database branches, preview environments, other clusters; and no pod is
ever copied or given an agent: what a client asks one inside of a target is answered from what the cluster's API knows.
"""

from __future__ import annotations

from collections.abc import Collection

from fakes.apimachinery.client import Client
from fakes.apimachinery.clock import Clock
from fakes.apimachinery.names import Names
from fakes.apimachinery.status import StatusError
from fakes.apiserver.authentication.anonymous import AnonymousAuthenticator
from fakes.apiserver.authentication.authenticator import Authenticator
from fakes.apiserver.authentication.request_header import RequestHeaderAuthenticator
from fakes.apiserver.authentication.union import UnionAuthenticator
from fakes.apiserver.authentication.x509 import CertificateVerifier
from fakes.apiserver.authorization.authorizer import Authorizer
from fakes.apiserver.authorization.delegating import SubjectAccessReviewAuthorizer
from fakes.apiserver.authorization.denial import forbidden
from fakes.apiserver.authorization.privileged import PathAuthorizer
from fakes.apiserver.authorization.union import UnionAuthorizer
from fakes.apiserver.endpoints.filters.audit import AuditLog
from fakes.apiserver.endpoints.handlers.context import context_of
from fakes.apiserver.endpoints.http import Request, Response, not_found_page
from fakes.apiserver.endpoints.installer import APIInstaller
from fakes.apiserver.endpoints.services import Services
from fakes.apiserver.server import APIServer, ServerConfig
from fakes.apiserver.storage.memory import MemoryStorage
from fakes.mirrord.agent.surroundings import Surroundings
from fakes.mirrord.connections.open_connections import OpenConnections
from fakes.mirrord.controllers.expiry import Expiry
from fakes.mirrord.controllers.leadership import Leadership
from fakes.mirrord.controllers.stored_sessions import StoredSessions
from fakes.mirrord.controllers.target_pods import TargetPods
from fakes.mirrord.model.commands import OperatorReplaced, Reconfigure
from fakes.mirrord.model.settings import Settings
from fakes.mirrord.pages import HEALTH_PATHS, Pages
from fakes.mirrord.registry.availability import is_served
from fakes.mirrord.registry.certificates import CertificateREST, UserCertificates
from fakes.mirrord.registry.codec import decode_delete_options
from fakes.mirrord.registry.connecting import SessionConnecter
from fakes.mirrord.registry.copy_targets import CopyTargetsREST
from fakes.mirrord.registry.mirrord_operators import MirrordOperatorsREST
from fakes.mirrord.registry.ping import PingREST
from fakes.mirrord.registry.resources import Served, Subserved, scopes
from fakes.mirrord.registry.session_objects import SessionObjects
from fakes.mirrord.registry.sessions import SessionsREST
from fakes.mirrord.registry.tables import CopyTargetTable, OperatorTable, SessionTable, TargetTable
from fakes.mirrord.registry.targets import TargetsREST
from fakes.mirrord.registry.user_credentials import UserCredentialsREST
from fakes.mirrord.sessions import Sessions
from fakes.mirrord.traffic.traffic import Traffic
from fakes.mirrord.workloads import Workloads

__all__ = ["OperatorAPIServer", "delegated", "front_proxied"]


def front_proxied(verifier: CertificateVerifier, allowed_names: Collection[str]) -> Authenticator:
    """The authenticator of an operator in a cluster: whoever does not come by the front proxy is nobody."""
    proxy = RequestHeaderAuthenticator(verifier, allowed_names=allowed_names)
    return UnionAuthenticator(proxy, otherwise=AnonymousAuthenticator())


def delegated(kubernetes: Client) -> Authorizer:
    """The authorizer of an operator in a cluster: health is for everybody, all else is asked of the cluster."""
    return UnionAuthorizer(PathAuthorizer(HEALTH_PATHS), SubjectAccessReviewAuthorizer(kubernetes))


class OperatorAPIServer:
    """An operator; ``app`` is the ASGI application.

    Args:
        kubernetes: a client of the cluster, with the rights of the operator's service account.
        authenticator: knows whoever the front proxy speaks for.
        authorizer: ``delegated(kubernetes)`` unless the server stands alone.
        wire_clock: by which connections live, if not by ``clock``.
        nodes: a client that may read what nodes and the cluster's DNS know, which is told to those who ask inside of a
            target; ``kubernetes`` unless it is another.
    """

    def __init__(
        self, *, clock: Clock, names: Names, kubernetes: Client, authenticator: Authenticator,
        authorizer: Authorizer | None = None, settings: Settings | None = None, wire_clock: Clock | None = None,
        nodes: Client | None = None,
    ) -> None:  # fmt: skip
        self.sessions = Sessions(clock, settings or Settings())
        self.audit = AuditLog()
        self._storage = MemoryStorage(names)
        self._objects = SessionObjects(self.sessions, self._storage)
        self._expiry = Expiry(clock, self.sessions)
        allowed = authorizer if authorizer is not None else delegated(kubernetes)
        workloads = Workloads(kubernetes)
        self.traffic = Traffic(self.sessions, clock)
        self._connections = OpenConnections(self.sessions, wire_clock or clock)
        self._connecter = SessionConnecter(
            self.sessions,
            workloads,
            self._connections,
            allowed,
            self.traffic,
            Surroundings(nodes or kubernetes),
        )
        self.leadership = Leadership(clock, lambda: self.sessions.settings, self._take_over)
        self.stored = StoredSessions(clock, self.sessions, kubernetes, self.leadership)
        self.target_pods = TargetPods(self.sessions, workloads)
        copies = names.branch("copies")
        self._copies = CopyTargetsREST(self.sessions, workloads, self._connecter, self._storage, copies)
        services = Services(
            clock=clock, authorizer=allowed, forbidden=forbidden, decode_delete_options=decode_delete_options,
            wire_clock=wire_clock,
        )  # fmt: skip
        self._installer = APIInstaller(services)
        for scope in scopes(self._served(clock, names, workloads)):
            self._installer.install(scope)
        self._pages = Pages(self._installer, lambda: self.sessions.settings)
        config = ServerConfig(
            name="mirrord-operator", clock=clock, names=names, authenticator=authenticator, authorizer=allowed,
            forbidden=forbidden, audit=self.audit,
        )  # fmt: skip
        self.app = APIServer(self._handle, config)

    @property
    def unsettled(self) -> bool:
        """Whether something has changed that the operator has yet to look at or to write down."""
        return self.target_pods.stale or self.stored.stale

    async def settle(self) -> None:
        """Look at pods that have changed, and write down what has become of sessions."""
        if self.target_pods.stale:
            await self.target_pods.catch_up()
        if self.stored.stale:
            await self.stored.catch_up()

    def reconfigure(self, settings: Settings) -> None:
        """Give the operator other settings, as an upgrade of its chart does."""
        self.sessions.do(Reconfigure(settings))

    def replace(self) -> None:
        """Let another instance take over: every connection is lost, and so is what is kept in no storage."""
        self.leadership.hand_over()

    def fail(self) -> None:
        """Let the instance that leads be gone: nobody serves until its lease has run out, and then another does."""
        self.leadership.fail()
        self._connections.drop()

    def stop(self) -> None:
        """Set no timers any more."""
        self.leadership.stop()
        self._expiry.stop()

    def _take_over(self) -> None:
        self.sessions.do(OperatorReplaced())

    def _served(self, clock: Clock, names: Names, workloads: Workloads) -> list[Served]:
        sessions = SessionsREST(self.sessions, self._objects, self._storage, clock)
        certificates = UserCertificates(names, self.sessions.settings.license)
        return [
            Served(
                kind="MirrordOperator", plural="mirrordoperators", namespaced=False,
                storage=MirrordOperatorsREST(self.sessions, self._storage), table=OperatorTable(),
                subresources=(
                    Subserved(
                        name="certificate", kind="MirrordOperator", verb="create", storage=CertificateREST(certificates)
                    ),
                    Subserved(name="ping", kind="MirrordOperator", verb="get", storage=PingREST()),
                ),
            ),
            Served(
                kind="MirrordClusterOperatorUserCredential", plural="mirrordclusteroperatorusercredentials",
                namespaced=False, storage=UserCredentialsREST(certificates, names),
            ),
            Served(
                kind="Target", plural="targets", storage=TargetsREST(workloads, self._connecter, self._storage),
                table=TargetTable(),
            ),
            Served(kind="CopyTarget", plural="copytargets", storage=self._copies, table=CopyTargetTable()),
            Served(
                kind="Session", plural="sessions", storage=sessions, table=SessionTable(), cluster_paths=True,
                present=self._objects.present,
            ),
        ]  # fmt: skip

    async def _handle(self, request: Request) -> Response:
        if self.leadership.vacant:
            raise StatusError.of(503, "ServiceUnavailable", "service unavailable")
        if not request.info.is_resource:
            return self._pages.respond(request)
        if not is_served(self.sessions.settings, request):
            return not_found_page()
        if _connects(request):
            context = context_of(request)
            if request.info.resource == "targets":
                return await self._connecter.to_target(context, request.info.name, request)
            return await self._copies.connect_to(context, request.info.name, request)
        return await self._installer.dispatch(request)


def _connects(request: Request) -> bool:
    """Whether a request is for a session on a target: by the verb in its path, or by a parameter in the older form."""
    info = request.info
    if info.resource not in ("targets", "copytargets") or not info.namespace or len(info.parts) != 2:
        return False
    asked = info.special == "proxy" or request.upgrade or request.query.get("connect") == "true"
    return request.method == "GET" and asked
