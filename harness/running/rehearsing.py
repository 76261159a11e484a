"""What a run on somebody's cluster needs to be allowed: found out by running the same scenarios on the fake first.

What their administrator asks for there is what the run asks for as the user of the context. Scenarios that the cluster will
skip are left out; those for kubectl are rehearsed on a socket.
"""

from __future__ import annotations

import contextlib
import io
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from harness.clients.mirrord import MIRRORD_VARIABLE
from harness.cluster import Capability, ClusterUnavailableError
from harness.isolation.paths import place_of
from harness.isolation.preflight import Right
from harness.running.clusters import CLUSTERS
from harness.running.needs import needs
from harness.running.session import QUIET, default_paths, plugins

__all__ = ["rehearse"]

_CONCLUDED = (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.NO_TESTS_COLLECTED)
_ON_ANY = frozenset({Capability.KUBECTL, Capability.KUBELET, Capability.DESTRUCTIVE})
_WITH_MODEL = frozenset(
    {Capability.CLOCK_CONTROL, Capability.TRAFFIC_SIMULATION, Capability.OPERATOR_CONTROL}
)


def rehearse(
    paths: Sequence[Path], options: Sequence[str], operator: str, selection: Sequence[Any] = ()
) -> list[Right]:
    """Verbs and resources, in order.

    Args:
        options: of pytest, that select scenarios.
        operator: ``model`` or ``installed``, which decides what is skipped.
        selection: plugins that select, too.

    Raises:
        ClusterUnavailableError: the scenarios cannot be read.
        KeyboardInterrupt: somebody has had enough.
    """
    binary = os.environ.pop(MIRRORD_VARIABLE, None)  # which cannot reach the fake
    try:
        return _rehearsed(paths, options, operator, selection)
    finally:
        if binary is not None:
            os.environ[MIRRORD_VARIABLE] = binary


def _rehearsed(
    paths: Sequence[Path], options: Sequence[str], operator: str, selection: Sequence[Any]
) -> list[Right]:
    found: set[tuple[str, str, str, str]] = set()
    can = _ON_ANY | (_WITH_MODEL if operator == "model" else frozenset())
    for cluster, sockets in (("fake", False), ("served", True)):
        rehearsal = _Rehearsal(can, sockets=sockets)
        arguments = [*map(str, paths or default_paths()), *QUIET, *options, f"--cluster={cluster}"]
        said = io.StringIO()
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            code = pytest.main(arguments, plugins=[*plugins(), *selection, rehearsal])
        if rehearsal.interrupted:
            raise KeyboardInterrupt
        if code not in _CONCLUDED:
            raise ClusterUnavailableError(f"the scenarios cannot be rehearsed:\n{said.getvalue()}")
        found |= rehearsal.found
        if not rehearsal.want_sockets:
            break
    return [Right(verb, group, resource, "scenarios", part) for group, resource, part, verb in sorted(found)]


class _Rehearsal:
    """Watches what the administrators of scenarios ask for."""

    def __init__(self, can: frozenset[Capability], *, sockets: bool) -> None:
        self._can = can
        self._sockets = sockets
        self.want_sockets = False
        self.interrupted = False
        self.found: set[tuple[str, str, str, str]] = set()

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Whoever stops the rehearsal wants no run after it; pytest stops itself by an error of its own."""
        self.interrupted = excinfo.type is KeyboardInterrupt

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = [item for item in items if type(item).__name__ == "ScenarioItem" and self._is_for_us(item)]

    def _is_for_us(self, item: pytest.Item) -> bool:
        wanted = needs({mark.name for mark in item.iter_markers()})
        sockets = Capability.KUBECTL in wanted
        self.want_sockets = self.want_sockets or sockets
        return wanted <= self._can and sockets == self._sockets

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Any:
        try:
            return (yield)
        finally:
            clusters = item.stash.get(CLUSTERS, None)
            if clusters is not None and clusters.opened is not None:
                admin = clusters.opened.cluster.admin.name
                for entry in clusters.evidence():
                    place = place_of(entry.path.partition("?")[0]) if entry.user == admin else None
                    if place is not None and place.resource:
                        self.found.add((place.group, place.resource, place.subresource, entry.verb))
