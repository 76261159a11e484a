"""What the commands take from a mirrord configuration: the file that ``-f`` or ``MIRRORD_CONFIG_FILE`` names, and
variables of the environment, which win.

Not done: the product's other settings are not read, and only their names checked; templates in the file are not
rendered. What is wrong with TOML and YAML is said in the words of their Python readers.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Self

import msgspec
import yaml

from harness.mirrord_cli.connection import RetryPolicy
from harness.mirrord_cli.serde import complaint

__all__ = ["Configuration", "ConfigurationError", "read_configuration"]

_FILE_VARIABLE = "MIRRORD_CONFIG_FILE"


class ConfigurationError(Exception):
    """The configuration cannot be read or means nothing; with what caused that, in turn."""

    def __init__(self, message: str, causes: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.causes = causes

    @classmethod
    def of_file(cls, problem: str, cause: str | None = None) -> Self:
        causes = [problem] if cause is None else [problem, cause]
        return cls(f"failed to read config from file: {problem}", causes)


class _Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a file may hold, in the product's order."""

    rust_name: ClassVar[str] = "LayerFileConfig"

    accept_invalid_certificates: bool | None = None
    skip_processes: Any = None
    skip_build_tools: bool | None = None
    skip_extra_build_tools: Any = None
    operator: bool | None = None
    multi_cluster: Any = None
    api: Any = None
    profile: str | None = None
    kubeconfig: str | None = None
    sip_binaries: Any = None
    target: Any = None
    agent: Any = None
    container: Any = None
    feature: Any = None
    telemetry: bool | None = None
    kube_context: str | None = None
    internal_proxy: Any = None
    external_proxy: Any = None
    use_proxy: bool | None = None
    experimental: Any = None
    skip_sip: Any = None
    startup_retry: Any = None
    ci: Any = None
    key: str | None = None
    traceparent: str | None = None
    baggage: str | None = None


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
    reader = _READERS.get(path.suffix or ".json")
    if reader is None:
        raise ConfigurationError.of_file(
            f"the file has an invalid extension `{path.suffix[1:]}`, must have one of: json, toml, yml, yaml"
        )
    name, read = reader
    try:
        body = path.read_bytes()
    except OSError as error:
        problem = f"{error.strerror} (os error {error.errno})"
        raise ConfigurationError.of_file("failed to read the file", problem) from error
    try:
        content = read(body)
        msgspec.convert(content, _Settings)
    except (ValueError, yaml.YAMLError) as error:
        cause = (complaint(body, _Settings) if name == "Json" else None) or str(error)
        raise ConfigurationError.of_file(f"failed to parse {name}", cause) from error
    return dict(content)


def _read_toml(body: bytes) -> Any:
    return tomllib.loads(body.decode())


def _read_yaml(body: bytes) -> Any:
    return yaml.load(body, Loader=yaml.CSafeLoader)


_READERS: dict[str, tuple[str, Callable[[bytes], Any]]] = {
    ".json": ("Json", json.loads),
    ".toml": ("Toml", _read_toml),
    ".yaml": ("Yaml", _read_yaml),
    ".yml": ("Yaml", _read_yaml),
}
