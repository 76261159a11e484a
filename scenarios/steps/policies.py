"""What an administrator forbids and demands: policies and profiles."""

from __future__ import annotations

from typing import Any

import yaml
from pytest_bdd import given, when

from harness.cluster import StatusError, SubscriptionError
from harness.objects import call, create, item_path
from harness.outcomes import Refusal
from harness.worlds.loading import Inhabited
from scenarios.vocabulary import sentence

_POLICIES = "policies.mirrord.metalbear.co/v1alpha"
_PROFILES = "profiles.mirrord.metalbear.co/v1alpha"


def _manifest(text: str, version: str, kind: str) -> dict[str, Any]:
    """The object that a doc string means; a version and a kind that it leaves out are filled in."""
    obj: dict[str, Any] = {"apiVersion": version, "kind": kind, **yaml.safe_load(text)}
    if "Cluster" not in obj["kind"]:
        obj["metadata"] = {"namespace": "default", **obj["metadata"]}
    return obj


def _create(inhabited: Inhabited, obj: dict[str, Any]) -> None:
    cluster = inhabited.cluster
    create(cluster.api_client(cluster.admin), obj)


@given("the policy")
@when("the administrator creates the policy")
def _(docstring: str, inhabited: Inhabited) -> None:
    """A MirrordPolicy in the namespace default unless the YAML says otherwise."""
    _create(inhabited, _manifest(docstring, _POLICIES, "MirrordPolicy"))


@given("the cluster policy")
@when("the administrator creates the cluster policy")
def _(docstring: str, inhabited: Inhabited) -> None:
    """A MirrordClusterPolicy, for targets in all namespaces."""
    _create(inhabited, _manifest(docstring, _POLICIES, "MirrordClusterPolicy"))


@when("the administrator tries to create the policy", target_fixture="refusal")
def _(docstring: str, inhabited: Inhabited) -> Refusal:
    """When it is expected to be refused."""
    obj = _manifest(docstring, _POLICIES, "MirrordPolicy")
    return Refusal.of(StatusError, lambda: _create(inhabited, obj))


@when(sentence('the administrator deletes the policy "{name:Text}"'))
def _(name: str, inhabited: Inhabited) -> None:
    """A MirrordPolicy in the namespace default."""
    cluster = inhabited.cluster
    obj = _manifest(f"metadata: {{name: {name}}}", _POLICIES, "MirrordPolicy")
    call(cluster.api_client(cluster.admin), "DELETE", item_path(obj))


@given("the profile")
def _(docstring: str, inhabited: Inhabited) -> None:
    """A MirrordProfile in the namespace default unless the YAML says otherwise."""
    _create(inhabited, _manifest(docstring, _PROFILES, "MirrordProfile"))


@given("the cluster profile")
def _(docstring: str, inhabited: Inhabited) -> None:
    """A MirrordClusterProfile."""
    _create(inhabited, _manifest(docstring, _PROFILES, "MirrordClusterProfile"))


@given(sentence('{name:Name} runs mirrord on "{target:Text}" with the profile "{profile:Text}"'))
@when(sentence('{name:Name} runs mirrord on "{target:Text}" with the profile "{profile:Text}"'))
def _(name: str, target: str, profile: str, inhabited: Inhabited) -> None:
    """The client says which profile it applied; what the profile changes is the client's business."""
    inhabited.start_session(name, target, parameters={"profile": profile})


@when(
    sentence('{name:Name} tries to run mirrord on "{target:Text}" with the profile "{profile:Text}"'),
    target_fixture="refusal",
)
def _(name: str, target: str, profile: str, inhabited: Inhabited) -> Refusal:
    """When it is expected to be refused."""
    return Refusal.of(
        StatusError, lambda: inhabited.start_session(name, target, parameters={"profile": profile})
    )


@when(
    sentence('{name:Name} tries to steal port {port:Port} with the filter "{http_filter:Text}"'),
    target_fixture="refusal",
)
def _(name: str, port: int, http_filter: str, inhabited: Inhabited) -> Refusal:
    """When it is expected to be refused."""
    session = inhabited.session_of(name)
    return Refusal.of(SubscriptionError, lambda: session.subscribe(port, "steal", http_filter))


@when(sentence("{name:Name} tries to mirror port {port:Port}"), target_fixture="refusal")
def _(name: str, port: int, inhabited: Inhabited) -> Refusal:
    """When it is expected to be refused."""
    session = inhabited.session_of(name)
    return Refusal.of(SubscriptionError, lambda: session.subscribe(port, "mirror"))
