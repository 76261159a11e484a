"""Servers behind the aggregator: those of this process, and those that a Service leads to over mutual TLS."""

from __future__ import annotations

import asyncio
import base64
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from fakes.apimachinery.pki import pem_to_der
from fakes.apiserver.dialling import client_context, failure_text
from fakes.apiserver.endpoints.http import ASGIApp
from fakes.apiserver.loopback import exchange, http_scope
from fakes.apiserver.proxying import RemoteApp
from fakes.apiserver.storage.interface import Storage
from fakes.kube.aggregator import Backend, NoBackendError, ServiceReference
from fakes.kube.service_routing import NoAddressError, NoPortError, NoServiceError, route

__all__ = ["ClusterBackends", "LocalBackend", "RemoteBackend"]

_PATIENCE = 5.0
"""Seconds. Source: kube-aggregator, pkg/controllers/status/remote."""
_JSON = (b"accept", b"application/json")


@dataclass(frozen=True, slots=True)
class LocalBackend:
    """A server of this process."""

    app: ASGIApp
    peer_certificate: bytes
    remote = False
    address = ""

    async def probe(self, path: str, headers: Sequence[tuple[bytes, bytes]]) -> tuple[int, Any]:
        scope = http_scope("GET", path, b"", [*headers, _JSON], self.peer_certificate)
        code, _, body = await exchange(self.app, scope, b"")
        return code, _decoded(body)


@dataclass(frozen=True, slots=True)
class RemoteBackend:
    """A server elsewhere."""

    app: RemoteApp
    listening: bool
    remote = True

    @property
    def address(self) -> str:
        return self.app.dialled

    async def probe(self, path: str, headers: Sequence[tuple[bytes, bytes]]) -> tuple[int, Any]:
        if not self.listening:
            raise OSError(self._told(ConnectionRefusedError()))
        scope = http_scope("GET", path, b"", [*headers, _JSON])
        try:
            async with asyncio.timeout(_PATIENCE):
                code, body = await self.app.get(scope)
        except TimeoutError as error:
            raise OSError("context deadline exceeded") from error
        except OSError as error:
            raise OSError(self._told(error)) from error
        return code, _decoded(body)

    def _told(self, error: OSError) -> str:
        return failure_text(error, self.app.dialled, self.app.server_name)


def _decoded(body: bytes) -> Any:
    try:
        return msgspec.json.decode(body)
    except msgspec.DecodeError:
        return None


@dataclass(slots=True)
class ClusterBackends:
    """Implements ``fakes.kube.aggregator.Backends``.

    Args:
        front_proxy: certificate and key, in PEM, with which those elsewhere are dialled.
    """

    storage: Storage
    servers: Mapping[tuple[str, str], Backend]
    front_proxy: tuple[bytes, bytes]
    peer_certificate: bytes = field(init=False)
    _contexts: dict[tuple[str, bool], ssl.SSLContext] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.peer_certificate = pem_to_der(self.front_proxy[0])

    def local(self, namespace: str, name: str) -> Backend | None:
        return self.servers.get((namespace, name))

    def resolve(self, service: ServiceReference) -> Backend:
        namespace, name, port = service.namespace, service.name, service.port
        shown = f'service/{name} in "{namespace}"'
        local = self.local(namespace, name)
        if local is not None and self.storage.get("services", f"{namespace}/{name}") is not None:
            return local
        try:
            found = route(self.storage, namespace, name, port)
        except NoServiceError as error:
            raise NoBackendError("ServiceNotFound", f"{shown} is not present") from error
        except NoPortError as error:
            raise NoBackendError("ServicePortError", f"{shown} is not listening on port {port}") from error
        except NoAddressError as error:
            if error.port_name is None:
                raise NoBackendError(
                    "EndpointsNotFound", f"cannot find endpointslices for {shown}"
                ) from error
            text = f'endpointslices for {shown} have no addresses with port name "{error.port_name}"'
            raise NoBackendError("MissingEndpoints", text) from error
        try:
            tls = self._context(service)
        except (ValueError, OSError) as error:
            text = f"{shown} has a caBundle without certificates: {error}"
            raise NoBackendError("FailedDiscoveryCheck", text) from error
        app = RemoteApp(
            host=found.host, port=found.port, tls=tls, server_name=f"{name}.{namespace}.svc",
            dialled=found.shown,
        )  # fmt: skip
        return RemoteBackend(app, found.listening)

    def _context(self, service: ServiceReference) -> ssl.SSLContext:
        key = service.ca_bundle, service.verify
        context = self._contexts.get(key)
        if context is None:
            bundle = base64.b64decode(service.ca_bundle)
            context = client_context(bundle, self.front_proxy, verify=service.verify)
            self._contexts[key] = context
        return context
