"""The JSON that clients see, and the operator's own field selectors."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from fakes.mirrord.model import answers, views
from fakes.mirrord.model.commands import ClientConnected, Start, SubscribePort
from fakes.mirrord.model.events import SessionClosed
from fakes.mirrord.model.filters import HeaderFilter
from fakes.mirrord.model.ids import SessionId
from fakes.mirrord.model.license import License
from fakes.mirrord.model.owner import Owner
from fakes.mirrord.model.selectors import compile_selector, escape_value
from fakes.mirrord.model.session import CiInfo, CopiedTarget
from fakes.mirrord.model.sessions import progress
from fakes.mirrord.model.settings import FixedStatistics, Settings
from fakes.mirrord.model.state import State
from fakes.mirrord.model.stored import stored_session
from fakes.mirrord.model.targets import TARGETLESS, Target

NOW = datetime(2026, 3, 5, 12, tzinfo=UTC)
LATER = NOW + timedelta(seconds=13.7)
ID = SessionId(0xC527FE7D9C30979E)
OWNER = Owner(
    user_id="key", username="Aviram Hassan", k8s_username="aviram@metalbear.co", hostname="mac.local"
)
BAGGAGE = HeaderFilter("baggage: .*mirrord-session=Avi.+")


def shop(settings: Settings | None = None, **fields: Any) -> State:
    given: dict[str, Any] = {
        "owner": OWNER,
        "namespace": "default",
        "target": Target("deployment", "ip-visit-counter", "web"),
        "key": "k1",
        "header_filter": BAGGAGE.pattern,
        "client_version": "3.250.0",
        "pods": ("default/ip-1",),
    } | fields
    state = State(settings=settings or Settings())
    for command in (
        Start(id=ID, **given),
        ClientConnected(ID),
        SubscribePort(id=ID, port=80, filter=BAGGAGE),
        SubscribePort(id=ID, port=443, mode="mirror"),
    ):
        state, _ = progress(state, command, NOW)
    return state


INFO: dict[str, Any] = {
    "id": "C527FE7D9C30979E",
    "duration_secs": 13,
    "user": "Aviram Hassan/aviram@metalbear.co@mac.local",
    "target": "deployment/ip-visit-counter/container/web",
    "namespace": "default",
    "locked_ports": [
        {"port": 80, "kind": "steal", "filter": "header=baggage: .*mirrord-session=Avi.+"},
        {"port": 443, "kind": "mirror", "filter": None},
    ],
    "user_id": "key",
    "sqs": None,
    "rmq": None,
    "kafka": None,
    "key": "k1",
    "http_filter": {"headerFilter": "baggage: .*mirrord-session=Avi.+"},
}


def info(state: State) -> dict[str, Any]:
    session = state.sessions[ID]
    return views.session_info(state.settings, session, LATER)


def test_a_session_is_shown() -> None:
    assert info(shop()) == INFO
    assert list(info(shop())) == list(INFO)


SHOWN: list[tuple[Settings, str, Any]] = [
    (Settings(target_style="kind"), "target", "Deployment/ip-visit-counter/container/web"),
    (Settings(target_container_shown=False), "target", "deployment/ip-visit-counter"),
    (Settings(mirror_ports_listed=False), "locked_ports", INFO["locked_ports"][:1]),
    (
        Settings(locked_port_form="array"),
        "locked_ports",
        [[80, "steal", "header=baggage: .*mirrord-session=Avi.+"], [443, "mirror", None]],
    ),
    (
        Settings(steal_kind="Steal"),
        "locked_ports",
        [INFO["locked_ports"][0] | {"kind": "Steal"}, INFO["locked_ports"][1]],
    ),
]


@pytest.mark.parametrize(("settings", "field", "value"), SHOWN)
def test_how_a_session_is_shown_is_a_setting(settings: Settings, field: str, value: Any) -> None:
    assert info(shop(settings))[field] == value


def test_older_operators_do_not_know_keys_and_filters() -> None:
    shown = info(shop(Settings(show_session_key=False, show_http_filter=False)))
    assert "key" not in shown
    assert "http_filter" not in shown
    assert "key" not in info(shop(key=None, header_filter=None))


def test_a_session_object_is_named_by_its_id_in_hex() -> None:
    listed = views.session_list(shop(), LATER)
    assert listed["kind"] == "SessionList"
    assert listed["items"] == [
        {
            "apiVersion": "operator.metalbear.co/v1",
            "kind": "Session",
            "metadata": {
                "name": "C527FE7D9C30979E",
                "namespace": "default",
                "creationTimestamp": "2026-03-05T12:00:00Z",
            },
            "spec": {"session": INFO},
        }
    ]


LISTS = [
    (None, "", True),
    ("default", "", True),
    ("other", "", False),
    (None, "spec.session.key=k1", True),
    (None, "spec.session.key=k2", False),
    ("default", "metadata.name=C527FE7D9C30979E,spec.session.duration_secs!=14", True),
]


@pytest.mark.parametrize(("namespace", "selector", "listed"), LISTS)
def test_sessions_are_selected(namespace: str | None, selector: str, listed: bool) -> None:
    assert bool(views.session_list(shop(), LATER, namespace, selector)["items"]) is listed


def test_the_operator_is_shown() -> None:
    license_ = License(
        name="Acme (Trial)", organization="Acme", expire_at=date(2030, 3, 5), subscription_id=None
    )
    shown = views.mirrord_operator(shop(Settings(license=license_)), LATER)
    assert shown["metadata"] == {"name": "operator"}
    assert shown["spec"] == {
        "operator_version": "3.187.0",
        "default_namespace": "default",
        "features": ["ProxyApi"],
        "supported_features": [
            "ProxyApi",
            "CopyTarget",
            "SessionManagement",
            "LayerReconnect",
            "ExtendableUserCredentials",
        ],
        "license": {
            "name": "Acme (Trial)",
            "organization": "Acme",
            "expire_at": "2030-03-05",
            "fingerprint": "example-fingerprint",
        },
        "protocol_version": "1.29.0",
        "copy_target_enabled": True,
        "operator_namespace": "mirrord",
    }
    assert shown["status"] == {
        "sessions": [INFO],
        "statistics": {"dau": 1, "mau": 1, "active_ci_sessions_count": 0, "active_preview_sessions_count": 0},
        "copy_targets": [],
        "preview_sessions": [],
    }


def test_users_are_counted_by_day_and_by_month() -> None:
    state = shop(ci=CiInfo(provider="github"))
    counts = [views.statistics(state, NOW + timedelta(days=days)) for days in (0, 1, 29, 30)]
    assert [(count["dau"], count["mau"]) for count in counts] == [(1, 1), (0, 1), (0, 1), (0, 0)]
    assert counts[0]["active_ci_sessions_count"] == 1
    fixed = replace(state, settings=Settings(fixed_statistics=FixedStatistics(3, 9)))
    assert views.statistics(fixed, NOW) == {"dau": 3, "mau": 9}


def test_copy_targets_are_listed_with_their_pods() -> None:
    copied = CopiedTarget(name="deploy.ip-visit-counter", pod_name="copy-1", scale_down=True)
    entry = views.operator_status(shop(copied=copied), LATER)["copy_targets"][0]
    assert entry["pod_name"] == "copy-1"
    assert entry["copy_target"]["spec"]["scale_down"] is True
    assert entry["copy_target"]["spec"]["target"] == {"deployment": "ip-visit-counter", "container": "web"}
    assert entry["copy_target"]["status"]["creator_session"] == INFO


def test_the_parent_of_a_multi_cluster_session_is_listed_apart() -> None:
    status = views.operator_status(shop(clusters=("a", "b")), LATER)
    assert status["sessions"] == []
    assert status["multi_cluster_sessions"] == [
        {
            "id": "C527FE7D9C30979E",
            "durationSecs": 13,
            "user": INFO["user"],
            "target": INFO["target"],
            "namespace": "default",
            "clusters": ["a", "b"],
            "phase": "Ready",
        }
    ]


def test_a_stored_session_is_shown() -> None:
    session = shop().sessions[ID]
    closed = SessionClosed(session, LATER, "Unused", "gone")
    assert stored_session(session, LATER, closed) == {
        "apiVersion": "mirrord.metalbear.co/v1alpha",
        "kind": "MirrordClusterSession",
        "metadata": {"name": "c527fe7d9c30979e", "creationTimestamp": "2026-03-05T12:00:00Z"},
        "spec": {
            "owner": {
                "userId": "key",
                "username": "Aviram Hassan",
                "hostname": "mac.local",
                "k8sUsername": "aviram@metalbear.co",
            },
            "namespace": "default",
            "target": {
                "apiVersion": "apps/v1",
                "kind": "Deployment",
                "name": "ip-visit-counter",
                "container": "web",
            },
            "key": "k1",
            "httpFilter": {"headerFilter": BAGGAGE.pattern},
            "clientCliVersion": "3.250.0",
        },
        "status": {
            "connectedTimestamp": "2026-03-05T12:00:12.000000Z",
            "closed": {"reason": "Unused", "message": "gone"},
        },
    }
    assert stored_session(shop(target=TARGETLESS).sessions[ID], NOW)["spec"]["target"] is None


def test_deletions_are_answered_with_a_status_or_with_the_object() -> None:
    session = shop().sessions[ID]
    answer = answers.deleted(Settings(), session, LATER)
    assert (answer["status"], answer["code"]) == ("Success", 200)
    assert answer["message"] == "session C527FE7D9C30979E was stopped"
    assert answers.all_deleted(Settings(), [session], LATER)["message"] == "1 sessions were stopped"
    assert "code" not in answers.inactive_deleted(Settings(deleted_code=None), [])
    objects = Settings(delete_answers_with_object=True)
    assert answers.deleted(objects, session, LATER)["kind"] == "Session"
    assert answers.all_deleted(objects, [session], LATER)["kind"] == "SessionList"


SUBJECT = {
    "a": {"b": "x", "n": 7, "t": True, "z": None, "l": [1], "o": {}, "f": 1.5, "d.e": "dot"},
    "odd": "a,b=c\\d",
}
SELECTORS = [
    ("", True),
    ("a.b=x", True),
    ("a.b==x", True),
    ("a.b!=x", False),
    ("a.b=y", False),
    ("a.b=x,a.n=7", True),
    ("a.b=x,a.n=8", False),
    ("a.t=true", True),
    ("a.f=1.5", True),
    ("a.z=", True),
    ("a.none=", True),
    ("none.at.all!=x", True),
    ("a.l=[1]", False),
    ("a.l!=x", True),
    ("a.o=", False),
    ("a.b", False),
    ("a.b=x,a", False),
    ("odd=a\\,b\\=c\\\\d", True),
    ("a.d\\.e=dot", True),
    ("a.l.0=1", True),
    ("a.b=x,", True),
]


@pytest.mark.parametrize(("selector", "matched"), SELECTORS)
def test_a_field_selector(selector: str, matched: bool) -> None:
    assert compile_selector(selector)(SUBJECT) is matched


@pytest.mark.parametrize("value", ["plain", "a,b", "a=b", "a\\b", "\\,=", "", "a!b"])
def test_an_escaped_value_selects_itself(value: str) -> None:
    assert compile_selector(f"v={escape_value(value)}")({"v": value})
