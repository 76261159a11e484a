"""A server elsewhere behind the aggregator: found by its Service, dialled over mutual TLS, and handed every request."""

from __future__ import annotations

import asyncio
import base64
import json
import ssl
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from fakes.apimachinery.pki import CertificateAuthority
from fakes.apimachinery.status import StatusError
from fakes.apiserver.serving import ServedApp, ServingOptions
from fakes.cluster import FakeCluster
from fakes.kube.service_routing import NoAddressError, NoPortError, NoRouteError, NoServiceError, route
from harness.drivers.serving import ServedFake
from harness.eventually import eventually
from harness.objects import call

GROUP = "echo.example"
ROOT = f"/apis/{GROUP}/v1"
API_SERVICE = f"/apis/apiregistration.k8s.io/v1/apiservices/v1.{GROUP}"
RESOURCES = {
    "kind": "APIResourceList", "apiVersion": "v1", "groupVersion": f"{GROUP}/v1",
    "resources": [{"name": "echoes", "singularName": "echo", "namespaced": False, "kind": "Echo", "verbs": ["get"]}],
}  # fmt: skip


class EchoServer:
    """Tells who asks for what; serves a stream, and WebSockets that say back what they hear."""

    def __init__(self, directory: Path, front_proxy_ca: bytes) -> None:
        authority = CertificateAuthority("echo", datetime(2000, 1, 1, tzinfo=UTC), timedelta(days=36500))
        certificate, key = authority.issue_server(["echo.default.svc"])
        files = {"crt": certificate, "key": key, "ca": front_proxy_ca}
        for name, content in files.items():
            (directory / f"echo.{name}").write_bytes(content)
        options = ServingOptions(
            certificate=directory / "echo.crt", key=directory / "echo.key", ca=directory / "echo.ca"
        )
        self.bundle = base64.b64encode(authority.pem).decode()
        self.served = ServedApp(self, options)
        self.served.start()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "websocket":
            await self._websocket(scope, receive, send)
            return
        assert scope["state"]["peer_certificate"], "the front proxy shows no certificate"
        body = (await receive())["body"]
        told: Any = RESOURCES
        if scope["path"] == "/openapi/v3":
            told = {"paths": {ROOT[1:]: {"serverRelativeURL": f"/openapi/v3{ROOT}?hash=1"}}}
        elif scope["path"] != ROOT:
            headers = [[name.decode(), value.decode()] for name, value in scope["headers"]]
            asked = scope["path"], scope["query_string"].decode()
            told = {"method": scope["method"], "asked": asked, "body": body.decode(), "headers": headers}
        status = 418 if scope["path"].endswith("/teapot") else 200
        json_type = (b"content-type", b"application/json")
        await send(
            {"type": "http.response.start", "status": status, "headers": [json_type, (b"x-echo", b"1")]}
        )
        for part in (json.dumps(told).encode(), b"\n"):
            await send({"type": "http.response.body", "body": part, "more_body": True})
        await send({"type": "http.response.body", "body": b""})

    async def _websocket(self, scope: Any, receive: Any, send: Any) -> None:
        await receive()
        if scope["path"].endswith("/closed"):
            headers = [(b"content-type", b"text/plain"), (b"content-length", b"4")]
            await send({"type": "websocket.http.response.start", "status": 409, "headers": headers})
            await send({"type": "websocket.http.response.body", "body": b"busy"})
            return
        await send({"type": "websocket.accept", "subprotocol": scope["subprotocols"][0]})
        while (message := await receive())["type"] == "websocket.receive":
            if message.get("text") == "bye":
                await send({"type": "websocket.close", "code": 4001, "reason": "you said it"})
                return
            await send({"type": "websocket.send", "bytes": message["bytes"]})

    def close(self) -> None:
        self.served.stop()


