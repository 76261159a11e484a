"""Metrics, state and flags have the types and shapes of a v1.36.2 server's."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from fakes.apimachinery.names import Names
from fakes.apimachinery.status import StatusError
from fakes.apiserver.endpoints.http import Request, Response
from fakes.apiserver.storage.memory import MemoryStorage
from fakes.kube.debug_pages import DebugPages

STARTED = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def ask(path: str, accept: str = "") -> Response:
    async def receive() -> dict[str, Any]:
        return {}

    storage = MemoryStorage(Names(1))
    storage.put("configmaps", "a/b", {"metadata": {"name": "b", "namespace": "a"}})
    headers = [(b"accept", accept.encode())] if accept else []
    request = Request({"type": "http", "method": "GET", "path": path, "headers": headers}, receive)
    request.started = STARTED + timedelta(seconds=3723)
    return DebugPages(storage, STARTED).routes()[path](request)


@pytest.mark.parametrize(
    ("path", "accept", "media_type", "line"),
    [
        ("/metrics", "", "text/plain; version=0.0.4; charset=utf-8; escaping=underscores",
         'apiserver_resource_objects{group="",resource="configmaps"} 1'),
        ("/metrics", "image/png", "text/plain; version=0.0.4; charset=utf-8; escaping=underscores",
         "process_start_time_seconds 1767323045"),
        ("/metrics/slis", "", "text/plain; version=0.0.4; charset=utf-8; escaping=underscores",
         'kubernetes_healthcheck{name="ping",type="livez"} 1'),
        ("/statusz", "", "text/plain; charset=utf-8", "Started:  Fri Jan  2 03:04:05 UTC 2026"),
        ("/statusz", "text/*", "text/plain; charset=utf-8", "Up:  1 hr 02 min 03 sec"),
        ("/flagz", "text/plain", "text/plain; charset=utf-8", "anonymous-auth: true"),
    ],
)  # fmt: skip
def test_pages_of_text(path: str, accept: str, media_type: str, line: str) -> None:
    response = ask(path, accept)
    assert dict(response.headers)[b"content-type"].decode() == media_type
    assert line in response.body.decode().splitlines()


@pytest.mark.parametrize(("path", "kind"), [("/statusz", "Statusz"), ("/flagz", "Flagz")])
def test_an_object_for_those_who_name_its_kind(path: str, kind: str) -> None:
    response = ask(path, f"application/json;v=v1beta1;g=config.k8s.io;as={kind}")
    assert response.headers == [
        (b"content-type", f"application/json;g=config.k8s.io;v=v1beta1;as={kind}".encode())
    ]
    document = json.loads(response.body)
    assert (document["kind"], document["metadata"]) == (kind, {"name": "apiserver"})


def test_other_types_are_not_acceptable() -> None:
    with pytest.raises(StatusError, match="application/json, application/yaml, text/plain") as refused:
        ask("/statusz", "application/json")
    assert refused.value.code == 406
