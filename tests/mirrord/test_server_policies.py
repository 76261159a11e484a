"""Policies that are in the cluster: what they forbid to sessions, from the moment they are there."""

from __future__ import annotations

from typing import Any

import pytest

from fakes.apimachinery.status import StatusError
from fakes.mirrord.model.filters import HeaderFilter
from fakes.mirrord.protocol.client import MirrorPort, StealPort, Tcp, TcpSteal
from fakes.mirrord.protocol.composites import Err, Ok
from fakes.mirrord.protocol.daemon import StealEvent, SubscribeResult, TcpEvent
from fakes.mirrord.protocol.errors import Forbidden
from fakes.mirrord.protocol.filters import StealAll, StealFiltered

GROUP = "/apis/policies.mirrord.metalbear.co/v1alpha"
A = 0xA1
STEAL = TcpSteal(StealPort(StealAll(80)))
FILTERED = TcpSteal(StealPort(StealFiltered(80, HeaderFilter("x-user: a"))))
MIRROR = Tcp(MirrorPort(80))


def policy(operated, spec: dict[str, Any], *, namespace: str = "default") -> None:
    scope = f"/namespaces/{namespace}/mirrordpolicies" if namespace else "/mirrordclusterpolicies"
    kind = "MirrordPolicy" if namespace else "MirrordClusterPolicy"
    body = {
        "apiVersion": "policies.mirrord.metalbear.co/v1alpha", "kind": kind, "metadata": {"name": "p"},
        "spec": {"block": [], **spec},
    }  # fmt: skip
    operated.ask("POST", GROUP + scope, body)


@pytest.mark.parametrize(
    ("spec", "namespace", "message", "allowed"),
    [
        ({"block": ["steal"]}, "default", STEAL, False),
        ({"block": ["steal"]}, "default", FILTERED, False),
        ({"block": ["steal"]}, "default", MIRROR, True),
        ({"block": ["steal"]}, "", STEAL, False),
        ({"block": ["steal"]}, "shop", STEAL, True),
        ({"block": ["steal-without-filter"]}, "default", STEAL, False),
        ({"block": ["steal-without-filter"]}, "default", FILTERED, True),
        ({"block": ["mirror"]}, "default", MIRROR, False),
        ({"block": ["steal"], "targetPath": "deploy/*"}, "default", STEAL, False),
        ({"block": ["steal"], "targetPath": "pod/*"}, "default", STEAL, True),
        ({"block": ["steal"], "selector": {"matchLabels": {"tier": "front"}}}, "default", STEAL, False),
        ({"block": ["steal"], "selector": {"matchLabels": {"tier": "back"}}}, "default", STEAL, True),
    ],
)
@pytest.mark.parametrize("later", [False, True], ids=["before the session", "during it"])
def test_blocked_ports(operated, spec, namespace: str, message, allowed: bool, later: bool) -> None:
    if not later:
        policy(operated, spec, namespace=namespace)
    socket = operated.connect(A)
    if later:
        policy(operated, spec, namespace=namespace)
    answer = operated.say(socket, message)
    assert isinstance(answer, TcpEvent if message is MIRROR else StealEvent)
    assert isinstance(answer.message, SubscribeResult)
    result = answer.message.result
    if allowed:
        assert result == Ok(80)
    else:
        assert isinstance(result, Err)
        assert isinstance(result.value, Forbidden)
        assert result.value.policy == "p"


@pytest.mark.parametrize(
    ("spec", "query", "allowed"),
    [
        ({"requireProfile": True}, "connect=true", False),
        ({"requireProfile": True}, "connect=true&profile=any", True),
        ({"profileAllowlist": ["good"]}, "connect=true&profile=good", True),
        ({"profileAllowlist": ["good"]}, "connect=true&profile=bad", False),
    ],
)
def test_profiles(operated, spec, query: str, allowed: bool) -> None:
    policy(operated, spec)
    if allowed:
        operated.connect(A, query=query)
        return
    with pytest.raises(StatusError) as caught:
        operated.connect(A, query=query)
    assert (caught.value.code, caught.value.reason) == (403, "Forbidden")


def test_a_policy_must_say_what_it_blocks(operated) -> None:
    body = {
        "apiVersion": "policies.mirrord.metalbear.co/v1alpha",
        "kind": "MirrordPolicy",
        "metadata": {"name": "p"},
    }
    path = f"{GROUP}/namespaces/default/mirrordpolicies"
    assert operated.refusal("POST", path, {**body, "spec": {}}).code == 422
    assert operated.refusal("POST", path, {**body, "spec": {"block": ["all"]}}).code == 422
