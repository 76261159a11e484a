"""The model of the operator, served beside the runner and behind a real cluster's aggregator.

The cluster finds it by a Service of type ExternalName that points to this machine, and an APIService that names its port.
Who asks is what the front proxy says over mutual TLS; whether they may is asked of the cluster by SubjectAccessReview; and of
workloads the model knows what its own account may read there.
"""

from __future__ import annotations

import asyncio
import base64
import json
import ssl
import threading
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import aclosing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from cryptography import x509

from fakes.apimachinery.clock import Clock, RealClock
from fakes.apimachinery.names import Names
from fakes.apimachinery.pki import CertificateAuthority
from fakes.apimachinery.status import StatusError
from fakes.apiserver.authentication.x509 import CertificateVerifier
from fakes.apiserver.endpoints.http import Receive, Scope, Send
from fakes.apiserver.remote import RemoteClient
from fakes.apiserver.serving import ServedApp, ServingOptions
from fakes.mirrord import chart
from fakes.mirrord.model.settings import Settings
from fakes.mirrord.server import OperatorAPIServer, front_proxied
from fakes.mirrord.traffic.network import Network
from harness.cluster import ClusterUnavailableError
from harness.drivers.kubeconfig import write_private
from harness.objects import call

if TYPE_CHECKING:
    from kubernetes.client import ApiClient

__all__ = ["API_SERVICE", "FrontProxy", "OperatorBeside", "await_available", "front_proxy_of", "manifests"]

API_SERVICE = "/apis/apiregistration.k8s.io/v1/apiservices/v1.operator.metalbear.co"
_AUTHENTICATION = "/api/v1/namespaces/kube-system/configmaps/extension-apiserver-authentication"
_HOST = f"{chart.SERVICE}.{chart.NAMESPACE}.svc"
_START = datetime(2000, 1, 1, tzinfo=UTC)
_LIFETIME = timedelta(days=365 * 100)
_RETRY = timedelta(seconds=1)
_ATTEMPTS = 600

Object = dict[str, Any]
T = TypeVar("T")


class FrontProxy:
    """Whose certificates an extension server believes: the authority's certificates in PEM, and the common names."""

    def __init__(self, ca: bytes, names: Sequence[str]) -> None:
        self.ca = ca
        self.names = tuple(names)

    def verifier(self, clock: Clock) -> CertificateVerifier:
        return CertificateVerifier(x509.load_pem_x509_certificates(self.ca), clock)


def front_proxy_of(api: ApiClient) -> FrontProxy:
    """What the cluster says of its front proxy.

    Raises:
        StatusError: it does not say, or not to us.
    """
    data = call(api, "GET", _AUTHENTICATION).get("data") or {}
    ca = data.get("requestheader-client-ca-file", "")
    if not ca:
        raise StatusError.of(
            404, "NotFound", f"no aggregation layer: {_AUTHENTICATION} has no requestheader-client-ca-file"
        )
    return FrontProxy(ca.encode(), json.loads(data.get("requestheader-allowed-names") or "[]"))


def manifests(
    settings: Settings, *, port: int, ca: bytes, host: str = "localhost"
) -> Iterator[tuple[str, Object]]:
    """What the chart installs, but with a Service that points to a host; each with the path to post it to.

    Args:
        host: this machine, as the cluster's API server reaches it.
    """
    for path, obj in chart.creations(settings):
        match obj["kind"]:
            case "Service":
                yield path, {**obj, "spec": {"type": "ExternalName", "externalName": host}}
            case "APIService":
                spec = {name: value for name, value in obj["spec"].items() if name != "insecureSkipTLSVerify"}
                spec["service"] = {**spec["service"], "port": port}
                yield path, {**obj, "spec": {**spec, "caBundle": base64.b64encode(ca).decode()}}
            case "Deployment":
                pass
            case _:
                yield path, obj


