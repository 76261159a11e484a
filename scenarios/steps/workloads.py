"""What runs in the cluster."""

from __future__ import annotations

from pytest_bdd import given

from harness.targets import add_probe
from harness.worlds import Workload
from harness.worlds.loading import Inhabited, put_namespace, put_workload
from scenarios.vocabulary import sentence


@given(sentence('the {kind:Workload} "{name:Text}"'))
def _(kind: str, name: str, inhabited: Inhabited) -> None:
    """A workload in the namespace default, of which one replica runs."""
    put_workload(inhabited.cluster, Workload(kind=kind, name=name))


@given(sentence('the {kind:Workload} "{name:Text}" in the namespace "{namespace:Text}"'))
def _(kind: str, name: str, namespace: str, inhabited: Inhabited) -> None:
    """A workload in a namespace, which is created with it."""
    put_workload(inhabited.cluster, Workload(kind=kind, name=name, namespace=namespace))


@given(sentence('the deployment "{name:Text}" with an HTTP probe on port {port:Port}'))
def _(name: str, port: int, inhabited: Inhabited) -> None:
    """Kubernetes asks its container by HTTP whether it is alive."""
    put_workload(inhabited.cluster, Workload(kind="deployment", name=name))
    add_probe(inhabited.cluster, name, port)


@given(sentence('the namespace "{namespace:Text}"'))
def _(namespace: str, inhabited: Inhabited) -> None:
    """An empty namespace."""
    put_namespace(inhabited.cluster, namespace)
