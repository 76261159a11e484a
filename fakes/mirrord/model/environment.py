"""The environment of a container: what its spec says, and what a kubelet and a runtime add; and what a client gets of it.

Left out is what only the image or a node knows: resources, files of variables, variables of the image. Source: kubernetes,
pkg/kubelet/kubelet_pods.go and pkg/kubelet/envvars; mirrord, agent/src/env.rs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from fakes.mirrord.model.pod_network import hostname

__all__ = [
    "Contents",
    "Reference",
    "container_variables",
    "field",
    "references",
    "selected",
    "service_variables",
]

Object = Mapping[str, Any]


class Reference(NamedTuple):
    """A ConfigMap or a Secret, by its kind and name."""

    kind: str
    name: str


Contents = Mapping[Reference, Mapping[str, bytes]]
"""What is in those that are there."""

_UNTOLD = frozenset({
    "BUNDLER_ORIG_BUNDLER_ORIG_MANPATH", "BUNDLER_ORIG_BUNDLER_VERSION", "BUNDLER_ORIG_BUNDLE_BIN_PATH",
    "BUNDLER_ORIG_BUNDLE_GEMFILE", "BUNDLER_ORIG_GEM_HOME", "BUNDLER_ORIG_MANPATH", "BUNDLER_ORIG_PATH",
    "BUNDLER_ORIG_RB_USER_INSTALL", "BUNDLER_ORIG_RUBYLIB", "BUNDLER_ORIG_RUBYOPT", "BUNDLER_VERSION",
    "BUNDLE_APP_CONFIG", "BUNDLE_BIN_PATH", "BUNDLE_FORCE_RUBY_PLATFORM", "BUNDLE_GEMFILE", "BUNDLE_GEM_PATH",
    "BUNDLE_PATH", "BUNDLE_WITHOUT", "CATALINA_HOME", "CLASSPATH", "DOTNET_EnableDiagnostics",
    "DOTNET_STARTUP_HOOKS", "GEM_HOME", "GEM_PATH", "GOPATH", "GOMODCACHE", "HOME", "HOMEPATH", "JAVA_EXE",
    "JAVA_HOME", "JAVA_TOOL_OPTIONS", "MIRRORD_LOG", "PATH", "PWD", "PYTHONPATH", "RUBYLIB", "RUBYOPT",
    "RUST_LOG", "_JAVA_OPTIONS",
})  # fmt: skip
"""What no client is told: it would break the tools of the other machine."""
_EXPANDED = re.compile(r"\$(?:\$|\(([^)]*)\))")
_KEYED_FIELD = re.compile(r"metadata\.(labels|annotations)\['([^']*)'\]")
_SOURCES = {"configMapRef": "configmaps", "secretRef": "secrets"}
_KEYS = {"configMapKeyRef": "configmaps", "secretKeyRef": "secrets"}


def references(container: Object) -> frozenset[Reference]:
    """The ConfigMaps and Secrets that the variables of a container are taken from."""
    named = [(_SOURCES, each) for each in container.get("envFrom") or ()]
    named += [(_KEYS, each.get("valueFrom") or {}) for each in container.get("env") or ()]
    return frozenset(
        Reference(kinds[key], source[key]["name"])
        for kinds, source in named
        for key in kinds
        if source.get(key)
    )


def container_variables(
    container: Object, pod: Object, services: Mapping[str, str], contents: Contents
) -> dict[str, str]:  # fmt: skip
    """All variables of a container; those that cannot be known are left out. ``services`` are those that tell of them."""
    found = dict(_imported(container, contents))
    for each in container.get("env") or ():
        value = _value(each, pod, contents)
        if value is not None:
            found[each["name"]] = _expand(value, found, services)
    runtime = {"HOSTNAME": hostname(pod)} if pod["metadata"].get("name") else {}
    return {**runtime, **services, **found}


def service_variables(services: Iterable[Object]) -> dict[str, str]:
    """What containers are told of services that have an address."""
    found: dict[str, str] = {}
    for service in services:
        spec = service.get("spec") or {}
        address, ports = spec.get("clusterIP"), spec.get("ports") or ()
        if address and address != "None" and ports:
            found.update(_of_service(_upper(service["metadata"]["name"]), address, ports))
    return found


def field(pod: Object, path: str) -> str | None:
    """The value of a field that a container may ask for; None if it is not known."""
    value = _field(pod, path)
    return None if value is None else str(value)


def selected(
    environment: Mapping[str, str], select: Iterable[str], leave_out: Iterable[str]
) -> dict[str, str]:
    """The variables asked for: those that a pattern of ``select`` matches, or all without one, except what is left out."""
    wanted, unwanted = _matcher(tuple(select) or ("*",)), _matcher(tuple(leave_out))
    return {
        name: value
        for name, value in environment.items()
        if name not in _UNTOLD and wanted.fullmatch(name) and not unwanted.fullmatch(name)
    }


def _field(pod: Object, path: str) -> Any:
    metadata, spec, status = pod["metadata"], pod.get("spec") or {}, pod.get("status") or {}
    if (keyed := _KEYED_FIELD.fullmatch(path)) is not None:
        return (metadata.get(keyed[1]) or {}).get(keyed[2], "")
    match path:
        case "metadata.name" | "metadata.namespace" | "metadata.uid":
            return metadata.get(path.removeprefix("metadata."))
        case "spec.nodeName" | "spec.serviceAccountName":
            return spec.get(path.removeprefix("spec."))
        case "status.hostIP" | "status.podIP":
            return status.get(path.removeprefix("status."))
        case "status.hostIPs" | "status.podIPs":
            return ",".join(each["ip"] for each in status.get(path.removeprefix("status.")) or ()) or None
        case "metadata.labels" | "metadata.annotations":
            return "\n".join(_quoted(metadata.get(path.removeprefix("metadata.")) or {}))
        case _:
            return None


def _imported(container: Object, contents: Contents) -> Iterator[tuple[str, str]]:
    for source in container.get("envFrom") or ():
        prefix = source.get("prefix") or ""
        for key, kind in _SOURCES.items():
            if source.get(key):
                for name, value in contents.get(Reference(kind, source[key]["name"]), {}).items():
                    yield prefix + name, value.decode(errors="replace")


def _value(variable: Object, pod: Object, contents: Contents) -> str | None:
    source = variable.get("valueFrom")
    if source is None:
        return str(variable.get("value", ""))
    if source.get("fieldRef"):
        return field(pod, source["fieldRef"]["fieldPath"])
    for key, kind in _KEYS.items():
        if source.get(key):
            value = contents.get(Reference(kind, source[key]["name"]), {}).get(source[key]["key"])
            return None if value is None else value.decode(errors="replace")
    return None


def _expand(value: str, *known: Mapping[str, str]) -> str:
    """References to variables that are known replaced by them; ``$$`` is one dollar."""

    def replacement(match: re.Match[str]) -> str:
        if match[1] is None:
            return "$"
        return next((each[match[1]] for each in known if match[1] in each), match[0])

    return _EXPANDED.sub(replacement, value)


def _of_service(name: str, address: str, ports: Iterable[Object]) -> dict[str, str]:
    first, *_ = ports
    found = {f"{name}_SERVICE_HOST": address, f"{name}_SERVICE_PORT": str(first["port"])}
    for each in ports:
        if each.get("name"):
            found[f"{name}_SERVICE_PORT_{_upper(each['name'])}"] = str(each["port"])
    for each in ports:
        protocol, port = each.get("protocol") or "TCP", each["port"]
        url = f"{protocol.lower()}://{f'[{address}]' if ':' in address else address}:{port}"
        prefix = f"{name}_PORT_{port}_{protocol.upper()}"
        found.setdefault(f"{name}_PORT", url)
        found[prefix] = url
        found |= {
            f"{prefix}_PROTO": protocol.lower(),
            f"{prefix}_PORT": str(port),
            f"{prefix}_ADDR": address,
        }
    return found


def _upper(name: str) -> str:
    return name.upper().replace("-", "_")


def _quoted(values: Mapping[str, str]) -> Iterator[str]:
    for name, value in sorted(values.items()):
        escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
        yield f'{name}="{escaped}"'


@lru_cache(maxsize=64)
def _matcher(patterns: tuple[str, ...]) -> re.Pattern[str]:
    """Of patterns in which ``*`` is any text and ``?`` any character; one that matches nothing if there are none."""
    each = (re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".") for pattern in patterns)
    return re.compile("|".join(each) or r"(?!)", re.DOTALL)
