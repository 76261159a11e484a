"""EndpointSlices: the addresses behind a Service, in slices of at most a hundred. IPv4 only, without hints of topology.

Source: kubernetes, pkg/controller/endpointslice and staging/src/k8s.io/endpointslice.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from fakes.apimachinery.timestamps import rfc3339
from fakes.apiserver.storage.interface import Event
from fakes.kube.controllers.controller import Key, Object, Surroundings
from fakes.kube.controllers.endpoint_addresses import (
    HEADLESS,
    Backing,
    backings,
    concerned_services,
    is_headless,
    reference,
)  # fmt: skip
from fakes.kube.controllers.kinds import ENDPOINT_SLICES, PODS, SERVICES
from fakes.kube.controllers.owners import controller_reference

__all__ = ["EndpointSliceController"]

_SERVICE = "kubernetes.io/service-name"
_MANAGED_BY = "endpointslice.kubernetes.io/managed-by"
_US = "endpointslice-controller.k8s.io"
_TRIGGER = "endpoints.kubernetes.io/last-change-trigger-time"
_LIMIT = 100


class EndpointSliceController:
    """Keeps the slices of every Service that has a selector; they go with it as its dependents."""

    resources = (SERVICES.table, PODS.table, ENDPOINT_SLICES.table)

    def __init__(self, around: Surroundings) -> None:
        self._around = around

    def hear(self, event: Event) -> Iterable[Key]:
        if event.resource == PODS.table:
            return concerned_services(self._around, event)
        if event.resource == SERVICES.table:
            return (event.stored.key,)
        labels = event.stored.object["metadata"].get("labels") or {}
        ours = labels.get(_MANAGED_BY) == _US and labels.get(_SERVICE)
        return (f"{event.stored.namespace}/{labels[_SERVICE]}",) if ours else ()

    async def reconcile(self, key: Key) -> None:
        service = self._around.get(SERVICES, key)
        if service is None or service["metadata"].get("deletionTimestamp"):
            return
        if not service["spec"].get("selector") or service["spec"].get("type") == "ExternalName":
            return
        wanted = _slices(service, backings(self._around, service))
        present = self._present(service)
        stale = [each for each in present if not any(_same(each, one) for one in wanted)]
        missing = [each for each in wanted if not any(_same(each, one) for one in present)]
        for each in missing:
            each["metadata"]["annotations"] = {_TRIGGER: rfc3339(self._around.clock.now())}
            if stale:
                await self._replace(stale.pop(0), each)
            else:
                await self._around.writer.create(ENDPOINT_SLICES, each)
        for each in stale:
            await self._around.writer.delete(ENDPOINT_SLICES, each)

    def _present(self, service: Object) -> list[Object]:
        wanted = {_SERVICE: service["metadata"]["name"], _MANAGED_BY: _US}
        return [
            each
            for each in self._around.list(ENDPOINT_SLICES, service["metadata"]["namespace"])
            if wanted.items() <= (each["metadata"].get("labels") or {}).items()
            and not each["metadata"].get("deletionTimestamp")
        ]

    async def _replace(self, old: Object, new: Object) -> None:
        metadata = {**old["metadata"], **{name: new["metadata"][name] for name in ("labels", "annotations")}}
        await self._around.writer.update(ENDPOINT_SLICES, {**new, "metadata": metadata})


def _same(found: Object, wanted: Object) -> bool:
    contents = [[obj.get("endpoints") or [], obj.get("ports") or []] for obj in (found, wanted)]
    return contents[0] == contents[1] and bool(
        found["metadata"].get("labels") == wanted["metadata"]["labels"]
    )


def _slices(service: Object, found: list[Backing]) -> list[Object]:
    """The slices that there should be; an empty one if there is nobody."""
    groups = groupby(sorted(found, key=lambda each: str(each.ports)), key=lambda each: each.ports)
    made = []
    for ports, group in groups:
        endpoints = [_endpoint(each, service) for each in group]
        made += [
            _slice(service, endpoints[start : start + _LIMIT], [port.to_api(unnamed=True) for port in ports])
            for start in range(0, len(endpoints), _LIMIT)
        ]
    return made or [_slice(service, [], [])]


def _slice(service: Object, endpoints: list[Object], ports: list[Object]) -> Object:
    metadata = service["metadata"]
    labels = {**(metadata.get("labels") or {}), _MANAGED_BY: _US, _SERVICE: metadata["name"]}
    if is_headless(service):
        labels[HEADLESS] = ""
    return {
        "metadata": {
            "generateName": f"{metadata['name']}-", "namespace": metadata["namespace"], "labels": labels,
            "ownerReferences": [controller_reference(service, SERVICES)],
        },
        "addressType": "IPv4", "endpoints": endpoints, "ports": ports,
    }  # fmt: skip


def _endpoint(backing: Backing, service: Object) -> Object:
    spec = backing.pod["spec"]
    ready = backing.ready and not backing.terminating
    endpoint: Object = {
        "addresses": [backing.address],
        "conditions": {
            "ready": ready or bool(service["spec"].get("publishNotReadyAddresses")), "serving": backing.ready,
            "terminating": backing.terminating,
        },
    }  # fmt: skip
    if spec.get("hostname") and spec.get("subdomain") == service["metadata"]["name"]:
        endpoint["hostname"] = spec["hostname"]
    endpoint["targetRef"] = reference(backing.pod)
    return endpoint | ({"nodeName": spec["nodeName"]} if spec.get("nodeName") else {})
