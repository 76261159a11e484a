"""The API that a kubeconfig names, for commands run from a shell.

Looked at, in this order: the file of ``MIRRORD_KUBECONFIG``, those of ``KUBECONFIG``, ``~/.kube/config``. Nothing
is written. Not done: the product's last resort, the service account of a pod.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import yaml

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
    _check(files, configuration, inferred=not (configuration.kubeconfig or configuration.kube_context))
    settings = client.Configuration()
    try:
        contexts, current = config.list_kube_config_contexts(config_file=files)
        config.load_kube_config(
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


def _check(files: str, configuration: Configuration, *, inferred: bool) -> None:
    """Complain as the product does of the commonest: a file that is not there, a context that is not in it."""
    problem = _problem(files.split(os.pathsep), configuration.kube_context)
    if problem is None:
        return
    if inferred:
        raise CliError.client_creation_failed(
            "Failed to infer Kube config: failed to infer config: in-cluster: (failed to read an incluster environment "
            f"variable: environment variable not found), kubeconfig: ({problem})"
        )
    raise CliError.client_creation_failed(f"Failed to load Kube config: {problem}")


def _problem(files: Sequence[str], context: str | None) -> str | None:
    names = set()
    current = None
    for file in files:
        try:
            content = yaml.load(Path(file).read_text(), Loader=yaml.CSafeLoader)
        except OSError as error:
            shown = json.dumps(file, ensure_ascii=False)
            return f"failed to read kubeconfig from '{shown}': {error.strerror} (os error {error.errno})"
        except yaml.YAMLError as error:
            return f"failed to parse kubeconfig YAML: error: {error}"
        if isinstance(content, dict):
            names |= {entry.get("name") for entry in content.get("contexts") or () if isinstance(entry, dict)}
            current = current or content.get("current-context")
    wanted = context or current
    if not wanted:
        return "failed to determine current context"
    return None if wanted in names else f"failed to load current context: {wanted}"


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
