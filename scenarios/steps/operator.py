"""What becomes of the operator itself. Tag such scenarios @needs_operator_control."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import yaml
from pytest_bdd import given, then, when

from harness.cluster import Cluster, OperatorSettings
from harness.eventually import eventually
from harness.objects import call
from harness.operators import operator_of
from harness.outcomes import expect_text
from harness.sessions import OPERATOR
from harness.worlds.loading import Inhabited
from scenarios.vocabulary import sentence

_STORED = "/apis/mirrord.metalbear.co/v1alpha/mirrordclustersessions"


def _configure(cluster: Cluster, **settings: Any) -> None:
    operator_of(cluster).configure(OperatorSettings(**settings))


@given("the operator's values are")
@when("the operator's values become")
def _(docstring: str, cluster: Cluster) -> None:
    """Values of the product's Helm chart, in YAML, by dotted names or nested. What is not said stays as it is."""
    _configure(cluster, values=tuple(yaml.safe_load(docstring).items()))


@given("it is assumed of the operator that")
def _(docstring: str, cluster: Cluster) -> None:
    """What no source says of the product, in YAML, by the names of the model's settings."""
    _configure(cluster, assumptions=tuple(yaml.safe_load(docstring).items()))


@given(sentence('the operator is of version "{version:Text}"'))
@when(sentence('the operator is upgraded to version "{version:Text}"'))
def _(version: str, cluster: Cluster) -> None:
    """It has the features, the routes and the encodings of that version."""
    _configure(cluster, version=version)


@given(sentence('the operator announces the features "{features:Verbs}"'))
def _(features: list[str], cluster: Cluster) -> None:
    """These and no others, whatever its version."""
    _configure(cluster, supported_features=tuple(features))


@given("the operator keeps its sessions in the cluster")
def _(cluster: Cluster) -> None:
    """As MirrordClusterSessions, with a Lease beside them."""
    _configure(cluster, store_sessions=True)


@given("the stored sessions are")
@then("the stored sessions are")
def _(datatable: list[list[str]], cluster: Cluster) -> None:
    """All of them, in any order; the columns may be name, user, namespace, target, reason and being deleted."""
    header, *rows = datatable

    def check() -> None:
        found = call(cluster.api_client(cluster.admin), "GET", _STORED)["items"]
        cells = [[_stored_cell(each, column) for column in header] for each in found]
        expect_text(_rows(cells), _rows(rows))

    eventually(cluster, check)


def _rows(rows: list[list[str]]) -> str:
    return "\n".join(f"| {' | '.join(row)} |" for row in sorted(rows))


def _stored_cell(stored: dict[str, Any], column: str) -> str:
    spec, status = stored["spec"], stored.get("status") or {}
    target = spec.get("target") or {}
    cells: dict[str, str] = {
        "name": stored["metadata"]["name"],
        "user": spec["owner"]["username"],
        "namespace": spec["namespace"],
        "target": f"{target['kind']}/{target['name']}" if target else "",
        "reason": (status.get("closed") or {}).get("reason", ""),
        "being deleted": "yes" if "deletionTimestamp" in stored["metadata"] else "no",
    }
    assert column in cells, f"stored sessions have no column {column!r}; known are {', '.join(cells)}"
    return cells[column]


@when(sentence('the administrator deletes the stored session "{name:Text}"'))
def _(name: str, cluster: Cluster) -> None:
    """As by `kubectl delete mirrordclustersession`."""
    call(cluster.api_client(cluster.admin), "DELETE", f"{_STORED}/{name}")


@given(sentence('the license is of the tier "{tier:Text}"'))
def _(tier: str, cluster: Cluster) -> None:
    """`teams` or `enterprise`."""
    _configure(cluster, license_tier=tier)


@given(sentence("the license has {seats:Number} seat"))
@given(sentence("the license has {seats:Number} seats"))
def _(seats: int, cluster: Cluster) -> None:
    """So many users may start sessions in a month."""
    _configure(cluster, license_seats=seats)


@given("seats are counted by Kubernetes user")
def _(cluster: Cluster) -> None:
    """And not by client certificate."""
    _configure(cluster, license_seat_of="k8s-user")


@given(sentence('the license ends on "{day:Text}"'))
def _(day: str, cluster: Cluster) -> None:
    """The last day on which it is good."""
    _configure(cluster, license_expire_at=day)


@given(sentence("the operator has not reached its license server for {elapsed:Duration}"))
@when(sentence("the operator has not reached its license server for {elapsed:Duration}"))
def _(elapsed: timedelta, cluster: Cluster) -> None:
    """Up to now; it does not reach it afterwards either."""
    _configure(cluster, license_unreachable_since=cluster.now() - elapsed)


@given("another instance of the operator takes over")
@when("another instance of the operator takes over")
def _(cluster: Cluster) -> None:
    """At once, as when its Deployment is rolled out."""
    operator_of(cluster).replace()


@when("the instance of the operator that leads fails")
def _(cluster: Cluster) -> None:
    """Without a word. Nobody serves until its lease has run out, and then another instance does."""
    operator_of(cluster).fail()


@given(sentence('{name:Name} runs mirrord on "{target:Text}" in a pipeline of "{provider:Text}"'))
@when(sentence('{name:Name} runs mirrord on "{target:Text}" in a pipeline of "{provider:Text}"'))
def _(name: str, target: str, provider: str, inhabited: Inhabited) -> None:
    """As `mirrord ci` does: the session says what it runs in."""
    inhabited.start_session(name, target, parameters={"session_ci_info": json.dumps({"provider": provider})})


@then("the operator warns at its start")
def _(docstring: str, cluster: Cluster) -> None:
    """All that it warns of, a line for each."""
    expect_text("\n".join(operator_of(cluster).warnings()), docstring)


@then("the operator warns of nothing")
def _(cluster: Cluster) -> None:
    """At its start."""
    expect_text("\n".join(operator_of(cluster).warnings()), "")


@then("the operator announces")
def _(docstring: str, cluster: Cluster) -> None:
    """Its features, separated by commas; those of an operator without a list are the deprecated ones."""
    spec = call(cluster.api_client(cluster.admin), "GET", OPERATOR)["spec"]
    expect_text(", ".join(spec.get("supported_features", spec.get("features", ()))), docstring)


@then(sentence('{name:Name} was answered {code:Number} to "{verb:Text}" of "{resource:Text}"'))
def _(name: str, code: int, verb: str, resource: str, inhabited: Inhabited) -> None:
    """The cluster has such a request in its audit log; the resource is the end of its path."""
    user = inhabited.person(name).name
    seen = [
        entry.code
        for entry in inhabited.cluster.evidence()
        if entry.user == user and entry.verb == verb and entry.path.partition("?")[0].endswith(f"/{resource}")
    ]
    assert code in seen, f"expected {code}; {name}'s requests of that kind were answered {seen or 'never'}"
