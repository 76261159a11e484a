"""Pages for whoever looks after a server: metrics, its state and flags, profiles.

Metrics are the few that can be told here: what is stored, and how the health checks do. There are no profiles; the flags
are those that say something about this server.
Source: k8s.io/component-base, zpages and metrics; k8s.io/apiserver, pkg/server/routes; observed on v1.36.2.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from fakes.apimachinery.clock import rfc3339
from fakes.apimachinery.golang import quote
from fakes.apimachinery.status import StatusError
from fakes.apiserver.endpoints.http import TEXT, Request, Response, text_response
from fakes.apiserver.endpoints.negotiation import negotiate_only, negotiate_type
from fakes.apiserver.endpoints.output import document_response
from fakes.apiserver.storage.interface import Storage
from fakes.kube.builtin.resources import builtin_resources
from fakes.kube.nonresource import VERSION, check_paths

__all__ = ["DebugPages"]

_METRICS_TYPE: Final = (b"content-type", b"text/plain; version=0.0.4; charset=utf-8; escaping=underscores")
_HTML: Final = (b"content-type", b"text/html; charset=utf-8")
_NO_SNIFFING: Final = (b"x-content-type-options", b"nosniff")
_WARNING: Final = (
    "Warning: This endpoint is not meant to be machine parseable, has no formatting compatibility guarantees and is for "
    "debugging purposes only."
)
_ZPAGE_TYPES: Final = ("application/json", "application/yaml", "text/plain")
_ZPAGE_GROUP: Final = "config.k8s.io"
_STATE_PATHS: Final = ("/flagz", "/healthz", "/livez", "/metrics", "/readyz", "/statusz", "/version")
_FLAGS: Final = {
    "allow-privileged": "true", "anonymous-auth": "true", "authorization-mode": "[RBAC]",
    "enable-aggregator-routing": "false", "max-mutating-requests-inflight": "200", "max-requests-inflight": "400",
    "profiling": "true", "service-account-issuer": "[https://kubernetes.default.svc]",
    "service-cluster-ip-range": "10.0.0.0/24",
}  # fmt: skip
_FLOW: Final = "/debug/api_priority_and_fairness/"
_LEVELS: Final = "prioritylevelconfigurations.flowcontrol.apiserver.k8s.io"
_LEVEL_HEAD: Final = (
    "PriorityLevelName, ActiveQueues, IsIdle, IsQuiescing, WaitingRequests, ExecutingRequests, DispatchedRequests, "
    "RejectedRequests, TimedoutRequests, CancelledRequests\n"
)
_QUEUE_HEAD: Final = (
    "PriorityLevelName, Index,  PendingRequests, ExecutingRequests, SeatsInUse, NextDispatchR, InitialSeatsSum, MaxSeatsSum, "
    "TotalWorkSum\n"
)
_REQUEST_HEAD: Final = (
    "PriorityLevelName, FlowSchemaName, QueueIndex, RequestIndexInQueue, FlowDistingsher, ArriveTime, InitialSeats, "
    "FinalSeats, AdditionalLatency, StartTime\n"
)


@dataclass(frozen=True, slots=True)
class DebugPages:
    """Made once per server, which has run since ``started``."""

    storage: Storage
    started: datetime

    def routes(self) -> Mapping[str, Callable[[Request], Response]]:
        """By exact path or, with a trailing slash, for everything below."""
        return {
            "/debug/flags": _flags,
            "/debug/flags/": _flags,
            "/debug/flags/v": _verbosity,
            "/debug/pprof": _to_profiles,
            "/debug/pprof/": _profiles,
            f"{_FLOW}dump_priority_levels": self._levels,
            f"{_FLOW}dump_queues": _queues,
            f"{_FLOW}dump_requests": _requests,
            "/flagz": self._flagz,
            "/metrics": self._metrics,
            "/metrics/slis": self._indicators,
            "/statusz": self._statusz,
        }

    def _metrics(self, request: Request) -> Response:
        if request.method == "DELETE":
            return Response(200, b"metrics reset\n", [TEXT])
        version = {**VERSION, "platform": "linux/amd64"}
        labels = ",".join(
            f"{label}={quote(version[name])}"
            for label, name in (
                ("build_date", "buildDate"), ("compiler", "compiler"), ("git_commit", "gitCommit"),
                ("git_tree_state", "gitTreeState"), ("git_version", "gitVersion"), ("go_version", "goVersion"),
                ("major", "major"), ("minor", "minor"), ("platform", "platform"),
            )
        )  # fmt: skip
        families = [
            _family("apiserver_resource_objects", "gauge", self._objects()),
            _family("kubernetes_build_info", "gauge", [(labels, 1)]),
            _family("kubernetes_healthcheck", "gauge", _checks()),
            _family("process_start_time_seconds", "gauge", [("", int(self.started.timestamp()))]),
        ]
        return self._measured(families)

    def _indicators(self, _: Request) -> Response:
        return self._measured([_family("kubernetes_healthcheck", "gauge", _checks())])

    def _measured(self, families: Iterable[str]) -> Response:
        since = (b"process-start-time-unix", b"%d" % int(self.started.timestamp()))
        return Response(200, "".join(families).encode(), [_METRICS_TYPE, since])

    def _objects(self) -> Iterable[tuple[str, int]]:
        for each in builtin_resources():
            if "list" in each.verbs and each.resource != "componentstatuses":
                key = f"{each.resource}.{each.group}" if each.group else each.resource
                labels = f'group="{each.group}",resource="{each.resource}"'
                yield labels, sum(1 for _ in self.storage.list(key))

    def _levels(self, _: Request) -> Response:
        names = sorted(stored.object["metadata"]["name"] for stored in self.storage.list(_LEVELS))
        body = _LEVEL_HEAD + "".join(f"{name}, 0, true, false, 0, 0, 0, 0, 0, 0\n" for name in names)
        return Response(200, body.encode(), [TEXT])

    def _statusz(self, request: Request) -> Response:
        passed = request.started - self.started
        seconds = int(passed.total_seconds())
        state = {
            "startTime": rfc3339(self.started), "uptimeSeconds": seconds, "goVersion": VERSION["goVersion"],
            "binaryVersion": VERSION["gitVersion"].removeprefix("v"),
            "emulationVersion": f"{VERSION['emulationMajor']}.{VERSION['emulationMinor']}", "paths": list(_STATE_PATHS),
        }  # fmt: skip
        spent = f"{seconds // 3600} hr {seconds // 60 % 60:02d} min {seconds % 60:02d} sec"
        lines = (
            f"Started:  {self.started:%a %b %e %H:%M:%S UTC %Y}\nUp:  {spent}\nGo version:  {state['goVersion']}\n"
            f"Binary version:  {state['binaryVersion']}\nEmulation version:  {state['emulationVersion']}\n"
            f"Paths:  {' '.join(_STATE_PATHS)}\n"
        )
        return _zpage(request, "Statusz", state, f"\napiserver statusz\n{_WARNING}\n\n{lines}")

    def _flagz(self, request: Request) -> Response:
        lines = "".join(f"{name}: {value}\n" for name, value in _FLAGS.items())
        return _zpage(request, "Flagz", {"flags": _FLAGS}, f"\napiserver flagz\n{_WARNING}\n{lines}")


def _zpage(request: Request, kind: str, content: Mapping[str, Any], text: str) -> Response:
    """Text, or an object for those who ask for its kind."""
    accept = request.header(b"accept")
    for version in ("v1beta1", "v1alpha1"):
        form = negotiate_only(accept, _ZPAGE_GROUP, version, kind) if kind in accept else None
        if form is None or form.media == "protobuf":
            continue
        document = {
            "kind": kind, "apiVersion": f"{_ZPAGE_GROUP}/{version}", "metadata": {"name": "apiserver"}, **content
        }  # fmt: skip
        if version == "v1alpha1":
            request.warnings.append(
                f"This version of the {kind.lower()} endpoint is deprecated. Please use a newer version."
            )
        response = document_response(request, document, 200, form._replace(pretty=True))
        media_type = f"application/{form.media};g={_ZPAGE_GROUP};v={version};as={kind}"
        return Response(200, response.body, [(b"content-type", media_type.encode())])
    if negotiate_type(accept, ("text/plain",)) is None:
        raise StatusError.not_acceptable(_ZPAGE_TYPES)
    return Response(200, text.encode(), [TEXT])


def _family(name: str, kind: str, values: Iterable[tuple[str, int]]) -> str:
    lines = "".join(f"{name}{f'{{{labels}}}' if labels else ''} {value}\n" for labels, value in values)
    return f"# TYPE {name} {kind}\n{lines}"


def _checks() -> Iterable[tuple[str, int]]:
    found = []
    for path in check_paths():
        root, _, name = path.removeprefix("/").partition("/")
        if name:
            found.append((f'name="{name}",type="{root}"', 1))
    return sorted(found)


def _queues(_: Request) -> Response:
    return Response(200, _QUEUE_HEAD.encode(), [TEXT])


def _requests(_: Request) -> Response:
    return Response(200, _REQUEST_HEAD.encode(), [TEXT])


def _flags(_: Request) -> Response:
    body = (
        "<html>\n<head>\n<title>/debug/flags/</title>\n</head>\n<body>\n/debug/flags/<br>\n<br>\nflags:<br>\n<table>\n"
        "<tr>v<br>\n</table>\n<br>\nfull flags configurable<br>\n</body>\n</html>\n"
    )
    return Response(200, body.encode(), [_HTML])


def _verbosity(_: Request) -> Response:
    """The level of a log that nobody writes; a new one comes in a body, and is not read."""
    refusal = text_response(406, "unsupported http method\n")
    refusal.headers = [(b"content-type", b"text/plain"), _NO_SNIFFING]
    return refusal


def _to_profiles(request: Request) -> Response:
    location = (b"location", b"/debug/pprof/")
    if request.method not in ("GET", "HEAD"):
        return Response(302, b"", [location])
    return Response(302, b'<a href="/debug/pprof/">Found</a>.\n\n', [_HTML, location])


def _profiles(request: Request) -> Response:
    if request.path != "/debug/pprof/":
        found = text_response(404, "Unknown profile\n")
        found.headers.append((b"x-go-pprof", b"1"))
        return found
    body = "<html>\n<head>\n<title>/debug/pprof/</title>\n</head>\n<body>\n/debug/pprof/\n<br>\n</body>\n</html>\n"
    return Response(200, body.encode(), [_HTML, _NO_SNIFFING])
