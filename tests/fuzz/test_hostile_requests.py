"""Random methods, paths, queries, headers, bodies and patches.

``FUZZ_EXAMPLES=20000`` looks longer, and elsewhere on every run.
"""

from __future__ import annotations

import json
import os
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "0"))
HOSTILE = settings(
    max_examples=EXAMPLES or 40, derandomize=not EXAMPLES, deadline=None, database=None, print_blob=bool(EXAMPLES),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)  # fmt: skip
NASTY = st.sampled_from(
    [
        "", ".", "..", "%2e%2e", "a/b", "%2f", "\\", "\0", "a\0b", "A", "a" * 300, "é", "𝕏", "\u202e", "-", "a.b", "*",
        "{}", "'", '"', "null", "0", "-1", "1e9", "true", "\n", "\r\nX: y", "watch", "proxy", "status", "namespaces",
        "default", "ten", "\ud7ff", "$(id)", "../../etc/passwd", "%00", "9" * 40,
    ]
)  # fmt: skip
TEXT = NASTY | st.text(max_size=20).filter(
    lambda text: not any("\ud800" <= each <= "\udfff" for each in text)
)
GROUPS = st.sampled_from(
    [
        "/api/v1", "/apis/apps/v1", "/apis/batch/v1", "/apis/rbac.authorization.k8s.io/v1", "/apis/acme.io/v1",
        "/apis/apiextensions.k8s.io/v1", "/apis/apiregistration.k8s.io/v1", "/apis/authorization.k8s.io/v1",
        "/apis/autoscaling/v2", "/apis/admissionregistration.k8s.io/v1", "/apis/nope/v9", "/apis", "/api", "/openapi", "/",
    ]
)  # fmt: skip
RESOURCES = st.sampled_from(
    [
        "configmaps", "pods", "services", "secrets", "namespaces", "nodes", "deployments", "jobs", "roles", "clusterroles",
        "rolebindings", "widgets", "customresourcedefinitions", "apiservices", "subjectaccessreviews", "events",
        "serviceaccounts", "horizontalpodautoscalers", "bindings", "componentstatuses", "persistentvolumes",
        "validatingadmissionpolicies", "validatingwebhookconfigurations",
    ]
)  # fmt: skip
SUBRESOURCES = st.sampled_from(
    ["status", "scale", "log", "exec", "binding", "eviction", "proxy", "token", "finalize"]
)
SEGMENT = RESOURCES | SUBRESOURCES | TEXT
PATHS = st.one_of(
    st.builds(lambda group, parts: "/".join([group, *parts]), GROUPS, st.lists(SEGMENT, max_size=6)),
    st.builds("{}/namespaces/default/{}".format, GROUPS, RESOURCES),
    st.builds("{}/namespaces/default/{}/{}".format, GROUPS, RESOURCES, TEXT),
    st.builds("{}/namespaces/default/{}/{}/{}".format, GROUPS, RESOURCES, TEXT, SUBRESOURCES),
    st.builds("/{}".format, st.text(max_size=30)),
)
METHODS = st.sampled_from(
    ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "CONNECT", "get", "Ü"]
)
PARAMETERS = st.sampled_from(
    [
        "watch", "labelSelector", "fieldSelector", "limit", "continue", "resourceVersion", "resourceVersionMatch",
        "timeoutSeconds", "timeout", "sendInitialEvents", "allowWatchBookmarks", "dryRun", "fieldManager", "force",
        "fieldValidation", "pretty", "gracePeriodSeconds", "propagationPolicy", "orphanDependents", "includeObject",
        "export", "exact", "container", "follow", "tailLines", "command", "x",
    ]
)  # fmt: skip
VALUES = TEXT | st.sampled_from(
    [
        "1", "true", "All", "a=b", "a in (b", "!a", "metadata.name=a", "metadata.name!=a,status.phase=b", "Strict", "Exact",
        "NotOlderThan", "Orphan", "Foreground", "Object", "1s", "-5", "99999999999999999999", "eyJ2IjoibWV0YS5rOHMuaW8vdjEifQ",
    ]
)  # fmt: skip
MEDIA = st.sampled_from(
    [
        "application/json", "application/yaml", "application/vnd.kubernetes.protobuf", "application/json-patch+json",
        "application/merge-patch+json", "application/strategic-merge-patch+json", "application/apply-patch+yaml",
        "text/plain", "*/*", "", ";", "application/json;as=Table;v=v1;g=meta.k8s.io", "application/json;stream=watch",
        "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io", "application/cbor", "a/b;q=x", ",,,",
        "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList", "application/json; charset=\"",
    ]
)  # fmt: skip
HEADERS = st.lists(
    st.one_of(
        st.tuples(st.just("accept"), MEDIA),
        st.tuples(st.just("content-type"), MEDIA),
        st.tuples(
            st.sampled_from(
                [
                    "impersonate-user", "impersonate-group", "impersonate-extra-a%", "authorization", "user-agent",
                    "x-remote-user", "audit-id", "if-none-match", "content-length", "content-encoding", "upgrade",
                ]
            ),
            TEXT | st.sampled_from(["Bearer x", "Bearer ", "Basic eDp5", "Bearer a.b.c", "gzip", "websocket"]),
        ),
    ),
    max_size=4,
)  # fmt: skip
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT,
    lambda below: st.lists(below, max_size=3) | st.dictionaries(TEXT, below, max_size=4),
    max_leaves=12,
)
FIELDS = st.sampled_from(
    [
        "metadata", "spec", "status", "data", "kind", "apiVersion", "name", "namespace", "labels", "annotations",
        "finalizers", "ownerReferences", "managedFields", "resourceVersion", "uid", "generateName", "containers", "image",
        "template", "selector", "matchLabels", "replicas", "ports", "rules", "verbs", "subjects", "roleRef", "names",
        "versions", "group", "webhooks", "size", "any", "creationTimestamp", "deletionTimestamp", "resources", "limits",
    ]
)  # fmt: skip
OBJECTS = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 2**65) | TEXT,
    lambda below: st.lists(below, max_size=3) | st.dictionaries(FIELDS | TEXT, below, max_size=5),
    max_leaves=20,
)


