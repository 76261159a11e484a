"""Requests made from the OpenAPI documents that the server itself publishes.

Skipped where schemathesis is not installed. ``FUZZ_EXAMPLES=1000`` tries more of each operation.
"""

from __future__ import annotations

import os
from typing import Any
from urllib.parse import unquote, urlencode

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

schemathesis = pytest.importorskip("schemathesis", reason="schemathesis is not installed")

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "0"))
HOSTILE = settings(
    max_examples=EXAMPLES or 25, derandomize=not EXAMPLES, deadline=None, database=None,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
DOCUMENTS = [
    "api/v1", "apis/apps/v1", "apis/batch/v1", "apis/rbac.authorization.k8s.io/v1", "apis/acme.io/v1",
    "apis/authorization.k8s.io/v1",
]  # fmt: skip


def operations(target: Any, document: str) -> list[Any]:
    """The operations of a document, those of one resource after the other."""
    status, headers, _ = target.send("GET", f"/openapi/v3/{document}")
    where, _, query = headers.get(b"location", b"").partition(b"?")
    if status == 301:
        status, headers, raw = target.send("GET", where.decode(), query)
    else:
        status, headers, raw = target.send("GET", f"/openapi/v3/{document}")
    assert status == 200
    schema = schemathesis.openapi.from_dict(msgspec.json.decode(raw))
    found = [each.ok() for each in schema.get_all_operations()]
    return [each for each in found if "watch" not in each.path.split("/")]


@pytest.mark.parametrize("document", DOCUMENTS)
def test_no_request_that_the_document_describes_breaks_the_server(target: Any, document: str) -> None:
    every = operations(target, document)

    @HOSTILE
    @given(st.data())
    def attack(data: Any) -> None:
        case = data.draw(data.draw(st.sampled_from(every)).as_strategy())
        query = {
            name: value for name, value in (case.query or {}).items() if isinstance(value, str | int | bool)
        }
        headers = [
            (str(name).lower().encode("latin-1", "replace"), str(value).encode("latin-1", "replace"))
            for name, value in (case.headers or {}).items()
        ]
        raw = b""
        if isinstance(case.body, dict | list | str | int | float | bool):
            raw = msgspec.json.encode(case.body)
            headers.append((b"content-type", (case.media_type or "application/json").encode()))
        path = unquote(case.formatted_path, errors="replace")
        target.send(case.method.upper(), path, urlencode(query, errors="replace").encode(), headers, raw)

    attack()
