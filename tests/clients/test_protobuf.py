"""Lists and watches in protobuf, as Go clients of built-in kinds ask for them."""

from __future__ import annotations

import json
import ssl
import struct
import urllib.error
import urllib.request
from collections.abc import Callable
from http.client import HTTPResponse
from typing import Any

import pytest

from fakes.apimachinery.protobuf import Envelope, read_envelope, read_message
from fakes.kube.builtin.schemas import builtin_types
from harness.drivers.serving import ServedFake

PROTOBUF = "application/vnd.kubernetes.protobuf"
Ask = Callable[..., HTTPResponse]


@pytest.fixture
def ask(cluster: ServedFake, namespace: str) -> Ask:
    trust = ssl.create_default_context(cafile=str(cluster.ca_path))

    def ask(query: str, body: dict[str, Any] | None = None) -> HTTPResponse:
        request = urllib.request.Request(
            f"{cluster.url}/api/v1/namespaces/{namespace}/configmaps{query}",
            data=None if body is None else json.dumps(body).encode(),
            headers={
                "Authorization": f"Bearer {cluster.admin_token}", "Content-Type": "application/json",
                "Accept": f"{PROTOBUF},application/json",
            },
        )  # fmt: skip
        answer: HTTPResponse = urllib.request.urlopen(request, context=trust, timeout=10)
        return answer

    return ask


def _config_map(envelope: Envelope) -> dict[str, Any]:
    assert (envelope.api_version, envelope.kind) == ("v1", "ConfigMap")
    return read_message(envelope.raw, builtin_types().type_of("", "v1", "ConfigMap"))


def test_an_object_and_a_list(ask: Ask) -> None:
    with ask("", {"metadata": {"name": "c"}, "data": {"a": "1"}}) as made:
        assert (made.status, made.headers["Content-Type"]) == (201, PROTOBUF)
        assert _config_map(read_envelope(made.read()))["data"] == {"a": "1"}
    with ask("?fieldSelector=metadata.name%3Dc") as listed:
        envelope = read_envelope(listed.read())
    assert (envelope.kind, b"\x12\x01c" in envelope.raw or b"\x0a\x01c" in envelope.raw) == (
        "ConfigMapList",
        True,
    )


def test_a_watch_in_frames(ask: Ask) -> None:
    with ask("", {"metadata": {"name": "c", "labels": {"w": "y"}}, "data": {"a": "1"}}):
        pass
    with ask("?watch=true&labelSelector=w%3Dy") as watching:
        assert watching.headers["Content-Type"] == f"{PROTOBUF};stream=watch"
        size = struct.unpack(">I", watching.read(4))[0]
        frame = watching.read(size)
    assert frame.startswith(b"\x0a\x05ADDED\x12")
    assert _config_map(read_envelope(frame[frame.index(b"k8s\0") :]))["data"] == {"a": "1"}


def test_a_refusal(ask: Ask) -> None:
    with pytest.raises(urllib.error.HTTPError) as gone, ask("/gone"):
        pass
    with gone.value:
        envelope = read_envelope(gone.value.read())
    status = read_message(
        envelope.raw, builtin_types().definition("io.k8s.apimachinery.pkg.apis.meta.v1.Status")
    )
    assert (envelope.kind, status["code"], status["message"]) == (
        "Status",
        404,
        'configmaps "gone" not found',
    )
