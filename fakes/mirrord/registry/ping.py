"""``mirrordoperators/ping``: a WebSocket that answers pings, by which clients measure how far away the operator is."""

from __future__ import annotations

from fakes.apimachinery.clock import enter_loop
from fakes.apimachinery.status import StatusError
from fakes.apiserver.endpoints.http import Handover, Request, Response
from fakes.apiserver.registry.rest import Context
from fakes.mirrord.connections.connection import Connection
from fakes.mirrord.connections.conversation import answer_pings
from fakes.mirrord.model.views import OPERATOR_NAME
from fakes.mirrord.registry.mirrord_operators import RESOURCE

__all__ = ["PingREST"]


class PingREST:
    """Implements connect."""

    async def connect(self, context: Context, name: str, request: Request) -> Response:
        if name != OPERATOR_NAME:
            raise StatusError.not_found(RESOURCE, name)
        if not request.upgrade:
            raise StatusError.bad_request("Upgrade request required")
        await enter_loop()
        return Handover(Connection(answer_pings), request.scope)
