"""Filters as people see them become the configuration that mirrord reads."""

from __future__ import annotations

from typing import Any

import pytest

from harness.http_filters import filter_configuration


@pytest.mark.parametrize(
    ("text", "configuration"),
    [
        ("header=X-PG-Tenant: Avi.+", {"header_filter": "X-PG-Tenant: Avi.+"}),
        ("header=a=b: c", {"header_filter": "a=b: c"}),
        ("path=^/orders", {"path_filter": "^/orders"}),
        ("method=POST", {"method_filter": "POST"}),
        ('header_jq=startswith("x")', {"header_filter_jq": 'startswith("x")'}),
        ("all of (header=a), (path=(b|c))", {"all_of": [{"header": "a"}, {"path": "(b|c)"}]}),
        ("any of (method=GET)", {"any_of": [{"method": "GET"}]}),
        ("any of (header_jq=.a), (method=GET)", {"any_of": [{"query": ".a"}, {"method": "GET"}]}),
    ],
)
def test_configuration(text: str, configuration: dict[str, Any]) -> None:
    assert filter_configuration(text) == configuration


@pytest.mark.parametrize("text", ["", "header", "body=Json", "X-PG-Tenant: Avi", "all of (a)"])
def test_what_is_no_filter(text: str) -> None:
    with pytest.raises(ValueError, match="is no filter; write header="):
        filter_configuration(text)
