"""``/proxy`` of Services, Pods and Nodes: where a request would go, and that nobody listens there.

Containers and kubelets are simulated, so every connection is refused as the network would refuse it.

Source: k8s.io/kubernetes, pkg/registry/core (ResourceLocation), and the proxy handler of k8s.io/apimachinery.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from fakes.apimachinery.status import StatusError
from fakes.apiserver.endpoints.http import Request, Response
from fakes.apiserver.registry.rest import Context
from fakes.apiserver.registry.store import Store

__all__ = ["NodeProxy", "PodProxy", "ServiceProxy"]

_KUBELET = 10250
_HTTP = 80


class _Target(NamedTuple):
    """``https:web:443`` as it stands in a path; what is left out is empty."""

    scheme: str
    name: str
    port: str


def _target(text: str) -> _Target:
    parts = text.split(":")
    if len(parts) == 1:
        return _Target("", text, "")
    if len(parts) == 2:
        return _Target("", parts[0], parts[1])
    if len(parts) > 3 or parts[0] not in ("http", "https", ""):
        raise StatusError.bad_request(f'invalid proxy request "{text}"')
    return _Target(*parts)


def _unreachable(address: str, port: Any) -> StatusError:
    host = f"[{address}]" if ":" in address else address
    return StatusError.unavailable(
        f"error trying to reach service: dial tcp {host}:{port}: connect: connection refused"
    )


class ServiceProxy:
    """Goes to one of the endpoints, if there are any."""

    def __init__(self, services: Store) -> None:
        self._services = services

    async def connect(self, context: Context, name: str, request: Request) -> Response:
        target = _target(name)
        service = self._services.find(context, target.name).object
        port = _service_port(service, target)
        stored = self._services.storage.get("endpoints", f"{context.namespace}/{target.name}")
        for subset in (stored.object.get("subsets") or ()) if stored is not None else ():
            for each in subset.get("ports") or ():
                if each.get("name", "") == port and subset.get("addresses"):
                    raise _unreachable(subset["addresses"][0]["ip"], each["port"])
        raise StatusError.unavailable(f'no endpoints available for service "{target.name}"')


def _service_port(service: Mapping[str, Any], target: _Target) -> str:
    """The name of the port that is meant."""
    ports: Sequence[Any] = (service.get("spec") or {}).get("ports") or ()
    if not target.port and len(ports) == 1:
        return str(ports[0].get("name", ""))
    for each in ports:
        if target.port in (each.get("name", ""), str(each["port"])):
            return str(each.get("name", ""))
    raise StatusError.unavailable(f'no service port "{target.port}" found for service "{target.name}"')


class PodProxy:
    """Goes to the address of a Pod."""

    def __init__(self, pods: Store) -> None:
        self._pods = pods

    async def connect(self, context: Context, name: str, request: Request) -> Response:
        target = _target(name)
        pod = self._pods.find(context, target.name).object
        address = (pod.get("status") or {}).get("podIP", "")
        if not address:
            raise StatusError.bad_request("address not allowed")
        listening = [
            each["containerPort"]
            for container in pod["spec"].get("containers") or ()
            for each in container.get("ports") or ()
        ]
        raise _unreachable(address, target.port or (listening[0] if listening else _HTTP))


class NodeProxy:
    """Goes to the kubelet of a Node."""

    def __init__(self, nodes: Store) -> None:
        self._nodes = nodes

    async def connect(self, context: Context, name: str, request: Request) -> Response:
        target = _target(name)
        node = self._nodes.find(context, target.name).object
        addresses = (node.get("status") or {}).get("addresses") or ()
        if not addresses:
            raise StatusError.bad_request("address not allowed")
        raise _unreachable(addresses[0]["address"], target.port or _KUBELET)
