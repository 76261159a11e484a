"""Sessions as a resource: read, selected, watched and stopped, under every form of path and name."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from fakes.cluster import Settings

A, B, C = 0xA1, 0xB2, 0xC3
CHOSEN = Settings(deleted_code=None, deleted_message="", delete_answers_with_object=True)


@pytest.fixture
def three(operated):
    """A and B in the namespace default, C in shop; the client of B has gone away. Ten seconds later."""
    sockets = {
        A: operated.connect(A, query="connect=true&key=blue"),
        B: operated.connect(B, query="connect=true&key=red"),
    }
    sockets[C] = operated.connect(C, namespace="shop")
    sockets[B].close()
    operated.step(10)
    operated.sockets = sockets
    return operated


def names(listed: dict[str, Any]) -> list[str]:
    return [item["metadata"]["name"] for item in listed["items"]]


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("/sessions", ["A1", "B2", "C3"]),
        ("/sessions?", ["A1", "B2", "C3"]),
        ("/namespaces/default/sessions", ["A1", "B2"]),
        ("/namespaces/empty/sessions", []),
        ("/sessions?fieldSelector=spec.session.key=blue", ["A1"]),
        ("/sessions?fieldSelector=spec.session.key!=blue", ["B2", "C3"]),
        ("/sessions?fieldSelector=metadata.name=B2", ["B2"]),
        ("/sessions?fieldSelector=metadata.namespace=shop,spec.session.target==deployment/shop", ["C3"]),
        ("/sessions?fieldSelector=spec.session.duration_secs=10", ["A1", "B2", "C3"]),
        ("/sessions?fieldSelector=spec.session.rmq=", ["A1", "B2", "C3"]),
        ("/sessions?fieldSelector=nothing", []),
        ("/sessions?labelSelector=app=shop", []),
        ("/sessions?labelSelector=!app", ["A1", "B2", "C3"]),
    ],
)  # fmt: skip
def test_list(three, path: str, found: list[str]) -> None:
    path, _, query = path.partition("?")
    name, _, value = query.partition("=")
    assert names(three.ask("GET", path, query={name: value} if name else None)) == found


@pytest.mark.parametrize(
    "path", ["/sessions/A1", "/sessions/161", "/sessions/a1", "/namespaces/default/sessions/A1"]
)
def test_get(three, path: str) -> None:
    session = three.ask("GET", path)
    assert (session["apiVersion"], session["kind"]) == ("operator.metalbear.co/v1", "Session")
    assert session["metadata"]["name"] == "A1"
    assert session["metadata"]["creationTimestamp"] == "2026-01-01T00:00:00Z"
    assert session["spec"]["session"] | {"user": ""} == {
        "id": "A1", "duration_secs": 10, "user": "", "target": "deployment/shop", "namespace": "default",
        "locked_ports": [], "user_id": None, "sqs": None, "rmq": None, "kafka": None, "key": "blue",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/sessions/A1", 200),
        ("/sessions/161", 200),
        ("/namespaces/default/sessions/A1", 200),
        ("/sessions/mc-A1", 200),
    ],
)
def test_stopping_one(three, path: str, code: int) -> None:
    answer = three.ask("DELETE", path, {})
    assert (answer["kind"], answer["status"], answer["code"]) == ("Status", "Success", code)
    assert answer["message"] == "session A1 was stopped"
    assert three.ids() == ["B2", "C3"]


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/sessions/ABC", "ABC"),
        ("/sessions/2748", "2748"),
        ("/sessions/not-an-id", "not-an-id"),
        ("/namespaces/shop/sessions/A1", "A1"),
        ("/sessions/99999999999999999999", "99999999999999999999"),
    ],
)
@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_unknown_id(three, method: str, path: str, name: str) -> None:
    error = three.refusal(method, path)
    assert (error.code, error.reason) == (404, "NotFound")
    assert error.message == f'sessions.operator.metalbear.co "{name}" not found'
    assert three.ids() == ["A1", "B2", "C3"]


@pytest.mark.parametrize(
    ("path", "left"),
    [
        ("/sessions", []),
        ("/namespaces/default/sessions", ["C3"]),
        ("/sessions?fieldSelector=spec.session.key=red", ["A1", "C3"]),
        ("/sessions?labelSelector=app=shop", ["A1", "B2", "C3"]),
        ("/sessions/inactive", ["A1", "C3"]),
        ("/namespaces/default/sessions/inactive", ["A1", "C3"]),
        ("/namespaces/shop/sessions/inactive", ["A1", "B2", "C3"]),
        ("/sessions?dryRun=All", ["A1", "B2", "C3"]),
        ("/sessions/A1?dryRun=All", ["A1", "B2", "C3"]),
    ],
)
def test_stopping_many(three, path: str, left: list[str]) -> None:
    path, _, query = path.partition("?")
    name, _, value = query.partition("=")
    answer = three.ask("DELETE", path, query={name: value} if name else None)
    assert (answer["status"], answer["code"]) == ("Success", 200)
    assert three.ids() == left


def test_a_precondition_that_does_not_hold(three) -> None:
    error = three.refusal("DELETE", "/sessions/A1", {"preconditions": {"uid": "other"}})
    assert error.code == 409


@pytest.mark.parametrize("settings", [CHOSEN])
def test_answers_are_settings(three) -> None:
    assert three.ask("DELETE", "/sessions/A1")["kind"] == "Session"
    listed = three.ask("DELETE", "/sessions")
    assert (listed["kind"], names(listed)) == ("SessionList", ["B2", "C3"])
    assert "code" not in three.ask("DELETE", "/sessions/inactive")


@pytest.mark.parametrize(
    ("method", "path", "code"),
    [
        ("POST", "/namespaces/default/sessions", 405),
        ("PUT", "/sessions/A1", 405),
        ("PATCH", "/namespaces/default/sessions/A1", 405),
        ("DELETE", "/mirrordoperators/operator", 405),
        ("GET", "/sessions/A1/status", 404),
        ("GET", "/nothing", 404),
        ("GET", "/mirrordoperators/another", 404),
    ],
)
def test_what_is_not_served(operated, method: str, path: str, code: int) -> None:
    assert operated.refusal(method, path, {} if method != "GET" else None).code == code


@pytest.mark.parametrize("body", [b"{", b"[]", b"\xff"])
def test_malformed_delete_options(three, body: bytes) -> None:
    assert three.refusal("DELETE", "/sessions/A1", body).code == 400
    assert three.ids() == ["A1", "B2", "C3"]


def test_watch_from_a_list(three) -> None:
    version = three.ask("GET", "/sessions")["metadata"]["resourceVersion"]

    async def first_events(count: int) -> list[tuple[str, str, int]]:
        seen = []
        client = three.cluster.client()
        async for event in client.watch(
            "/apis/operator.metalbear.co/v1/sessions", query={"resourceVersion": version}
        ):
            session = event["object"]["spec"]["session"]
            seen.append((event["type"], session["id"], session["duration_secs"]))
            if len(seen) == count:
                break
        return seen

    three.connect(0xD4)
    three.step(1)
    three.ask("DELETE", "/sessions/A1")
    assert three.cluster.driver.run(first_events(2)) == [("ADDED", "D4", 1), ("DELETED", "A1", 11)]


def test_table(three) -> None:
    accept = [(b"accept", b"application/json;as=Table;v=v1;g=meta.k8s.io")]
    path = "/apis/operator.metalbear.co/v1/sessions"
    _, body = three.raw("GET", path, headers=accept, certificate=three.certificate("admin"))
    table = msgspec.json.decode(body)
    assert [column["name"] for column in table["columnDefinitions"]] == [
        "Name",
        "Target",
        "User",
        "Ports",
        "Age",
        "Key",
    ]
    assert table["rows"][0]["cells"] == ["A1", "deployment/shop", "Admin/admin@host", "", "10s", "blue"]
