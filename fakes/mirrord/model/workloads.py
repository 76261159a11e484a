"""From a target to its pods: which are covered, whether there is anything to target, and when it must be copied first.

Objects are plain dicts as the API serves them. Which ones to read is for the server to know: ``Target.kind`` names the
resource, ``pod_labels`` what selects the pods.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from fakes.mirrord.model.containers import not_ready
from fakes.mirrord.model.incoming import Incoming
from fakes.mirrord.model.targets import Target

__all__ = [
    "TargetError",
    "check_container",
    "copy_reason",
    "owns_pods",
    "pod_labels",
    "pod_template",
    "policy_labels",
    "probe_ports",
    "probe_warning",
    "ready_pods",
    "selects",
]

Object = Mapping[str, Any]


class TargetError(ValueError):
    """A target that is there and cannot be used."""


def owns_pods(target: Target) -> bool:
    """Whether sessions on such a target cover running pods: not on cron jobs, and not without a target."""
    return not target.targetless and target.word != "cronjob"


def pod_labels(target: Target, workload: Object | None) -> dict[str, str]:
    """The labels that select the target's pods; empty if it has no selector, and then it has no pods."""
    if target.by_label:
        return dict(target.labels)
    spec = (workload or {}).get("spec") or {}
    selector = spec.get("selector") or {}
    if target.word == "service":
        return dict(selector)
    return dict(selector.get("matchLabels") or {})


def selects(labels: Mapping[str, str], pod: Object) -> bool:
    """Whether a pod has all the labels; no labels select nothing."""
    has = pod["metadata"].get("labels") or {}
    return bool(labels) and all(has.get(key) == value for key, value in labels.items())


def policy_labels(target: Target, workload: Object | None) -> dict[str, str]:
    """What the selector of a policy looks at: the labels of the object that is targeted; a target by label has its own."""
    if target.by_label:
        return dict(target.labels)
    return dict(((workload or {}).get("metadata") or {}).get("labels") or {})


def ready_pods(target: Target, pods: Iterable[Object]) -> tuple[str, ...]:
    """The pods that can be targeted, as ``namespace/name``, of those that belong to a target."""
    return tuple(
        f"{pod['metadata'].get('namespace', '')}/{pod['metadata']['name']}"
        for pod in pods
        if not_ready(pod, target.container) is None
    )


def check_container(target: Target, workload: Object) -> None:
    """Refuse a container that the pods of a workload do not have.

    Raises:
        TargetError: with the product's text.
    """
    if target.container is None or target.kind is None:
        return
    spec = _pod_spec(target, workload)
    if spec is None or any(c["name"] == target.container for c in spec.get("containers") or ()):
        return
    metadata = workload["metadata"]
    raise TargetError(
        f"{target.kind.kind} `{metadata.get('namespace', '')}/{metadata['name']}` is in invalid state: "
        f"specified pod template does not contain target container `{target.container}`"
    )


def copy_reason(target: Target, workload: Object | None, *, asked: bool = False) -> str | None:
    """Why a session uses a copy of its target; None if it does not. A client decides this, not the operator."""
    if asked:
        return "copy target is enabled"
    if target.requires_copy:
        return f"{target.word} target"
    available = ((workload or {}).get("status") or {}).get("availableReplicas") or 0
    if target.word == "deployment" and not available:
        return "empty deployment"
    return None


def probe_ports(target: Target, workload: Object) -> tuple[int, ...]:
    """The ports of HTTP and gRPC probes for liveness and readiness, of all containers; named ones are looked up."""
    spec = _pod_spec(target, workload) or {}
    found: list[int] = []
    for container in spec.get("containers") or ():
        named = {
            port["name"]: port["containerPort"] for port in container.get("ports") or () if "name" in port
        }
        for probe in (container.get("livenessProbe"), container.get("readinessProbe")):
            action = (probe or {}).get("httpGet") or (probe or {}).get("grpc") or {}
            port = named.get(action.get("port"), action.get("port"))
            if isinstance(port, int) and port not in found:
                found.append(port)
    return tuple(found)


def probe_warning(incoming: Incoming, ports: Iterable[int]) -> str | None:
    """The warning of a configuration that would steal probes, which nothing excludes; None if it would not."""
    at_risk = [port for port in ports if _steals_unfiltered(incoming, port)]
    if not at_risk:
        return None
    return (
        f"Your mirrord config may steal HTTP/gRPC health checks configured on ports {at_risk}, causing Kubernetes to "
        "terminate containers on the targeted pods. Use an HTTP filter to prevent this."
    )


def _steals_unfiltered(incoming: Incoming, port: int) -> bool:
    if incoming.mode != "steal" or port in incoming.ignore_ports:
        return False
    if incoming.ports is not None and port not in incoming.ports:
        return False
    return incoming.filter is None or (
        incoming.filter_ports is not None and port not in incoming.filter_ports
    )


def pod_template(target: Target, workload: Object | None) -> Object | None:
    """What the pods of a workload are made from, or the pod itself; None if the object has none, as services do."""
    if target.word == "pod":
        return workload
    spec: Object = (workload or {}).get("spec") or {}
    if target.word == "cronjob":
        spec = ((spec.get("jobTemplate") or {}).get("spec")) or {}
    template: Object | None = spec.get("template")
    return template


def _pod_spec(target: Target, workload: Object) -> Object | None:
    template = pod_template(target, workload)
    return None if template is None else template.get("spec") or {}
