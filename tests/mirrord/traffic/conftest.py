"""Sessions and their clients without a server: for the tests of what traffic does to them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from fakes.apimachinery.clock import FakeClock
from fakes.mirrord.model.commands import (
    ClientConnected,
    ClientGone,
    Kill,
    PodsChanged,
    Start,
    SubscribePort,
    UnsubscribePort,
)
from fakes.mirrord.model.filters import HttpFilter
from fakes.mirrord.model.ids import SessionId
from fakes.mirrord.model.owner import Owner
from fakes.mirrord.model.requests import Request
from fakes.mirrord.model.session import Mode
from fakes.mirrord.model.settings import Settings
from fakes.mirrord.model.targets import Target
from fakes.mirrord.protocol.daemon import DaemonMessage, decode_daemon_message, encode_daemon_message
from fakes.mirrord.sessions import Sessions
from fakes.mirrord.traffic.clients import Client
from fakes.mirrord.traffic.inbound import Exchange, Inbound
from fakes.mirrord.traffic.traffic import Traffic
from harness.session_traffic import ApplicationTraffic

POD = "default/shop-1"


class Member:
    """A session with one client, whose application is the harness's. Every message goes over the wire."""

    def __init__(self, world: TrafficWorld, number: int, version: tuple[int, int, int]) -> None:
        self.world = world
        self.id = SessionId(number)
        self.client = Client(self.id, version=version, ready_for_logs=True, tell=self.hear)
        self.heard: list[DaemonMessage] = []
        self.application = ApplicationTraffic(
            f"{number:X}", lambda port: ("steal", port) in self.client.ports
        )

    def hear(self, message: DaemonMessage) -> None:
        received = decode_daemon_message(encode_daemon_message(message))
        self.heard.append(received)
        self.say(*self.application.take(received))

    def say(self, *messages: Any) -> None:
        for message in messages:
            self.world.traffic.answered(self.client, message.message)

    def subscribe(
        self, port: int, mode: Mode = "steal", filter_: HttpFilter | None = None, **more: Any
    ) -> Member:
        self.world.sessions.do(SubscribePort(id=self.id, port=port, mode=mode, filter=filter_, **more))
        self.client.ports.add((mode, port))
        return self

    def unsubscribe(self, port: int, mode: Mode = "steal") -> None:
        self.client.ports.discard((mode, port))
        self.world.sessions.do(UnsubscribePort(id=self.id, port=port, mode=mode))

    def kill(self) -> None:
        self.world.sessions.do(Kill(self.id))

    def go(self) -> None:
        self.world.sessions.do(ClientGone(self.id))
        self.world.traffic.client_gone(self.client)


class TrafficWorld:
    def __init__(self, **settings: Any) -> None:
        self.clock = FakeClock()
        self.sessions = Sessions(self.clock, Settings(**settings))
        self.traffic = Traffic(self.sessions, self.clock)
        self._members = 0

    def member(self, *, version: tuple[int, int, int] = (1, 29, 0), pods: tuple[str, ...] = (POD,)) -> Member:
        self._members += 1
        member = Member(self, self._members, version)
        owner = Owner(username="u", k8s_username="u", hostname="h")
        key = f"k{self._members}"
        self.sessions.do(
            Start(
                id=member.id,
                owner=owner,
                namespace="default",
                target=Target("deployment", "shop"),
                key=key,
                pods=pods,
            )
        )
        self.sessions.do(ClientConnected(member.id))
        self.traffic.clients.add(member.client)
        return member

    def repod(self, member: Member, *pods: str) -> None:
        self.sessions.do(PodsChanged(id=member.id, pods=pods))

    def connect(self, port: int = 80, pod: str = POD, **more: Any) -> Inbound:
        return self.traffic.connect(pod, port, **more)

    def send(
        self, method: str = "GET", target: str = "/", headers: Any = (), body: bytes = b"", **more: Any
    ) -> Exchange:
        return self.traffic.request(self.connect(**more), Request.of(method, target, headers, body))

    def outcome(self, exchange: Exchange) -> tuple[str, int | None]:
        """Who answered, and the status."""
        answer = exchange.answer
        if answer is None:
            return ("lost" if exchange.lost else "pending", None)
        return (f"{answer.session:X}" if answer.session else answer.by, answer.status)


@pytest.fixture
def open_world() -> Callable[..., TrafficWorld]:
    """Makes a world; its arguments are settings of the operator."""
    return TrafficWorld


@pytest.fixture
def world() -> TrafficWorld:
    """A world with an operator like any other."""
    return TrafficWorld()
