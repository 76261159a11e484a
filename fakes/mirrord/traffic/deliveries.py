"""Stolen requests that their clients have not answered yet."""

from __future__ import annotations

from dataclasses import dataclass, field

from fakes.mirrord.model.ids import SessionId
from fakes.mirrord.protocol.client import ChunkedHttpResponse, ConnectionUnsubscribe, LayerTcpSteal
from fakes.mirrord.protocol.http import ChunkError
from fakes.mirrord.traffic.clients import Client
from fakes.mirrord.traffic.inbound import Exchange, Inbound
from fakes.mirrord.traffic.messages import PartialResponse

__all__ = ["Deliveries", "Delivery"]


@dataclass(eq=False, slots=True, kw_only=True)
class Delivery:
    """A request that a client has. The id of the connection, which is a new one each time, tells it from others."""

    client: Client
    inbound: Inbound
    exchange: Exchange
    connection_id: int
    partial: PartialResponse = field(default_factory=PartialResponse)


class Deliveries:
    """What is on its way, by the ids that clients answer with."""

    def __init__(self) -> None:
        self._waiting: dict[int, Delivery] = {}
        self._number = 0

    def next_number(self) -> int:
        """A number that nothing else has."""
        self._number += 1
        return self._number

    def add(self, client: Client, inbound: Inbound, exchange: Exchange) -> Delivery:
        """A request is sent to a client."""
        delivery = Delivery(
            client=client, inbound=inbound, exchange=exchange, connection_id=self.next_number()
        )
        self._waiting[delivery.connection_id] = delivery
        return delivery

    def of(self, client: Client, message: LayerTcpSteal) -> Delivery | None:
        """What a client's message is about; None if it is about nothing that this client has to answer."""
        part = message.part if isinstance(message, ChunkedHttpResponse) else message
        delivery = self._waiting.get(getattr(part, "connection_id", 0))
        if delivery is None or delivery.client is not client:
            return None
        if isinstance(part, ConnectionUnsubscribe):
            delivery.partial.take(ChunkedHttpResponse(ChunkError(connection_id=delivery.connection_id)))
        return delivery

    def forget(self, delivery: Delivery) -> None:
        self._waiting.pop(delivery.connection_id, None)

    def abandon(self, inbound: Inbound) -> None:
        """Wait no longer for answers that nobody can be given."""
        for delivery in [each for each in self._waiting.values() if each.inbound is inbound]:
            self.forget(delivery)

    def waiting_for(self, client: Client) -> list[Delivery]:
        return [delivery for delivery in self._waiting.values() if delivery.client is client]

    def waiting_for_session(self, session: SessionId) -> list[Delivery]:
        return [delivery for delivery in self._waiting.values() if delivery.client.session == session]