def dumped(value: Any) -> bytes:
    return json.dumps(value).encode("utf-8", "replace")


NAMED = st.builds(
    lambda name, more: dumped({**(more if isinstance(more, dict) else {}), "metadata": {"name": name}}),
    TEXT,
    OBJECTS,
)
OPERATIONS = st.lists(
    st.fixed_dictionaries(
        {},
        optional={
            "op": st.sampled_from(["add", "remove", "replace", "move", "copy", "test", "x"]) | OBJECTS,
            "path": st.sampled_from(
                ["", "/", "/metadata", "/metadata/name", "/data/a", "/spec/-", "/a/9999", "/~2"]
            )
            | TEXT,
            "from": st.sampled_from(["", "/metadata", "/data"]) | TEXT,
            "value": OBJECTS,
        },
    ),
    max_size=4,
).map(dumped)
BODIES = st.one_of(
    st.just(b""),
    st.binary(max_size=60),
    st.binary(max_size=60).map(lambda raw: b"k8s\0" + raw),
    JSON.map(dumped),
    OBJECTS.map(dumped),
    NAMED,
    OPERATIONS,
)
QUERIES = st.lists(st.tuples(PARAMETERS, VALUES), max_size=4)


def encoded(pairs: list[tuple[str, str]]) -> bytes:
    from urllib.parse import urlencode

    return urlencode(pairs, errors="replace").encode()


def raw_headers(pairs: list[tuple[str, str]]) -> list[tuple[bytes, bytes]]:
    return [(name.encode("latin-1", "replace"), value.encode("latin-1", "replace")) for name, value in pairs]


@HOSTILE
@given(METHODS, PATHS, QUERIES, HEADERS, BODIES)
def test_no_request_breaks_the_server(
    target: Any, method: str, path: str, query: Any, headers: Any, body: bytes
) -> None:
    target.send(method, path, encoded(query), raw_headers(headers), body)


@HOSTILE
@given(METHODS, st.binary(max_size=40), st.binary(max_size=40), BODIES)
def test_no_bytes_in_path_or_query_break_the_server(
    target: Any, method: str, path: bytes, query: bytes, body: bytes
) -> None:
    target.send(method, "/" + path.decode("utf-8", "replace"), query, (), body)


