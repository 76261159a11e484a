"""Gives a kube-apiserver its controllers: a client for each, and the events of the storage."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from fakes.apimachinery.client import Client
from fakes.kube.controllers.catalogue import Entry
from fakes.kube.controllers.controller import Controller, Surroundings
from fakes.kube.controllers.identities import Identity
from fakes.kube.controllers.loop import ControllerLoop, Later
from fakes.kube.controllers.mapping import ResourceMapping
from fakes.kube.controllers.writing import Writer
from fakes.kube.server import builtin_groups

if TYPE_CHECKING:
    from fakes.kube.composition import KubeAPIServer

__all__ = ["run_controllers"]


def run_controllers(
    kube: KubeAPIServer,
    entries: Mapping[str, Entry],
    names: Sequence[str],
    client: Callable[[Identity], Client],
    on_wake: Callable[[], None],
) -> ControllerLoop:
    """A loop of the named controllers that hears of every write from now on.

    Args:
        client: makes a client for a controller.
        on_wake: called when the time comes that a controller waited for.
    """
    storage, clock = kube.config.storage, kube.config.clock
    loop = ControllerLoop(clock, on_wake)
    mapping = ResourceMapping(
        lambda: builtin_groups(kube.installer), kube.custom.groups, kube.aggregator.groups
    )

    def making(entry: Entry) -> Callable[[Later], Controller]:
        def make(later: Later) -> Controller:
            writer = Writer(client(entry.identity))
            return entry.make(
                Surroundings(storage=storage, clock=clock, mapping=mapping, writer=writer, later=later)
            )

        return make

    for name in names:
        loop.add(name, making(entries[name]))
    storage.subscribe(loop.hear)
    return loop
