"""Paths that are no resources: health, version, the list of paths, OpenAPI documents, signing keys."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import msgspec

from fakes.apimachinery.status import StatusError
from fakes.apiserver.endpoints.http import JSON, Request, Response, not_found_page, text_response
from fakes.apiserver.endpoints.output import wants_pretty
from fakes.apiserver.storage.interface import encode

__all__ = ["VERSION", "Route", "health", "index", "version"]

Route = Callable[[Request], Response]

VERSION: Final = {
    "major": "1", "minor": "36", "emulationMajor": "1", "emulationMinor": "36", "minCompatibilityMajor": "1",
    "minCompatibilityMinor": "35", "gitVersion": "v1.36.2", "gitCommit": "fake", "gitTreeState": "clean",
    "buildDate": "2026-01-01T00:00:00Z", "goVersion": "none", "compiler": "none", "platform": "linux/amd64",
}  # fmt: skip

_CHECKS: Final = {
    "/healthz": ("ping", "log", "etcd", "poststarthook/rbac/bootstrap-roles"),
    "/livez": ("ping", "log", "etcd", "poststarthook/rbac/bootstrap-roles"),
    "/readyz": ("ping", "log", "etcd", "informer-sync", "poststarthook/rbac/bootstrap-roles", "shutdown"),
}


def version(request: Request) -> Response:
    """``/version``: always indented."""
    if request.method != "GET":
        raise StatusError.method_not_allowed()
    return Response(200, msgspec.json.format(encode(VERSION), indent=2), [JSON])


def health(request: Request) -> Response:
    """``/healthz``, ``/livez``, ``/readyz`` and single checks below them."""
    root, _, check = request.path.rstrip("/").removeprefix("/").partition("/")
    checks = _CHECKS[f"/{root}"]
    if check:
        return text_response(200, "ok") if check in checks else not_found_page()
    if "verbose" in request.query:
        lines = "".join(f"[+]{name} ok\n" for name in checks)
        return text_response(200, f"{lines}{root} check passed\n")
    return text_response(200, "ok")


def index(paths: Callable[[], list[str]]) -> Route:
    """``/``: every path there is."""

    def respond(request: Request) -> Response:
        raw = encode({"paths": sorted(paths())})
        return Response(200, msgspec.json.format(raw, indent=2) if wants_pretty(request) else raw, [JSON])

    return respond


def health_paths() -> Mapping[str, Route]:
    """The roots of the health checks."""
    return dict.fromkeys(_CHECKS, health)


def check_paths() -> list[str]:
    """All health paths, as the index lists them."""
    return [path for root, names in _CHECKS.items() for path in (root, *(f"{root}/{name}" for name in names))]
