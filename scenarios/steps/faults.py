"""A cluster that fails: what goes wrong, for whom, and what they see of it. Tag such scenarios @needs_faults."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from pytest_bdd import given, then, when

from harness.cluster import Cluster, StatusError
from harness.faults import (
    OPERATOR_SERVICE,
    Cut,
    Delay,
    Effect,
    EndWatch,
    Fault,
    faults_of,
    overloaded,
    refusal_with,
)
from harness.outcomes import Refusal
from harness.requests import BrokenConnectionError, OpenWatch, create_config_map, open_watch, read
from harness.worlds.loading import Inhabited
from scenarios.vocabulary import sentence


def _fail(cluster: Cluster, effect: Effect, verbs: list[str], resource: str, **more: Any) -> None:
    fault = Fault(effect=effect, verbs=frozenset(verbs), resources=frozenset({resource}), **more)
    faults_of(cluster).add(fault)


@given(sentence('every request to "{verbs:Verbs}" "{resource:Text}" fails with {code:Number}'))
@when(sentence('every request to "{verbs:Verbs}" "{resource:Text}" fails with {code:Number}'))
def _(verbs: list[str], resource: str, code: int, cluster: Cluster) -> None:
    """From now on, for everybody but the cluster's own parts. The resource is spelt as for kubectl."""
    _fail(cluster, refusal_with(code), verbs, resource)


@given(
    sentence('the next {times:Number} requests to "{verbs:Verbs}" "{resource:Text}" fail with {code:Number}')
)
@when(
    sentence('the next {times:Number} requests to "{verbs:Verbs}" "{resource:Text}" fail with {code:Number}')
)
def _(times: int, verbs: list[str], resource: str, code: int, cluster: Cluster) -> None:
    """So many times, and then no more."""
    _fail(cluster, refusal_with(code), verbs, resource, times=times)


@given(
    sentence(
        '{percent:Number} percent of the requests to "{verbs:Verbs}" "{resource:Text}" fail with {code:Number}'
    )
)
def _(percent: int, verbs: list[str], resource: str, code: int, cluster: Cluster) -> None:
    """Which ones is decided by the seed."""
    _fail(cluster, refusal_with(code), verbs, resource, share=percent / 100)


@given(sentence("every request of {name:Name} fails with {code:Number}"))
def _(name: str, code: int, inhabited: Inhabited) -> None:
    """Whatever they ask for, as long as they may."""
    fault = Fault(effect=refusal_with(code), user=inhabited.person(name).name)
    faults_of(inhabited.cluster).add(fault)


@given(
    sentence(
        'the cluster is too busy to "{verbs:Verbs}" "{resource:Text}" and asks to come again in {wait:Duration}'
    )
)
def _(verbs: list[str], resource: str, wait: timedelta, cluster: Cluster) -> None:
    """429 with a Retry-After."""
    _fail(cluster, overloaded(int(wait.total_seconds())), verbs, resource)


@given(sentence('every request to "{verbs:Verbs}" "{resource:Text}" takes {wait:Duration}'))
def _(verbs: list[str], resource: str, wait: timedelta, cluster: Cluster) -> None:
    """Of the cluster's time."""
    _fail(cluster, Delay(wait), verbs, resource)


@given(
    sentence('the connection is cut in the middle of the next answer to "{verbs:Verbs}" "{resource:Text}"')
)
def _(verbs: list[str], resource: str, cluster: Cluster) -> None:
    """What was asked for is done, but who asked is not told."""
    _fail(cluster, Cut(), verbs, resource, times=1)


@given("all goes well again")
@when("all goes well again")
def _(cluster: Cluster) -> None:
    """No fault is left."""
    faults_of(cluster).clear()


@given("the operator is unreachable")
@when("the operator becomes unreachable")
def _(cluster: Cluster) -> None:
    """Its server does not answer the aggregator."""
    faults_of(cluster).take_down(*OPERATOR_SERVICE)


@when("the operator is reachable again")
def _(cluster: Cluster) -> None:
    """Its server answers the aggregator as before."""
    faults_of(cluster).bring_back(*OPERATOR_SERVICE)


