"""Who gets the traffic of a port: pure functions of who has the port and of what arrives.

1. Every mirror gets a copy, whatever else happens: an unfiltered one of all, a filtered one of requests that match.
2. An unfiltered stealer gets everything. Of filtered stealers the first whose filter matches gets the request (the product
   says any; here it is the one that subscribed first), and the others that match are told by a warning that they lost it.
3. What nobody steals goes to the original.

Each request on a connection is routed alone. What is not HTTP is one stream, which filters never match.
Share links are not rewritten, and nothing is ever dropped because a mirror is slow.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from fakes.mirrord.model.filters import HttpFilter
from fakes.mirrord.model.ids import SessionId
from fakes.mirrord.model.matching import FilterSet
from fakes.mirrord.model.ports import Holders
from fakes.mirrord.model.requests import Request

__all__ = ["Connection", "Route", "Router", "flushes", "loser_warning"]

Version: TypeAlias = tuple[int, int, int]
Destination: TypeAlias = Literal["session", "original", "bad-gateway"]

_UNFILTERED_HTTP: Version = (1, 19, 4)
_FILTERED_TLS: Version = (1, 19, 0)
_FILTERED_UPGRADE: Version = (1, 5, 0)
_ROUTERS_REMEMBERED = 1024


def _everyone(_: SessionId) -> bool:
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """Where a request or a stream goes.

    ``stolen_by`` is set if, and only if, ``destination`` is ``session``. ``losers`` wanted it too. ``too_old`` would have
    had it with a newer protocol. ``bad-gateway`` is the fate of what an absent client would have had, if so configured.
    """

    destination: Destination = "original"
    stolen_by: SessionId | None = None
    mirrored_to: tuple[SessionId, ...] = ()
    losers: tuple[SessionId, ...] = ()
    too_old: tuple[SessionId, ...] = ()


@dataclass(frozen=True, slots=True)
class Connection:
    """A connection to a port. Once a request on it has been upgraded, its bytes go where that request went."""

    tunnel: Route | None = None

    def upgraded(self, route: Route) -> Connection:
        """The connection after a response of 101 to a request that was routed so."""
        return Connection(route)


class Router:
    """Routes, and remembers the compiled filters of the ports that it has seen.

    ``connected`` says whether the client of a session is there; ``versions`` are the protocol versions that clients have
    negotiated, and a client that is not in it is taken to be new enough.
    """

    def __init__(
        self,
        *,
        connected: Callable[[SessionId], bool] = _everyone,
        versions: Mapping[SessionId, Version] | None = None,
        absent_client: Literal["original", "bad-gateway"] = "original",
    ) -> None:
        self._connected = connected
        self._versions = versions if versions is not None else {}
        self._absent: Destination = absent_client
        self._compiled: dict[int, tuple[Holders, _Port]] = {}

    def route(
        self,
        holders: Holders,
        request: Request,
        connection: Connection = Connection(),
        *,
        tls: bool = False,
        upgrade: bool = False,
    ) -> Route:
        """Route one request. ``upgrade``: it asks to become another protocol.

        Raises:
            ValueError: a filter on the port is wrong, or cannot be simulated.
        """
        if connection.tunnel is not None:
            return connection.tunnel
        port = self._port(holders)
        mirrored = port.mirrors(request)
        if holders.stealer is not None:
            return self._steal([holders.stealer], mirrored, _UNFILTERED_HTTP)
        if port.stealers is None:
            return Route(mirrored_to=mirrored)
        needed = _FILTERED_TLS if tls else _FILTERED_UPGRADE if upgrade else (0, 0, 0)
        return self._steal(port.stealers.matching(request), mirrored, needed)

    def route_stream(self, holders: Holders) -> Route:
        """Route a connection that is not HTTP."""
        mirrored = tuple(session for session, filter_ in holders.mirrors.items() if filter_ is None)
        stealers = [] if holders.stealer is None else [holders.stealer]
        return self._steal(stealers, mirrored, (0, 0, 0))

    def _steal(self, wanting: list[SessionId], mirrored: tuple[SessionId, ...], needed: Version) -> Route:
        if not wanting:
            return Route(mirrored_to=mirrored)
        present = [session for session in wanting if self._connected(session)]
        able = [session for session in present if self._versions.get(session, needed) >= needed]
        if able:
            too_old = (
                tuple(session for session in present if session not in able)
                if len(able) < len(present)
                else ()
            )
            return Route(
                destination="session",
                stolen_by=able[0],
                mirrored_to=mirrored,
                losers=tuple(able[1:]),
                too_old=too_old,
            )
        return Route(
            destination="original" if present else self._absent, mirrored_to=mirrored, too_old=tuple(present)
        )

    def _port(self, holders: Holders) -> _Port:
        known = self._compiled.get(id(holders))
        if known is not None and known[0] is holders:
            return known[1]
        if len(self._compiled) >= _ROUTERS_REMEMBERED:
            self._compiled.clear()
        port = _Port(holders)
        self._compiled[id(holders)] = (holders, port)
        return port


class _Port:
    """The filters of one port, compiled."""

    __slots__ = ("_filtered_mirrors", "_unfiltered_mirrors", "stealers")

    def __init__(self, holders: Holders) -> None:
        self.stealers = FilterSet(holders.filtered) if holders.filtered else None
        self._unfiltered_mirrors = tuple(s for s, filter_ in holders.mirrors.items() if filter_ is None)
        filtered: dict[SessionId, HttpFilter] = {s: f for s, f in holders.mirrors.items() if f is not None}
        self._filtered_mirrors = FilterSet(filtered) if filtered else None

    def mirrors(self, request: Request) -> tuple[SessionId, ...]:
        if self._filtered_mirrors is None:
            return self._unfiltered_mirrors
        return (*self._unfiltered_mirrors, *self._filtered_mirrors.matching(request))


def loser_warning(request: Request, port: int) -> str:
    """What a session is told whose filter matched a request that another session got."""
    headers = ", ".join(f'"{name.lower()}": "{value.decode("latin-1")}"' for name, value in request.headers)
    return (
        f"An HTTP request was stolen by another user. METHOD=({request.method}) URI=({request.target}), "
        f"HEADERS=({{{headers}}}) PORT=({port})"
    )


def flushes(before: Holders, after: Holders) -> bool:
    """Whether the open connections of a port are cut: when the first session begins to steal it."""
    return (after.stealer is not None or bool(after.filtered)) and not (
        before.stealer is not None or before.filtered
    )
