"""Who uses the cluster."""

from __future__ import annotations

from pytest_bdd import given

from harness.worlds import Person
from harness.worlds.loading import Inhabited, move_in
from scenarios.vocabulary import sentence


@given(sentence("a user {name:Name}"))
def _(name: str, inhabited: Inhabited) -> None:
    """Somebody without any role; real name, username and host are made up from the seed."""
    move_in(inhabited, Person(key=name.lower()))


@given(sentence('a user {name:Name} in the group "{group:Text}"'))
def _(name: str, group: str, inhabited: Inhabited) -> None:
    """Somebody without any role of their own, in a group."""
    move_in(inhabited, Person(key=name.lower(), groups=(group,)))


@given(sentence('a user "{real_name:Text}" known to Kubernetes as "{user:Text}" on host "{host:Text}"'))
def _(real_name: str, user: str, host: str, inhabited: Inhabited) -> None:
    """Somebody without any role; the first word of the real name is what other sentences call them."""
    move_in(
        inhabited, Person(key=real_name.split()[0].lower(), real_name=real_name, user=user, hostname=host)
    )
