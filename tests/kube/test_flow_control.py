"""Answers name the FlowSchema and the priority level of their requests; the rows are what a v1.36.2 server said."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from fakes.apimachinery.names import Names
from fakes.apimachinery.status import StatusError
from fakes.apiserver.authentication.user import UserInfo
from fakes.apiserver.endpoints.http import Request, Response
from fakes.apiserver.endpoints.request_info import request_info
from fakes.apiserver.storage.memory import MemoryStorage
from fakes.kube.bootstrap_flow_control import flow_control_objects
from fakes.kube.flow_control import FlowControl

KNOWN = "system:authenticated"


def filled() -> MemoryStorage:
    """The objects of a fresh server, each with its name for a uid."""
    storage = MemoryStorage(Names(1))
    for resource, obj in flow_control_objects("2026-01-01T00:00:00Z"):
        name = obj["metadata"]["name"]
        storage.put(resource, name, {**obj, "metadata": {**obj["metadata"], "uid": name}})
    return storage


def answered(storage: MemoryStorage, user: UserInfo, method: str, path: str) -> list[str]:
    async def receive() -> dict[str, Any]:
        return {}

    async def handler(request: Request) -> Response:
        if path == "/refused":
            raise StatusError.no_such_resource()
        return Response(200)

    request = Request({"type": "http", "method": method, "path": path, "headers": []}, receive)
    request.user, request.info = user, request_info(method, path, b"")

    async def run() -> Response:
        return await FlowControl(storage).filter(handler)(request)

    try:
        headers = asyncio.run(run()).headers
    except StatusError as error:
        return [value for name, value in error.headers if "Pf" in name]
    return [value.decode() for name, value in headers if name.startswith(b"x-kubernetes-pf")]


@pytest.mark.parametrize(
    ("name", "groups", "method", "path", "said"),
    [
        ("root", ("system:masters", KNOWN), "GET", "/api/v1/pods", ["exempt", "exempt"]),
        ("alice", (KNOWN,), "GET", "/api/v1/pods", ["global-default", "global-default"]),
        ("alice", (KNOWN,), "GET", "/healthz", ["probes", "exempt"]),
        ("alice", (KNOWN,), "POST", "/healthz", ["global-default", "global-default"]),
        ("alice", (KNOWN,), "GET", "/refused", ["global-default", "global-default"]),
        ("alice", ("other",), "GET", "/api/v1/pods", []),
        ("alice", (KNOWN,), "GET", "/api/v1/namespaces/a/pods/b/exec", []),
        ("system:serviceaccount:a:b", ("system:serviceaccounts", KNOWN), "GET", "/api", ["service-accounts", "workload-low"]),
        ("system:serviceaccount:kube-system:b", (KNOWN,), "GET", "/api",
         ["kube-system-service-accounts", "workload-high"]),
        ("system:node:a", ("system:nodes", KNOWN), "GET", "/api/v1/nodes/a/status", ["system-node-high", "node-high"]),
        ("system:node:a", ("system:nodes", KNOWN), "GET", "/api/v1/pods", ["system-nodes", "system"]),
    ],
)  # fmt: skip
def test_a_request_belongs_to_the_first_schema_that_matches(
    name: str, groups: tuple[str, ...], method: str, path: str, said: list[str]
) -> None:
    assert answered(filled(), UserInfo(name=name, groups=groups), method, path) == said


def test_without_schemas_nothing_is_said() -> None:
    assert answered(MemoryStorage(Names(1)), UserInfo(name="a"), "GET", "/api") == []
