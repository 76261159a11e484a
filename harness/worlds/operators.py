"""What a world says of its operator: the fields ``operator`` and ``status``."""

from __future__ import annotations

from typing import Any

from harness.cluster import OperatorSettings, StatusData
from harness.worlds.nodes import Node

__all__ = ["read_operator"]

_TEXTS = ("version", "default_namespace")
_TIMES = ("setup_deadline", "unused_ttl", "max_session_time")
_LICENSE = ("name", "organization", "expire_at", "tier", "seats", "seat_of", "unreachable_since")
_STATUS = (
    "statistics",
    "copy_targets",
    "multi_cluster_sessions",
    "connected_clusters",
    "preview_sessions",
)


def read_operator(operator: Node | None, status: Node | None) -> OperatorSettings | None:
    """The settings; None if the world says nothing of its operator.

    Raises:
        WorldError: the first mistake.
    """
    if operator is None and status is None:
        return None
    known = (*_TEXTS, *_TIMES, "license", "features", "values", "assumptions", "store_sessions")
    fields = operator.fields(*known) if operator is not None else {}
    settings: dict[str, Any] = {key: fields[key].text() for key in _TEXTS if key in fields}
    settings |= {key: fields[key].duration() for key in _TIMES if key in fields}
    if "features" in fields:
        settings["supported_features"] = tuple(each.text() for each in fields["features"].items())
    if "store_sessions" in fields:
        settings["store_sessions"] = fields["store_sessions"].choice("true", "false") == "true"
    if "license" in fields:
        settings |= _license(fields["license"])
    for key in ("values", "assumptions"):
        if key in fields:
            settings[key] = tuple((name, each.plain()) for name, each in fields[key].fields().items())
    if status is not None:
        data = {name: each.plain() for name, each in status.fields(*_STATUS).items()}
        settings["status"] = StatusData(data=data)
    return OperatorSettings(**settings)


def _license(node: Node) -> dict[str, Any]:
    fields = node.fields(*_LICENSE)
    found: dict[str, Any] = {
        f"license_{key}": fields[key].text() for key in ("name", "organization", "expire_at") if key in fields
    }
    if "tier" in fields:
        found["license_tier"] = fields["tier"].choice("teams", "enterprise")
    if "seats" in fields:
        found["license_seats"] = fields["seats"].number(0, 1_000_000)
    if "seat_of" in fields:
        found["license_seat_of"] = fields["seat_of"].choice("certificate", "k8s-user")
    if "unreachable_since" in fields:
        found["license_unreachable_since"] = fields["unreachable_since"].moment()
    return found
