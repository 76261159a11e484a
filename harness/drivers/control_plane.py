"""A real etcd and kube-apiserver on loopback, from binaries that are on the machine, as controller-runtime's envtest has it.

Own certificates, RBAC and aggregation are on; there is no kubelet and no controller manager, so nothing happens by itself:
no pod runs, nothing owned is collected, and a namespace stays in termination until somebody finalizes it. The admission
plugin for service accounts is off, because nobody makes the accounts that it asks for. All of it ends with this process.
"""

from __future__ import annotations

import http.client
import os
import shutil
import socket
import ssl
import subprocess
import tempfile
import threading
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from fakes.apimachinery.clock import RealClock
from fakes.apimachinery.pki import CertificateAuthority
from harness.cluster import ClusterUnavailableError
from harness.drivers.kubeconfig import write_private
from harness.drivers.processes import ProcessError, Supervisor, remove_stale

__all__ = ["ASSETS", "FRONT_PROXY", "Assets", "ControlPlane", "ControlPlaneError", "find_assets"]

ASSETS = "KUBEBUILDER_ASSETS"
FRONT_PROXY = "front-proxy-client"
_START = datetime(2000, 1, 1, tzinfo=UTC)
_LIFETIME = timedelta(days=365 * 100)
_HOSTS = ("127.0.0.1", "localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc", "10.0.0.1")
_AUDIT_POLICY = b"""\
apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
- level: None
  users: ["system:apiserver", "system:kube-aggregator", "system:aggregator"]
- level: Metadata
"""
_TRIES = 3


