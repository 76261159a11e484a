"""The variables of a container: those of its spec, those of services, and which of them a client is told."""

from __future__ import annotations

from typing import Any

import pytest

from fakes.mirrord.model.environment import (
    Reference,
    container_variables,
    field,
    references,
    selected,
    service_variables,
)

POD: dict[str, Any] = {
    "metadata": {
        "name": "web-1", "namespace": "shop", "uid": "u", "labels": {"app": "web", "a": 'say "a"'},
        "annotations": {"b": "c"},
    },
    "spec": {"nodeName": "node-1", "serviceAccountName": "seller"},
    "status": {"hostIP": "172.18.0.2", "podIP": "10.244.0.7", "podIPs": [{"ip": "10.244.0.7"}, {"ip": "fd00::7"}]},
}  # fmt: skip
CONTENTS = {
    Reference("configmaps", "c"): {"LEVEL": b"info", "COLOUR": b"red"},
    Reference("secrets", "s"): {"PASSWORD": b"secret"},
}
SERVICES = {"WEB_SERVICE_HOST": "10.96.0.5"}


def variables(env: list[dict[str, Any]], **container: Any) -> dict[str, str]:
    """Without those that every container has."""
    found = container_variables({"name": "web", "env": env, **container}, POD, SERVICES, CONTENTS)
    return {name: value for name, value in found.items() if name not in ("HOSTNAME", *SERVICES)}


def said(name: str, value: str) -> dict[str, Any]:
    return {"name": name, "value": value}


def of(**source: Any) -> list[dict[str, Any]]:
    return [{"name": "A", "valueFrom": source}]


@pytest.mark.parametrize(
    ("env", "expected"),
    [
        ([said("A", "1"), said("B", "$(A)-$(NONE)-$$(A)-$x")], {"A": "1", "B": "1-$(NONE)-$(A)-$x"}),
        ([said("A", "$(B)"), said("B", "1")], {"A": "$(B)", "B": "1"}),
        ([said("A", "http://$(WEB_SERVICE_HOST)/")], {"A": "http://10.96.0.5/"}),
        ([{"name": "A"}], {"A": ""}),
        (of(fieldRef={"fieldPath": "status.podIP"}), {"A": "10.244.0.7"}),
        (of(configMapKeyRef={"name": "c", "key": "LEVEL"}), {"A": "info"}),
        (of(secretKeyRef={"name": "s", "key": "PASSWORD"}), {"A": "secret"}),
        (of(secretKeyRef={"name": "s", "key": "none", "optional": True}), {}),
        (of(configMapKeyRef={"name": "none", "key": "LEVEL", "optional": True}), {}),
        (of(resourceFieldRef={"resource": "limits.cpu"}), {}),
    ],
)
def test_the_spec(env: list[dict[str, Any]], expected: dict[str, str]) -> None:
    assert variables(env) == expected


def test_all_keys_come_before_single_ones() -> None:
    sources = [
        {"configMapRef": {"name": "c"}},
        {"prefix": "X_", "secretRef": {"name": "s"}},
        {"configMapRef": {"name": "none", "optional": True}},
    ]
    assert variables([said("LEVEL", "debug"), said("B", "$(COLOUR)")], envFrom=sources) == {
        "LEVEL": "debug", "COLOUR": "red", "X_PASSWORD": "secret", "B": "red",
    }  # fmt: skip


def test_what_is_referred_to() -> None:
    container = {
        "envFrom": [{"configMapRef": {"name": "c"}}, {"secretRef": {"name": "s"}}],
        "env": of(configMapKeyRef={"name": "d", "key": "k"}) + of(fieldRef={"fieldPath": "metadata.name"}),
    }
    assert references(container) == {
        Reference("configmaps", "c"), Reference("secrets", "s"), Reference("configmaps", "d"),
    }  # fmt: skip


