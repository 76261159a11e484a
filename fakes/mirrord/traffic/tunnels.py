"""Connections whose bytes are not HTTP, or not any more after an upgrade: to the original, a stealer, and mirrors."""

from __future__ import annotations

from fakes.mirrord.model.ids import SessionId
from fakes.mirrord.model.routing import Route
from fakes.mirrord.protocol.client import ConnectionData, ConnectionUnsubscribe, LayerTcpSteal
from fakes.mirrord.protocol.daemon import (
    CloseConnection,
    ConnectionBytes,
    DaemonTcp,
    NewConnection,
    StealEvent,
    TcpEvent,
)
from fakes.mirrord.traffic.clients import Client, Clients
from fakes.mirrord.traffic.deliveries import Deliveries
from fakes.mirrord.traffic.inbound import Inbound, Tunnel

__all__ = ["Tunnels"]


class Tunnels:
    """The streams, by the ids that clients know them by. The original sends back whatever it gets."""

    def __init__(self, clients: Clients, numbers: Deliveries) -> None:
        self._clients = clients
        self._numbers = numbers
        self._stolen: dict[int, tuple[Client, Inbound]] = {}

    def open(self, inbound: Inbound, route: Route) -> bool:
        """A stream begins, and whoever gets it is told; whether there is anybody."""
        tunnel = inbound.tunnel = Tunnel(route, self._numbers.next_number())
        for session in route.mirrored_to:
            if (client := self._clients.holding(session, "mirror", inbound.port)) is not None:
                number = tunnel.mirrors[session] = self._numbers.next_number()
                client.tell(TcpEvent(_new_connection(inbound, number)))
        if (client := self._stealer(inbound)) is not None:
            self._stolen[tunnel.connection_id] = client, inbound
            client.tell(StealEvent(_new_connection(inbound, tunnel.connection_id)))
        return client is not None or route.stolen_by is None

    def upgrade(self, inbound: Inbound, route: Route, connection_id: int) -> None:
        """A connection goes on as a stream, to wherever the request went that asked for it. Mirrors see no more of it."""
        inbound.tunnel = Tunnel(route, connection_id)
        if (client := self._stealer(inbound)) is not None:
            self._stolen[connection_id] = client, inbound

    def send(self, inbound: Inbound, data: bytes) -> None:
        """Bytes from the peer."""
        tunnel = inbound.tunnel
        if tunnel is None or not data:
            return
        self._tell_mirrors(inbound, tunnel, data)
        stolen = self._stolen.get(tunnel.connection_id)
        if stolen is not None:
            stolen[0].tell(StealEvent(ConnectionBytes(tunnel.connection_id, data)))
        elif tunnel.route.destination == "original":
            inbound.received += data

    def answered(self, client: Client, message: LayerTcpSteal) -> Inbound | None:
        """A client sends bytes, or ends a stream, which is then given."""
        match message:
            case ConnectionData(connection_id=number, data=data) if self._is_of(client, number):
                self._stolen[number][1].received += data
            case ConnectionUnsubscribe(connection_id=number) if self._is_of(client, number):
                _, inbound = self._stolen.pop(number)
                inbound.open = False
                if inbound.tunnel is not None:
                    self._tell_mirrors(inbound, inbound.tunnel, None)
                return inbound
            case _:
                pass
        return None

    def closed(self, inbound: Inbound, *, told: bool) -> None:
        """A stream is over. Mirrors always learn of it, whoever stole it if ``told``."""
        tunnel = inbound.tunnel
        if tunnel is None:
            return
        stolen = self._stolen.pop(tunnel.connection_id, None)
        if told and stolen is not None:
            stolen[0].tell(StealEvent(CloseConnection(tunnel.connection_id)))
        self._tell_mirrors(inbound, tunnel, None)

    def streams_of(self, client: Client) -> list[Inbound]:
        """The streams that a client has stolen."""
        return [inbound for holder, inbound in self._stolen.values() if holder is client]

    def streams_of_session(self, session: SessionId) -> list[Inbound]:
        return [inbound for holder, inbound in self._stolen.values() if holder.session == session]

    def _is_of(self, client: Client, number: int) -> bool:
        return number in self._stolen and self._stolen[number][0] is client

    def _stealer(self, inbound: Inbound) -> Client | None:
        session = inbound.tunnel.route.stolen_by if inbound.tunnel is not None else None
        return None if session is None else self._clients.holding(session, "steal", inbound.port)

    def _tell_mirrors(self, inbound: Inbound, tunnel: Tunnel, data: bytes | None) -> None:
        """Bytes for those that mirror a stream, or its end."""
        for session, number in tunnel.mirrors.items():
            client = self._clients.holding(session, "mirror", inbound.port)
            if client is not None:
                client.tell(TcpEvent(_piece(number, data)))


def _piece(number: int, data: bytes | None) -> DaemonTcp:
    return CloseConnection(number) if data is None else ConnectionBytes(number, data)


def _new_connection(inbound: Inbound, number: int) -> NewConnection:
    return NewConnection(
        connection_id=number, remote_address=inbound.peer, destination_port=inbound.port,
        source_port=inbound.peer_port, local_address=inbound.address,
    )  # fmt: skip
