"""``connect`` on a target or a copied target: where a session begins, and where its client comes back to it.

The request is refused with a Status before the WebSocket is accepted, or taken over by a connection.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import replace

from fakes.apimachinery.clock import enter_loop
from fakes.apimachinery.status import StatusError
from fakes.apiserver.authorization.authorizer import Authorizer
from fakes.apiserver.authorization.denial import forbidden
from fakes.apiserver.endpoints.http import Handover, Request, Response
from fakes.apiserver.registry.rest import Context
from fakes.mirrord.agent.agent import Agent
from fakes.mirrord.agent.surroundings import Surroundings
from fakes.mirrord.connections.connection import Connection
from fakes.mirrord.connections.conversation import Conversation
from fakes.mirrord.connections.open_connections import OpenConnections
from fakes.mirrord.model import refusals
from fakes.mirrord.model.commands import Start
from fakes.mirrord.model.connecting import (
    ConnectParameters,
    owner_of,
    read_parameters,
    read_session_id,
    read_target,
    start_command,
)  # fmt: skip
from fakes.mirrord.model.ids import SessionId
from fakes.mirrord.model.owner import Owner, user_id
from fakes.mirrord.model.policies import Policies
from fakes.mirrord.model.session import CopiedTarget
from fakes.mirrord.model.targets import Target
from fakes.mirrord.model.workloads import TargetError, check_container
from fakes.mirrord.registry.certificate_requests import public_key_of
from fakes.mirrord.sessions import Sessions
from fakes.mirrord.traffic.clients import Client
from fakes.mirrord.traffic.traffic import Traffic
from fakes.mirrord.workloads import Object, Workloads, reading

__all__ = ["SessionConnecter", "headers_of", "owner_from"]

_CERTIFICATE_HEADER = "x-client-der"
_VERSION_HEADER = "x-mirrord-cli-version"


class SessionConnecter:
    """Starts sessions.

    Args:
        authorizer: asked whether the user may see the object that is targeted, which the operator demands beside the
            right to the request itself.
        traffic: of which the sessions get their share.
        surroundings: what the targets' containers know of the cluster.
    """

    def __init__(
        self, sessions: Sessions, workloads: Workloads, connections: OpenConnections, authorizer: Authorizer,
        traffic: Traffic, surroundings: Surroundings,
    ) -> None:  # fmt: skip
        self._traffic = traffic
        self._surroundings = surroundings
        self._sessions = sessions
        self._workloads = workloads
        self._connections = connections
        self._authorizer = authorizer

    async def to_target(self, context: Context, name: str, request: Request) -> Response:
        """Connect to a target, which is named as in URLs.

        Raises:
            StatusError: the request is malformed, or the target or the session cannot be had.
        """
        headers = headers_of(request.headers)
        parameters = read_parameters(request.raw_query.decode("latin-1"), headers)
        target = read_target(name, parameters)
        return await self._connect(context, request, headers, parameters, target, None)

    async def to_copy(
        self, context: Context, target: Target, copied: CopiedTarget, request: Request
    ) -> Response:
        """Connect to a copy of a target. Only the session that the copy was made for has scaled the target down.

        Raises:
            StatusError: as for a target.
        """
        headers = headers_of(request.headers)
        parameters = read_parameters(request.raw_query.decode("latin-1"), headers)
        created = self._sessions.state.session(read_session_id(headers))
        if created is None:
            copied = replace(copied, scale_down=False)
        return await self._connect(context, request, headers, parameters, target, copied)

    async def find(self, context: Context, target: Target) -> Object | None:
        """The object that is targeted, if the user may see it and it has the container asked for.

        Raises:
            StatusError: 403, 404, or 400.
        """
        await self._check_reading(context, target)
        workload = await self._workloads.find(target, context.namespace)
        if workload is not None:
            try:
                check_container(target, workload)
            except TargetError as error:
                raise StatusError.bad_request(str(error)) from error
        return workload

    async def _check_reading(self, context: Context, target: Target) -> None:
        attributes = reading(context.user, target, context.namespace)
        if attributes is None or not self._sessions.settings.target_must_be_readable:
            return
        answer = await self._authorizer.authorize(attributes)
        if not answer.allowed:
            raise forbidden(attributes, answer.reason)

    async def _connect(
        self, context: Context, request: Request, headers: Mapping[str, str], parameters: ConnectParameters,
        target: Target, copied: CopiedTarget | None,
    ) -> Response:  # fmt: skip
        if not request.upgrade:
            raise StatusError.bad_request("Upgrade request required")
        await enter_loop()
        session = read_session_id(headers)
        owner = owner_from(headers, context)
        new = self._is_new(session)
        workload = await (self.find(context, target) if new else self._if_there(context, target))
        await self._start(session, owner, context.namespace, target, parameters, headers, workload, copied)

        async def policies() -> Policies:
            return await self._workloads.policies(
                target, context.namespace, workload, copied=copied is not None
            )

        def pods() -> Sequence[str]:
            known = self._sessions.state.session(session)
            return () if known is None else known.pods

        client = Client(session)
        agent = Agent(
            self._surroundings, namespace=context.namespace, target=target, workload=workload, pods=pods
        )  # fmt: skip
        conversation = Conversation(
            session, self._sessions, policies=policies, on_concurrent_steal=parameters.on_concurrent_steal,
            agent=agent, client=client, answered=self._traffic.answered,
        )  # fmt: skip

        def gone() -> None:
            self._connections.remove(session, connection)
            self._traffic.client_gone(client)

        connection = Connection(conversation.hear, gone)
        client.tell = connection.tell
        self._connections.add(session, connection)
        self._traffic.clients.add(client)
        return Handover(connection, request.scope)

    async def _if_there(self, context: Context, target: Target) -> Object | None:
        """The object of a session that exists, which may have lost its target since it began."""
        try:
            return await self._workloads.find(target, context.namespace)
        except StatusError as error:
            if error.code == 404:
                return None
            raise

    def _is_new(self, session: SessionId) -> bool:
        """Whether the id is one that the operator has not heard of.

        Raises:
            StatusError: 410, it was that of a session which is closed.
        """
        self._sessions.expire()
        state = self._sessions.state
        if (closed := state.closed.get(session)) is not None:
            raise refusals.reconnect_not_possible(state.settings, session, closed.reason)
        return state.session(session) is None

    async def _start(
        self, session: SessionId, owner: Owner, namespace: str, target: Target, parameters: ConnectParameters,
        headers: Mapping[str, str], workload: Object | None, copied: CopiedTarget | None,
    ) -> None:  # fmt: skip
        if copied is None:
            pods = await self._workloads.pods(target, namespace, workload)
        else:
            pods = (f"{namespace}/{copied.pod_name}",)
        policies = await self._workloads.policies(target, namespace, workload, copied=copied is not None)
        command: Start = start_command(
            session, owner, namespace, target, parameters, client_version=headers.get(_VERSION_HEADER), pods=pods,
            policies=policies, copied=copied,
        )  # fmt: skip
        self._sessions.do(command)


def headers_of(headers: Sequence[tuple[bytes, bytes]]) -> dict[str, str]:
    """The first value of each header, by its name in lower case."""
    return {name.decode("latin-1"): value.decode("latin-1") for name, value in reversed(headers)}


def owner_from(headers: Mapping[str, str], context: Context) -> Owner:
    """Whose session a request is for.

    The client's certificate says who they are; that it was issued here is not checked.

    Raises:
        StatusError: 400, the certificate cannot be read.
    """
    packed = headers.get(_CERTIFICATE_HEADER)
    if packed is None:
        return owner_of(headers, context.user.name)
    try:
        key = public_key_of(base64.b64decode(packed, validate=True))
    except (binascii.Error, ValueError) as error:
        raise StatusError.bad_request(f"invalid {_CERTIFICATE_HEADER} header: {error}") from error
    return owner_of(headers, context.user.name, user_id(key))
