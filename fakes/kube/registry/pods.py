"""What hangs on a Pod: being bound to a node, being evicted, its log, and connections into it.

There are no containers: logs are empty, and connections are refused as for a pod that no node has taken.
"""

from __future__ import annotations

from fakes.apimachinery.clock import rfc3339
from fakes.apimachinery.schema import GroupResource
from fakes.apimachinery.selectors import LabelSelector
from fakes.apimachinery.status import StatusError, success
from fakes.apiserver.endpoints.http import Request, Response
from fakes.apiserver.registry.rest import Context, DeleteOptions, Object
from fakes.apiserver.registry.store import Store
from fakes.apiserver.storage.interface import Stored

__all__ = ["BindingStore", "EvictionStore", "LogStore", "StreamStore"]

_NODES = GroupResource("", "nodes")


class BindingStore:
    """Assigns a Pod to a node, once."""

    def __init__(self, pods: Store) -> None:
        self._pods = pods

    async def create(self, context: Context, obj: Object, name: str = "") -> Object:
        name = name or obj["metadata"]["name"]
        node = (obj.get("target") or {}).get("name", "")

        async def bind(existing: Stored | None) -> Object:
            if existing is None:
                raise StatusError.not_found(self._pods.resource, name)
            pod = existing.object
            if assigned := pod["spec"].get("nodeName"):
                message = f'pod {name} is already assigned to node "{assigned}"'
                raise StatusError.conflict(GroupResource("", "pods/binding"), name, message)
            return _bound(pod, node, rfc3339(context.now))

        stored = self._pods.find(context, name)
        obj = await bind(stored)
        if not context.dry_run:
            self._pods.storage.put(self._pods.table, stored.key, obj)
        return success(code=201)


def _bound(pod: Object, node: str, now: str) -> Object:
    status = dict(pod.get("status") or {})
    scheduled = {"type": "PodScheduled", "status": "True", "lastProbeTime": None, "lastTransitionTime": now}
    others = [each for each in status.get("conditions") or () if each["type"] != "PodScheduled"]
    return {
        **pod,
        "spec": {**pod["spec"], "nodeName": node},
        "status": {**status, "conditions": [*others, scheduled]},
    }


class EvictionStore:
    """Deletes a Pod politely. Disruption budgets are asked by their status alone."""

    def __init__(self, pods: Store) -> None:
        self._pods = pods

    async def create(self, context: Context, obj: Object, name: str = "") -> Object:
        sent = obj["metadata"].get("name", "")
        if sent and sent != name:
            raise StatusError.bad_request("name in URL does not match name in Eviction object")
        pod = self._pods.find(context, name)
        self._check_budgets(context, pod)
        options = obj.get("deleteOptions") or {}
        preconditions = options.get("preconditions") or {}
        await self._pods.delete(
            context, name,
            DeleteOptions(
                grace_period_seconds=options.get("gracePeriodSeconds"), uid=preconditions.get("uid"),
                resource_version=preconditions.get("resourceVersion"),
            ),
        )  # fmt: skip
        return success(code=201)

    def _check_budgets(self, context: Context, pod: Stored) -> None:
        labels = pod.object["metadata"].get("labels") or {}
        for stored in self._pods.storage.list("poddisruptionbudgets.policy", f"{context.namespace}/"):
            selector = LabelSelector.from_dict((stored.object.get("spec") or {}).get("selector") or {})
            if (
                selector.matches(labels)
                and (stored.object.get("status") or {}).get("disruptionsAllowed", 0) <= 0
            ):
                error = StatusError.too_many_requests(
                    "Cannot evict pod as it would violate the pod's disruption budget.", 0
                )
                error.status["details"] = {
                    "causes": [
                        {
                            "reason": "DisruptionBudget",
                            "message": f"The disruption budget {stored.name} needs "
                            f"{(stored.object.get('status') or {}).get('desiredHealthy', 0)} healthy pods and has "
                            f"{(stored.object.get('status') or {}).get('currentHealthy', 0)} currently",
                        }
                    ]
                }
                error.headers = ()
                raise error


class LogStore:
    """``/log``: nobody has written anything."""

    def __init__(self, pods: Store) -> None:
        self._pods = pods

    async def connect(self, context: Context, name: str, request: Request) -> Response:
        if request.method != "GET":
            raise StatusError.method_not_allowed()
        pod = self._pods.find(context, name).object
        container = request.query.get("container")
        names = [each["name"] for each in pod["spec"].get("containers") or ()]
        others = [each["name"] for each in pod["spec"].get("initContainers") or ()]
        if container and container not in (*names, *others):
            raise StatusError.bad_request(f"container {container} is not valid for pod {name}")
        if not container and len(names) > 1:
            message = f"a container name must be specified for pod {name}, choose one of: [{' '.join(names)}]"
            raise StatusError.bad_request(message)
        node = pod["spec"].get("nodeName")
        if not node:
            return Response(204, b"", [])
        if self._pods.storage.get("nodes", node) is None:
            raise StatusError.not_found(_NODES, node)
        return Response(200, b"", [(b"content-type", b"text/plain")])


class StreamStore:
    """``/exec``, ``/attach``, ``/portforward``: no container is there to talk to."""

    def __init__(self, pods: Store) -> None:
        self._pods = pods

    async def connect(self, context: Context, name: str, request: Request) -> Response:
        if request.method not in ("GET", "POST"):
            raise StatusError.method_not_allowed()
        pod = self._pods.find(context, name).object
        if not pod["spec"].get("nodeName"):
            raise StatusError.bad_request(f"pod {name} does not have a host assigned")
        if not (request.upgrade or request.header(b"upgrade")):
            raise StatusError.bad_request("Upgrade request required")
        raise StatusError.unavailable("containers are simulated: there is nothing to connect to")
