"""What hangs on a Pod: being bound to a node, its log, and connections into it.

There are no containers: logs are empty, and connections are refused as for a pod that no node has taken.
"""

from __future__ import annotations

from fakes.apimachinery.clock import rfc3339
from fakes.apimachinery.field import FieldError, aggregate
from fakes.apimachinery.golang import quote
from fakes.apimachinery.schema import GroupKind, GroupResource
from fakes.apimachinery.status import StatusError, success
from fakes.apiserver.endpoints.http import Request, Response
from fakes.apiserver.registry.objects import ordered
from fakes.apiserver.registry.rest import Context, Object
from fakes.apiserver.registry.store import Store
from fakes.apiserver.storage.interface import Stored

__all__ = ["BindingStore", "LogStore", "StreamStore"]

_NUMBERS = ("tailLines", "limitBytes", "sinceSeconds")


class BindingStore:
    """Assigns a Pod to a node, once. What a client says of uid and version is meant as a precondition."""

    keeps_system_fields = True

    def __init__(self, pods: Store) -> None:
        self._pods = pods

    async def create(self, context: Context, obj: Object, name: str = "") -> Object:
        metadata, target = obj["metadata"], obj.get("target") or {}
        sent = metadata.get("name", "")
        if name and sent != name:
            raise StatusError.bad_request("name in URL does not match name in Binding object")
        _check_target(target)
        await context.validate(obj, None)
        stored = self._pods.find(context, sent)
        self._check_preconditions(stored, metadata)
        if problem := _not_bindable(stored.object):
            raise StatusError.conflict(GroupResource("", "pods/binding"), sent, f"pod {sent} {problem}")
        bound = _bound(stored.object, metadata, target["name"], rfc3339(context.now))
        if not context.dry_run:
            self._pods.storage.put(self._pods.table, stored.key, bound)
        return success(code=201)

    def _check_preconditions(self, stored: Stored, metadata: Object) -> None:
        before = stored.object["metadata"]
        for field, shown in (("uid", "UID"), ("resourceVersion", "ResourceVersion")):
            if (wanted := metadata.get(field)) and wanted != before[field]:
                raise self._pods.failed_precondition(stored, shown, wanted, before[field])


def _check_target(target: Object) -> None:
    errors: list[FieldError] = []
    if (kind := target.get("kind", "")) not in ("", "Node"):
        errors.append(FieldError.not_supported("target.kind", kind, ("Node", "<empty>")))
    if not target.get("name"):
        errors.append(FieldError.required("target.name"))
    if errors:
        raise StatusError.plain(aggregate(errors))


def _not_bindable(pod: Object) -> str:
    if pod["metadata"].get("deletionTimestamp"):
        return "is being deleted, cannot be assigned to a host"
    if node := pod["spec"].get("nodeName"):
        return f'is already assigned to node "{node}"'
    return "has non-empty .spec.schedulingGates" if pod["spec"].get("schedulingGates") else ""


def _bound(pod: Object, binding: Object, node: str, now: str) -> Object:
    status, metadata = dict(pod.get("status") or {}), dict(pod["metadata"])
    for field in ("labels", "annotations"):
        if binding.get(field):
            metadata[field] = {**(metadata.get(field) or {}), **binding[field]}
    scheduled = {"type": "PodScheduled", "status": "True", "lastProbeTime": None, "lastTransitionTime": now}
    others = [each for each in status.get("conditions") or () if each["type"] != "PodScheduled"]
    return {
        **pod,
        "metadata": ordered(metadata),
        "spec": {**pod["spec"], "nodeName": node},
        "status": {
            **{name: value for name, value in status.items() if name != "nominatedNodeName"},
            "conditions": [*others, scheduled],
        },
    }


class LogStore:
    """``/log``: nobody has written anything."""

    def __init__(self, pods: Store) -> None:
        self._pods = pods

    async def connect(self, context: Context, name: str, request: Request) -> Response:
        if request.method != "GET":
            raise StatusError.method_not_allowed()
        if errors := _log_errors(request):
            raise StatusError.invalid(GroupKind("", "PodLogOptions"), name, errors)
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
            raise StatusError.not_found(self._pods.resource, node)
        return Response(200, b"", [(b"content-type", b"text/plain")])


def _log_errors(request: Request) -> list[FieldError]:
    """What is wrong with the options of a log.

    Raises:
        StatusError: 400, a number is none.
    """
    query = request.query
    given = {name: query.get(name) for name in (*_NUMBERS, "sinceTime", "stream")}
    numbers = {name: _number(text) for name in _NUMBERS if (text := given[name])}
    errors: list[FieldError] = []
    if (lines := numbers.get("tailLines", 0)) < 0:
        errors.append(FieldError.invalid("tailLines", lines, "must be greater than or equal to 0"))
    if (limit := numbers.get("limitBytes", 1)) < 1:
        errors.append(FieldError.invalid("limitBytes", limit, "must be greater than 0"))
    if "sinceSeconds" in numbers and given["sinceTime"]:
        detail = "at most one of `sinceTime` or `sinceSeconds` may be specified"
        errors.append(FieldError.forbidden("[]", detail))
    elif (since := numbers.get("sinceSeconds", 1)) < 1:
        errors.append(FieldError.invalid("sinceSeconds", since, "must be greater than 0"))
    if given["stream"]:
        errors.append(FieldError.forbidden("stream", "may not be specified"))
    return errors


def _number(text: str) -> int:
    try:
        return int(text)
    except ValueError as error:
        message = f"strconv.ParseInt: parsing {quote(text)}: invalid syntax"
        raise StatusError.bad_request(message) from error


class StreamStore:
    """``/exec``, ``/attach``, ``/portforward``: no container is there to talk to."""

    def __init__(self, pods: Store) -> None:
        self._pods = pods

    async def connect(self, context: Context, name: str, request: Request) -> Response:
        if request.method not in ("GET", "POST"):
            raise StatusError.method_not_allowed()
        pod = self._pods.find(context, name).object
        if not (node := pod["spec"].get("nodeName")):
            raise StatusError.bad_request(f"pod {name} does not have a host assigned")
        if self._pods.storage.get("nodes", node) is None:
            raise StatusError.not_found(self._pods.resource, node)
        if not (request.upgrade or request.header(b"upgrade")):
            raise StatusError.bad_request("Upgrade request required")
        raise StatusError.unavailable("containers are simulated: there is nothing to connect to")