class OperatorBeside:
    """Serves one operator after another at one port, so that the cluster need not find each of them anew.

    Args:
        directory: for its certificate and key.
        url: of the cluster's API server.
        tls: with which the operator's account reaches it.
        headers: the same, where a token says who it is.
    """

    def __init__(
        self, *, directory: Path, url: str, tls: ssl.SSLContext, front_proxy: FrontProxy,
        headers: Callable[[], Sequence[tuple[bytes, bytes]]] = tuple, port: int = 0, host: str = "127.0.0.1",
    ) -> None:  # fmt: skip
        ca = CertificateAuthority("mirrord-operator-ca", _START, _LIFETIME)
        certificate, key = ca.issue_server([_HOST, "localhost", "127.0.0.1"])
        options = ServingOptions(
            certificate=write_private(directory / "operator.crt", certificate),
            key=write_private(directory / "operator.key", key),
            ca=write_private(directory / "operator-client-ca.crt", front_proxy.ca),
            host=host, port=port,
        )  # fmt: skip
        self.ca = ca.pem
        self.operator: OperatorAPIServer | None = None
        self.clock: Clock = RealClock()
        self.network: Network | None = None
        self._following: asyncio.Task[None] | None = None
        self._settling: set[asyncio.Task[None]] = set()
        self._front_proxy = front_proxy
        self._kubernetes = RemoteClient(url, tls, headers=headers)
        self._served = ServedApp(self._app, options)
        self._served.start()

    async def _app(self, scope: Scope, receive: Receive, send: Send) -> None:
        operator = self.operator
        if operator is None:
            await send({"type": "http.response.start", "status": 503, "headers": []})
            await send({"type": "http.response.body", "body": b""})
            return
        await operator.app(scope, receive, send)

    @property
    def port(self) -> int:
        return self._served.port

    def replace(self, clock: Clock, names: Names, settings: Settings) -> OperatorAPIServer:
        """Put a new operator in the place of the present one, which knows nothing of its sessions.

        Its certificates and those of the front proxy live by the machine's time, whatever the clock says.
        """

        def make() -> OperatorAPIServer:
            self._retire()
            operator = OperatorAPIServer(
                clock=clock, names=names, kubernetes=self._kubernetes, settings=settings,
                authenticator=front_proxied(self._front_proxy.verifier(RealClock()), self._front_proxy.names),
                wire_clock=RealClock(),
            )  # fmt: skip
            operator.app.raise_bugs = False
            self.network = Network(operator.traffic, self._kubernetes)
            self.operator, self.clock = operator, clock
            self._following = asyncio.get_running_loop().create_task(self._follow_pods(operator))
            return operator

        return self.run(make)

    @property
    def stores_sessions(self) -> bool:
        """Whether the present operator keeps its sessions in the cluster."""
        return self.operator is not None and self.operator.sessions.settings.store_sessions

    def retire(self) -> None:
        """End the present operator, if there is one; there is none until the next ``replace``."""
        self.run(self._retire)

    def run(self, function: Callable[[], T]) -> T:
        """Run a function in the thread that serves the operator."""
        return self._served.call(function)

    def wait(self, work: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine in that thread, to its end."""
        return asyncio.run_coroutine_threadsafe(work, self.run(asyncio.get_running_loop)).result()

    def _retire(self) -> None:
        if self._following is not None:
            self._following.cancel()
        if self.operator is not None:
            self.operator.replace()
            self.operator.stop()
        self.operator = self._following = None

    async def _follow_pods(self, operator: OperatorAPIServer) -> None:
        """Tell the operator of every change of pods, for as long as it is there."""
        while True:
            with suppress(StatusError):
                async with aclosing(self._kubernetes.watch("/api/v1/pods")) as events:
                    async for event in events:
                        _end_traffic(operator, event)
                        operator.target_pods.changed("pods")
                        if operator.unsettled:
                            await operator.settle()
            await RealClock().sleep_until(RealClock().now() + _RETRY)

    def settle(self) -> None:
        """Let the operator begin to write down what has become of sessions; it is done soon."""

        async def settle(operator: OperatorAPIServer) -> None:
            await operator.stored.look()
            await operator.settle()

        def begin() -> None:
            if self.operator is not None and not self._settling:
                task = asyncio.get_running_loop().create_task(settle(self.operator))
                self._settling.add(task)
                task.add_done_callback(self._settling.discard)

        self.run(begin)

    def stop(self) -> None:
        """End the present operator, and with it every connection."""
        self.retire()
        self.run(self._kubernetes.close)
        self._served.stop()


def _end_traffic(operator: OperatorAPIServer, event: dict[str, Any]) -> None:
    """Cut the connections to a pod that is no more, or whose processes have ended."""
    pod = event["object"]
    if event["type"] == "DELETED" or (pod.get("status") or {}).get("phase") in ("Succeeded", "Failed"):
        operator.traffic.pod_gone(f"{pod['metadata'].get('namespace', '')}/{pod['metadata']['name']}")


def await_available(api: ApiClient) -> None:
    """Return when the cluster says that it reaches the operator.

    Raises:
        ClusterUnavailableError: it does not; the text has its reason.
    """
    pause, message = threading.Event(), "no condition yet"
    for _ in range(_ATTEMPTS):
        conditions = (call(api, "GET", API_SERVICE).get("status") or {}).get("conditions") or ()
        for condition in conditions:
            if condition["type"] == "Available":
                if condition["status"] == "True":
                    return
                message = f"{condition.get('reason')}: {condition.get('message')}"
        pause.wait(0.05)
    raise ClusterUnavailableError(f"the cluster does not reach the operator: {message}")
