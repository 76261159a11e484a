"""The state as the JSON that clients see: the MirrordOperator object and Sessions.

SQS, Kafka and RabbitMQ splits, connected clusters and preview environments are shown as they are given, see ``shown``.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from fakes.apimachinery.timestamps import rfc3339
from fakes.mirrord.model.ids import format_hex
from fakes.mirrord.model.refusals import GROUP
from fakes.mirrord.model.selectors import compile_selector
from fakes.mirrord.model.session import Session, Subscription
from fakes.mirrord.model.settings import Settings
from fakes.mirrord.model.shown import preview_as_session, shown_from
from fakes.mirrord.model.state import State

__all__ = [
    "API_VERSION",
    "OPERATOR_NAME",
    "copy_target_state",
    "mirrord_operator",
    "select",
    "session_info",
    "session_list",
    "session_object",
    "target_text",
]

Json = dict[str, Any]

API_VERSION = f"{GROUP}/v1"
OPERATOR_NAME = "operator"
_MONTH = timedelta(days=30)


def mirrord_operator(state: State, now: datetime) -> Json:
    """The one MirrordOperator."""
    return {
        "apiVersion": API_VERSION,
        "kind": "MirrordOperator",
        "metadata": {"name": OPERATOR_NAME},
        "spec": operator_spec(state.settings),
        "status": operator_status(state, now),
    }


def operator_spec(settings: Settings) -> Json:
    spec: Json = {
        "operator_version": settings.operator_version,
        "default_namespace": settings.default_namespace,
    }
    if settings.announce_legacy_features and settings.supports("ProxyApi"):
        spec["features"] = ["ProxyApi"]
    if settings.knows(settings.history.supported_features):
        spec["supported_features"] = list(settings.features)
    spec["license"] = settings.license.to_json()
    if settings.protocol_version is not None:
        spec["protocol_version"] = settings.protocol_version
    spec["copy_target_enabled"] = settings.supports("CopyTarget")
    if settings.operator_namespace is not None:
        spec["operator_namespace"] = settings.operator_namespace
    return spec


def operator_status(state: State, now: datetime) -> Json:
    """Sessions in the order in which they began; the parents of multi-cluster sessions have a list of their own."""
    sessions, settings = state.in_order(), state.settings
    history, shown = settings.history, shown_from(settings.shown)
    status: Json = {
        "sessions": [session_info(settings, s, now) for s in sessions if not s.clusters],
        "statistics": statistics(state, now),
    }
    if settings.knows(history.copy_targets_listed):
        copies = [_copy_target_entry(settings, s, now) for s in sessions if s.copied]
        status["copy_targets"] = [*copies, *(_encoded(settings, entry) for entry in shown.copy_targets)]
    parents = [_multi_cluster_entry(settings, s, now) for s in sessions if s.clusters]
    if parents or shown.multi_cluster_sessions is not None:
        status["multi_cluster_sessions"] = [*parents, *(shown.multi_cluster_sessions or ())]
    if shown.connected_clusters is not None:
        status["connected_clusters"] = shown.connected_clusters
    apart = settings.knows(history.previews_apart)
    status["preview_sessions"] = shown.preview_sessions if apart else []
    if not apart:
        status["sessions"].extend(map(preview_as_session, shown.preview_sessions))
    return status


def statistics(state: State, now: datetime) -> Json:
    """Users of today (UTC) and of the last thirty days, and how many sessions run in pipelines."""
    settings = state.settings
    if (fixed := settings.fixed_statistics) is not None:
        return {name: value for name, value in fixed._asdict().items() if value is not None}
    today, shown = now.date(), shown_from(settings.shown)
    counted: Json = {
        "dau": sum(1 for day in state.seen.values() if day == today),
        "mau": sum(1 for day in state.seen.values() if today - day < _MONTH),
    }
    if settings.knows(settings.history.ci_sessions_counted):
        counted["active_ci_sessions_count"] = sum(1 for s in state.sessions.values() if s.ci is not None)
    if settings.knows(settings.history.previews_counted):
        counted["active_preview_sessions_count"] = len(shown.preview_sessions)
    return {**counted, **shown.statistics}


def session_info(settings: Settings, session: Session, now: datetime) -> Json:
    """An entry of ``status.sessions``, which is also ``spec.session`` of a Session."""
    info: Json = {
        "id": format_hex(session.id),
        "duration_secs": session.duration(now),
        "user": str(session.owner),
        "target": target_text(settings, session),
        "namespace": session.namespace,
        "locked_ports": _locked_ports(settings, session),
        "user_id": session.owner.user_id or None,
        "sqs": None,
        "rmq": None,
        "kafka": None,
    }
    detailed = settings.knows(settings.history.session_details)
    if detailed and settings.show_session_key and session.key is not None:
        info["key"] = session.key
    if detailed and settings.show_http_filter and session.header_filter is not None:
        info["http_filter"] = {"headerFilter": session.header_filter}
    if settings.shown and (queues := shown_from(settings.shown).queues.get(info["id"])):
        info.update(queues)
    return info


def session_object(settings: Settings, session: Session, now: datetime) -> Json:
    """A Session, named by its id in hex."""
    return {
        "apiVersion": API_VERSION,
        "kind": "Session",
        "metadata": {
            "name": format_hex(session.id),
            "namespace": session.namespace,
            "creationTimestamp": rfc3339(session.created),
        },
        "spec": {"session": session_info(settings, session, now)},
    }


def session_list(state: State, now: datetime, namespace: str | None = None, field_selector: str = "") -> Json:
    """A SessionList of a namespace, or of all."""
    items = [session_object(state.settings, s, now) for s in select(state, now, namespace, field_selector)]
    return {"apiVersion": API_VERSION, "kind": "SessionList", "metadata": {}, "items": items}


def select(
    state: State, now: datetime, namespace: str | None = None, field_selector: str = ""
) -> list[Session]:
    """The sessions of a namespace, or of all, that a field selector matches, in the order in which they began."""
    sessions = state.in_order(namespace)
    if not field_selector:
        return sessions
    matches: Callable[[Json], bool] = compile_selector(field_selector)
    return [s for s in sessions if matches(session_object(state.settings, s, now))]


def target_text(settings: Settings, session: Session) -> str:
    """The target as lists show it."""
    target = session.target
    text = target.path if settings.target_style == "path" else target.kind_path
    if target.container is not None and not settings.target_container_shown:
        return text.removesuffix(f"/container/{target.container}")
    return text


def _locked_ports(settings: Settings, session: Session) -> list[Any]:
    listed = [s for s in session.subscriptions if s.mode == "steal" or settings.mirror_ports_listed]
    return [_locked_port(settings, subscription) for subscription in listed]


def _locked_port(settings: Settings, held: Subscription) -> Any:
    kind = settings.steal_kind if held.mode == "steal" else settings.mirror_kind
    text = None if held.filter is None else str(held.filter)
    if settings.locks_as_arrays:
        return [held.port, kind, text]
    return {"port": held.port, "kind": kind, "filter": text}


def copy_target_state(settings: Settings, session: Session, now: datetime) -> Json:
    """The ``spec`` of a CopyTarget, as it was asked for with what was left out, and its ``status``."""
    copied = session.copied
    assert copied is not None
    spec = {
        "idle_ttl": copied.idle_ttl,
        "exclude_containers": [],
        "exclude_init_containers": [],
        **copied.spec,
        "target": session.target.to_json(),
        "scale_down": copied.scale_down or bool(copied.spec.get("scale_down")),
    }
    status: Json = {"creator_session": session_info(settings, session, now), "phase": copied.phase(now)}
    if copied.failure is not None:
        status["failure_message"] = copied.failure
    return {"spec": spec, "status": status}


def _copy_target_entry(settings: Settings, session: Session, now: datetime) -> Any:
    copied = session.copied
    assert copied is not None
    copy_target: Json = {
        "apiVersion": API_VERSION,
        "kind": "CopyTarget",
        "metadata": {"name": copied.name, "namespace": session.namespace},
        **copy_target_state(settings, session, now),
    }
    return _encoded(settings, {"pod_name": copied.pod_name, "copy_target": copy_target})


def _encoded(settings: Settings, entry: Json) -> Any:
    """An entry of ``copy_targets`` in the form of the operator's version."""
    return [entry["pod_name"], entry["copy_target"]] if settings.locks_as_arrays else entry


def _multi_cluster_entry(settings: Settings, session: Session, now: datetime) -> Json:
    return {
        "id": format_hex(session.id),
        "durationSecs": session.duration(now),
        "user": str(session.owner),
        "target": target_text(settings, session),
        "namespace": session.namespace,
        "clusters": list(session.clusters),
        "phase": "Pending" if session.phase == "starting" else "Ready",
    }
