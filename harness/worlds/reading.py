"""From YAML to a World, saying of every mistake the file, the line, the field and how to mend it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any, TypeVar

from harness.cluster import OperatorSettings, StatusData
from harness.worlds import Grant, Person, PortOfSession, Role, SessionOfWorld, Workload, World
from harness.worlds.nodes import Node, parse_document
from harness.worlds.operators import read_operator

__all__ = ["KINDS", "read_world"]

T = TypeVar("T")

KINDS = ("deployment", "rollout", "statefulset", "replicaset", "pod", "job", "cronjob", "service")
_NAME = re.compile(r"[a-z0-9]([-a-z0-9.]*[a-z0-9])?")
_SESSION_ID = re.compile(r"[0-9A-F]{1,16}")


def read_world(text: str, source: str, name: str = "") -> World:
    """The world that a YAML text describes; ``source`` is what errors call the file.

    Raises:
        WorldError: the first mistake in the text.
    """
    top = parse_document(text, source).fields(
        "clock", "operator", "status", "namespaces", "workloads", "people", "roles", "sessions"
    )
    clock = top["clock"].fields("start") if "clock" in top else {}
    world = World(
        name=name,
        start=clock["start"].moment() if "start" in clock else None,
        operator=read_operator(top.get("operator"), top.get("status")),
        namespaces=_each(top, "namespaces", _dns_name),
        workloads=_each(top, "workloads", _workload),
        people=_each_field(top, "people", _person),
        roles=_each_field(top, "roles", _role),
        sessions=_each(top, "sessions", _session),
    )
    _check_sessions(world, top)
    return _with_queues(world)


def _workload(node: Node) -> Workload:
    if node.is_text:
        kind, name = _kind_and_name(node)
        return Workload(kind=kind, name=name)
    fields = node.fields(
        "target", "namespace", "replicas", "ports", "labels", "annotations", "containers", "environment"
    )
    kind, name = _kind_and_name(_required(node, fields, "target"))
    return Workload(
        kind=kind,
        name=name,
        namespace=_dns_name(fields["namespace"]) if "namespace" in fields else "default",
        replicas=fields["replicas"].number(0, 1000) if "replicas" in fields else 1,
        ports=tuple(each.number(1, 65535) for each in fields["ports"].items())
        if "ports" in fields
        else (80,),
        labels=_texts(fields, "labels"),
        annotations=_texts(fields, "annotations"),
        containers=_each(fields, "containers", _dns_name) or ("main",),
        environment=_texts(fields, "environment"),
    )


def _kind_and_name(node: Node) -> tuple[str, str]:
    kind, slash, name = node.text().partition("/")
    if not slash or kind not in KINDS or not _NAME.fullmatch(name):
        raise node.error(
            f"{node.text()!r} is no workload; write KIND/NAME, where KIND is one of {', '.join(KINDS)}"
        )
    return kind, name


def _person(key: str, node: Node) -> Person:
    fields = node.fields("name", "user", "host", "groups", "roles")
    return Person(
        key=key,
        real_name=fields["name"].text() if "name" in fields else None,
        user=fields["user"].text() if "user" in fields else None,
        hostname=fields["host"].text() if "host" in fields else None,
        groups=_each(fields, "groups", Node.text),
        roles=_each(fields, "roles", _grant),
    )


def _grant(node: Node) -> Grant:
    if node.is_text:
        return Grant(role=node.text())
    fields = node.fields("role", "namespace")
    return Grant(
        role=_required(node, fields, "role").text(), namespace=_dns_name(_required(node, fields, "namespace"))
    )


def _role(name: str, node: Node) -> Role:
    fields = node.fields("without", "rules", "groups")
    without = fields["without"].fields() if "without" in fields else {}
    return Role(
        name=name,
        without={
            resource: tuple(verb.text() for verb in verbs.items()) for resource, verbs in without.items()
        },
        rules=tuple(_rule(each) for each in fields["rules"].items()) if "rules" in fields else None,
        groups=_each(fields, "groups", Node.text),
    )


def _rule(node: Node) -> dict[str, Any]:
    fields = node.fields("apiGroups", "resources", "verbs", "resourceNames", "nonResourceURLs")
    _required(node, fields, "verbs")
    return {key: [item.text() for item in value.items()] for key, value in fields.items()}


def _session(node: Node) -> SessionOfWorld:
    fields = node.fields("person", "target", "namespace", "id", "key", "age", "ports", "sqs", "kafka")
    return SessionOfWorld(
        person=_required(node, fields, "person").text().lower(),
        target=_required(node, fields, "target").text(),
        namespace=_dns_name(fields["namespace"]) if "namespace" in fields else "default",
        id=fields["id"].converted(_session_id) if "id" in fields else None,
        key=fields["key"].text() if "key" in fields else None,
        age=fields["age"].duration() if "age" in fields else timedelta(0),
        ports=_each(fields, "ports", _port),
        queues={name: fields[name].plain() for name in ("sqs", "kafka") if name in fields},
    )


def _with_queues(world: World) -> World:
    """The queues of sessions are a part of what the operator's status is told to show."""
    queues = {session.id: session.queues for session in world.sessions if session.id and session.queues}
    if not queues:
        return world
    operator = world.operator or OperatorSettings()
    data = operator.status.data if operator.status is not None else {}
    return replace(world, operator=replace(operator, status=StatusData(data={**data, "queues": queues})))


def _session_id(text: str) -> str:
    if not _SESSION_ID.fullmatch(text):
        raise ValueError(
            f"{text!r} is no session id; write up to 16 upper-case hexadecimal digits, in quotes"
        )
    return text


def _port(node: Node) -> PortOfSession:
    fields = node.fields("port", "mode", "filter")
    return PortOfSession(
        port=_required(node, fields, "port").number(1, 65535),
        mode=fields["mode"].choice("steal", "mirror") if "mode" in fields else "steal",
        http_filter=fields["filter"].text() if "filter" in fields else None,
    )


def _check_sessions(world: World, top: dict[str, Node]) -> None:
    people = tuple(person.key for person in world.people)
    for node, session in zip(
        top["sessions"].items() if "sessions" in top else (), world.sessions, strict=True
    ):
        if session.person not in people:
            known = ", ".join(people) or "nobody yet: add them under people"
            raise node.fields()["person"].error(
                f"{session.person!r} is not among the people of this world: {known}"
            )


def _texts(fields: dict[str, Node], name: str) -> dict[str, str]:
    return {key: value.text() for key, value in fields[name].fields().items()} if name in fields else {}


def _dns_name(node: Node) -> str:
    name = node.text()
    if not _NAME.fullmatch(name):
        raise node.error(f"{name!r} is no name; use lower-case letters, digits and '-'")
    return name


def _required(node: Node, fields: dict[str, Node], name: str) -> Node:
    if name not in fields:
        raise node.error(f"the field {name} is missing")
    return fields[name]


def _each(fields: dict[str, Node], name: str, read: Callable[[Node], T]) -> tuple[T, ...]:
    return tuple(read(node) for node in fields[name].items()) if name in fields else ()


def _each_field(fields: dict[str, Node], name: str, read: Callable[[str, Node], T]) -> tuple[T, ...]:
    return tuple(read(key, node) for key, node in fields[name].fields().items()) if name in fields else ()