class Place:
    """A served cluster, a client of its administrator, and the server elsewhere."""

    def __init__(self, directory: Path) -> None:
        self.cluster = ServedFake(directory=directory / "cluster", operator="none", controllers="none")
        self.cluster.start()
        self.echo = EchoServer(directory, self.cluster.cluster.front_proxy_ca.pem)
        self.tls = ssl.create_default_context(cafile=str(self.cluster.ca_path))
        from kubernetes.client import ApiClient, Configuration

        token = f"Bearer {self.cluster.admin_token}"
        settings = Configuration(host=self.cluster.url, api_key={"authorization": token})
        settings.ssl_ca_cert = str(self.cluster.ca_path)
        self.headers = {"Authorization": token}
        self.admin = ApiClient(settings)

    def register(self, bundle: str | None = None, external: str = "localhost", **service: Any) -> None:
        """Put the server behind a Service and an APIService."""
        spec = {"type": "ExternalName", "externalName": external}
        named = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "echo"}, "spec": spec}
        call(self.admin, "POST", "/api/v1/namespaces/default/services", named)
        reference = {"namespace": "default", "name": "echo", "port": self.echo.served.port, **service}
        spec = {
            "group": GROUP, "version": "v1", "groupPriorityMinimum": 100, "versionPriority": 10, "service": reference,
            "caBundle": self.echo.bundle if bundle is None else bundle,
        }  # fmt: skip
        registered = {
            "apiVersion": "apiregistration.k8s.io/v1", "kind": "APIService",
            "metadata": {"name": f"v1.{GROUP}"}, "spec": spec,
        }  # fmt: skip
        call(self.admin, "POST", API_SERVICE.rpartition("/")[0], registered)

    def condition(self) -> dict[str, Any]:
        conditions = (call(self.admin, "GET", API_SERVICE).get("status") or {}).get("conditions")
        assert conditions, "nothing is known of it yet"
        found: dict[str, Any] = conditions[0]
        return found

    def await_condition(self, reason: str) -> str:
        """The message of the condition, once it has that reason."""
        told = []

        def known() -> None:
            condition = self.condition()
            told.append(condition["message"])
            assert condition["reason"] == reason, condition

        eventually(_Pausing(), known)
        return str(told[-1])

    def close(self) -> None:
        self.admin.close()
        self.echo.close()
        self.cluster.stop()


class _Pausing:
    """What ``eventually`` wants of a cluster."""

    def pause(self) -> bool:
        import threading

        threading.Event().wait(0.01)
        return True


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    found = Place(tmp_path)
    yield found
    found.close()


def test_requests_are_handed_on_with_the_name_of_who_asks(place: Place) -> None:
    place.register()
    assert place.await_condition("Passed") == "all checks passed"
    told = call(place.admin, "PUT", f"{ROOT}/echoes/a%20b?x=1", {"some": "body"})
    assert told["method"] == "PUT"
    assert told["asked"] == [f"{ROOT}/echoes/a b", "x=1"]
    assert json.loads(told["body"]) == {"some": "body"}
    headers = dict(told["headers"])
    assert headers["x-remote-user"] == "admin"
    assert headers["x-forwarded-uri"] == f"{ROOT}/echoes/a b"
    assert "authorization" not in headers
    versions = call(place.admin, "GET", f"/apis/{GROUP}")["versions"]
    assert versions == [{"groupVersion": f"{GROUP}/v1", "version": "v1"}]
    assert [row["name"] for row in call(place.admin, "GET", ROOT)["resources"]] == ["echoes"]


def test_openapi_of_servers_behind_is_found_in_the_index_and_asked_of_them(place: Place) -> None:
    place.register()
    place.await_condition("Passed")
    index = call(place.admin, "GET", "/openapi/v3")["paths"]
    assert index[ROOT[1:]] == {"serverRelativeURL": f"/openapi/v3{ROOT}?hash=1"}
    assert call(place.admin, "GET", f"/openapi/v3{ROOT}?hash=1")["asked"] == [f"/openapi/v3{ROOT}", "hash=1"]


def test_answers_without_a_body_end(place: Place) -> None:
    place.register()
    place.await_condition("Passed")
    asked = Request(f"{place.cluster.url}{ROOT}/echoes", method="HEAD", headers=place.headers)
    with urlopen(asked, context=place.tls, timeout=5) as answer:
        assert (answer.status, answer.read()) == (200, b"")


def test_refusals_come_through(place: Place) -> None:
    place.register()
    place.await_condition("Passed")
    with pytest.raises(StatusError) as refused:
        call(place.admin, "GET", f"{ROOT}/teapot")
    assert refused.value.code == 418


@pytest.mark.parametrize(
    ("change", "reason", "message"),
    [
        ({"bundle": ""}, "FailedDiscoveryCheck", "certificate signed by unknown authority"),
        ({"port": 1}, "FailedDiscoveryCheck", "dial tcp 127.0.0.1:1: connect: connection refused"),
        ({"external": "nowhere.invalid"}, "FailedDiscoveryCheck", "lookup nowhere.invalid: no such host"),
        ({"bundle": "Zm9v"}, "FailedDiscoveryCheck", "has a caBundle without certificates"),
        ({"name": "other"}, "ServiceNotFound", 'service/other in "default" is not present'),
    ],
)
def test_why_a_server_is_not_there(place: Place, change: dict[str, Any], reason: str, message: str) -> None:
    place.register(**change)
    assert message in place.await_condition(reason)
    with pytest.raises(StatusError) as refused:
        call(place.admin, "GET", f"{ROOT}/echoes")
    assert (refused.value.code, refused.value.message) == (503, "service unavailable\n")


