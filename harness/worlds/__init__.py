"""Worlds: named starting states of a cluster, as data.

``World`` is the data, ``reading`` makes it from YAML and says what is wrong with a file, ``loading`` puts it into a
cluster through its API, ``finding`` knows where worlds are kept. What a sentence does with a world is not said here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from harness.cluster import OperatorSettings

__all__ = ["Grant", "Person", "PortOfSession", "Role", "SessionOfWorld", "Workload", "World"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Workload:
    """Something that mirrord can target."""

    kind: str
    """As in a target: ``deployment``, ``statefulset`` ..."""
    name: str
    namespace: str = "default"
    replicas: int = 1
    ports: tuple[int, ...] = (80,)
    labels: dict[str, str] = field(default_factory=dict)
    annotations: dict[str, str] = field(default_factory=dict)
    """Of the pods."""
    containers: tuple[str, ...] = ("main",)
    environment: dict[str, str] = field(default_factory=dict)
    """Of every container; ``{container}`` in a value is its name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """A role that somebody has: in the whole cluster, or in one namespace."""

    role: str
    namespace: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who uses the cluster. What is None is made up from the seed."""

    key: str
    """What sentences call them: ``Dana`` and ``dana`` are the same."""
    real_name: str | None = None
    user: str | None = None
    hostname: str | None = None
    groups: tuple[str, ...] = ()
    roles: tuple[Grant, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """A ClusterRole: one of the product's with verbs taken away, or one of the world's own."""

    name: str
    without: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Verbs that are taken away, by resource."""
    rules: tuple[dict[str, Any], ...] | None = None
    groups: tuple[str, ...] = ()
    """Groups that have the role in the whole cluster."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PortOfSession:
    """A port that a session holds."""

    port: int
    mode: str = "steal"
    http_filter: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionOfWorld:
    """A mirrord that was started before the story begins."""

    person: str
    target: str
    namespace: str = "default"
    id: str | None = None
    key: str | None = None
    age: timedelta = timedelta(0)
    ports: tuple[PortOfSession, ...] = ()
    queues: dict[str, Any] = field(default_factory=dict)
    """Split queues as the operator's status shows them: ``sqs`` and ``kafka``, each a list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Everything that there is before the first sentence."""

    name: str = ""
    start: datetime | None = None
    """The cluster's time when the first sentence is read; sessions with an age began before it."""
    operator: OperatorSettings | None = None
    namespaces: tuple[str, ...] = ()
    workloads: tuple[Workload, ...] = ()
    people: tuple[Person, ...] = ()
    roles: tuple[Role, ...] = ()
    sessions: tuple[SessionOfWorld, ...] = ()