@when("the cluster forgets its history")
def _(cluster: Cluster) -> None:
    """As etcd does every five minutes: what happened before cannot be watched any more."""
    faults_of(cluster).compact()


@when(sentence('all watches of "{resource:Text}" are dropped'))
def _(resource: str, cluster: Cluster) -> None:
    """They end without a word."""
    faults_of(cluster).end_watches(Fault(effect=EndWatch(), resources=frozenset({resource})))


@when(sentence('all watches of "{resource:Text}" expire'))
def _(resource: str, cluster: Cluster) -> None:
    """They end with an ERROR event, 410."""
    faults_of(cluster).end_watches(Fault(effect=EndWatch(expired=True), resources=frozenset({resource})))


# What somebody does, and what comes of it


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried(Refusal):
    """What came of a request, and how long it took."""

    took: timedelta


@when(sentence('{person:Person} lists "{resource:Text}"'), target_fixture="refusal")
def _(person: str, resource: str, inhabited: Inhabited) -> Tried:
    """In the namespace default."""
    return _try(inhabited, lambda: read(inhabited.cluster, inhabited.person(person), resource))


@when(sentence('{person:Person} creates the config map "{name:Text}"'), target_fixture="refusal")
def _(person: str, name: str, inhabited: Inhabited) -> Tried:
    """In the namespace default."""
    return _try(inhabited, lambda: create_config_map(inhabited.cluster, inhabited.person(person), name))


def _try(inhabited: Inhabited, action: Any) -> Tried:
    before = inhabited.cluster.now()
    refused: Exception | None = None
    try:
        action()
    except (StatusError, BrokenConnectionError) as error:
        refused = error
    return Tried(error=refused, took=inhabited.cluster.now() - before)


@when(sentence('{person:Person} watches "{resource:Text}"'), target_fixture="watch")
def _(person: str, resource: str, inhabited: Inhabited) -> OpenWatch:
    """In the namespace default, from what is there on."""
    return open_watch(inhabited.cluster, inhabited.person(person), resource)


@when(sentence('{person:Person} watches "{resource:Text}" from where they stopped'), target_fixture="watch")
def _(person: str, resource: str, inhabited: Inhabited, listed: dict[str, Any]) -> OpenWatch:
    """From the resourceVersion of their list on."""
    revision = listed["metadata"]["resourceVersion"]
    return open_watch(inhabited.cluster, inhabited.person(person), resource, revision=revision)


@given(sentence('{person:Person} has listed "{resource:Text}"'), target_fixture="listed")
def _(person: str, resource: str, inhabited: Inhabited) -> dict[str, Any]:
    """In the namespace default."""
    return read(inhabited.cluster, inhabited.person(person), resource)


@then(sentence("it is refused with the code {code:Number}"))
def _(code: int, refusal: Refusal) -> None:
    """The status code of the refusal."""
    assert isinstance(refusal.error, StatusError), f"it was not refused: {refusal.error!r}"
    assert refusal.error.code == code


@then(sentence("it is asked to come again in {wait:Duration}"))
def _(wait: timedelta, refusal: Refusal) -> None:
    """The Status says so."""
    assert isinstance(refusal.error, StatusError), f"it was not refused: {refusal.error!r}"
    assert refusal.error.status["details"]["retryAfterSeconds"] == wait.total_seconds()


@then("the connection breaks")
def _(refusal: Refusal) -> None:
    """The answer never became whole."""
    assert isinstance(refusal.error, BrokenConnectionError), f"it did not: {refusal.error!r}"


@then(sentence("it took {wait:Duration}"))
def _(wait: timedelta, refusal: Tried) -> None:
    """Of the cluster's time."""
    assert refusal.took == wait


@then("the watch has ended")
def _(watch: OpenWatch) -> None:
    """Without an error."""
    assert "ERROR" not in [event["type"] for event in watch.rest()]


@then("the watch has expired")
def _(watch: OpenWatch) -> None:
    """Its last event is an error, 410."""
    last = watch.rest()[-1]
    assert (last["type"], last["object"]["code"]) == ("ERROR", 410)