def test_a_server_that_goes_away_is_told_of(place: Place) -> None:
    place.register()
    place.await_condition("Passed")
    place.echo.close()
    with pytest.raises(StatusError) as refused:
        call(place.admin, "GET", f"{ROOT}/echoes")
    assert refused.value.code == 503
    assert refused.value.message.startswith("error trying to reach service: dial tcp 127.0.0.1:")


def test_websockets_are_handed_on(place: Place) -> None:
    place.register()
    place.await_condition("Passed")
    url = place.cluster.url.replace("https", "wss") + ROOT

    async def talk() -> tuple[Any, Any, Any]:
        options: dict[str, Any] = {
            "ssl": place.tls, "additional_headers": place.headers, "subprotocols": ["v4.channel.k8s.io"],
        }  # fmt: skip
        async with connect(f"{url}/ech%6Fes/a", **options) as socket:
            await socket.send(b"\x00hello")
            heard = await socket.recv()
            await socket.send("bye")
            await socket.wait_closed()
            ended = socket.subprotocol, socket.close_code, socket.close_reason
        with pytest.raises(InvalidStatus) as refused:
            await connect(f"{url}/closed", **options)
        answer = refused.value.response
        return heard, ended, (answer.status_code, bytes(answer.body or b""))

    heard, ended, refusal = asyncio.run(talk())
    assert heard == b"\x00hello"
    assert ended == ("v4.channel.k8s.io", 4001, "you said it")
    assert refusal == (409, b"busy")


def _service(**spec: Any) -> dict[str, Any]:
    return {"metadata": {"name": "s", "namespace": "n"}, "spec": spec}


def _slice(port: int, *hosts: str, name: str = "", ready: bool | None = None) -> dict[str, Any]:
    metadata = {"name": "s-1", "namespace": "n", "labels": {"kubernetes.io/service-name": "s"}}
    endpoints = [{"addresses": [host], "conditions": {"ready": ready}} for host in hosts]
    return {"metadata": metadata, "ports": [{"name": name, "port": port}], "endpoints": endpoints}


PORTS = {"ports": [{"port": 443}], "clusterIP": "10.0.0.9"}


@pytest.mark.parametrize(
    ("service", "behind", "expected"),
    [
        (_service(type="ExternalName", externalName="far.example"), {}, ("far.example", 443, "far.example:443")),
        (_service(**PORTS), {"slice": _slice(8443, "10.1.1.1")}, ("10.1.1.1", 8443, "10.0.0.9:443")),
        (
            _service(ports=[{"port": 443}], clusterIP="None"),
            {"slice": _slice(8443, "10.1.1.1")},
            ("10.1.1.1", 8443, "10.1.1.1:8443"),
        ),
        (
            _service(**PORTS),
            {"endpoints": {"subsets": [{"addresses": [{"ip": "10.1.1.2"}], "ports": [{"port": 99}]}]}},
            ("10.1.1.2", 99, "10.0.0.9:443"),
        ),
        (None, {}, NoServiceError),
        (_service(ports=[{"port": 80}]), {}, NoPortError),
        (_service(**PORTS), {}, NoAddressError),
        (_service(**PORTS), {"slice": _slice(8443, "10.1.1.1", ready=False)}, NoAddressError),
        (_service(**PORTS), {"slice": _slice(8443, "10.1.1.1", name="other")}, NoAddressError),
    ],
)  # fmt: skip
def test_where_a_service_leads(
    service: dict[str, Any] | None,
    behind: dict[str, Any],
    expected: tuple[str, int, str] | type[NoRouteError],
) -> None:
    cluster = FakeCluster(controllers=())
    storage = cluster.storage
    put: Callable[..., Any] = storage.put
    if service is not None:
        put("services", "n/s", service)
    if "slice" in behind:
        put("endpointslices.discovery.k8s.io", "n/s-1", behind["slice"])
    if "endpoints" in behind:
        put("endpoints", "n/s", {"metadata": {"name": "s", "namespace": "n"}, **behind["endpoints"]})
    if isinstance(expected, tuple):
        assert route(storage, "n", "s", 443)[:3] == expected
    else:
        with pytest.raises(expected):
            route(storage, "n", "s", 443)
    cluster.close()


def test_nobody_listens_in_pods_of_this_cluster() -> None:
    cluster = FakeCluster(controllers=())
    cluster.storage.put("services", "n/s", _service(**PORTS, selector={"app": "s"}))
    cluster.storage.put("endpointslices.discovery.k8s.io", "n/s-1", _slice(8443, "10.1.1.1"))
    assert not route(cluster.storage, "n", "s", 443).listening
    cluster.close()
