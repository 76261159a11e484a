"""The model of the operator in a pod, or on a machine that a cluster reaches."""

from __future__ import annotations

import os
import ssl
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from kubernetes.client import ApiClient, Configuration

from fakes.apimachinery.clock import RealClock
from fakes.apimachinery.names import Names
from fakes.mirrord import chart
from fakes.mirrord.model.settings import Settings
from harness.drivers.named_contexts import ContextError, client_of, kubeconfig_files, read_context, tls_to
from harness.drivers.operator_beside import FrontProxy, OperatorBeside, front_proxy_of
from harness.objects import call

__all__ = ["elsewhere", "in_pod", "manifests_elsewhere", "manifests_in_pod"]

Object = dict[str, Any]

_ACCOUNT = Path("/var/run/secrets/kubernetes.io/serviceaccount")
_TOKENS = f"/api/v1/namespaces/{chart.NAMESPACE}/serviceaccounts/{chart.SERVICE_ACCOUNT}/token"
_DAY = 24 * 3600
_LEADER = "mirrord-operator-leader"


def in_pod(
    directory: Path, env: Mapping[str, str], *, listen: str, port: int, account: Path = _ACCOUNT
) -> OperatorBeside:
    """Serve it in a pod, with the pod's own account, whose token is read anew for each request as it changes.

    Raises:
        ContextError: this is no pod.
        StatusError: the cluster does not say whose word to take.
    """
    host = env.get("KUBERNETES_SERVICE_HOST")
    if host is None or not (account / "token").exists():
        raise ContextError("this is no pod: name the cluster with --context NAME")
    url = f"https://{f'[{host}]' if ':' in host else host}:{env.get('KUBERNETES_SERVICE_PORT', '443')}"
    settings = Configuration(host=url, api_key={"authorization": f"Bearer {(account / 'token').read_text()}"})
    settings.ssl_ca_cert = str(account / "ca.crt")
    with ApiClient(settings) as api:
        proxy = front_proxy_of(api)

    def headers() -> Sequence[tuple[bytes, bytes]]:
        return ((b"authorization", b"Bearer " + (account / "token").read_bytes().strip()),)

    tls = ssl.create_default_context(cafile=str(account / "ca.crt"))
    return _serve(directory, url, tls, proxy, headers, listen, port)


def elsewhere(
    directory: Path, context: str, kubeconfig: Path | None, *, listen: str, port: int
) -> OperatorBeside:
    """Serve it on this machine, with a token of its account in the cluster, which holds for a day.

    Raises:
        ContextError: there is no such context.
        StatusError: the manifests are not there, or the user may not ask for the token.
    """
    found = read_context(context, [kubeconfig] if kubeconfig else kubeconfig_files(os.environ))
    request = {
        "apiVersion": "authentication.k8s.io/v1",
        "kind": "TokenRequest",
        "spec": {"expirationSeconds": _DAY},
    }
    with client_of(found) as api:
        token = call(api, "POST", _TOKENS, request)["status"]["token"]
        proxy = front_proxy_of(api)
        tls = tls_to(found, api)
    header = (b"authorization", b"Bearer " + token.encode())
    return _serve(directory, found.server, tls, proxy, lambda: (header,), listen, port)


def _serve(
    directory: Path, url: str, tls: ssl.SSLContext, proxy: FrontProxy,
    headers: Callable[[], Sequence[tuple[bytes, bytes]]], listen: str, port: int,
) -> OperatorBeside:  # fmt: skip
    beside = OperatorBeside(
        directory=directory, url=url, tls=tls, front_proxy=proxy, headers=headers, port=port, host=listen
    )
    beside.replace(RealClock(), Names(None), Settings())
    return beside


def manifests_in_pod(image: str, port: int) -> list[Object]:
    """What the chart installs, with our image in the Deployment."""
    return [_with_image(obj, image, port) for obj in chart.chart_objects(Settings())]


def _with_image(obj: Object, image: str, port: int) -> Object:
    if obj["kind"] != "Deployment":
        return obj
    spec = obj["spec"]
    template = spec["template"]
    container = {
        "name": "operator", "image": image, "imagePullPolicy": "IfNotPresent",
        "args": ["operator", "serve", f"--port={port}", "--listen=0.0.0.0"],
        "ports": [{"name": "https", "containerPort": port}],
        "readinessProbe": {"httpGet": {"path": "/health", "port": "https", "scheme": "HTTPS"}},
    }  # fmt: skip
    labels = {**template["metadata"]["labels"], _LEADER: "true"}
    changed = {"metadata": {"labels": labels}, "spec": {**template["spec"], "containers": [container]}}
    return {**obj, "spec": {**spec, "template": changed}}


def manifests_elsewhere(host: str, port: int) -> list[Object]:
    """What the chart installs but for the Deployment, with a Service that points to a host and port."""
    found = []
    for obj in chart.chart_objects(Settings()):
        match obj["kind"]:
            case "Service":
                found.append({**obj, "spec": {"type": "ExternalName", "externalName": host}})
            case "APIService":
                service = {**obj["spec"]["service"], "port": port}
                found.append({**obj, "spec": {**obj["spec"], "service": service}})
            case "Deployment":
                pass
            case _:
                found.append(obj)
    return found
