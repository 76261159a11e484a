"""What a node says about a Pod: pure functions from a Pod and a moment to a status.

Images are not pulled and addresses lead nowhere; ids are digests of names, so that they are the same in every run.
Source of the shapes: kubernetes, pkg/kubelet/status and pkg/kubelet/kubelet_pods.go; observed on v1.36.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

__all__ = ["container_id", "ended", "image_name", "resized", "running", "with_ephemeral"]

Object = dict[str, Any]

_ORDER = (
    "observedGeneration", "phase", "conditions", "message", "reason", "hostIP", "hostIPs", "podIP", "podIPs",
    "startTime", "initContainerStatuses", "containerStatuses", "qosClass", "ephemeralContainerStatuses",
)  # fmt: skip
_CONDITIONS = ("PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled")


def running(pod: Mapping[str, Any], now: str, *, address: str, host: str) -> Object:
    """The status of a Pod whose containers all run and are ready."""
    spec, status = pod["spec"], pod.get("status") or {}
    inits = [_init_status(pod, each, now) for each in spec.get("initContainers") or ()]
    gates = [each["conditionType"] for each in spec.get("readinessGates") or ()]
    known = {each.get("type"): each.get("status") for each in status.get("conditions") or ()}
    ready = all(known.get(gate) == "True" for gate in gates)
    changed = {
        **status,
        "observedGeneration": pod["metadata"].get("generation", 1),
        "phase": "Running",
        "conditions": _conditions(pod, now, {"Ready": ready}),
        "hostIP": host,
        "hostIPs": [{"ip": host}],
        "podIP": address,
        "podIPs": [{"ip": address}],
        "startTime": status.get("startTime") or now,
        "containerStatuses": [_running_status(pod, each, now) for each in spec["containers"]],
    }
    if inits:
        changed["initContainerStatuses"] = inits
    return _ordered(changed)


def ended(pod: Mapping[str, Any], now: str, exit_code: int) -> Object:
    """The status of a Pod whose containers have exited with that code."""
    status = pod.get("status") or {}
    reason = {} if exit_code else {"reason": "PodCompleted"}
    over = {"PodReadyToStartContainers": False, "Ready": False, "ContainersReady": False}
    return _ordered(
        {
            **status,
            "observedGeneration": pod["metadata"].get("generation", 1),
            "phase": "Failed" if exit_code else "Succeeded",
            "conditions": _conditions(pod, now, over, {"Initialized": reason} | _not_ready(exit_code)),
            "containerStatuses": [
                _ended_status(pod, each, now, exit_code) for each in pod["spec"]["containers"]
            ],
        }
    )


def _not_ready(exit_code: int) -> dict[str, dict[str, str]]:
    reason = {"reason": "PodFailed" if exit_code else "PodCompleted"}
    return {"Ready": reason, "ContainersReady": reason}


def with_ephemeral(pod: Mapping[str, Any], now: str) -> Object:
    """The status of a running Pod once containers for debugging have joined."""
    found = [_running_status(pod, each, now) for each in pod["spec"].get("ephemeralContainers") or ()]
    for each in found:
        each["ready"] = False
        del each["started"], each["resources"]
    return _ordered({**pod["status"], "ephemeralContainerStatuses": found})


def resized(pod: Mapping[str, Any]) -> Object | None:
    """The status of a running Pod once its containers have what they ask for by now; None if they have it."""
    status = pod["status"]
    wanted = {each["name"]: _resources(each) for each in pod["spec"]["containers"]}
    told = status.get("containerStatuses") or ()
    found = [
        {name: value for name, value in each.items() if name != "allocatedResources"}
        | wanted.get(each["name"], {})
        for each in told
    ]
    if all(each == other for each, other in zip(found, told, strict=True)):
        return None
    generation = pod["metadata"].get("generation", 1)
    return _ordered({**status, "observedGeneration": generation, "containerStatuses": found})


def _conditions(
    pod: Mapping[str, Any],
    now: str,
    unusual: Mapping[str, bool],
    reasons: Mapping[str, Mapping[str, str]] | None = None,
) -> list[Object]:
    """The conditions of a node's agent, true but for the unusual ones; those of others stay."""
    before = {each.get("type"): each for each in (pod.get("status") or {}).get("conditions") or ()}
    found = [each for kind, each in before.items() if kind not in _CONDITIONS]
    for kind in _CONDITIONS:
        status = "True" if unusual.get(kind, True) else "False"
        known = before.get(kind)
        since = known.get("lastTransitionTime") if known and known.get("status") == status else now
        condition = {
            "type": kind, "observedGeneration": pod["metadata"].get("generation", 1), "status": status,
            "lastProbeTime": None, "lastTransitionTime": since,
        }  # fmt: skip
        if kind == "Ready" and status == "False" and not (reasons or {}).get(kind):
            condition |= {
                "reason": "ReadinessGatesNotReady",
                "message": "corresponding condition of pod readiness gate is not true",
            }
        found.append(condition | dict((reasons or {}).get(kind) or {}))
    return found


