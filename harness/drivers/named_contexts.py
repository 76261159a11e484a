"""Contexts of the user's kubeconfig files, which are read here and never written.

Only a context that is named is looked at; which one is current does not matter.
"""

from __future__ import annotations

import os
import ssl
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import yaml

from harness.cluster import ClusterUnavailableError
from harness.drivers.identities import kubeconfig_for
from harness.drivers.kubeconfig import write_private

if TYPE_CHECKING:
    from kubernetes.client import ApiClient

__all__ = ["ContextError", "NamedContext", "client_of", "kubeconfig_files", "read_context", "tls_to"]

Stanza = dict[str, Any]

_FILES = ("certificate-authority", "client-certificate", "client-key", "tokenFile")


class ContextError(ClusterUnavailableError):
    """There is no such context, or it cannot be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedContext:
    """A context with the cluster and user that it names, paths made absolute."""

    name: str
    cluster_name: str
    cluster: Stanza
    user: Stanza
    namespace: str

    @property
    def server(self) -> str:
        return str(self.cluster.get("server", ""))


def kubeconfig_files(env: Mapping[str, str]) -> list[Path]:
    """The files that kubectl would read."""
    named = [Path(each) for each in env.get("KUBECONFIG", "").split(os.pathsep) if each]
    return named or [Path(env.get("HOME", "~")).expanduser() / ".kube" / "config"]


def read_context(name: str, files: Sequence[Path]) -> NamedContext:
    """The context of that name in the first file that has it.

    Raises:
        ContextError: there is none.
    """
    if not name:
        raise ContextError("name a context: context:NAME. The current context is never used by itself")
    found = {kind: _named(files, f"{kind}s", kind) for kind in ("context", "cluster", "user")}
    context = found["context"].get(name)
    if context is None:
        known = ", ".join(found["context"]) or "no contexts at all"
        raise ContextError(f'there is no context "{name}" in {_names(files)}; there are {known}')
    cluster = found["cluster"].get(context.get("cluster", ""))
    if cluster is None:
        raise ContextError(
            f'the context "{name}" names the cluster "{context.get("cluster")}", which is not there'
        )
    return NamedContext(
        name=name, cluster_name=context["cluster"], cluster=cluster, user=found["user"].get(context.get("user", ""), {}),
        namespace=context.get("namespace") or "default",
    )  # fmt: skip


def _names(files: Sequence[Path]) -> str:
    return ", ".join(map(str, files)) or "no file"


def _named(files: Sequence[Path], plural: str, kind: str) -> dict[str, Stanza]:
    found: dict[str, Stanza] = {}
    for path in files:
        for each in _read(path).get(plural) or ():
            stanza = each.get(kind) or {}
            found.setdefault(str(each.get("name")), _absolute(stanza, path.parent))
    return found


def _read(path: Path) -> dict[str, Any]:
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ContextError(f"{path} cannot be read: {error}") from error
    return content if isinstance(content, dict) else {}


def _absolute(stanza: Stanza, folder: Path) -> Stanza:
    changed: Stanza = {name: str(folder / stanza[name]) for name in _FILES if stanza.get(name)}
    command = (stanza.get("exec") or {}).get("command", "")
    if "/" in command:
        changed["exec"] = {**stanza["exec"], "command": str(folder / command)}
    return {**stanza, **changed}


@contextmanager
def client_of(context: NamedContext) -> Iterator[ApiClient]:
    """The official client as the user of the context, from a copy of what the kubeconfig says."""
    from kubernetes.config import new_client_from_config

    with TemporaryDirectory(prefix="harness-context-") as folder:
        path = write_private(
            Path(folder) / "kubeconfig", kubeconfig_for(context.cluster, context.user, "user")
        )
        client = new_client_from_config(str(path))  # type: ignore[no-untyped-call,unused-ignore]
        try:
            yield client
        finally:
            client.rest_client.pool_manager.clear()
            client.close()  # type: ignore[no-untyped-call,unused-ignore]


def tls_to(context: NamedContext, api: ApiClient) -> ssl.SSLContext:
    """TLS that trusts the cluster of a context and shows nobody's certificate."""
    tls = ssl.create_default_context(cafile=api.configuration.ssl_ca_cert)
    if context.cluster.get("insecure-skip-tls-verify"):
        tls.check_hostname, tls.verify_mode = False, ssl.CERT_NONE
    return tls
