"""Requests that are known to hurt servers: little input that becomes much, numbers that fit nowhere, names that lead out."""

from __future__ import annotations

import json
from typing import Any

import pytest

CONFIG_MAPS = "/api/v1/namespaces/default/configmaps"
PODS = "/api/v1/namespaces/default/pods"
WIDGETS = "/apis/acme.io/v1/namespaces/default/widgets"
JSON = "application/json"
JSON_PATCH = "application/json-patch+json"
APPLY = "application/apply-patch+yaml"
LAUGHS = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{chr(98 + depth)}: &{chr(98 + depth)} [{','.join(['*' + chr(97 + depth)] * 9)}]\n" for depth in range(8)
)
COPIES = [{"op": "add", "path": "/spec/any", "value": {}}] + [
    {"op": "copy", "from": "/spec/any", "path": f"/spec/any/{number}"} for number in range(40)
]


def widget(content: bytes, name: bytes = b"w") -> bytes:
    start = b'{"apiVersion":"acme.io/v1","kind":"Widget","metadata":{"name":"' + name
    return start + b'"},"spec":{"any":' + content + b"}}"


def nested(depth: int) -> bytes:
    return b'{"a":' * depth + b"1" + b"}" * depth


def config_map(extra: bytes) -> bytes:
    return b'{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"n"},' + extra + b"}"


def pod(name: str, **spec: Any) -> bytes:
    containers = [{"name": "c", "image": "i", **spec.pop("container", {})}]
    meta = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name}}
    return json.dumps(
        {**meta, "spec": {"automountServiceAccountToken": False, "containers": containers, **spec}}
    ).encode()


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    ("method", "path", "query", "media", "body", "codes"),
    [
        ("POST", CONFIG_MAPS, "", JSON, config_map(b'"data":' + nested(100_000)), {400}),
        ("POST", CONFIG_MAPS, "", JSON, config_map(b'"x":' + b"[" * 100_000 + b"]" * 100_000), {400}),
        ("POST", WIDGETS, "", JSON, widget(nested(900)), {400}),
        ("PATCH", f"{CONFIG_MAPS}/n", "fieldManager=m", APPLY, LAUGHS.encode(), {400}),
        ("POST", CONFIG_MAPS, "", "application/yaml", LAUGHS.encode(), {400}),
        ("PATCH", f"{CONFIG_MAPS}/n", "fieldManager=m", APPLY, b"a: &a [*a]", {400}),
        ("PATCH", f"{CONFIG_MAPS}/n", "fieldManager=m", APPLY, b"a: &a\n  <<: *a\n", {400}),
        ("PATCH", f"{CONFIG_MAPS}/n", "fieldManager=m", APPLY, b"[" * 20_000, {400}),
        (
            "PATCH",
            f"{CONFIG_MAPS}/n",
            "fieldManager=m",
            APPLY,
            b"!!python/object/apply:os.system ['id']",
            {400},
        ),
        ("PATCH", f"{WIDGETS}/there", "", JSON_PATCH, json.dumps(COPIES).encode(), {413}),
        ("POST", WIDGETS, "", JSON, widget(b"1e400"), {400}),
        ("POST", WIDGETS, "", JSON, widget(b"9" * 5000), {400}),
        ("POST", CONFIG_MAPS, "", JSON, config_map(b'"data":{"\\ud800":"\\ud800"}'), {422}),
        ("POST", CONFIG_MAPS, "", JSON, b"\xff\xfe" + config_map(b'"data":{}'), {400}),
        ("POST", PODS, "", JSON, pod("q", container={"resources": {"limits": {"cpu": "9" * 5000}}}), {400}),
        ("POST", PODS, "", JSON, pod("q", container={"resources": {"limits": {"cpu": "1e99999999"}}}), {400}),
        ("DELETE", f"{PODS}/there", "gracePeriodSeconds=" + "9" * 18, "", b"", {200}),
        ("DELETE", f"{PODS}/there", "gracePeriodSeconds=" + "9" * 30, "", b"", {400}),
        ("GET", CONFIG_MAPS, "watch=1&timeoutSeconds=" + "9" * 30, "", b"", {400}),
        ("GET", CONFIG_MAPS, "watch=1&timeoutSeconds=" + "9" * 12, "", b"", {200}),
        ("GET", CONFIG_MAPS, "watch=1&timeoutSeconds=-5", "", b"", {200}),
        ("GET", CONFIG_MAPS, "limit=" + "9" * 5000, "", b"", {400}),
        ("GET", CONFIG_MAPS, "resourceVersion=" + "9" * 5000, "", b"", {400, 504}),
        ("GET", CONFIG_MAPS, "resourceVersion=" + "9" * 12, "", b"", {504}),
        ("GET", CONFIG_MAPS, "labelSelector=" + "(" * 10_000, "", b"", {400}),
        ("GET", CONFIG_MAPS, "continue=" + "A" * 10_000, "", b"", {400}),
        ("POST", CONFIG_MAPS, "", "application/vnd.kubernetes.protobuf", b"k8s\0" + b"\x0b" * 100_000, {400}),
        ("POST", CONFIG_MAPS, "", "application/vnd.kubernetes.protobuf", b"k8s\0\x0a" + b"\xff" * 10, {400}),
        ("GET", f"{CONFIG_MAPS}/..", "", "", b"", {400}),
        ("PUT", f"{CONFIG_MAPS}/..", "", JSON, b'{"metadata":{"name":".."}}', {400}),
        ("POST", CONFIG_MAPS, "", JSON, b'{"metadata":{"name":"a/b"}}', {422}),
        ("POST", CONFIG_MAPS, "", JSON, b'{"metadata":{"generateName":"../"}}', {422}),
        ("GET", "/openapi/v3/../../../etc/passwd", "", "", b"", {404}),
        ("GET", "/apis/apps/v1/namespaces/default/deployments/../../../../../etc/passwd", "", "", b"", {404}),
        ("GET", "/" + "a/" * 50_000, "", "", b"", {404}),
    ],
)
def test_an_attack_is_answered(
    method: str, path: str, query: str, media: str, body: bytes, codes: set[int], target: Any
) -> None:
    json_type = [(b"content-type", JSON.encode())]
    target.send("POST", WIDGETS, b"", json_type, widget(b"{}", b"there"))
    target.send("POST", PODS, b"", json_type, pod("there", nodeName="n", serviceAccountName="default"))
    headers = [(b"content-type", media.encode())] if media else []
    assert target.send(method, path, query.encode(), headers, body)[0] in codes


def test_a_client_that_falls_too_far_behind_is_forgotten(target: Any) -> None:
    storage = target.cluster.storage
    watch = storage.watch("configmaps", "", storage.revision)
    for _ in range(10_001):
        storage.put(
            "configmaps", "default/n", {"metadata": {"name": "n", "namespace": "default", "uid": "u"}}
        )
    assert storage.watchers() == 0
    assert watch.poll() is None
