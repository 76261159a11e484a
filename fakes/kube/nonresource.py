"""Paths that are no resources: health, version, the list of paths, OpenAPI documents, signing keys."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import msgspec

from fakes.apimachinery.golang import quote
from fakes.apimachinery.status import StatusError
from fakes.apiserver.endpoints.http import JSON, TEXT, Request, Response, not_found_page, text_response
from fakes.apiserver.endpoints.negotiation import JSON_TYPE, route_accepts
from fakes.apiserver.endpoints.output import wants_pretty
from fakes.apiserver.storage.interface import encode

__all__ = ["VERSION", "Route", "health", "index", "version"]

Route = Callable[[Request], Response]

VERSION: Final = {
    "major": "1", "minor": "36", "emulationMajor": "1", "emulationMinor": "36", "minCompatibilityMajor": "1",
    "minCompatibilityMinor": "35", "gitVersion": "v1.36.2", "gitCommit": "fake", "gitTreeState": "clean",
    "buildDate": "2026-01-01T00:00:00Z", "goVersion": "none", "compiler": "none", "platform": "linux/amd64",
}  # fmt: skip

_HOOKS: Final = (
    "start-apiserver-admission-initializer",
    "generic-apiserver-start-informers",
    "priority-and-fairness-config-consumer",
    "priority-and-fairness-filter",
    "storage-object-count-tracker-hook",
    "start-apiextensions-informers",
    "start-apiextensions-controllers",
    "crd-informer-synced",
    "start-system-namespaces-controller",
    "peer-endpoint-reconciler-controller",
    "start-cluster-authentication-info-controller",
    "start-kube-apiserver-identity-lease-controller",
    "start-kube-apiserver-identity-lease-garbage-collector",
    "storage-readiness",
    "start-legacy-token-tracking-controller",
    "start-service-ip-repair-controllers",
    "rbac/bootstrap-roles",
    "scheduling/bootstrap-system-priority-classes",
    "priority-and-fairness-config-producer",
    "bootstrap-controller",
    "start-kubernetes-service-cidr-controller",
    "aggregator-reload-proxy-client-cert",
    "start-kube-aggregator-informers",
    "apiservice-status-local-available-controller",
    "apiservice-status-remote-available-controller",
    "apiservice-registration-controller",
    "apiservice-wait-for-first-sync",
    "apiservice-discovery-controller",
    "kube-apiserver-autoregistration",
    "apiservice-openapi-controller",
    "apiservice-openapiv3-controller",
)
"""What a server does once it has started, in the order in which its checks name it."""

_STARTED: Final = tuple(f"poststarthook/{name}" for name in _HOOKS)
_AFTER: Final = (*_STARTED[:-2], "autoregister-completion", *_STARTED[-2:])
_ALIVE: Final = ("ping", "log", "loopback-serving-certificate", "etcd", *_AFTER)
_CHECKS: Final = {
    "/healthz": _ALIVE,
    "/livez": _ALIVE,
    "/readyz": ("ping", "log", "etcd", "etcd-readiness", "informer-sync", *_AFTER, "shutdown"),
}


def version(request: Request) -> Response:
    """``/version``: always indented."""
    if request.method != "GET":
        raise StatusError.method_not_allowed()
    route_accepts(request.header(b"accept"), offered=(JSON_TYPE,))
    return Response(200, msgspec.json.format(encode(VERSION), indent=2), [JSON])


def health(request: Request) -> Response:
    """``/healthz``, ``/livez``, ``/readyz`` and single checks below them."""
    root, _, check = request.path.removeprefix("/").partition("/")
    checks = _CHECKS[f"/{root}"]
    if check or request.path.endswith("/"):
        return Response(200, b"ok", [TEXT]) if check in checks else not_found_page()
    if "verbose" not in request.query:
        return text_response(200, "ok")
    left_out = set(request.query.all("exclude"))
    lines = "".join(f"[+]{name} {'excluded: ok' if name in left_out else 'ok'}\n" for name in checks)
    if unknown := sorted(left_out.difference(checks)):
        quoted = ", ".join(quote(name) for name in unknown)
        lines += f"warn: some health checks cannot be excluded: no matches for {quoted}\n"
    return text_response(200, f"{lines}{root} check passed\n")


def index(paths: Callable[[], list[str]]) -> Route:
    """``/``: every path there is."""

    def respond(request: Request) -> Response:
        raw = encode({"paths": sorted(paths())})
        return Response(200, msgspec.json.format(raw, indent=2) if wants_pretty(request) else raw, [JSON])

    return respond


def check_paths() -> list[str]:
    """All health paths, as the index lists them."""
    return [path for root, names in _CHECKS.items() for path in (root, *(f"{root}/{name}" for name in names))]
