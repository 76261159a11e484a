"""Connections that are not HTTP, or not any more: raw TCP, and WebSockets after their upgrade."""

from __future__ import annotations

from pytest_bdd import then, when

from harness.cluster import Cluster
from harness.eventually import eventually
from harness.sent import Sent, header_lines, open_connection, send, send_bytes
from harness.worlds.loading import Inhabited
from scenarios.vocabulary import sentence

_UPGRADE = [("Connection", "Upgrade"), ("Upgrade", "websocket")]


@when(sentence('the bytes "{text:Text}" reach port {port:Port} of {target:Target}'), target_fixture="sent")
def _(text: str, port: int, target: str, cluster: Cluster) -> Sent:
    """A connection of its own; a line break is written `\\n`."""
    return send_bytes(open_connection(cluster, target, port), _bytes(text))


@when(sentence('the bytes "{text:Text}" follow on it'), target_fixture="sent")
def _(text: str, sent: Sent) -> Sent:
    """On the connection that is open."""
    return send_bytes(sent, _bytes(text))


@when(
    sentence('a WebSocket to "{path:Text}" is opened at port {port:Port} of {target:Target}'),
    target_fixture="sent",
)
def _(path: str, port: int, target: str, cluster: Cluster) -> Sent:
    """A request to become a WebSocket; whoever gets it agrees."""
    return send(cluster, target, port, "GET", path, _UPGRADE)


@when(
    sentence(
        'a WebSocket to "{path:Text}" with header "{header:Text}" is opened at port {port:Port} of {target:Target}'
    ),
    target_fixture="sent",
)
def _(path: str, header: str, port: int, target: str, cluster: Cluster) -> Sent:
    """The same with a header."""
    return send(cluster, target, port, "GET", path, [*_UPGRADE, *header_lines(header)])


@when("the caller closes the connection")
def _(sent: Sent) -> None:
    """From the caller's side."""
    assert sent.connection is not None, "there was none"
    sent.connection.close()


@then(sentence('{name:Name}\'s application received the bytes "{text:Text}"'))
def _(name: str, text: str, inhabited: Inhabited) -> None:
    """All that came on one stream, whether it was stolen or mirrored."""
    application = inhabited.session_of(name).application

    def check() -> None:
        assert inhabited.session_of(name).connected or application.streams
        found = [bytes(stream.data) for stream in application.streams.values()]
        assert _bytes(text) in found, f"it received {found}"

    eventually(inhabited.cluster, check)


@then(sentence("{name:Name}'s application is told that the connection is closed"))
def _(name: str, inhabited: Inhabited) -> None:
    """The last of its streams has ended."""
    handle = inhabited.session_of(name)

    def check() -> None:
        assert handle.connected, "it is not connected any more"
        assert list(handle.application.streams.values())[-1].closed, "it is open"

    eventually(inhabited.cluster, check)


@then(sentence('the caller receives "{text:Text}"'))
def _(text: str, sent: Sent) -> None:
    """All the bytes that have come back. The original sends back what it gets."""
    assert sent.connection is not None, "there was no connection"
    assert sent.connection.received() == _bytes(text), f"{sent.connection.received()!r}"


def _bytes(text: str) -> bytes:
    return text.replace("\\r", "\r").replace("\\n", "\n").encode()
