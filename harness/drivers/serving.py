"""A FakeCluster behind TLS on a socket, with kubeconfigs for its people."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from fakes.apimachinery.clock import Clock, FakeClock, RealClock
from fakes.apimachinery.pki import random_token
from fakes.apiserver.authentication.user import UserInfo
from fakes.apiserver.serving import ServedApp, ServingOptions
from fakes.cluster import Credentials, FakeCluster
from harness.cluster import OperatorSettings
from harness.drivers.kubeconfig import kubeconfig, write_private
from harness.drivers.operator_settings import model_settings

__all__ = ["ServedFake"]

T = TypeVar("T")

ADMIN = "admin"
_HOSTS = ("127.0.0.1", "localhost", "::1", "kubernetes", "kubernetes.default", "kubernetes.default.svc")


class ServedFake:
    """A cluster of this process and the thread that serves it.

    Everything that touches the cluster's state after ``start`` goes through ``call``.
    """

    def __init__(
        self, *, directory: Path, operator: str = "model", controllers: str = "all", host: str = "127.0.0.1",
        port: int = 0, clock: str = "real", seed: int | str = 0, now: datetime | None = None,
        settings: OperatorSettings | None = None,
    ) -> None:  # fmt: skip
        self._directory = directory
        moment: Clock = RealClock() if clock == "real" else FakeClock(now or RealClock().now())
        self.admin_token = random_token()
        admin = UserInfo(name=ADMIN, groups=("system:masters",))
        self.cluster = FakeCluster(
            clock=moment, wire_clock=RealClock(), seed=seed, controllers=_names(controllers), tokens={self.admin_token: admin},
            operator="model" if operator == "model" else "none", operator_settings=model_settings(settings),
        )  # fmt: skip
        self.people: dict[str, Credentials | str | None] = {
            ADMIN: self.cluster.credentials(ADMIN, ["system:masters"])
        }
        server_cert, server_key = self.cluster.client_ca.issue_server(_unique([host, *_HOSTS]))
        authorities = self.cluster.client_ca.pem + self.cluster.front_proxy_ca.pem
        self.ca_path = write_private(directory / "ca.crt", self.cluster.client_ca.pem)
        options = ServingOptions(
            certificate=write_private(directory / "server.crt", server_cert),
            key=write_private(directory / "server.key", server_key),
            ca=write_private(directory / "client-ca.crt", authorities),
            host=host,
            port=port,
        )
        self.cluster.kube.app.raise_bugs = False
        if self.cluster.operator is not None:
            self.cluster.operator.app.raise_bugs = False
        self._app = ServedApp(self.cluster.app, options)

    def start(self) -> None:
        """Serve; returns when connections are accepted.

        Raises:
            OSError: the address cannot be had.
        """
        self._app.start()

    @property
    def url(self) -> str:
        return self._app.url

    def call(self, function: Callable[[], T]) -> T:
        """Run a function in the serving thread."""
        return self._app.call(function)

    def add_person(self, context: str, user: str, groups: Sequence[str] = ()) -> None:
        """Give somebody a context in the kubeconfigs written from now on."""
        self.people[context] = self.cluster.credentials(user, groups)

    def kubeconfig(self, current: str = ADMIN) -> dict[str, object]:
        return kubeconfig(self.url, self.cluster.client_ca.pem, self.people, current)

    def write_kubeconfig(self, path: Path, current: str = ADMIN) -> Path:
        """Write a kubeconfig with everybody in it."""
        return write_private(path, self.kubeconfig(current))

    def stop(self) -> None:
        """Close every connection."""
        self._app.stop()


def _names(controllers: str) -> Sequence[str] | None:
    match controllers:
        case "all":
            return None
        case "none":
            return ()
        case _:
            return tuple(name.strip() for name in controllers.split(","))


def _unique(names: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(names))
