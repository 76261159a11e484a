"""Which form of an answer an Accept header gets; the rows are answers of a v1.36.2 server."""

from __future__ import annotations

import pytest

from fakes.apimachinery.status import StatusError
from fakes.apiserver.endpoints.negotiation import (
    BUILTIN_TYPES,
    CUSTOM_TYPES,
    negotiate,
    negotiate_only,
    negotiate_plain,
    negotiate_watch,
    route_accepts,
)

JSON, YAML, PROTOBUF = BUILTIN_TYPES
TABLE = ";as=Table;v=v1;g=meta.k8s.io"
PARTIAL = ";as=PartialObjectMetadata;v=v1;g=meta.k8s.io"


@pytest.mark.parametrize(
    ("accept", "offered", "found"),
    [
        ("", BUILTIN_TYPES, "json"),
        ("*", BUILTIN_TYPES, "json"),
        ("application/*", BUILTIN_TYPES, "json"),
        (f"{YAML};q=0.2, {JSON};q=0.9", BUILTIN_TYPES, "json"),
        (f"*/*, {YAML};q=0.1", BUILTIN_TYPES, "yaml"),
        ("APPLICATION/JSON", BUILTIN_TYPES, None),
        (f"{JSON};q=0", BUILTIN_TYPES, "json"),
        (f"{JSON};stream=watch", BUILTIN_TYPES, "json"),
        (f"{YAML};stream=watch", BUILTIN_TYPES, None),
        (f"{JSON};v=v1;g=meta.k8s.io", BUILTIN_TYPES, None),
        (PROTOBUF + TABLE, BUILTIN_TYPES, None),
        (PROTOBUF, CUSTOM_TYPES, None),
        (PROTOBUF + PARTIAL, CUSTOM_TYPES, "protobuf"),
        (f"{PROTOBUF},{JSON}", CUSTOM_TYPES, "json"),
    ],
)
def test_media_of_an_object(accept: str, offered: tuple[str, ...], found: str | None) -> None:
    if found is None:
        with pytest.raises(StatusError) as refused:
            negotiate(accept, offered)
        assert refused.value.code == 406
    else:
        assert negotiate(accept, offered).media == found


@pytest.mark.parametrize(
    ("accept", "found"),
    [
        (JSON + TABLE, None),
        (YAML + PARTIAL, None),
        (f"{JSON + TABLE},{YAML}", "yaml"),
        (f"{PROTOBUF};stream=watch", "protobuf"),
    ],
)
def test_a_status_is_never_converted(accept: str, found: str | None) -> None:
    form = negotiate_plain(accept)
    assert (form.media if form else None) == found


@pytest.mark.parametrize(("accept", "listed"), [(f"{YAML},{JSON}", "stream=watch"), ("image/png", YAML)])
def test_watches_that_cannot_start(accept: str, listed: str) -> None:
    with pytest.raises(StatusError) as refused:
        negotiate_watch(accept, BUILTIN_TYPES)
    assert listed in str(refused.value)


def test_a_document_asked_for_by_its_kind_is_found_behind_others() -> None:
    asked = ("apidiscovery.k8s.io", "v2", "APIGroupDiscoveryList")
    accept = f"{JSON},{YAML};g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"
    form = negotiate_only(accept, *asked)
    assert form is not None
    assert form.media == "yaml"
    assert negotiate_only(JSON, *asked) is None


@pytest.mark.parametrize("accept", ["application/*", "image/png", "APPLICATION/JSON"])
def test_routes_know_exact_types_only(accept: str) -> None:
    with pytest.raises(StatusError, match="Available representations"):
        route_accepts(accept)