def test_what_every_container_has_and_its_spec_is_stronger_than() -> None:
    assert container_variables({}, POD, SERVICES, {}) == {"HOSTNAME": "web-1", **SERVICES}
    env = [said("HOSTNAME", "mine"), said("WEB_SERVICE_HOST", "1.2.3.4")]
    assert container_variables({"env": env}, POD, SERVICES, {}) == {
        "HOSTNAME": "mine",
        "WEB_SERVICE_HOST": "1.2.3.4",
    }
    assert container_variables({"env": env[1:]}, {"metadata": {}}, {}, {}) == {"WEB_SERVICE_HOST": "1.2.3.4"}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("metadata.name", "web-1"),
        ("metadata.namespace", "shop"),
        ("metadata.uid", "u"),
        ("metadata.labels['app']", "web"),
        ("metadata.annotations['none']", ""),
        ("metadata.labels", 'a="say \\"a\\""\napp="web"'),
        ("spec.nodeName", "node-1"),
        ("spec.serviceAccountName", "seller"),
        ("status.hostIP", "172.18.0.2"),
        ("status.podIPs", "10.244.0.7,fd00::7"),
        ("status.hostIPs", None),
        ("status.phase", None),
    ],
)
def test_fields(path: str, value: str | None) -> None:
    assert field(POD, path) == value


def test_services() -> None:
    ports = [
        {"name": "https", "port": 443, "protocol": "TCP"},
        {"name": "dns-udp", "port": 53, "protocol": "UDP"},
    ]
    service = {"metadata": {"name": "my-web"}, "spec": {"clusterIP": "10.96.0.5", "ports": ports}}
    assert service_variables([service]) == {
        "MY_WEB_SERVICE_HOST": "10.96.0.5",
        "MY_WEB_SERVICE_PORT": "443",
        "MY_WEB_SERVICE_PORT_HTTPS": "443",
        "MY_WEB_SERVICE_PORT_DNS_UDP": "53",
        "MY_WEB_PORT": "tcp://10.96.0.5:443",
        "MY_WEB_PORT_443_TCP": "tcp://10.96.0.5:443",
        "MY_WEB_PORT_443_TCP_PROTO": "tcp",
        "MY_WEB_PORT_443_TCP_PORT": "443",
        "MY_WEB_PORT_443_TCP_ADDR": "10.96.0.5",
        "MY_WEB_PORT_53_UDP": "udp://10.96.0.5:53",
        "MY_WEB_PORT_53_UDP_PROTO": "udp",
        "MY_WEB_PORT_53_UDP_PORT": "53",
        "MY_WEB_PORT_53_UDP_ADDR": "10.96.0.5",
    }


@pytest.mark.parametrize(
    "spec",
    [
        {"clusterIP": "None", "ports": [{"port": 80}]},
        {"type": "ExternalName", "externalName": "a.example", "ports": [{"port": 80}]},
        {"clusterIP": "10.96.0.5"},
    ],
    ids=["headless", "external", "no ports"],
)
def test_services_that_no_container_is_told_of(spec: dict[str, Any]) -> None:
    assert service_variables([{"metadata": {"name": "web"}, "spec": spec}]) == {}


def test_the_address_of_a_service_may_be_of_the_sixth_version() -> None:
    service = {"metadata": {"name": "web"}, "spec": {"clusterIP": "fd00::5", "ports": [{"port": 80}]}}
    found = service_variables([service])
    assert (found["WEB_SERVICE_HOST"], found["WEB_PORT"]) == ("fd00::5", "tcp://[fd00::5]:80")


@pytest.mark.parametrize(
    ("select", "leave_out", "told"),
    [
        (["*"], [], "DB_HOST DB_PORT LEVEL"),
        ([], [], "DB_HOST DB_PORT LEVEL"),
        (["DB_*"], [], "DB_HOST DB_PORT"),
        (["DB_????"], ["*HOST"], "DB_PORT"),
        (["LEVEL", "DB_PORT"], [], "DB_PORT LEVEL"),
        (["*"], ["*"], ""),
        (["level"], [], ""),
        (["D."], [], ""),
    ],
)
def test_which_a_client_is_told(select: list[str], leave_out: list[str], told: str) -> None:
    environment = dict.fromkeys(["DB_HOST", "DB_PORT", "LEVEL", "PATH", "HOME", "PYTHONPATH"], "x")
    assert sorted(selected(environment, select, leave_out)) == told.split()
