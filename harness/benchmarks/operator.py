"""The operator's model: authorization, routing and delivery of requests, many sessions, and a day of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from time import perf_counter, process_time
from typing import Any

from fakes.apimachinery.clock import FakeClock
from fakes.apiserver.authentication.user import UserInfo
from fakes.apiserver.authorization.authorizer import Attributes
from fakes.cluster import FakeCluster
from fakes.mirrord.model.commands import ClientConnected, Start, SubscribePort
from fakes.mirrord.model.filters import CompositeFilter, HeaderFilter, HttpFilter, MethodFilter, PathFilter
from fakes.mirrord.model.ids import SessionId
from fakes.mirrord.model.owner import Owner
from fakes.mirrord.model.requests import Request
from fakes.mirrord.model.targets import Target
from fakes.mirrord.protocol.daemon import DaemonMessage, decode_daemon_message, encode_daemon_message
from fakes.mirrord.server import OperatorAPIServer
from fakes.mirrord.traffic.clients import Client
from harness.benchmarks.measuring import Figure, best_of
from harness.cluster import User
from harness.drivers.in_process import InProcessConnection
from harness.drivers.session_sockets import open_in_process
from harness.session_traffic import ApplicationTraffic

__all__ = ["figures"]

_GROUP = "/apis/operator.metalbear.co/v1"
_POD = "default/shop-1"
_TARGET = Target("deployment", "shop")
_ADMIN = User(name="admin", groups=("system:masters",))


def figures() -> Iterator[Figure]:
    """Every measurement of decisions and of the operator."""
    yield from _decisions()
    yield from _routing()
    yield from _delivery()
    yield from _many_sessions()
    yield from _day()


def _decisions() -> Iterator[Figure]:
    cluster = FakeCluster(controllers=())
    decide = cluster.kube.rbac.decide
    users = [UserInfo(name=f"user-{number}", groups=("system:authenticated",)) for number in range(100)]
    verbs = ("get", "list", "delete", "deletecollection", "create")
    started = process_time()
    for number in range(200_000):
        decide(
            Attributes(
                users[number % 100], verbs[number % 5], True, f"ns-{number % 50}", "operator.metalbear.co", "v1", "sessions",
                "", f"s{number}", "",
            )
        )  # fmt: skip
    elapsed = (process_time() - started) * 5
    yield Figure(name="1,000,000 authorization decisions", value=elapsed, unit="s", aim=60)
    cluster.close()


def _operated() -> tuple[FakeCluster, OperatorAPIServer]:
    cluster = FakeCluster(controllers=(), operator="model")
    assert cluster.operator is not None
    return cluster, cluster.operator


def _add_deployment(cluster: FakeCluster) -> dict[str, Any]:
    """The deployment that sessions are on; its template."""
    container = {"name": "web", "image": "shop", "ports": [{"containerPort": 80}]}
    template = {"metadata": {"labels": {"app": "shop"}}, "spec": {"containers": [container]}}
    spec = {"selector": {"matchLabels": {"app": "shop"}}, "template": template}
    deployment = {"metadata": {"name": "shop"}, "spec": spec}
    path = "/apis/apps/v1/namespaces/default/deployments"
    cluster.driver.run(cluster.client().request("POST", path, body=deployment))
    return template


def _add_shop(cluster: FakeCluster) -> None:
    """The same with its pod, where no controller makes one."""
    template, client, path = _add_deployment(cluster), cluster.client(), "/api/v1/namespaces/default"
    run = cluster.driver.run
    run(client.request("POST", f"{path}/serviceaccounts", body={"metadata": {"name": "default"}}))
    pod = {
        "metadata": {"name": "shop-1", **template["metadata"]},
        "spec": {"nodeName": "node-1", **template["spec"]},
    }
    made = run(client.request("POST", f"{path}/pods", body=pod))
    container = {
        "name": "web", "ready": True, "containerID": "containerd://1", "image": "shop", "imageID": "", "restartCount": 0
    }  # fmt: skip
    status = {"phase": "Running", "podIPs": [{"ip": "10.0.0.1"}], "containerStatuses": [container]}
    run(client.request("PUT", f"{path}/pods/shop-1/status", body={**made, "status": status}))


def _start(operator: OperatorAPIServer, number: int) -> SessionId:
    """Start a session without a connection, so that it lives as if it had one."""
    session = SessionId(number)
    owner = Owner(username=f"user-{number}", k8s_username=f"user-{number}", hostname="host")
    operator.sessions.do(
        Start(id=session, owner=owner, namespace="default", target=_TARGET, key=f"k{number}", pods=(_POD,))
    )
    operator.sessions.do(ClientConnected(session))
    return session


def _stealing(operator: OperatorAPIServer, count: int) -> list[Client]:
    """Sessions that steal one port, each with a filter of its own."""
    clients = []
    for number in range(1, count + 1):
        session = _start(operator, number)
        operator.sessions.do(SubscribePort(id=session, port=80, filter=_filter(number)))
        client = Client(session, version=(1, 29, 0), ports={("steal", 80)})
        operator.traffic.clients.add(client)
        clients.append(client)
    return clients


def _filter(number: int) -> HttpFilter:
    header = HeaderFilter(f"^baggage: .*mirrord-session=k{number}(,|$)")
    match number % 3:
        case 0:
            return CompositeFilter(True, (header, PathFilter("^/orders"), MethodFilter("POST")))
        case 1:
            return CompositeFilter(False, (header, PathFilter(f"^/user/{number}/")))
        case _:
            return header


def _requests(count: int) -> list[Request]:
    """Requests of which about half are stolen, from browsers that send more headers than one."""
    return [
        Request.of(
            "POST" if number % 2 else "GET",
            f"/orders/{number % 5000}?page={number % 7}",
            [
                ("host", "shop.example.com"),
                ("user-agent", f"browser/{number % 20}"),
                ("baggage", f"trace={number % 3000},mirrord-session=k{number % 100}"),
                ("x-request-id", f"{number:08x}"),
            ],
        )
        for number in range(count)
    ]


def _routing() -> Iterator[Figure]:
    cluster, operator = _operated()
    _stealing(operator, 50)
    requests = _requests(100_000)
    route = operator.traffic.route
    started = process_time()
    stolen = sum(route(_POD, 80, request).stolen_by is not None for request in requests)
    elapsed = process_time() - started
    assert 0 < stolen < len(requests)
    yield Figure(name="100,000 requests routed over 50 sessions", value=elapsed, unit="s", aim=5)
    cluster.close()


def _delivery() -> Iterator[Figure]:
    cluster, operator = _operated()
    traffic = operator.traffic
    for client in _stealing(operator, 50):
        application = ApplicationTraffic(f"{client.session:X}", lambda _: True)

        def tell(
            message: DaemonMessage, client: Client = client, to: ApplicationTraffic = application
        ) -> None:
            for answer in to.take(decode_daemon_message(encode_daemon_message(message))):
                traffic.answered(client, answer.message)  # type: ignore[union-attr,arg-type]

        client.tell = tell
    requests = _requests(10_000)
    inbound = traffic.connect(_POD, 80)
    started = process_time()
    exchanges = [traffic.request(inbound, request) for request in requests]
    elapsed = process_time() - started
    assert not any(exchange.pending for exchange in exchanges)
    yield Figure(name="10,000 requests delivered and answered", value=elapsed, unit="s", aim=2)
    cluster.close()


def _many_sessions() -> Iterator[Figure]:
    cluster, operator = _operated()
    _add_shop(cluster)
    for number in range(1, 10_001):
        session = _start(operator, number)
        operator.sessions.do(
            SubscribePort(id=session, port=80 + number % 3, filter=HeaderFilter(f"x-user: {number}"))
        )
    connection = InProcessConnection(cluster, cluster.credentials(_ADMIN.name, _ADMIN.groups).der)

    def status() -> None:
        code, _, body = connection.exchange("GET", f"{_GROUP}/mirrordoperators/operator", b"", [], b"")
        assert code == 200
        assert body.count(b'"duration_secs"') == 10_000

    yield Figure(name="status of 10,000 sessions", value=best_of(3, status) * 1e3, unit="ms", aim=300)
    started = perf_counter()
    code, _, _ = connection.exchange("DELETE", f"{_GROUP}/sessions", b"", [], b"")
    elapsed = perf_counter() - started
    assert (code, len(operator.sessions.state.sessions)) == (200, 0)
    yield Figure(name="kill-all of 10,000 sessions", value=elapsed * 1e3, unit="ms", aim=1000)
    cluster.close()


def _day() -> Iterator[Figure]:
    """A session starts each seven minutes, steals a port, and ends after twenty."""
    cluster = FakeCluster(operator="model")
    clock = cluster.clock
    assert isinstance(clock, FakeClock)
    _add_deployment(cluster)
    cluster.settle()
    certificate = cluster.credentials(_ADMIN.name, _ADMIN.groups).der
    running = []
    started = perf_counter()
    for number in range(200):
        session = open_in_process(
            cluster, _ADMIN, "deployment/shop", session_id=number + 1, certificate=certificate
        )
        session.subscribe(80, "steal", f"header=x-user: {number}")
        running.append(session)
        if len(running) > 3:
            running.pop(0).disconnect()
        clock.step(timedelta(days=1) / 200)
    elapsed = perf_counter() - started
    assert cluster.operator is not None
    assert 3 <= len(cluster.operator.sessions.state.sessions) <= 4
    yield Figure(name="a day in which 200 sessions start and end", value=elapsed, unit="s", aim=5)
    cluster.close()
