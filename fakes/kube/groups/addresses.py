"""Where Services get their cluster addresses and node ports."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from typing import Protocol

__all__ = ["Allocator", "RangeAllocator"]


class Allocator(Protocol):
    """Gives out addresses and ports of Services; what a client asked for is claimed, what it left open is chosen."""

    def cluster_ip(self) -> str: ...

    def node_port(self) -> int: ...

    def refused_ip(self, address: str) -> str:
        """Why a Service may not have an address that it asks for; empty if it may."""
        ...

    def refused_port(self, port: int) -> str:
        """Why a Service may not have a port that it asks for; empty if it may."""
        ...


class RangeAllocator:
    """Walks through ranges, skipping what ``in_use`` says is taken.

    It does not take back what a deleted Service had: a range is walked once and begun again at its end.
    """

    def __init__(
        self,
        *,
        cidr: str = "10.96.0.0/16",
        ports: range = range(30000, 32768),
        in_use: Callable[[str], bool] = lambda _: False,
    ) -> None:
        self._network = ipaddress.ip_network(cidr)
        self._ports = ports
        self._in_use = in_use
        self._next_host = 10
        self._next_port = 0

    def cluster_ip(self) -> str:
        """A free address of the range.

        Raises:
            LookupError: every address is taken.
        """
        hosts = self._network.num_addresses - 2
        for _ in range(hosts):
            address = str(self._network[1 + self._next_host % hosts])
            self._next_host += 1
            if not self._in_use(address):
                return address
        raise LookupError(f"range {self._network} is full")

    def refused_ip(self, address: str) -> str:
        """Why a Service may not have an address that it asks for; empty if it may."""
        ip = ipaddress.ip_address(address)
        if ip.version != self._network.version or ip not in self._network:
            return "the provided network does not match the current range"
        return "provided IP is already allocated" if self._in_use(address) else ""

    def refused_port(self, port: int) -> str:
        """Why a Service may not have a port that it asks for; empty if it may."""
        if port not in self._ports:
            first, last = self._ports[0], self._ports[-1]
            return f"provided port is not in the valid range. The range of valid ports is {first}-{last}"
        return "provided port is already allocated" if self._in_use(str(port)) else ""

    def node_port(self) -> int:
        """A free port of the range.

        Raises:
            LookupError: every port is taken.
        """
        for _ in self._ports:
            port = self._ports[self._next_port % len(self._ports)]
            self._next_port += 1
            if not self._in_use(str(port)):
                return port
        raise LookupError("range is full")