def _running_status(pod: Mapping[str, Any], container: Mapping[str, Any], now: str) -> Object:
    return {
        "name": container["name"], "state": {"running": {"startedAt": now}}, "lastState": {}, "ready": True,
        "restartCount": 0, **_image(container), "containerID": container_id(pod, container["name"]), "started": True,
        **_resources(container),
    }  # fmt: skip


def _resources(container: Mapping[str, Any]) -> Object:
    """What a container has been given, which is all that it asks for."""
    resources = container.get("resources") or {}
    given = {name: value for name, value in resources.items() if name in ("limits", "requests")}
    requests = resources.get("requests")
    return ({"allocatedResources": requests} if requests else {}) | {"resources": given}


def _init_status(pod: Mapping[str, Any], container: Mapping[str, Any], now: str) -> Object:
    status = _running_status(pod, container, now)
    if container.get("restartPolicy") == "Always":
        return status
    return {**status, "state": _terminated(pod, container, now, now, 0), "started": False}


def _ended_status(pod: Mapping[str, Any], container: Mapping[str, Any], now: str, exit_code: int) -> Object:
    status = _running_status(pod, container, now)
    started = (pod.get("status") or {}).get("startTime") or now
    state = _terminated(pod, container, started, now, exit_code)
    return {**status, "state": state, "ready": False, "started": False}


def _terminated(
    pod: Mapping[str, Any], container: Mapping[str, Any], started: str, now: str, exit_code: int
) -> Object:
    return {
        "terminated": {
            "exitCode": exit_code, "reason": "Error" if exit_code else "Completed", "startedAt": started,
            "finishedAt": now, "containerID": container_id(pod, container["name"]),
        }
    }  # fmt: skip


def container_id(pod: Mapping[str, Any], name: str) -> str:
    """The id of a container, as containerd writes it."""
    return f"containerd://{_digest(pod['metadata']['uid'], name)}"


def _image(container: Mapping[str, Any]) -> Object:
    image = image_name(container.get("image", ""))
    repository, _, digest = image.partition("@")
    head, _, last = repository.rpartition("/")
    bare = last.partition(":")[0]
    identity = digest or f"sha256:{_digest('image', image)}"
    return {"image": image, "imageID": f"{head}/{bare}@{identity}" if head else f"{bare}@{identity}"}


def image_name(image: str) -> str:
    """An image with its registry and tag, as a container runtime shows it."""
    host, slash, rest = image.partition("/")
    if not slash:
        image = f"docker.io/library/{image}"
    elif not ({".", ":"} & set(host)) and host != "localhost":
        image = f"docker.io/{host}/{rest}"
    tagged = ":" in image.rpartition("/")[2] or "@" in image
    return image if tagged else f"{image}:latest"


def _digest(*parts: str) -> str:
    return hashlib.sha256("/".join(parts).encode()).hexdigest()


def _ordered(status: Object) -> Object:
    others: Iterable[str] = (name for name in status if name not in _ORDER)
    return {name: status[name] for name in (*_ORDER, *others) if name in status}
