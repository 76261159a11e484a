"""Query parameters of reads that do not go together or cannot be read; the rows are answers of a v1.36.2 server."""

from __future__ import annotations

from typing import Any

import pytest

from fakes.apimachinery.schema import GroupResource
from fakes.apimachinery.status import StatusError
from fakes.apiserver.endpoints.http import Query, Request
from fakes.apiserver.endpoints.options import check_export, delete_options, list_options, write_options
from fakes.apiserver.endpoints.request_info import request_info
from fakes.apiserver.registry.listing import parse_revision
from fakes.apiserver.registry.paging import decode


class Plain:
    def check_field_label(self, label: str) -> str:
        return label

    def selectable_fields(self, obj: dict[str, Any]) -> dict[str, str]:
        return {"metadata.name": obj["metadata"]["name"]}


def reading(path: str, query: str, *, watch: bool) -> Any:
    async def receive() -> dict[str, Any]:
        return {}

    scope = {"type": "http", "method": "GET", "path": path, "query_string": query.encode(), "headers": []}
    request = Request(scope, receive)
    request.info = request_info("GET", path, query.encode())
    return list_options(request, Plain(), watch=watch)


@pytest.mark.parametrize(
    ("query", "code", "message"),
    [
        ("limit=", 400, 'parsing "": invalid syntax'),
        ("timeoutSeconds=", 400, 'parsing "": invalid syntax'),
        ("continue=x", 422, "resourceVersionMatch is forbidden when continue is provided"),
        (
            "resourceVersionMatch=Exact",
            422,
            "unless sendInitialEvents is provided, resourceVersionMatch: Unsupported",
        ),
        ("sendInitialEvents=1&resourceVersionMatch=Exact", 422, 'supported values: "NotOlderThan"'),
        ("fieldSelector=metadata.name%3Db", 400, "fieldSelector metadata.name doesn't match requested name"),
        ("export=1", 400, "no longer supported"),
    ],
)
def test_refused_watches(query: str, code: int, message: str) -> None:
    with pytest.raises(StatusError) as refused:
        reading("/api/v1/watch/namespaces/n/configmaps/a", query, watch=True)
    assert refused.value.code == code
    assert message in str(refused.value)


@pytest.mark.parametrize(
    ("text", "names"),
    [(b"limit=1;x=y&a=b", ["a"]), (b"a=%&b=%41", ["b"]), (b"%ZZ=1&a", ["a"]), (b"a=1&a=2", ["a"])],
)
def test_pairs_that_cannot_be_read_are_left_out(text: bytes, names: list[str]) -> None:
    query = Query(text)
    assert [name for name in ("limit", "x", "a", "b") if name in query] == names


@pytest.mark.parametrize(
    ("token", "problem"),
    [
        ("x", "illegal base64 data at input byte 0"),
        ("e3=", "illegal base64 data at input byte 2"),
        ("e30", "server does not recognize this encoded version "),
        ("eyJ2IjoibWV0YS5rOHMuaW8vdjIiLCJydiI6MSwic3RhcnQiOiJhIn0", "this encoded version meta.k8s.io/v2"),
    ],
)
def test_tokens_that_are_none(token: str, problem: str) -> None:
    with pytest.raises(StatusError, match=problem):
        decode(token)


def test_a_revision_has_64_bits() -> None:
    assert parse_revision("18446744073709551615") == (1 << 64) - 1
    with pytest.raises(ValueError, match="value out of range"):
        parse_revision("18446744073709551616")


def test_export_is_refused_on_get() -> None:
    with pytest.raises(StatusError, match="no longer supported"):
        check_export(Query(b"export=true"))


def test_an_empty_policy_is_a_policy() -> None:
    with pytest.raises(StatusError, match='propagationPolicy: Unsupported value: ""'):
        delete_options(Query(b"propagationPolicy="), {})


def test_problems_of_write_options_come_in_the_order_of_their_fields() -> None:
    with pytest.raises(StatusError) as refused:
        write_options(Query(b"fieldValidation=y&dryRun=x&fieldManager=" + b"m" * 129), "CreateOptions")
    causes = refused.value.status["details"]["causes"]
    assert [cause["field"] for cause in causes] == ["fieldManager", "dryRun", "fieldValidation"]


def test_a_name_is_quoted_as_go_quotes() -> None:
    assert 'a\\x00" not found' in str(StatusError.not_found(GroupResource("", "pods"), "a\0"))
