"""The way from outside to a pod: by the name of a workload or a service, and a port.

Several pods are taken in turns, a connection each. A service's port becomes that of its pods; of anything else it is the
pods' own. A pod listens on the ports that its containers declare, and on every port if they declare none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fakes.apimachinery.client import Client
from fakes.mirrord.model.targets import Target, parse_path
from fakes.mirrord.traffic.inbound import HttpVersion, Inbound
from fakes.mirrord.traffic.traffic import Traffic
from fakes.mirrord.workloads import Workloads

__all__ = ["Network"]

Object = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Endpoint:
    """A port of a pod."""

    pod: str
    port: int
    address: str
    listening: bool


class Network:
    """Opens connections to what a cluster's API knows of."""

    def __init__(self, traffic: Traffic, kubernetes: Client) -> None:
        self._traffic = traffic
        self._kubernetes = kubernetes
        self._workloads = Workloads(kubernetes)
        self._turns: dict[tuple[str, str], int] = {}

    async def connect(
        self, path: str, port: int, namespace: str = "default", *, version: HttpVersion = "HTTP/1.1",
        tls: bool = False,
    ) -> Inbound:  # fmt: skip
        """Open a connection; ``path`` is spelt as a target is: ``deployment/shop``.

        Raises:
            StatusError: there is no such object.
            ConnectionRefusedError: it has no pod that is ready, or nobody has the port.
        """
        endpoints = await self._endpoints(parse_path(path), port, namespace)
        if not endpoints:
            raise ConnectionRefusedError(f"no pod of {path} is ready")
        turn = self._turns.get((namespace, path), 0)
        self._turns[namespace, path] = turn + 1
        chosen = endpoints[turn % len(endpoints)]
        return self._traffic.connect(
            chosen.pod,
            chosen.port,
            address=chosen.address,
            version=version,
            tls=tls,
            listening=chosen.listening,
        )

    async def _endpoints(self, target: Target, port: int, namespace: str) -> list[_Endpoint]:
        workload = await self._workloads.find(target, namespace)
        found: list[_Endpoint] = []
        for name in await self._workloads.pods(target, namespace, workload):
            home, _, pod_name = name.partition("/")
            pod = await self._kubernetes.request("GET", f"/api/v1/namespaces/{home}/pods/{pod_name}")
            number = _pod_port(workload, pod, port) if target.word == "service" else port
            declared = _declared(pod)
            found.append(
                _Endpoint(
                    pod=name, port=number, address=(pod.get("status") or {}).get("podIP") or "10.0.0.1",
                    listening=not declared or number in declared.values(),
                )
            )  # fmt: skip
        return found


def _pod_port(service: Object | None, pod: Object, port: int) -> int:
    """The port of the pod behind a port of a service.

    Raises:
        ConnectionRefusedError: the service has no such port.
    """
    for each in ((service or {}).get("spec") or {}).get("ports") or ():
        if each.get("port") == port:
            target = each.get("targetPort", port)
            return target if isinstance(target, int) else _declared(pod).get(target, port)
    raise ConnectionRefusedError(f"the service has no port {port}")


def _declared(pod: Object) -> dict[str, int]:
    """The ports that a pod's containers declare, by name or number."""
    ports = [
        port
        for container in (pod.get("spec") or {}).get("containers") or ()
        for port in container.get("ports") or ()
    ]
    return {port.get("name") or str(port["containerPort"]): port["containerPort"] for port in ports}
