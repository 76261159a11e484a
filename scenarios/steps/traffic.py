"""The ports that a session asks for."""

from __future__ import annotations

from pytest_bdd import given, when

from harness.cluster import SubscriptionError
from harness.outcomes import Refusal
from harness.worlds.loading import Inhabited
from scenarios.vocabulary import sentence


@given(sentence("{name:Name} steals port {port:Port}"))
@when(sentence("{name:Name} steals port {port:Port}"))
def _(name: str, port: int, inhabited: Inhabited) -> None:
    """All traffic of the port goes to this person's session."""
    inhabited.session_of(name).subscribe(port, "steal")


@given(sentence('{name:Name} steals port {port:Port} with the filter "{http_filter:Text}"'))
@when(sentence('{name:Name} steals port {port:Port} with the filter "{http_filter:Text}"'))
def _(name: str, port: int, http_filter: str, inhabited: Inhabited) -> None:
    """The requests that match go to this person's session. The filter is spelt as in the status table."""
    inhabited.session_of(name).subscribe(port, "steal", http_filter)


@given(sentence("{name:Name} mirrors port {port:Port}"))
@when(sentence("{name:Name} mirrors port {port:Port}"))
def _(name: str, port: int, inhabited: Inhabited) -> None:
    """This person's session gets a copy of the port's traffic."""
    inhabited.session_of(name).subscribe(port, "mirror")


@given(sentence('{name:Name} mirrors port {port:Port} with the filter "{http_filter:Text}"'))
@when(sentence('{name:Name} mirrors port {port:Port} with the filter "{http_filter:Text}"'))
def _(name: str, port: int, http_filter: str, inhabited: Inhabited) -> None:
    """This person's session gets a copy of the requests that match."""
    inhabited.session_of(name).subscribe(port, "mirror", http_filter)


@when(sentence("{name:Name} tries to steal port {port:Port}"), target_fixture="refusal")
def _(name: str, port: int, inhabited: Inhabited) -> Refusal:
    """The same, when it is expected to be refused."""
    return Refusal.of(SubscriptionError, lambda: inhabited.session_of(name).subscribe(port, "steal"))


@when(sentence("{name:Name} lets go of port {port:Port}"))
def _(name: str, port: int, inhabited: Inhabited) -> None:
    """The port is free again, and the session goes on."""
    inhabited.session_of(name).unsubscribe(port)
