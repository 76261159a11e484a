"""Targets: copies of them, and what becomes of them while somebody runs mirrord on them."""

from __future__ import annotations

from dataclasses import dataclass

from pytest_bdd import given, then, when

from harness.cluster import StatusError
from harness.outcomes import Refusal, expect_text
from harness.targets import (
    Copy,
    copy_phase,
    copy_target,
    delete_a_pod,
    delete_workload,
    pods_of,
    restart,
    scale,
)
from harness.worlds import Workload
from harness.worlds.loading import Inhabited, allow_named, put_workload
from scenarios.vocabulary import sentence


@dataclass(frozen=True, slots=True)
class Copied:
    """A copy, and the target that it is of."""

    of: str
    copy: Copy


def _copy(inhabited: Inhabited, name: str, target: str, **spec: object) -> Copied:
    return Copied(target, copy_target(inhabited.cluster, inhabited.person(name), target, **spec))


def _connect(inhabited: Inhabited, name: str, copied: Copied) -> None:
    inhabited.start_session(name, copied.of, session_id=copied.copy.session, copy=copied.copy.name)


@given(sentence('{name:Name} copies "{target:Text}"'), target_fixture="copied")
@when(sentence('{name:Name} copies "{target:Text}"'), target_fixture="copied")
def _(name: str, target: str, inhabited: Inhabited) -> Copied:
    """Create a copy target, as mirrord does before it connects to it."""
    return _copy(inhabited, name, target)


@given(
    sentence('{name:Name} copies "{target:Text}" and keeps it for {seconds:Number} seconds'),
    target_fixture="copied",
)
def _(name: str, target: str, seconds: int, inhabited: Inhabited) -> Copied:
    """The same, with an idle time to live."""
    return _copy(inhabited, name, target, idle_ttl=seconds)


@given(sentence('{name:Name} copies "{target:Text}" and scales it down'), target_fixture="copied")
@when(sentence('{name:Name} copies "{target:Text}" and scales it down'), target_fixture="copied")
def _(name: str, target: str, inhabited: Inhabited) -> Copied:
    """The same, so that the copy gets all the traffic."""
    return _copy(inhabited, name, target, scale_down=True)


@when(sentence('{name:Name} tries to copy "{target:Text}"'), target_fixture="refusal")
def _(name: str, target: str, inhabited: Inhabited) -> Refusal:
    """When it is expected to be refused."""
    return Refusal.of(StatusError, lambda: _copy(inhabited, name, target))


@when(sentence('{name:Name} tries to copy "{target:Text}" and to scale it down'), target_fixture="refusal")
def _(name: str, target: str, inhabited: Inhabited) -> Refusal:
    """When it is expected to be refused."""
    return Refusal.of(StatusError, lambda: _copy(inhabited, name, target, scale_down=True))


@given(sentence("{name:Name} connects to the copy"))
@when(sentence("{name:Name} connects to the copy"))
def _(name: str, inhabited: Inhabited, copied: Copied) -> None:
    """The session for which the copy was made begins."""
    _connect(inhabited, name, copied)


@when(sentence("{name:Name} tries to connect to the copy"), target_fixture="refusal")
def _(name: str, inhabited: Inhabited, copied: Copied) -> Refusal:
    """When it is expected to be refused."""
    return Refusal.of(StatusError, lambda: _connect(inhabited, name, copied))


@then(sentence('the copy is in the phase "{phase:Text}"'))
def _(phase: str, inhabited: Inhabited, copied: Copied) -> None:
    """As the operator says."""
    expect_text(copy_phase(inhabited.cluster, copied.copy), phase)


@given(sentence('the {kind:Workload} "{name:Text}" with the containers "{containers:Verbs}"'))
def _(kind: str, name: str, containers: list[str], inhabited: Inhabited) -> None:
    """Each has a variable CONTAINER with its own name."""
    environment = {"CONTAINER": "{container}"}
    workload = Workload(kind=kind, name=name, containers=tuple(containers), environment=environment)
    put_workload(inhabited.cluster, workload)


@given(
    sentence(
        'the {kind:Workload} "{name:Text}" with the containers "{containers:Verbs}", of which "{default:Text}" is the default'
    )
)
def _(kind: str, name: str, containers: list[str], default: str, inhabited: Inhabited) -> None:
    """By the annotation that kubectl knows, too."""
    annotations = {"kubectl.kubernetes.io/default-container": default}
    environment = {"CONTAINER": "{container}"}
    put_workload(
        inhabited.cluster,
        Workload(
            kind=kind,
            name=name,
            containers=tuple(containers),
            environment=environment,
            annotations=annotations,
        ),
    )


@given(sentence('the {kind:Workload} "{name:Text}" with {replicas:Number} replicas'))
def _(kind: str, name: str, replicas: int, inhabited: Inhabited) -> None:
    """In the namespace default."""
    put_workload(inhabited.cluster, Workload(kind=kind, name=name, replicas=replicas))


@given(sentence('the {kind:Workload} "{name:Text}" is scaled to {replicas:Number}'))
@when(sentence('the {kind:Workload} "{name:Text}" is scaled to {replicas:Number}'))
def _(kind: str, name: str, replicas: int, inhabited: Inhabited) -> None:
    """As by `kubectl scale`."""
    scale(inhabited.cluster, kind, name, replicas)


@when(sentence('the {kind:Workload} "{name:Text}" is restarted'))
def _(kind: str, name: str, inhabited: Inhabited) -> None:
    """As by `kubectl rollout restart`."""
    restart(inhabited.cluster, kind, name)


@when(sentence('the {kind:Workload} "{name:Text}" is deleted'))
def _(kind: str, name: str, inhabited: Inhabited) -> None:
    """With everything that belongs to it."""
    delete_workload(inhabited.cluster, kind, name)


@when(sentence('a pod of "{app:Text}" is deleted'))
def _(app: str, inhabited: Inhabited) -> None:
    """One that belongs to the workload of that name; whoever made it makes another."""
    delete_a_pod(inhabited.cluster, app)


@given(sentence('{name:Name} runs mirrord on a pod of "{app:Text}"'))
@when(sentence('{name:Name} runs mirrord on a pod of "{app:Text}"'))
def _(name: str, app: str, inhabited: Inhabited) -> None:
    """On one that belongs to the workload of that name."""
    inhabited.start_session(name, f"pod/{pods_of(inhabited.cluster, app)[0]}")


@then(sentence('{name:Name}\'s mirrord has the variable "{variable:Text}" from "{container:Text}"'))
def _(name: str, variable: str, container: str, inhabited: Inhabited) -> None:
    """Its value in the environment of the targeted container, which mirrord gives to the local process."""
    expect_text(inhabited.session_of(name).environment().get(variable, "(none)"), container)


@given(sentence('{name:Name} may run mirrord only on "{target:Text}"'))
def _(name: str, target: str, inhabited: Inhabited) -> None:
    """By a role that names the target, as security.md describes; and everything of the workloads may be read."""
    allow_named(inhabited.cluster, inhabited.person(name), ["proxy"], "targets", target.replace("/", "."))
