"""Which Pods stand behind a Service, and under which ports: what Endpoints and EndpointSlices are both made of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from fakes.apiserver.storage.interface import Event
from fakes.kube.controllers.controller import Key, Object, Surroundings
from fakes.kube.controllers.kinds import PODS, SERVICES
from fakes.kube.controllers.pods import is_ready

__all__ = ["HEADLESS", "Backing", "Port", "backings", "concerned_services", "is_headless", "reference"]

HEADLESS = "service.kubernetes.io/headless"


class Port(NamedTuple):
    """A port of a Service as the Pods have it."""

    name: str
    number: int
    protocol: str
    app_protocol: str | None

    def to_api(self, *, unnamed: bool) -> Object:
        """The port as an object; ``unnamed`` says whether an empty name is written."""
        port: Object = {"name": self.name} if self.name or unnamed else {}
        port |= {"port": self.number, "protocol": self.protocol}
        return port | ({"appProtocol": self.app_protocol} if self.app_protocol else {})


class Backing(NamedTuple):
    """A Pod behind a Service."""

    pod: Object
    ports: tuple[Port, ...]
    ready: bool

    @property
    def terminating(self) -> bool:
        return bool(self.pod["metadata"].get("deletionTimestamp"))

    @property
    def address(self) -> str:
        return str(self.pod["status"]["podIP"])


def backings(around: Surroundings, service: Object) -> list[Backing]:
    """The Pods that a Service selects, have an address and have not ended, by address."""
    spec = service["spec"]
    selector = spec["selector"].items()
    found = []
    for pod in around.list(PODS, service["metadata"]["namespace"]):
        status = pod.get("status") or {}
        if not status.get("podIP") or status.get("phase") in ("Succeeded", "Failed"):
            continue
        if selector <= (pod["metadata"].get("labels") or {}).items():
            ports = tuple(port for each in spec.get("ports") or () if (port := _port(each, pod)) is not None)
            found.append(Backing(pod, ports, is_ready(pod)))
    return sorted(
        found, key=lambda each: tuple(int(part) for part in each.address.split(".") if part.isdigit())
    )


def _port(port: Mapping[str, Any], pod: Object) -> Port | None:
    """The port with its number in that Pod; None if the Pod has none of that name."""
    target: int | str = port.get("targetPort") or port["port"]
    protocol = port.get("protocol", "TCP")
    if isinstance(target, str):
        named = (
            each["containerPort"]
            for container in pod["spec"]["containers"]
            for each in container.get("ports") or ()
            if each.get("name") == target and each.get("protocol", "TCP") == protocol
        )
        number = next(named, None)
    else:
        number = target
    if number is None:
        return None
    return Port(port.get("name", ""), number, protocol, port.get("appProtocol"))


def reference(pod: Object) -> Object:
    """The Pod as the target of an address."""
    metadata = pod["metadata"]
    return {
        "kind": "Pod",
        "namespace": metadata["namespace"],
        "name": metadata["name"],
        "uid": metadata["uid"],
    }


def is_headless(service: Object) -> bool:
    return bool(service["spec"].get("clusterIP") == "None")


def concerned_services(around: Surroundings, event: Event) -> Iterable[Key]:
    """The Services that select a Pod that changed, or selected it before."""
    labels = [event.stored.object["metadata"].get("labels") or {}]
    if event.previous is not None:
        before = event.previous.object["metadata"].get("labels") or {}
        if before != labels[0]:
            labels.append(before)
    if not any(labels):
        return []
    return [
        stored.key
        for stored in around.storage.list(SERVICES.table, f"{event.stored.namespace}/")
        if (selector := stored.object["spec"].get("selector"))
        and any(selector.items() <= each.items() for each in labels)
    ]