COLLECTIONS = {
    "ConfigMap": "/api/v1/namespaces/default/configmaps",
    "Secret": "/api/v1/namespaces/default/secrets",
    "Service": "/api/v1/namespaces/default/services",
    "Pod": "/api/v1/namespaces/default/pods",
    "Namespace": "/api/v1/namespaces",
    "Deployment": "/apis/apps/v1/namespaces/default/deployments",
    "CronJob": "/apis/batch/v1/namespaces/default/cronjobs",
    "ClusterRole": "/apis/rbac.authorization.k8s.io/v1/clusterroles",
    "RoleBinding": "/apis/rbac.authorization.k8s.io/v1/namespaces/default/rolebindings",
    "NetworkPolicy": "/apis/networking.k8s.io/v1/namespaces/default/networkpolicies",
    "Ingress": "/apis/networking.k8s.io/v1/namespaces/default/ingresses",
    "HorizontalPodAutoscaler": "/apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers",
    "CustomResourceDefinition": "/apis/apiextensions.k8s.io/v1/customresourcedefinitions",
    "ValidatingWebhookConfiguration": "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations",
    "ValidatingAdmissionPolicy": "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies",
    "SubjectAccessReview": "/apis/authorization.k8s.io/v1/subjectaccessreviews",
    "Widget": "/apis/acme.io/v1/namespaces/default/widgets",
}


def version(path: str) -> str:
    parts = path.split("/")
    return parts[2] if parts[1] == "api" else f"{parts[2]}/{parts[3]}"


@pytest.mark.parametrize("kind", COLLECTIONS)
@HOSTILE
@given(OBJECTS, TEXT, st.sampled_from(["Strict", "Warn", "Ignore"]))
def test_no_object_breaks_the_server(target: Any, kind: str, fields: Any, name: str, validation: str) -> None:
    path = COLLECTIONS[kind]
    content = fields if isinstance(fields, dict) else {"spec": fields}
    metadata = content.get("metadata")
    metadata = {**metadata, "name": name} if isinstance(metadata, dict) else {"name": name or "x"}
    obj = {**content, "apiVersion": version(path), "kind": kind, "metadata": metadata}
    target.send(
        "POST",
        path,
        f"fieldValidation={validation}".encode(),
        [(b"content-type", b"application/json")],
        dumped(obj),
    )
    for resource, key in target.filed():
        assert key.count("/") <= 1, f"{resource} are filed under {key}"
        assert not {"..", "."} & set(key.split("/"))


PATCHES = {
    "application/json-patch+json": OPERATIONS,
    "application/merge-patch+json": OBJECTS.map(dumped),
    "application/strategic-merge-patch+json": OBJECTS.map(dumped),
    "application/apply-patch+yaml": st.one_of(OBJECTS.map(dumped), NAMED, st.text(max_size=40).map(lambda text: text.encode("utf-8", "replace"))),
}  # fmt: skip


@pytest.mark.parametrize("kind", ["ConfigMap", "Deployment", "Service", "Widget"])
@pytest.mark.parametrize("media", PATCHES)
@HOSTILE
@given(data=st.data())
def test_no_patch_breaks_the_server(target: Any, kind: str, media: str, data: Any) -> None:
    path = COLLECTIONS[kind]
    starts: dict[str, Any] = {
        "ConfigMap": {"data": {"a": "1"}},
        "Deployment": {
            "spec": {
                "selector": {"matchLabels": {"a": "b"}},
                "template": {
                    "metadata": {"labels": {"a": "b"}},
                    "spec": {"containers": [{"name": "c", "image": "i"}]},
                },
            }
        },
        "Service": {"spec": {"ports": [{"port": 80}]}},
        "Widget": {"spec": {"size": 2, "names": ["x"]}},
    }
    start: dict[str, Any] = starts[kind]
    obj = {"apiVersion": version(path), "kind": kind, "metadata": {"name": "p"}, **start}
    json_type = [(b"content-type", b"application/json")]
    target.send("POST", path, b"", json_type, dumped(obj))
    patch = data.draw(PATCHES[media])
    subresource = data.draw(st.sampled_from(["", "/status", "/scale"]))
    query = b"fieldManager=m&force=true" if media.endswith("yaml") else b""
    target.send("PATCH", f"{path}/p{subresource}", query, [(b"content-type", media.encode())], patch)
