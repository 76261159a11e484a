"""Who may do what."""

from __future__ import annotations

from pytest_bdd import given, then, when

from harness.rights import may
from harness.worlds import Grant
from harness.worlds.loading import Inhabited, allow, grant, take_away
from scenarios.vocabulary import sentence


@given(sentence('{name:Name} has the role "{role:Text}"'))
def _(name: str, role: str, inhabited: Inhabited) -> None:
    """A ClusterRole, bound in the whole cluster."""
    grant(inhabited.cluster, "User", inhabited.person(name).name, Grant(role=role))


@given(sentence('{name:Name} has the role "{role:Text}" in the namespace "{namespace:Text}"'))
def _(name: str, role: str, namespace: str, inhabited: Inhabited) -> None:
    """A ClusterRole, bound in one namespace."""
    grant(inhabited.cluster, "User", inhabited.person(name).name, Grant(role=role, namespace=namespace))


@given(sentence('the group "{group:Text}" has the role "{role:Text}"'))
def _(group: str, role: str, inhabited: Inhabited) -> None:
    """A ClusterRole, bound to a group in the whole cluster."""
    grant(inhabited.cluster, "Group", group, Grant(role=role))


@given(sentence('{name:Name} may "{verbs:Verbs}" "{resource:Text}"'))
def _(name: str, verbs: list[str], resource: str, inhabited: Inhabited) -> None:
    """A right in the whole cluster, by a role made for it. The resource is spelt as for kubectl."""
    allow(inhabited.cluster, inhabited.person(name), verbs, resource)


@given(sentence('{name:Name} may "{verbs:Verbs}" "{resource:Text}" in the namespace "{namespace:Text}"'))
def _(name: str, verbs: list[str], resource: str, namespace: str, inhabited: Inhabited) -> None:
    """A right in one namespace, by a Role made for it."""
    allow(inhabited.cluster, inhabited.person(name), verbs, resource, namespace)


@given(sentence("{name:Name} may see the operator"))
def _(name: str, inhabited: Inhabited) -> None:
    """What mirrord does before it connects: it looks at the operator and at the target, and has a certificate made."""
    for verbs, resource in (
        (["get"], "mirrordoperators"), (["create"], "mirrordclusteroperatorusercredentials"), (["get", "list"], "targets"),
    ):  # fmt: skip
        allow(inhabited.cluster, inhabited.person(name), verbs, resource)


@given(sentence('the role "{role:Text}" without the verb "{verbs:Verbs}" on "{resource:Text}"'))
@given(sentence('the role "{role:Text}" without the verbs "{verbs:Verbs}" on "{resource:Text}"'))
def _(role: str, verbs: list[str], resource: str, inhabited: Inhabited) -> None:
    """A ClusterRole from which an administrator has taken verbs away."""
    take_away(inhabited.cluster, role, resource, *verbs)


@when(
    sentence(
        'the administrator takes the verb "{verbs:Verbs}" on "{resource:Text}" from the role "{role:Text}"'
    )
)
def _(role: str, verbs: list[str], resource: str, inhabited: Inhabited) -> None:
    """The same, in the middle of the story."""
    take_away(inhabited.cluster, role, resource, *verbs)


@then(sentence('{person:Person} may "{verb:Text}" "{resource:Text}"'))
def _(person: str, verb: str, resource: str, inhabited: Inhabited) -> None:
    """The cluster says yes, as to `kubectl auth can-i`."""
    assert may(inhabited.cluster, inhabited.person(person), verb, resource), (
        f"{person} may not {verb} {resource}"
    )


@then(sentence('{person:Person} may not "{verb:Text}" "{resource:Text}"'))
def _(person: str, verb: str, resource: str, inhabited: Inhabited) -> None:
    """The cluster says no, as to `kubectl auth can-i`."""
    assert not may(inhabited.cluster, inhabited.person(person), verb, resource), (
        f"{person} may {verb} {resource}"
    )
