"""Webhooks, called over TLS on a socket."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from fakes.apimachinery.status import StatusError
from fakes.cluster import FakeCluster

CONFIGURATIONS = "/apis/admissionregistration.k8s.io/v1"
CONFIG_MAPS = "/api/v1/namespaces/default/configmaps"
RULE = {"operations": ["CREATE"], "apiGroups": [""], "apiVersions": ["v1"], "resources": ["configmaps"]}


def hook(hooks: Any, path: str = "/", **fields: Any) -> dict[str, Any]:
    return {
        "name": "w.example.com", "rules": [RULE], "sideEffects": "None", "admissionReviewVersions": ["v1"],
        "clientConfig": {"url": hooks.url + path, "caBundle": hooks.bundle}, **fields,
    }  # fmt: skip


def configure(call: Any, kind: str, *webhooks: dict[str, Any], name: str = "w") -> None:
    body = {
        "apiVersion": "admissionregistration.k8s.io/v1", "kind": f"{kind}WebhookConfiguration",
        "metadata": {"name": name}, "webhooks": list(webhooks),
    }  # fmt: skip
    call("POST", f"{CONFIGURATIONS}/{kind.lower()}webhookconfigurations", body)


def config_map(name: str = "c", **more: Any) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, **more}, "data": {"a": "1"}}


def patched(*operations: dict[str, Any]) -> dict[str, Any]:
    patch = base64.b64encode(json.dumps(list(operations)).encode()).decode()
    return {"allowed": True, "patchType": "JSONPatch", "patch": patch}


def test_a_webhook_is_asked_in_the_words_of_admission_review(hooks: Any, request_as_admin: Any) -> None:
    hooks.answers["/"] = lambda _: {"allowed": True}
    configure(request_as_admin, "Validating", hook(hooks))
    request_as_admin("POST", CONFIG_MAPS, config_map(), query={"dryRun": "All"})
    asked = hooks.asked[0]
    shown = {
        name: asked[name]
        for name in ("kind", "resource", "name", "namespace", "operation", "dryRun", "oldObject")
    }
    assert shown == {
        "kind": {"group": "", "version": "v1", "kind": "ConfigMap"},
        "resource": {"group": "", "version": "v1", "resource": "configmaps"},
        "name": "c",
        "namespace": "default",
        "operation": "CREATE",
        "dryRun": True,
        "oldObject": None,
    }
    assert asked["userInfo"]["username"] == "ann"
    assert asked["object"]["data"] == {"a": "1"}
    assert asked["object"]["kind"] == "ConfigMap"
    assert hooks.paths == ["/?timeout=10s"]


@pytest.mark.parametrize(
    ("response", "code", "message"),
    [
        ({"allowed": False}, 400, 'admission webhook "w.example.com" denied the request without explanation'),
        (
            {"allowed": False, "status": {"message": "no", "code": 403, "reason": "Forbidden"}},
            403,
            'admission webhook "w.example.com" denied the request: no',
        ),
        (
            {"allowed": False, "status": {"reason": "Bad"}},
            400,
            'admission webhook "w.example.com" denied the request: Bad',
        ),
        (
            {"uid": "x", "allowed": True},
            500,
            (
                'Internal error occurred: failed calling webhook "w.example.com": received invalid webhook response: '
                'expected response.uid="UID", got "x"'
            ),
        ),
        (
            (500, b"boom"),
            500,
            (
                'Internal error occurred: failed calling webhook "w.example.com": failed to call webhook: '
                'an error on the server ("boom") has prevented the request from succeeding'
            ),
        ),
        (
            (404, b""),
            500,
            (
                'Internal error occurred: failed calling webhook "w.example.com": failed to call webhook: '
                "the server could not find the requested resource"
            ),
        ),
    ],
)
def test_a_refusal_is_told_in_the_words_of_the_server(
    response: Any, code: int, message: str, hooks: Any, request_as_admin: Any, cluster: FakeCluster
) -> None:
    hooks.answers["/"] = lambda _: response
    configure(request_as_admin, "Validating", hook(hooks))
    revision = cluster.storage.revision
    with pytest.raises(StatusError) as refusal:
        request_as_admin("POST", CONFIG_MAPS, config_map())
    assert refusal.value.code == code
    assert refusal.value.message == message.replace("UID", hooks.asked[0]["uid"])
    assert cluster.storage.revision == revision


def unreachable(call: Any, hooks: Any, policy: str, **client: Any) -> None:
    configure(call, "Validating", hook(hooks, failurePolicy=policy, timeoutSeconds=1, clientConfig=client))


@pytest.mark.parametrize(
    ("client", "text"),
    [
        ({"url": "https://127.0.0.1:1/x"}, "https://127.0.0.1:1/x?timeout=1s\": dial tcp 127.0.0.1:1: connect: connection refused"),
        (
            {"service": {"namespace": "default", "name": "nobody", "path": "/x"}},
            'https://nobody.default.svc:443/x?timeout=1s": service "nobody" not found',
        ),
    ],
)  # fmt: skip
def test_a_failing_webhook_refuses_unless_it_is_to_be_ignored(
    client: dict[str, Any], text: str, hooks: Any, request_as_admin: Any
) -> None:
    unreachable(request_as_admin, hooks, "Fail", **client)
    with pytest.raises(StatusError) as refusal:
        request_as_admin("POST", CONFIG_MAPS, config_map())
    expected = f'failed calling webhook "w.example.com": failed to call webhook: Post "{text}'
    assert refusal.value.message == f"Internal error occurred: {expected}"
    assert (refusal.value.code, refusal.value.reason) == (500, "InternalError")
    request_as_admin("DELETE", f"{CONFIGURATIONS}/validatingwebhookconfigurations/w")
    unreachable(request_as_admin, hooks, "Ignore", **client)
    request_as_admin("POST", CONFIG_MAPS, config_map())


def test_a_webhook_whose_certificate_nobody_knows_is_not_trusted(hooks: Any, request_as_admin: Any) -> None:
    configure(request_as_admin, "Validating", hook(hooks, clientConfig={"url": hooks.url}))
    with pytest.raises(StatusError, match="x509: certificate signed by unknown authority"):
        request_as_admin("POST", CONFIG_MAPS, config_map())


def test_a_webhook_that_takes_too_long_is_not_waited_for(hooks: Any, request_as_admin: Any) -> None:
    hooks.answers["/"] = lambda _: hooks.release.wait(5) and {"allowed": True}
    configure(request_as_admin, "Validating", hook(hooks, timeoutSeconds=1))
    with pytest.raises(StatusError, match="context deadline exceeded"):
        request_as_admin("POST", CONFIG_MAPS, config_map())
    hooks.release.set()


def test_webhooks_change_an_object_one_after_the_other(hooks: Any, request_as_admin: Any) -> None:
    hooks.answers["/a"] = lambda request: patched(
        {"op": "add", "path": "/data/seen", "value": ",".join(sorted(request["object"]["data"]))}
    )
    hooks.answers["/b"] = lambda _: patched({"op": "add", "path": "/data/b", "value": "2"})
    configure(
        request_as_admin, "Mutating", hook(hooks, "/a", name="a.example.com", reinvocationPolicy="IfNeeded"),
        hook(hooks, "/b", name="b.example.com"),
    )  # fmt: skip
    created = request_as_admin("POST", CONFIG_MAPS, config_map())
    assert created["data"] == {"a": "1", "b": "2", "seen": "a,b,seen"}
    assert [path.partition("?")[0] for path in hooks.paths] == ["/a", "/b", "/a"]


def test_what_a_webhook_changes_is_validated(hooks: Any, request_as_admin: Any) -> None:
    hooks.answers["/"] = lambda _: patched({"op": "add", "path": "/data/b c", "value": "2"})
    configure(request_as_admin, "Mutating", hook(hooks))
    with pytest.raises(StatusError) as refusal:
        request_as_admin("POST", CONFIG_MAPS, config_map())
    assert refusal.value.reason == "Invalid"


@pytest.mark.parametrize(
    ("fields", "asked"),
    [
        ({}, True),
        ({"rules": [{**RULE, "operations": ["UPDATE"]}]}, False),
        ({"rules": [{**RULE, "apiGroups": ["*"], "apiVersions": ["*"], "resources": ["*"]}]}, True),
        ({"rules": [{**RULE, "resources": ["*/status"]}]}, False),
        ({"rules": [{**RULE, "scope": "Cluster"}]}, False),
        ({"rules": [{**RULE, "scope": "Namespaced"}]}, True),
        ({"objectSelector": {"matchLabels": {"app": "x"}}}, True),
        ({"objectSelector": {"matchLabels": {"app": "y"}}}, False),
        ({"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "default"}}}, True),
        ({"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "other"}}}, False),
        ({"matchConditions": [{"name": "c", "expression": "object.metadata.name == 'c'"}]}, True),
        ({"matchConditions": [{"name": "c", "expression": "request.userInfo.username == 'bob'"}]}, False),
        (
            {
                "failurePolicy": "Ignore",
                "matchConditions": [{"name": "c", "expression": "object.no.such == 'c'"}],
            },
            False,
        ),
    ],
)
def test_a_webhook_is_asked_only_what_it_wants_to_see(
    fields: dict[str, Any], asked: bool, hooks: Any, request_as_admin: Any
) -> None:
    hooks.answers["/"] = lambda _: {"allowed": True, "warnings": ["seen"]}
    configure(request_as_admin, "Validating", hook(hooks, **fields))
    request_as_admin("POST", CONFIG_MAPS, config_map(labels={"app": "x"}))
    assert bool(hooks.asked) is asked


@pytest.mark.parametrize(
    ("method", "path", "operation", "subresource"),
    [
        ("PUT", f"{CONFIG_MAPS}/c", "UPDATE", None),
        ("DELETE", f"{CONFIG_MAPS}/c", "DELETE", None),
        ("DELETE", CONFIG_MAPS, "DELETE", None),
    ],
)
def test_every_kind_of_write_is_shown(
    method: str, path: str, operation: str, subresource: str | None, hooks: Any, request_as_admin: Any
) -> None:
    request_as_admin("POST", CONFIG_MAPS, config_map())
    hooks.answers["/"] = lambda _: {"allowed": False, "status": {"message": "no"}}
    configure(request_as_admin, "Validating", hook(hooks, rules=[{**RULE, "operations": ["*"]}]))
    with pytest.raises(StatusError, match="denied the request: no"):
        request_as_admin(method, path, config_map() if method == "PUT" else None)
    assert hooks.asked[0]["operation"] == operation
    assert hooks.asked[0]["oldObject"]["metadata"]["name"] == "c"
    assert (hooks.asked[0]["object"] is None) is (operation == "DELETE")


def test_a_service_leads_to_where_it_says(hooks: Any, request_as_admin: Any) -> None:
    hooks.answers["/validate"] = lambda _: {"allowed": False}
    service = {
        "apiVersion": "v1", "kind": "Service", "metadata": {"name": "hooks"},
        "spec": {"type": "ExternalName", "externalName": "localhost"},
    }  # fmt: skip
    request_as_admin("POST", "/api/v1/namespaces/default/services", service)
    reference = {"namespace": "default", "name": "hooks", "path": "/validate", "port": hooks.port}
    configure(
        request_as_admin,
        "Validating",
        hook(hooks, clientConfig={"service": reference, "caBundle": hooks.bundle}),
    )
    with pytest.raises(StatusError, match="denied the request without explanation"):
        request_as_admin("POST", CONFIG_MAPS, config_map())


def test_a_server_of_this_process_can_be_a_webhook(
    cluster: FakeCluster, hooks: Any, request_as_admin: Any
) -> None:
    async def refuse(scope: Any, receive: Any, send: Any) -> None:
        uid = json.loads((await receive())["body"])["request"]["uid"]
        response = {"uid": uid, "allowed": False, "status": {"message": scope["path"]}}
        review = {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "response": response}
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": json.dumps(review).encode()})

    service = {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "s"},
        "spec": {"ports": [{"port": 443}]},
    }
    request_as_admin("POST", "/api/v1/namespaces/default/services", service)
    cluster.serve_behind("default", "s", refuse)
    reference = {"service": {"namespace": "default", "name": "s", "path": "/there"}}
    configure(request_as_admin, "Validating", hook(hooks, clientConfig=reference))
    with pytest.raises(StatusError, match="denied the request: /there"):
        request_as_admin("POST", CONFIG_MAPS, config_map())


def test_configurations_themselves_are_never_shown(hooks: Any, request_as_admin: Any) -> None:
    everything = {"operations": ["*"], "apiGroups": ["*"], "apiVersions": ["*"], "resources": ["*/*"]}
    hooks.answers["/"] = lambda _: {"allowed": False}
    configure(request_as_admin, "Validating", hook(hooks, rules=[everything]))
    request_as_admin("DELETE", f"{CONFIGURATIONS}/validatingwebhookconfigurations/w")
    request_as_admin("POST", CONFIG_MAPS, config_map())
    assert hooks.asked == []
