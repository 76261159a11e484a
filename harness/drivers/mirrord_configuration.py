"""mirrord.json as a session of a scenario needs it. Source: mirrord, mirrord-schema.json."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fakes.mirrord.model.filters import METHODS
from fakes.mirrord.protocol.filters import (
    BodyFilter,
    CompositeFilter,
    HeaderFilter,
    HeaderJqFilter,
    HttpFilter,
    MethodFilter,
    PathFilter,
)
from harness.cluster import NotHereError

__all__ = ["port_configuration", "session_configuration"]

_PARAMETERS = frozenset({"profile", "on_concurrent_steal", "header_filter"})
_NO_FILTER = dict.fromkeys(
    (
        "header_filter",
        "path_filter",
        "method_filter",
        "body_filter",
        "header_filter_jq",
        "all_of",
        "any_of",
        "ports",
    )
)


def session_configuration(
    target: str, namespace: str, key: str, parameters: Mapping[str, str], log: Path
) -> dict[str, Any]:
    """The configuration of a session: what is not about traffic to it is local, so that our process runs as it would without.

    Raises:
        NotHereError: mirrord cannot be told one of the parameters of the connection.
    """
    if unknown := [name for name in parameters if name not in _PARAMETERS]:
        raise NotHereError(f"mirrord has no way to start a session with {', '.join(unknown)}")
    incoming: dict[str, Any] = {"mode": "off" if target == "targetless" else "steal"}
    if "on_concurrent_steal" in parameters:
        incoming["on_concurrent_steal"] = parameters["on_concurrent_steal"]
    if "header_filter" in parameters:
        incoming["http_filter"] = {"header_filter": parameters["header_filter"]}
    profile = {"profile": parameters["profile"]} if "profile" in parameters else {}
    return {
        **profile, "operator": True, "telemetry": False, "key": key, "target": {"path": target, "namespace": namespace},
        "feature": {
            "env": True, "fs": "local", "hostname": False,
            "network": {"incoming": incoming, "dns": False, "outgoing": False},
        },
        "internal_proxy": {"log_destination": str(log), "log_level": "info", "idle_timeout": 0},
    }  # fmt: skip


def _http_filter(wanted: HttpFilter | None) -> dict[str, Any]:
    """The section of the configuration, with all that it does not have. Source: mirrord, its http_filter.rs."""
    match wanted:
        case None:
            found: dict[str, Any] = {}
        case CompositeFilter(all_of=all_of, filters=filters):
            found = {"all_of" if all_of else "any_of": [_part(each) for each in filters]}
        case HeaderJqFilter(program=program):
            found = {"header_filter_jq": program}
        case BodyFilter():
            found = {"body_filter": _part(wanted)}
        case single:
            ((name, value),) = _part(single).items()
            found = {f"{name}_filter": value}
    return {**_NO_FILTER, **found}


def _part(wanted: HttpFilter) -> dict[str, str]:
    """A filter as it stands among others."""
    match wanted:
        case HeaderFilter(pattern=pattern):
            return {"header": pattern}
        case PathFilter(pattern=pattern):
            return {"path": pattern}
        case MethodFilter(method=method):
            if method.upper() not in METHODS:
                raise NotHereError(f"mirrord ends at once with a filter by the method {method}")
            return {"method": method}
        case HeaderJqFilter(program=program):
            return {"query": program}
        case BodyFilter(query=query, matches=matches):
            return {"body": "json", "query": query, "matches": matches}
        case CompositeFilter():
            raise NotHereError("mirrord.json has no filter of filters of filters")


def port_configuration(mode: str, wanted: HttpFilter | None) -> dict[str, Any]:
    """What differs for one port, as it stands in ``feature.network.incoming`` of a configuration that has been read."""
    return {"mode": mode, "http_filter": _http_filter(wanted)}
