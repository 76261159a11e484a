"""Endpoints: the addresses behind a Service in one object, as they were before EndpointSlices.

Source: kubernetes, pkg/controller/endpoint.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from fakes.apimachinery.timestamps import rfc3339
from fakes.apiserver.storage.interface import Event
from fakes.kube.controllers.controller import Key, Object, Surroundings, split_key
from fakes.kube.controllers.endpoint_addresses import (
    HEADLESS,
    Backing,
    backings,
    concerned_services,
    is_headless,
    reference,
)  # fmt: skip
from fakes.kube.controllers.kinds import ENDPOINTS, PODS, SERVICES

__all__ = ["EndpointsController"]

_TRIGGER = "endpoints.kubernetes.io/last-change-trigger-time"
_MANAGED_BY = {"endpoints.kubernetes.io/managed-by": "endpoint-controller"}


class EndpointsController:
    """Keeps the Endpoints of every Service that has a selector."""

    resources = (SERVICES.table, PODS.table, ENDPOINTS.table)

    def __init__(self, around: Surroundings) -> None:
        self._around = around

    def hear(self, event: Event) -> Iterable[Key]:
        if event.resource == PODS.table:
            return concerned_services(self._around, event)
        return (event.stored.key,)

    async def reconcile(self, key: Key) -> None:
        service, found = self._around.get(SERVICES, key), self._around.get(ENDPOINTS, key)
        if service is None:
            if found is not None and _is_ours(found):
                await self._around.writer.delete(ENDPOINTS, found)
            return
        if not service["spec"].get("selector") or service["spec"].get("type") == "ExternalName":
            return
        wanted = _endpoints(service, backings(self._around, service))
        if found is not None and _same(found, wanted):
            return
        wanted["metadata"]["annotations"] = {_TRIGGER: rfc3339(self._around.clock.now())}
        if found is None:
            await self._around.writer.create(ENDPOINTS, wanted)
        else:
            metadata = {**found["metadata"], **wanted["metadata"]}
            await self._around.writer.update(ENDPOINTS, {**wanted, "metadata": metadata})


def _is_ours(found: Object) -> bool:
    return _MANAGED_BY.items() <= (found["metadata"].get("labels") or {}).items()


def _same(found: Object, wanted: Object) -> bool:
    return (
        (found.get("subsets") or []) == (wanted.get("subsets") or [])
        and found["metadata"].get("labels") == wanted["metadata"]["labels"]
    )  # fmt: skip


def _endpoints(service: Object, found: list[Backing]) -> Object:
    namespace, name = split_key(f"{service['metadata']['namespace']}/{service['metadata']['name']}")
    labels = {**(service["metadata"].get("labels") or {}), **_MANAGED_BY}
    if is_headless(service):
        labels[HEADLESS] = ""
    obj: Object = {"metadata": {"name": name, "namespace": namespace, "labels": labels}}
    always = bool(service["spec"].get("publishNotReadyAddresses"))
    alive = [each for each in found if always or not each.terminating]
    if subsets := [_subset(group, always=always) for group in _by_ports(alive)]:
        obj["subsets"] = subsets
    return obj


def _by_ports(found: list[Backing]) -> Iterable[list[Backing]]:
    for _, group in groupby(sorted(found, key=lambda each: str(each.ports)), key=lambda each: each.ports):
        yield list(group)


def _subset(group: list[Backing], *, always: bool) -> Object:
    subset: Object = {}
    if ready := [_address(each) for each in group if each.ready or always]:
        subset["addresses"] = ready
    if others := [_address(each) for each in group if not (each.ready or always)]:
        subset["notReadyAddresses"] = others
    if ports := [port.to_api(unnamed=False) for port in group[0].ports]:
        subset["ports"] = ports
    return subset


def _address(backing: Backing) -> Object:
    spec = backing.pod["spec"]
    address: Object = {"ip": backing.address}
    if spec.get("hostname") and spec.get("subdomain"):
        address["hostname"] = spec["hostname"]
    if spec.get("nodeName"):
        address["nodeName"] = spec["nodeName"]
    return {**address, "targetRef": reference(backing.pod)}
