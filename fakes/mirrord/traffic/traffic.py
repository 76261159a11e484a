"""Sending traffic to pods: each request and each stream goes to the original, to a session's client, or to several.

What is stolen or mirrored is really sent to the client, as the wire protocol has it, and the client's answer is the
answer. The original answers at once. Whoever calls here is outside of the cluster's network: nobody is asked for rights.

Not done: share links, TLS itself (``tls`` only says that a request came over it), delivery in chunks, and mirrors that are
too slow.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

from fakes.apimachinery.clock import Clock
from fakes.mirrord.model.buffering import as_filters_see
from fakes.mirrord.model.detection import detect
from fakes.mirrord.model.events import Event, SessionClosed
from fakes.mirrord.model.ids import SessionId
from fakes.mirrord.model.requests import Request
from fakes.mirrord.model.routing import Route, Router, loser_warning
from fakes.mirrord.model.traffic_settings import TrafficSettings
from fakes.mirrord.protocol.client import LayerTcpSteal
from fakes.mirrord.protocol.daemon import StealEvent, TcpEvent
from fakes.mirrord.sessions import Sessions
from fakes.mirrord.traffic.answers import Answers
from fakes.mirrord.traffic.clients import Client, Clients
from fakes.mirrord.traffic.deliveries import Deliveries, Delivery
from fakes.mirrord.traffic.inbound import Answer, Exchange, HttpVersion, Inbound
from fakes.mirrord.traffic.messages import request_message
from fakes.mirrord.traffic.open_inbound import OpenInbound, anybody
from fakes.mirrord.traffic.original import Original, answer_ok
from fakes.mirrord.traffic.tunnels import Tunnels

__all__ = ["Traffic"]

DROPPED = "the request was dropped"
_NOT_PASSED = "failed to pass the request to its original destination: {error}"
_REFUSED = "Connection refused (os error 111)"
_TOO_OLD = "An HTTP request was not stolen due to mirrord-protocol version requirement: {needed}"


class Traffic:
    """The traffic of all pods. ``original`` is how the pods answer, ``settings`` how their agents behave."""

    def __init__(self, sessions: Sessions, clock: Clock) -> None:
        self.original: Original = answer_ok
        self.clients = Clients()
        self._answers = Answers(sessions)
        self._sessions = sessions
        self._clock = clock
        self._deliveries = Deliveries()
        self._tunnels = Tunnels(self.clients, self._deliveries)
        self._open = OpenInbound(self._deliveries, self._tunnels)
        self._absent = sessions.settings.absent_client
        self._router = self._new_router()
        sessions.subscribe(self._hear)

    @property
    def settings(self) -> TrafficSettings:
        return self._answers.settings

    @settings.setter
    def settings(self, settings: TrafficSettings) -> None:
        self._answers.settings = settings

    def _new_router(self) -> Router:
        return Router(
            connected=self._connected, versions=self.clients.versions, absent_client=self._absent
        )  # fmt: skip

    def _current_router(self) -> Router:
        if self._absent != self._sessions.settings.absent_client:
            self._absent = self._sessions.settings.absent_client
            self._router = self._new_router()
        return self._router

    def _connected(self, session: SessionId) -> bool:
        return self.clients.newest(session) is not None

    def connect(
        self, pod: str, port: int, *, address: str = "10.0.0.1", version: HttpVersion = "HTTP/1.1", tls: bool = False,
        listening: bool = True,
    ) -> Inbound:  # fmt: skip
        """Open a connection to a port of a pod, given as ``namespace/name``.

        Raises:
            ConnectionRefusedError: nobody has the port, not even the original.
        """
        holders = self._sessions.state.holders(pod, port)
        redirected = anybody(holders)
        if not redirected and not listening:
            raise ConnectionRefusedError(f"nothing listens on port {port} of {pod}")
        inbound = Inbound(
            pod=pod, port=port, address=address, version=version, tls=tls, listening=listening, redirected=redirected,
            holders=holders, peer_port=50000 + self._deliveries.next_number() % 10000,
        )  # fmt: skip
        self._open.add(inbound)
        return inbound

    def route(
        self, pod: str, port: int, request: Request, *, tls: bool = False, upgrade: bool = False
    ) -> Route:
        """Who would get a request now."""
        holders = self._sessions.state.holders(pod, port)
        return self._current_router().route(holders, request, tls=tls, upgrade=upgrade)

    def request(
        self, inbound: Inbound, request: Request, *, arrives_within: timedelta = timedelta(0)
    ) -> Exchange:
        """Send a request. Its answer is there at once, or as soon as the client that stole it has given one.

        Raises:
            ConnectionResetError: the connection is closed.
            ValueError: the connection cannot carry a request now.
        """
        self._check_free(inbound)
        upgrade = _wants_upgrade(request)
        route = Route()
        if inbound.redirected:
            seen = self._seen(request, arrives_within)
            route = self.route(inbound.pod, inbound.port, seen, tls=inbound.tls, upgrade=upgrade)
        exchange = Exchange(request=request, body=request.body or b"", route=route)
        inbound.under_way.append(exchange)
        self._tell_losers(inbound, exchange)
        self._mirror(inbound, exchange)
        match route.destination:
            case "session":
                self._steal(inbound, exchange)
            case "bad-gateway":
                self._fail(inbound, exchange, DROPPED)
            case "original":
                self._pass(inbound, exchange)
        return exchange

    def send(self, inbound: Inbound, data: bytes, *, final: bool = False) -> None:
        """Send bytes. They are held back until it is known that they are no HTTP. ``final``: nothing more will come.

        Raises:
            ConnectionResetError: the connection is closed.
            ValueError: they are HTTP, which has to be sent as requests.
        """
        if not inbound.open:
            raise ConnectionResetError("the connection is closed")
        if inbound.tunnel is None:
            inbound.start += data
            kind = detect(inbound.start, final=final)
            if inbound.tls:
                kind = "tcp"
            if kind == "undecided":
                self._wait_for_more(inbound)
                return
            if kind != "tcp":
                raise ValueError("these bytes are HTTP: send them as a request")
            data, inbound.start = inbound.start, b""
            self._open_stream(inbound)
        self._tunnels.send(inbound, data)

    def close(self, inbound: Inbound) -> None:
        """The peer closes its connection."""
        if inbound.open and inbound.start:
            self.send(inbound, b"", final=True)
        self._open.cut(inbound, "the peer closed the connection", told=True)

    def answered(self, client: Client, message: LayerTcpSteal) -> None:
        """A client says something about what it was sent; about anything else nothing happens."""
        delivery = self._deliveries.of(client, message)
        if delivery is None:
            ended = self._tunnels.answered(client, message)
            if ended is not None:
                self._open.forget_closed(ended)
            return
        partial = delivery.partial
        partial.take(message)
        if partial.failed:
            self._deliveries.forget(delivery)
            self._fail(delivery.inbound, delivery.exchange, DROPPED)
        elif partial.complete:
            self._deliveries.forget(delivery)
            self._finish_stolen(delivery)

    def client_gone(self, client: Client) -> None:
        """A client is gone: what it had not answered is lost, and its streams end."""
        self.clients.remove(client)
        self._drop(self._deliveries.waiting_for(client))
        self._open.cut_all(self._tunnels.streams_of(client), "the client that had the connection is gone")

    def pod_gone(self, pod: str) -> None:
        """A pod is gone, and every connection to it with it."""
        self._open.pod_gone(pod)

    def open_connections(self) -> int:
        """How many connections are open."""
        return len(self._open)

    def _check_free(self, inbound: Inbound) -> None:
        if not inbound.open:
            raise ConnectionResetError("the connection is closed")
        if inbound.tunnel is not None or inbound.start:
            raise ValueError("the connection does not carry requests")
        if inbound.closing:
            raise ConnectionResetError("the connection is being closed")
        if inbound.version == "HTTP/1.1" and inbound.under_way:
            raise ValueError("a request is under way, and HTTP/1.1 carries one at a time")

    def _seen(self, request: Request, arrives_within: timedelta) -> Request:
        limit, patience = self.settings.max_body_buffer_size, self.settings.body_patience
        return as_filters_see(request, arrives_within=arrives_within, limit=limit, patience=patience)

    def _mirror(self, inbound: Inbound, exchange: Exchange) -> None:
        for session in exchange.route.mirrored_to:
            client = self.clients.holding(session, "mirror", inbound.port)
            if client is not None:
                number = self._deliveries.next_number()
                message = request_message(inbound, exchange.request, exchange.body, client.version, number)
                client.tell(TcpEvent(message))

    def _steal(self, inbound: Inbound, exchange: Exchange) -> None:
        session = exchange.route.stolen_by
        client = None if session is None else self.clients.holding(session, "steal", inbound.port)
        if client is None:
            self._fail(inbound, exchange, DROPPED)
            return
        request = exchange.request
        if (key := self._answers.key_of(client.session)) is not None:
            request = replace(request, headers=(*request.headers, ("mirrord-key", key.encode())))
        delivery = self._deliveries.add(client, inbound, exchange)
        message = request_message(inbound, request, exchange.body, client.version, delivery.connection_id)
        client.tell(StealEvent(message))

    def _finish_stolen(self, delivery: Delivery) -> None:
        partial = delivery.partial
        answer = self._answers.of_session(delivery.client.session, partial)
        if partial.status == 101:
            self._tunnels.upgrade(delivery.inbound, delivery.exchange.route, delivery.connection_id)
        self._finish(delivery.inbound, delivery.exchange, answer)

    def _pass(self, inbound: Inbound, exchange: Exchange) -> None:
        if not inbound.listening:
            self._fail(inbound, exchange, _NOT_PASSED.format(error=_REFUSED))
            return
        answer = self.original(inbound, exchange.request)
        if inbound.redirected:
            answer = self._answers.passed(answer)
        if answer.status == 101:
            self._tunnels.upgrade(inbound, exchange.route, self._deliveries.next_number())
        self._finish(inbound, exchange, answer)

    def _fail(self, inbound: Inbound, exchange: Exchange, message: str) -> None:
        self._finish(inbound, exchange, self._answers.of_agent(message))

    def _finish(self, inbound: Inbound, exchange: Exchange, answer: Answer) -> None:
        self._open.finish(exchange, inbound, answer)

    def _tell_losers(self, inbound: Inbound, exchange: Exchange) -> None:
        route = exchange.route
        for session in route.losers:
            if (client := self.clients.holding(session, "steal", inbound.port)) is not None:
                client.warn(loser_warning(exchange.request, inbound.port))
        for session in route.too_old:
            if (client := self.clients.holding(session, "steal", inbound.port)) is not None:
                needed = "1.19.4" if inbound.holders.stealer else "1.19.0" if inbound.tls else "1.5.0"
                client.complain(_TOO_OLD.format(needed=f">={needed}"))

    def _open_stream(self, inbound: Inbound) -> None:
        holders = self._sessions.state.holders(inbound.pod, inbound.port)
        route = self._current_router().route_stream(holders) if inbound.redirected else Route()
        if route.destination == "bad-gateway" or (route.destination == "original" and not inbound.listening):
            self._open.cut(inbound, _REFUSED)
            raise ConnectionResetError("the connection is closed")
        if not self._tunnels.open(inbound, route):
            self._open.cut(inbound, DROPPED)
            raise ConnectionResetError("the connection is closed")

    def _wait_for_more(self, inbound: Inbound) -> None:
        held = inbound.start

        def silent() -> None:
            if inbound.open and inbound.start == held:
                with suppress(ConnectionResetError):
                    self.send(inbound, b"", final=True)

        with suppress(RuntimeError):
            self._clock.call_at(self._clock.now() + self.settings.detection_timeout, silent)

    def _hear(self, events: Sequence[Event]) -> None:
        for event in events:
            if isinstance(event, SessionClosed):
                self._session_closed(event.id)
        if self._open:
            self._open.look_again(self._sessions.state.holders, flush=self.settings.flush_connections)

    def _session_closed(self, session: SessionId) -> None:
        self._drop(self._deliveries.waiting_for_session(session))
        self._open.cut_all(
            self._tunnels.streams_of_session(session), "the session that had the connection is closed"
        )

    def _drop(self, lost: Sequence[Delivery]) -> None:
        for delivery in lost:
            self._deliveries.forget(delivery)
            self._fail(delivery.inbound, delivery.exchange, DROPPED)


def _wants_upgrade(request: Request) -> bool:
    return any(name.lower() == "upgrade" for name, _ in request.headers)
