"""Faults on demand: requests that are refused, delayed or cut off, watches that end, servers that are away.

Stands behind authorization, so that a fault changes nothing about who may do what. What is random in it comes from a
source of its own: asking for a fault changes no name or uid.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from fakes.apimachinery.clock import Clock
from fakes.apimachinery.faults import Cut, Delay, EndWatch, Fault, Refuse
from fakes.apimachinery.names import Names
from fakes.apimachinery.status import StatusError
from fakes.apiserver.endpoints.http import Handler, Request, Response
from fakes.apiserver.storage.interface import Storage
from fakes.apiserver.tampering import Tampering

__all__ = ["Faults"]


@dataclass(slots=True)
class _Active:
    fault: Fault
    left: int | None
    struck: int = 0


@dataclass(slots=True)
class Faults:
    """The faults of one server.

    Args:
        names: where the share of requests comes from.
        on_backends: called when a server behind this one went away or came back.
        spared: users whom only a fault hits that names them: what keeps the cluster running.
    """

    names: Names
    clock: Clock
    storage: Storage
    on_backends: Callable[[], None] = lambda: None
    spared: frozenset[str] = frozenset()
    _active: list[_Active] = field(default_factory=list)
    _watches: dict[Tampering, Request] = field(default_factory=dict)
    _away: set[tuple[str, str]] = field(default_factory=set)

    def add(self, fault: Fault) -> None:
        """Make requests fail from now on."""
        self._active.append(_Active(fault, fault.times))

    def clear(self) -> None:
        """Let every request be answered again, by every server."""
        self._active.clear()
        if self._away:
            self._away.clear()
            self.on_backends()

    def struck(self, fault: Fault) -> int:
        """How often a fault has struck."""
        return sum(each.struck for each in self._active if each.fault == fault)

    def end_watches(self, fault: Fault) -> int:
        """End the open watches that a fault with ``EndWatch`` is for; how many there were."""
        effect = fault.effect
        assert isinstance(effect, EndWatch)
        meant = [watch for watch, request in self._watches.items() if self._fits(fault, request)]
        for watch in meant:
            watch.end(expired=effect.expired)
        return len(meant)

    def compact(self) -> None:
        """Forget the history: whoever resumes a watch or a list is told 410."""
        self.storage.compact(self.storage.revision)

    def take_down(self, namespace: str, service: str) -> None:
        """Let the server behind a Service be unreachable."""
        self._away.add((namespace, service))
        self.on_backends()

    def bring_back(self, namespace: str, service: str) -> None:
        """Let it be reachable again."""
        self._away.discard((namespace, service))
        self.on_backends()

    def is_away(self, namespace: str, service: str) -> bool:
        return (namespace, service) in self._away

    def filter(self, handler: Handler) -> Handler:
        """Wrap a handler."""

        async def filtered(request: Request) -> Response:
            if not self._active:
                response = await handler(request)
                return self._kept(request, response) if request.info.verb == "watch" else response
            struck = self._striking(request)
            for fault in struck:
                match fault.effect:
                    case Delay(by):
                        await self.clock.sleep_until(self.clock.now() + by)
                    case Refuse(error):
                        raise StatusError({**error.status}, error.headers)
            return self._kept(request, await handler(request), struck)

        return filtered

    def _striking(self, request: Request) -> list[Fault]:
        """The faults that hit a request, each counted."""
        struck = []
        for each in self._active:
            fault = each.fault
            if each.left == 0 or not self._fits(fault, request):
                continue
            if fault.share < 1.0 and self.names.uint64() >= fault.share * 2**64:
                continue
            each.struck += 1
            if each.left is not None:
                each.left -= 1
            struck.append(fault)
        return struck

    def _kept(self, request: Request, response: Response, struck: list[Fault] | None = None) -> Response:
        """The answer, with its sending in our hands if it is a watch, or to be cut."""
        watching = request.info.verb == "watch" and response.status in (0, 200) and not request.upgrade
        effects = [fault.effect for fault in struck or ()]
        cut = next((each for each in effects if isinstance(each, Cut)), None)
        end = next((each for each in effects if isinstance(each, EndWatch)), None) if watching else None
        if not watching and cut is None:
            return response
        tampering = Tampering(cut=cut, ending=end, over=self._watches.pop if watching else None)
        if watching:
            self._watches[tampering] = request
        response.tamper = tampering.wrap
        return response

    def _fits(self, fault: Fault, request: Request) -> bool:
        info, user = request.info, request.user.name
        return (
            (not fault.verbs or info.verb in fault.verbs)
            and (not fault.resources or not fault.resources.isdisjoint(_spellings(request)))
            and fault.namespace in (None, info.namespace)
            and fault.name in (None, info.name)
            and (user not in self.spared if fault.user is None else user == fault.user)
        )


def _spellings(request: Request) -> tuple[str, ...]:
    """The ways to name what a request is for."""
    info = request.info
    if not info.is_resource:
        return ()
    tail = f"/{info.subresource}" if info.subresource else ""
    return f"{info.resource}{tail}", f"{info.resource}.{info.group}{tail}"
