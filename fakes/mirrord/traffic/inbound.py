"""A connection of somebody outside to a port of a pod, and the requests that are under way on it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from fakes.mirrord.model.ids import SessionId
from fakes.mirrord.model.ports import NO_HOLDERS, Holders
from fakes.mirrord.model.requests import Request
from fakes.mirrord.model.routing import Route
from fakes.mirrord.protocol.http import Headers

__all__ = ["Answer", "Exchange", "HttpVersion", "Inbound", "Tunnel"]

HttpVersion: TypeAlias = Literal["HTTP/1.1", "HTTP/2.0"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A response. ``by`` is ``agent`` if there is nobody else to answer; ``session`` is set for ``session``."""

    by: Literal["original", "session", "agent"]
    session: SessionId | None = None
    status: int = 200
    headers: Headers = ()
    body: bytes = b""


@dataclass(eq=False, slots=True, kw_only=True)
class Exchange:
    """A request and what has come of it. ``lost`` says why no answer will come."""

    request: Request
    body: bytes
    route: Route
    answer: Answer | None = None
    lost: str | None = None

    @property
    def pending(self) -> bool:
        return self.answer is None and self.lost is None


@dataclass(eq=False, slots=True)
class Tunnel:
    """Where the bytes of a connection go that is not HTTP, or not any more. ``ids`` are those of its copies."""

    route: Route
    connection_id: int
    mirrors: dict[SessionId, int] = field(default_factory=dict)


@dataclass(eq=False, slots=True, kw_only=True)
class Inbound:
    """A connection.

    ``redirected`` is whether any session had the port when it was opened: else nobody but the original ever sees it.
    ``listening`` is whether the original has the port open. ``holders`` are those that were last looked at.
    """

    pod: str
    port: int
    address: str = "10.0.0.1"
    peer: str = "10.1.0.1"
    peer_port: int = 50000
    version: HttpVersion = "HTTP/1.1"
    tls: bool = False
    listening: bool = True
    redirected: bool = False
    holders: Holders = NO_HOLDERS
    open: bool = True
    closing: bool = False
    tunnel: Tunnel | None = None
    start: bytes = b""
    received: bytearray = field(default_factory=bytearray)
    under_way: list[Exchange] = field(default_factory=list)

    def finished(self, exchange: Exchange) -> None:
        """One request is done with; a connection that was waiting for that closes."""
        if exchange in self.under_way:
            self.under_way.remove(exchange)
        if self.closing and not self.under_way:
            self.open = False