class ControlPlaneError(ClusterUnavailableError):
    """The control plane cannot be had; the text says why and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assets:
    """The programs."""

    etcd: Path
    kube_apiserver: Path


def find_assets(directory: Path | None = None) -> Assets:
    """The programs in a directory, else in that of ``KUBEBUILDER_ASSETS``, else on the PATH.

    Raises:
        ControlPlaneError: they are not there.
    """
    named = directory or (Path(os.environ[ASSETS]) if os.environ.get(ASSETS) else None)
    found = {name: _program(name, named) for name in ("etcd", "kube-apiserver")}
    if missing := [name for name, path in found.items() if path is None]:
        where = f"in {named}" if named is not None else f"on the PATH, and {ASSETS} is not set"
        raise ControlPlaneError(
            f"no {' and no '.join(missing)} {where}: name the directory that has both with --assets DIR or {ASSETS}"
            " (setup-envtest downloads them)"
        )
    etcd, kube_apiserver = found.values()
    assert etcd is not None and kube_apiserver is not None  # noqa: PT018
    return Assets(etcd=etcd, kube_apiserver=kube_apiserver)


def _program(name: str, directory: Path | None) -> Path | None:
    found = shutil.which(name, path=str(directory) if directory is not None else None)
    return Path(found) if found else None


class ControlPlane:
    """Both servers, running. ``stop`` ends them; so does the end of this process, whatever its cause.

    Args:
        timeout: how long the servers may take until they are ready.

    Raises:
        ControlPlaneError: they did not become ready; the text has the end of their logs.
    """

    def __init__(
        self, assets: Assets, *, root: Path | None = None, timeout: timedelta = timedelta(seconds=90)
    ) -> None:
        root = root or Path(tempfile.gettempdir()) / f"mirrord-harness-{os.getuid()}"
        if root.exists():
            remove_stale(root)
        self._assets = assets
        self._timeout = timeout
        self._supervisor = Supervisor(root)
        self.directory = self._supervisor.directory
        self.ca = CertificateAuthority("kubernetes", _START, _LIFETIME)
        self.front_proxy_ca = CertificateAuthority("front-proxy-ca", _START, _LIFETIME)
        try:
            self._write_certificates()
            self._start()
        except ProcessError as error:
            self.stop()
            raise ControlPlaneError(str(error)) from error
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End everything and remove its files. A second call does nothing."""
        self._supervisor.stop()

    @property
    def audit_log(self) -> Path:
        """Where the kube-apiserver writes its audit log: an event in JSON on each line."""
        return self.directory / "audit.log"

    def client_context(self, user: str, groups: Sequence[str] = ()) -> ssl.SSLContext:
        """TLS as a user, by a client certificate that is made for it."""
        certificate, key = self.ca.issue_client(user, groups)
        name = f"client-{len(list(self.directory.glob('client-*.crt')))}"
        self._write(f"{name}.crt", certificate)
        self._write(f"{name}.key", key)
        context = ssl.create_default_context(cadata=self.ca.pem.decode())
        context.load_cert_chain(self.directory / f"{name}.crt", self.directory / f"{name}.key")
        return context

    def _write(self, name: str, content: bytes) -> str:
        return str(write_private(self.directory / name, content))

    def _write_certificates(self) -> None:
        self._write("ca.crt", self.ca.pem)
        self._write("front-proxy-ca.crt", self.front_proxy_ca.pem)
        pairs = {
            "server": self.ca.issue_server(_HOSTS),
            "etcd-client": self.ca.issue_client("kube-apiserver-etcd-client"),
            "front-proxy": self.front_proxy_ca.issue_client(FRONT_PROXY),
        }
        for name, (certificate, key) in pairs.items():
            self._write(f"{name}.crt", certificate)
            self._write(f"{name}.key", key)
        signing = ec.generate_private_key(ec.SECP256R1())
        encoding, plain = serialization.Encoding.PEM, serialization.NoEncryption()
        self._write("sa.key", signing.private_bytes(encoding, serialization.PrivateFormat.PKCS8, plain))
        public = signing.public_key().public_bytes(encoding, serialization.PublicFormat.SubjectPublicKeyInfo)
        self._write("sa.pub", public)
        self._write("audit-policy.yaml", _AUDIT_POLICY)

    def _start(self) -> None:
        """Start both; again with other ports if somebody took one in between."""
        self._admin = self.client_context("harness-readiness", ["system:masters"])
        self._fast = _fast_etcd_flags(self._assets.etcd)
        for attempt in range(_TRIES):
            client, peer, port = _free_ports(3)
            self.url = f"https://127.0.0.1:{port}"
            started = {
                "etcd.log": self._supervisor.start([str(self._assets.etcd), *self._etcd_flags(client, peer)], "etcd.log"),
                "kube-apiserver.log": self._supervisor.start(
                    [str(self._assets.kube_apiserver), *self._apiserver_flags(client, port)], "kube-apiserver.log"
                ),
            }  # fmt: skip
            log = self._wait(port, started)
            if log is None:
                return
            text = self._supervisor.log(log)
            if "address already in use" not in text or attempt == _TRIES - 1:
                raise ControlPlaneError(f"the control plane did not become ready: {log} ends with\n{text}")
            self._supervisor.end_all()

    def _wait(self, port: int, started: dict[str, int]) -> str | None:
        """Wait until the API server is ready; else the log of whoever is to blame."""
        clock, pause = RealClock(), threading.Event()
        deadline = clock.now() + self._timeout
        while clock.now() < deadline:
            for log, pid in started.items():
                if self._supervisor.ended(pid) is not None:
                    return log
            if _ready(port, self._admin):
                return None
            pause.wait(0.1)
        return "kube-apiserver.log"

    def _etcd_flags(self, client: int, peer: int) -> list[str]:
        where = f"https://127.0.0.1:{client}"
        return [
            f"--data-dir={self.directory / 'etcd'}", f"--listen-client-urls={where}", f"--advertise-client-urls={where}",
            f"--listen-peer-urls=http://127.0.0.1:{peer}", *self._fast, "--client-cert-auth=true",
            *self._files(cert_file="server.crt", key_file="server.key", trusted_ca_file="ca.crt"),
        ]  # fmt: skip

    def _apiserver_flags(self, etcd: int, port: int) -> list[str]:
        return [
            f"--secure-port={port}", "--bind-address=127.0.0.1", "--advertise-address=127.0.0.1",
            "--endpoint-reconciler-type=none", "--service-cluster-ip-range=10.0.0.0/24", "--allow-privileged=true",
            "--authorization-mode=RBAC", "--disable-admission-plugins=ServiceAccount",
            f"--etcd-servers=https://127.0.0.1:{etcd}", "--service-account-issuer=https://kubernetes.default.svc",
            "--requestheader-username-headers=X-Remote-User", "--requestheader-group-headers=X-Remote-Group",
            "--requestheader-extra-headers-prefix=X-Remote-Extra-", f"--requestheader-allowed-names={FRONT_PROXY}",
            f"--audit-log-path={self.audit_log}",
            *self._files(
                tls_cert_file="server.crt", tls_private_key_file="server.key", client_ca_file="ca.crt",
                etcd_cafile="ca.crt", etcd_certfile="etcd-client.crt", etcd_keyfile="etcd-client.key",
                requestheader_client_ca_file="front-proxy-ca.crt", proxy_client_cert_file="front-proxy.crt",
                proxy_client_key_file="front-proxy.key", service_account_key_file="sa.pub",
                service_account_signing_key_file="sa.key", audit_policy_file="audit-policy.yaml",
            ),
        ]  # fmt: skip

    def _files(self, **names: str) -> list[str]:
        return [f"--{flag.replace('_', '-')}={self.directory / name}" for flag, name in names.items()]


def _fast_etcd_flags(etcd: Path) -> list[str]:
    """What makes etcd faster, where it knows it: this data need not survive anything. Source: etcd, since 3.5."""
    try:
        said = subprocess.run([str(etcd), "--help"], capture_output=True, timeout=10, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return []
    return ["--unsafe-no-fsync"] if b"unsafe-no-fsync" in said.stdout + said.stderr else []


def _ready(port: int, tls: ssl.SSLContext) -> bool:
    connection = http.client.HTTPSConnection("127.0.0.1", port, context=tls, timeout=5)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _free_ports(count: int) -> list[int]:
    """Ports that nobody has at this moment."""
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]
