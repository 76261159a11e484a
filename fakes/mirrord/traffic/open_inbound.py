"""The connections that are open, and what cuts them: their peers, their pods, and ports that change hands."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from fakes.mirrord.model.ports import Holders
from fakes.mirrord.model.routing import flushes
from fakes.mirrord.traffic.deliveries import Deliveries
from fakes.mirrord.traffic.inbound import Answer, Exchange, Inbound
from fakes.mirrord.traffic.tunnels import Tunnels

__all__ = ["OpenInbound", "anybody"]


class OpenInbound:
    """Keeps connections until they are closed."""

    def __init__(self, deliveries: Deliveries, tunnels: Tunnels) -> None:
        self._open: dict[Inbound, None] = {}
        self._deliveries = deliveries
        self._tunnels = tunnels

    def __len__(self) -> int:
        return len(self._open)

    def add(self, inbound: Inbound) -> None:
        """A connection is opened."""
        self._open[inbound] = None

    def finish(self, exchange: Exchange, inbound: Inbound, answer: Answer) -> None:
        """A request is answered; a connection that was waiting for that is closed."""
        exchange.answer = answer
        inbound.finished(exchange)
        self.forget_closed(inbound)

    def forget_closed(self, inbound: Inbound) -> None:
        """Keep a connection no longer if it is closed."""
        if not inbound.open:
            self._open.pop(inbound, None)

    def cut(self, inbound: Inbound, why: str, *, told: bool = False) -> None:
        """Close a connection; ``told``: the clients that had to do with it learn of it."""
        if inbound.open:
            inbound.open = False
            for exchange in list(inbound.under_way):
                exchange.lost = why
                inbound.finished(exchange)
            self._deliveries.abandon(inbound)
            self._tunnels.closed(inbound, told=told)
        self.forget_closed(inbound)

    def cut_all(self, connections: Iterable[Inbound], why: str) -> None:
        """Close connections whose clients have ended, and need not be told."""
        for inbound in list(connections):
            self.cut(inbound, why)

    def pod_gone(self, pod: str) -> None:
        """Every connection to a pod ends with it."""
        for inbound in [each for each in self._open if each.pod == pod]:
            self.cut(inbound, "the pod is gone", told=True)

    def look_again(self, holders: Callable[[str, int], Holders], *, flush: bool) -> None:
        """See to the connections whose port has changed hands."""
        for inbound in list(self._open):
            before, now = inbound.holders, holders(inbound.pod, inbound.port)
            if before is now:
                continue
            inbound.holders = now
            if flush and flushes(before, now):
                self.cut(inbound, "a session began to steal the port", told=True)
            elif inbound.redirected and not anybody(now) and inbound.tunnel is None:
                self._wind_up(inbound)

    def _wind_up(self, inbound: Inbound) -> None:
        """Close a connection after what is under way on it."""
        inbound.closing = True
        if not inbound.under_way:
            self.cut(inbound, "nobody has the port any more")


def anybody(holders: Holders) -> bool:
    """Whether any session has a port."""
    return holders.stealer is not None or bool(holders.filtered) or bool(holders.mirrors)
