"""Traffic to the pods of a cluster with our operator, for drivers that hold both ends: whoever sends it, and the sessions' clients."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterable
from datetime import timedelta
from typing import Any, Protocol, TypeAlias, TypeVar

from fakes.cluster import FakeCluster
from fakes.mirrord.model.requests import Request
from fakes.mirrord.model.routing import Route
from fakes.mirrord.traffic.inbound import Exchange, Inbound
from fakes.mirrord.traffic.network import Network
from fakes.mirrord.traffic.traffic import Traffic
from harness.session_connection import SessionConnection
from harness.traffic import AGENT, NOBODY, ORIGINAL, Delivery, Headers, HttpVersion

__all__ = ["Call", "DriverTraffic"]

T = TypeVar("T")
Named: TypeAlias = Callable[[int], str]

_ROUNDS = 1000


class Call(Protocol):
    """Runs a function where the cluster lives."""

    def __call__(self, function: Callable[[], T], /) -> T: ...


class Waiting(Protocol):
    """Runs a coroutine where the cluster lives, to its end."""

    def __call__(self, work: Coroutine[Any, Any, T], /) -> T: ...


class DriverTraffic:
    """Implements ``harness.traffic.Traffic``.

    Args:
        network: the way to pods.
        traffic: what passes there.
        sessions: the clients that this driver has started, which have to see and answer what is sent to them.
        pause: lets what is under way happen; False if nothing is, so that waiting any longer would be in vain.
        named: what a session is called by those who ask.
    """

    def __init__(
        self, network: Network, traffic: Traffic, *, call: Call, wait: Waiting,
        sessions: Callable[[], Iterable[SessionConnection]], pause: Callable[[], bool], named: Named = "{:X}".format,
    ) -> None:  # fmt: skip
        self._network = network
        self._traffic = traffic
        self._call = call
        self._wait = wait
        self._sessions = sessions
        self._pause = pause
        self.named = named

    @classmethod
    def of(
        cls, cluster: FakeCluster, call: Call, sessions: Callable[[], Iterable[SessionConnection]],
        pause: Callable[[], bool],
    ) -> DriverTraffic:  # fmt: skip
        """That of a cluster of ours."""
        network, traffic = cluster.network, cluster.traffic
        assert network is not None, "a cluster without an operator has no traffic to tell of"
        assert traffic is not None

        def wait(work: Coroutine[Any, Any, T]) -> T:
            return call(lambda: cluster.driver.run(work))

        return cls(network, traffic, call=call, wait=wait, sessions=sessions, pause=pause)

    def connect(
        self, target: str, port: int, namespace: str = "default", *, http_version: HttpVersion = "HTTP/1.1",
        tls: bool = False,
    ) -> PodConnection:  # fmt: skip
        return PodConnection(
            self, self._wait(self._network.connect(target, port, namespace, version=http_version, tls=tls))
        )

    def on(self, work: Callable[[Traffic], T]) -> T:
        """Do something where the traffic lives."""
        return self._call(lambda: work(self._traffic))

    def seen(self) -> dict[str, int]:
        """How many messages about traffic each client has had, by its session's id."""
        return {session.id: session.application.seen for session in self._sessions()}

    def settle(
        self, route: Route, before: dict[str, int], done: Callable[[SessionConnection | None], bool]
    ) -> None:  # fmt: skip
        """Let the clients take in and answer what they were sent, until all on the route have it and it is done.

        ``done`` is asked about the client that stole it, if that is one of ours.
        """
        stealer = None if route.stolen_by is None else self.named(route.stolen_by)
        getting = {stealer, *map(self.named, route.mirrored_to)}
        for _ in range(_ROUNDS):
            more = self._pause()
            clients = {session.id: session for session in self._sessions()}
            for session in clients.values():
                session.attend()
            late = [
                each
                for each in clients.values()
                if each.id in getting and each.connected and each.application.seen <= before.get(each.id, 0)
            ]
            if not more or (not late and done(clients.get(stealer or ""))):
                return


class PodConnection:
    """Implements ``harness.traffic.Outbound``."""

    def __init__(self, traffic: DriverTraffic, inbound: Inbound) -> None:
        self._traffic = traffic
        self._inbound = inbound
        self._exchanges: list[Exchange] = []

    @property
    def pod(self) -> str:
        return self._inbound.pod

    @property
    def open(self) -> bool:
        return self._traffic.on(lambda _: self._inbound.open)

    def request(
        self, method: str = "GET", path: str = "/", headers: Headers = (), body: bytes = b"", *,
        arrives_within: timedelta = timedelta(0),
    ) -> int:  # fmt: skip
        sent = Request.of(method, path, headers, body)
        before = self._traffic.seen()
        exchange = self._traffic.on(
            lambda traffic: traffic.request(self._inbound, sent, arrives_within=arrives_within)
        )
        self._exchanges.append(exchange)

        def done(stealer: SessionConnection | None) -> bool:
            return not exchange.pending or (stealer is not None and bool(stealer.application.waiting))

        self._traffic.settle(exchange.route, before, done)
        return len(self._exchanges) - 1

    def delivery(self, number: int = -1) -> Delivery:
        exchange = self._exchanges[number]
        self._traffic.settle(Route(), {}, lambda _: True)
        return self._traffic.on(lambda _: _delivery(self._inbound, exchange, self._traffic.named))

    def send(self, data: bytes) -> Delivery:
        before = self._traffic.seen()
        self._traffic.on(lambda traffic: traffic.send(self._inbound, data))
        self._traffic.settle(self._route(), before, lambda _: True)
        return self._traffic.on(lambda _: _stream_delivery(self._inbound, self._traffic.named))

    def received(self) -> bytes:
        self._traffic.settle(Route(), {}, lambda _: True)
        return self._traffic.on(lambda _: bytes(self._inbound.received))

    def close(self) -> None:
        self._traffic.on(lambda traffic: traffic.close(self._inbound))

    def _route(self) -> Route:
        tunnel = self._inbound.tunnel
        return Route() if tunnel is None else tunnel.route


def _delivery(inbound: Inbound, exchange: Exchange, named: Named) -> Delivery:
    answer, common = exchange.answer, _way(inbound, exchange.route, named)
    if answer is None:
        return Delivery(answered_by=NOBODY, lost=exchange.lost, **common)
    by = {"original": ORIGINAL, "agent": AGENT}.get(answer.by)
    if by is None:
        by = NOBODY if answer.session is None else named(answer.session)
    return Delivery(answered_by=by, status=answer.status, headers=answer.headers, body=answer.body, **common)


def _stream_delivery(inbound: Inbound, named: Named) -> Delivery:
    tunnel = inbound.tunnel
    if tunnel is None:
        return Delivery(answered_by=NOBODY, pod=inbound.pod)
    way = _way(inbound, tunnel.route, named)
    return Delivery(answered_by=way["stolen_by"] or ORIGINAL, **way)


def _way(inbound: Inbound, route: Route, named: Named) -> dict[str, Any]:
    """Where something went, in the fields of a Delivery."""
    stolen_by = None if route.stolen_by is None else named(route.stolen_by)
    return {"stolen_by": stolen_by, "mirrored_to": tuple(map(named, route.mirrored_to)), "pod": inbound.pod}
