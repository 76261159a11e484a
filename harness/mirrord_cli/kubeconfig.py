"""The API that a kubeconfig names, for commands run from a shell.

Looked at, in this order: the file of ``MIRRORD_KUBECONFIG``, those of ``KUBECONFIG``, ``~/.kube/config``. Nothing
is written. Not done: the product's last resort, the service account of a pod.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from harness.mirrord_cli.configuration import Configuration
from harness.mirrord_cli.errors import CliError
from harness.mirrord_cli.invocation import Cluster
from harness.mirrord_cli.transport import ApiClientTransport

__all__ = ["connect"]


def connect(configuration: Configuration, env: Mapping[str, str], home: Path | None) -> Cluster:
    """The cluster of the context that is configured, or of the current one.

    Raises:
        CliError: there is no such kubeconfig or context.
    """
    # Here, as help and usage errors need not pay the half second that this takes.
    from kubernetes import client, config

    files = _files(configuration, env, home)
    settings = client.Configuration()
    try:
        contexts, current = config.list_kube_config_contexts(config_file=files)  # type: ignore[no-untyped-call]
        config.load_kube_config(  # type: ignore[no-untyped-call]
            config_file=files,
            context=configuration.kube_context,
            client_configuration=settings,
            persist_config=False,
        )
    except (config.ConfigException, OSError) as error:
        raise CliError.client_creation_failed(str(error)) from error
    if configuration.accept_invalid_certificates:
        settings.verify_ssl = False
    chosen = next((entry for entry in contexts if entry["name"] == configuration.kube_context), current)
    namespace = chosen.get("context", {}).get("namespace") or "default"
    return Cluster(api=ApiClientTransport(client.ApiClient(settings)), namespace=namespace)


def _files(configuration: Configuration, env: Mapping[str, str], home: Path | None) -> str:
    named = configuration.kubeconfig or env.get("KUBECONFIG")
    default = "~/.kube/config"
    files = (named or default).split(os.pathsep)
    return os.pathsep.join(_expanded(file, env, home) for file in files if file)


def _expanded(path: str, env: Mapping[str, str], home: Path | None) -> str:
    if home is not None and (path == "~" or path.startswith("~/")):
        path = f"{home}{path[1:]}"
    for name, value in env.items():
        path = path.replace(f"${{{name}}}", value)
    return path
