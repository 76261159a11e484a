"""What core/v1 fills into Pods and into templates of Pods.

Source: k8s.io/kubernetes, pkg/apis/core/v1/defaults.go and the recorded answers of a v1.36.2 server.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fakes.kube.groups.volume_defaults import default_volume

__all__ = ["containers_of", "default_pod", "default_pod_spec", "default_pod_template", "pull_policy"]

Spec = dict[str, Any]
_LISTS = ("initContainers", "containers", "ephemeralContainers")
_PROBES = ("livenessProbe", "readinessProbe", "startupProbe")
_PROBE_NUMBERS = (
    ("timeoutSeconds", 1),
    ("periodSeconds", 10),
    ("successThreshold", 1),
    ("failureThreshold", 3),
)


def containers_of(spec: Spec) -> Iterator[dict[str, Any]]:
    """Every container of a Pod: those that initialise it, its own, and those that were added to debug it."""
    for name in _LISTS:
        yield from spec.get(name) or ()


def pull_policy(image: str) -> str:
    """``Always`` for the tag latest, said or not; ``IfNotPresent`` for other tags and for digests."""
    name, _, digest = image.partition("@")
    tag = name.rpartition("/")[2].partition(":")[2]
    return "Always" if image and (tag == "latest" or not (tag or digest)) else "IfNotPresent"


def default_pod(spec: Spec) -> None:
    """Defaults of a Pod itself, beyond those of its template."""
    default_pod_spec(spec)
    if spec.get("enableServiceLinks") is None:
        spec["enableServiceLinks"] = True
    for container in containers_of(spec):
        resources = container["resources"]
        if limits := resources.get("limits"):
            resources["requests"] = {**limits, **(resources.get("requests") or {})}
    if spec.get("hostNetwork"):
        for container in (*(spec.get("containers") or ()), *(spec.get("initContainers") or ())):
            for port in container.get("ports") or ():
                port["hostPort"] = port.get("hostPort") or port.get("containerPort", 0)


def default_pod_template(template: dict[str, Any]) -> None:
    """Defaults of a PodTemplateSpec."""
    template.setdefault("metadata", {})
    default_pod_spec(template.setdefault("spec", {}))


def default_pod_spec(spec: Spec) -> None:
    """Defaults of a PodSpec wherever it stands."""
    for container in containers_of(spec):
        _default_container(container)
    for volume in spec.get("volumes") or ():
        default_volume(volume)
    spec["restartPolicy"] = spec.get("restartPolicy") or "Always"
    if spec.get("terminationGracePeriodSeconds") is None:
        spec["terminationGracePeriodSeconds"] = 30
    spec["dnsPolicy"] = spec.get("dnsPolicy") or "ClusterFirst"
    spec["schedulerName"] = spec.get("schedulerName") or "default-scheduler"
    if spec.get("securityContext") is None:
        spec["securityContext"] = {}
    if account := spec.get("serviceAccountName") or spec.get("serviceAccount"):
        spec["serviceAccountName"] = spec["serviceAccount"] = account


def _default_container(container: dict[str, Any]) -> None:
    for port in container.get("ports") or ():
        port["protocol"] = port.get("protocol") or "TCP"
    for variable in container.get("env") or ():
        if source := variable.get("valueFrom"):
            _default_env_source(source)
    if container.get("resources") is None:
        container["resources"] = {}
    for name in _PROBES:
        if (probe := container.get(name)) is not None:
            _default_probe(probe)
    lifecycle = container.get("lifecycle") or {}
    if lifecycle.pop("stopSignal", None) is not None and not lifecycle:
        del container["lifecycle"]
    for name in ("postStart", "preStop"):
        _default_handler(lifecycle.get(name) or {})
    container["terminationMessagePath"] = container.get("terminationMessagePath") or "/dev/termination-log"
    container["terminationMessagePolicy"] = container.get("terminationMessagePolicy") or "File"
    container["imagePullPolicy"] = container.get("imagePullPolicy") or pull_policy(container.get("image", ""))


def _default_env_source(source: dict[str, Any]) -> None:
    if (field := source.get("fieldRef")) is not None:
        field["apiVersion"] = field.get("apiVersion") or "v1"
    if (resource := source.get("resourceFieldRef")) is not None:
        resource["divisor"] = resource.get("divisor") or "0"
    if (file := source.get("fileKeyRef")) is not None and file.get("optional") is None:
        file["optional"] = False


def _default_probe(probe: dict[str, Any]) -> None:
    _default_handler(probe)
    if (grpc := probe.get("grpc")) is not None and grpc.get("service") is None:
        grpc["service"] = ""
    for name, number in _PROBE_NUMBERS:
        probe[name] = probe.get(name) or number


def _default_handler(handler: dict[str, Any]) -> None:
    if (http := handler.get("httpGet")) is not None:
        http["path"] = http.get("path") or "/"
        http["scheme"] = http.get("scheme") or "HTTP"
