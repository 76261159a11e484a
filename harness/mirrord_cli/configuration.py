"""What the commands take from a mirrord configuration: the file that ``-f`` or ``MIRRORD_CONFIG_FILE`` names, and
variables of the environment, which win.

Not done: the product's other settings are neither read nor checked, and templates in the file are not rendered.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from harness.mirrord_cli.connection import RetryPolicy

__all__ = ["Configuration", "ConfigurationError", "read_configuration"]

_FILE_VARIABLE = "MIRRORD_CONFIG_FILE"


class ConfigurationError(Exception):
    """The configuration cannot be read or means nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """The settings that change what the commands do."""

    operator: bool | None = None
    namespace: str | None = None
    baggage: str | None = None
    kubeconfig: str | None = None
    kube_context: str | None = None
    accept_invalid_certificates: bool = False
    startup_retry: RetryPolicy = field(default_factory=RetryPolicy)


def read_configuration(
    env: Mapping[str, str], *, config_file: str | None = None, namespace: str | None = None
) -> Configuration:
    """The configuration of one command; the arguments stand for what was given on its line.

    Raises:
        ConfigurationError: a file or value is no good.
    """
    path = config_file if config_file is not None else env.get(_FILE_VARIABLE)
    content = _read(Path(path)) if path else {}
    target = content.get("target")
    file_namespace = target.get("namespace") if isinstance(target, dict) else None
    return Configuration(
        operator=_flag(env, "MIRRORD_OPERATOR_ENABLE", content.get("operator")),
        namespace=namespace or env.get("MIRRORD_TARGET_NAMESPACE") or file_namespace,
        baggage=env.get("BAGGAGE") or content.get("baggage"),
        kubeconfig=env.get("MIRRORD_KUBECONFIG") or content.get("kubeconfig"),
        kube_context=env.get("MIRRORD_KUBE_CONTEXT") or content.get("kube_context"),
        accept_invalid_certificates=bool(
            _flag(env, "MIRRORD_ACCEPT_INVALID_CERTIFICATES", content.get("accept_invalid_certificates"))
        ),
        startup_retry=_retry(content.get("startup_retry")),
    )


def _flag(env: Mapping[str, str], variable: str, otherwise: Any) -> bool | None:
    match env.get(variable):
        case None:
            return otherwise if isinstance(otherwise, bool) else None
        case "true":
            return True
        case "false":
            return False
        case provided:
            problem = "provided string was not `true` or `false`"
            raise ConfigurationError(f"invalid {variable} value `{provided}`: {problem}")


def _retry(content: Any) -> RetryPolicy:
    if not isinstance(content, dict):
        return RetryPolicy()
    known = {name: content[name] for name in ("min_ms", "max_ms", "max_retries") if name in content}
    return RetryPolicy(**known)


def _read(path: Path) -> dict[str, Any]:
    try:
        text = path.read_text()
        match path.suffix:
            case ".toml":
                content: Any = tomllib.loads(text)
            case ".yaml" | ".yml":
                content = yaml.load(text, Loader=yaml.CSafeLoader)
            case _:
                content = json.loads(text)
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise ConfigurationError(f"failed to read config from file: {error}") from error
    if not isinstance(content, dict):
        raise ConfigurationError(f"failed to read config from file: {path} does not hold an object")
    return content
