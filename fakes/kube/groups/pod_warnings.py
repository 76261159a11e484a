"""What the server says of Pods, and of templates for them, that it takes without liking them.

Not said: deprecated labels of nodes, annotations that fields have replaced, paths of volumes that overlap.
Source: k8s.io/kubernetes, pkg/api/pod/warnings.go and pkg/registry/*/strategy.go.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from fakes.apimachinery.golang import quote
from fakes.apimachinery.quantity import Quantity
from fakes.apimachinery.validation import dns1123_label

__all__ = ["name_warnings", "pod_spec_warnings", "template_warnings"]

Spec = Mapping[str, Any]
_GONE_VOLUMES = {
    "photonPersistentDisk": "deprecated in v1.11, non-functional in v1.16+",
    "gitRepo": "deprecated in v1.11, and disabled by default in v1.33+",
    "scaleIO": "deprecated in v1.16, non-functional in v1.22+",
    "flocker": "deprecated in v1.22, non-functional in v1.25+",
    "storageos": "deprecated in v1.22, non-functional in v1.25+",
    "quobyte": "deprecated in v1.22, non-functional in v1.25+",
    "glusterfs": "deprecated in v1.25, non-functional in v1.26+",
    "cephfs": "deprecated in v1.28, non-functional in v1.31+",
    "rbd": "deprecated in v1.28, non-functional in v1.31+",
}
_RECOMMENDED = "which can result in surprising behavior; a DNS label is recommended"


def name_warnings(name: str, where: str) -> list[str]:
    """What there is to say of a name that is good but no DNS label. ``where`` is what it is used in."""
    texts = dns1123_label(name) if name else []
    if not texts:
        return []
    shown = [
        "must not contain dots" if "RFC 1123" in text else text.replace("bytes", "characters")
        for text in texts
    ]
    return [f"metadata.name: this is used in {where}, {_RECOMMENDED}: [{' '.join(shown)}]"]


def pod_spec_warnings(spec: Spec, path: str) -> list[str]:
    """What there is to say of a PodSpec at a path (``spec``, ``spec.template.spec``)."""
    warnings = [
        f"{path}.topologySpreadConstraints[{position}].labelSelector: a null labelSelector results in matching no pod"
        for position, each in enumerate(spec.get("topologySpreadConstraints") or ())
        if each.get("labelSelector") is None
    ]
    warnings += _volumes(spec.get("volumes") or (), f"{path}.volumes")
    warnings += _repeated(spec.get("hostAliases") or (), "ip", f"{path}.hostAliases")
    secrets = spec.get("imagePullSecrets") or ()
    warnings += _repeated(secrets, "name", f"{path}.imagePullSecrets")
    warnings += [
        f'{path}.imagePullSecrets[{position}].name: invalid empty name ""'
        for position, each in enumerate(secrets)
        if not each.get("name")
    ]
    ports: dict[tuple[Any, ...], list[tuple[str, Spec]]] = {}
    for at, container in _containers(spec, path):
        warnings += _fractions(container.get("resources") or {}, f"{at}.resources")
        warnings += _hidden_variables(container.get("env") or (), f"{at}.env")
    for at, container in _containers(spec, path):
        warnings += _port_clashes(container.get("ports") or (), f"{at}.ports", ports)
    seconds = spec.get("terminationGracePeriodSeconds")
    if seconds is not None and seconds < 0:
        warnings.append(
            f"{path}.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1"
        )
    return warnings


def template_warnings(
    obj: Spec, old: Spec | None, path: str = "spec.template", *, named: bool = True
) -> list[str]:
    """What there is to say of an object with a template, when it is new or its content changes.

    ``named`` if its name becomes part of the names of Pods.
    """
    first, *_ = names = path.split(".")
    if old is not None and obj.get(first) == old.get(first):
        return []
    template = obj
    for name in names:
        template = template.get(name) or {}
    used_in = "Pod names and hostnames"
    of_name = name_warnings(obj["metadata"].get("name", ""), used_in) if named and old is None else []
    return of_name + pod_spec_warnings(template.get("spec") or {}, f"{path}.spec")


def _containers(spec: Spec, path: str) -> Iterator[tuple[str, Spec]]:
    for kind in ("initContainers", "containers", "ephemeralContainers"):
        for position, container in enumerate(spec.get(kind) or ()):
            yield f"{path}.{kind}[{position}]", container


def _volumes(volumes: Sequence[Spec], path: str) -> list[str]:
    warnings = [
        f"{path}[{position}].{name}: {text}"
        for position, volume in enumerate(volumes)
        for name, text in _GONE_VOLUMES.items()
        if volume.get(name) is not None
    ]
    for volume in volumes:
        sources = (volume.get("projected") or {}).get("sources")
        if sources is not None and not any(each for source in sources for each in source.values()):
            warnings.append(f"volume {quote(volume.get('name', ''))} (Projected) has no sources provided")
    return warnings


def _repeated(items: Sequence[Spec], name: str, path: str) -> list[str]:
    warnings: list[str] = []
    seen: set[str] = set()
    for position, item in enumerate(items):
        value = item.get(name, "")
        if value in seen:
            warnings.append(f"{path}[{position}].{name}: duplicate {name} {quote(value)}")
        seen.add(value)
    return warnings


def _fractions(resources: Spec, path: str) -> list[str]:
    warnings: list[str] = []
    for name in ("memory", "ephemeral-storage"):
        for kind in ("limits", "requests"):
            value = (resources.get(kind) or {}).get(name)
            if value is not None and Quantity.parse(str(value)).value.denominator != 1:
                shown = quote(str(value))
                warnings.append(
                    f"{path}.{kind}[{name}]: fractional byte value {shown} is invalid, must be an integer"
                )
    return warnings


def _hidden_variables(variables: Sequence[Spec], path: str) -> list[str]:
    warnings: list[str] = []
    seen: set[str] = set()
    for position, variable in enumerate(variables):
        name, value = variable.get("name", ""), variable.get("value", "")
        before = f"$({name})"
        if name in seen and (variable.get("valueFrom") is not None or value == before or before not in value):
            text = f"hides previous definition of {quote(name)}, which may be dropped when using apply"
            warnings.append(f"{path}[{position}]: {text}")
        seen.add(name)
    return warnings


def _port_clashes(
    ports: Sequence[Spec], path: str, known: dict[tuple[Any, ...], list[tuple[str, Spec]]]
) -> list[str]:
    warnings: list[str] = []
    for position, port in enumerate(ports):
        at = f"{path}[{position}]"
        others = known.setdefault((port.get("containerPort"), port.get("protocol")), [])
        warnings += [
            f"{at}: {text} port definition with {where}"
            for where, other in others
            if (text := _clash(port, other))
        ]
        others.append((at, port))
    return warnings


def _clash(port: Spec, other: Spec) -> str:
    host, its = port.get("hostPort", 0), other.get("hostPort", 0)
    ip, its_ip = port.get("hostIP", ""), other.get("hostIP", "")
    if (host, ip) == (its, its_ip):
        return "duplicate"
    if not host or not its:
        return "overlapping"
    return "dangerously ambiguous" if host == its and bool(ip) != bool(its_ip) else ""
