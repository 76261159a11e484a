"""``mirrord.json``: the parts that decide what a session is, and the rules that the product checks.

Read are the target, incoming traffic, the key, the profile, the use of the operator, and copying of the target. Every other
section is accepted and listed in ``not_simulated``. Tera templates are not rendered, but for ``{{ key }}``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from fakes.mirrord.model.config_errors import ConfigError, conflict, invalid_value
from fakes.mirrord.model.incoming import Incoming, read_incoming
from fakes.mirrord.model.targets import TARGETLESS, InvalidTargetError, Target, parse_object, parse_path

__all__ = ["Config", "ConfigError", "read_config", "render_key"]

_SIMULATED = {"target", "feature", "key", "profile", "operator", "agent", "startup_retry"}
_SIMULATED_FEATURES = {"network", "copy_target", "env", "split_queues", "db_branches"}
_KEY = re.compile(r"\{\{\s*key\s*\}\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """A configuration. ``operator`` of None uses the operator if there is one."""

    target: Target = TARGETLESS
    namespace: str | None = None
    incoming: Incoming = field(default_factory=Incoming)
    key: str | None = None
    profile: str | None = None
    operator: bool | None = None
    copy_target: bool = False
    scale_down: bool = False
    warnings: tuple[str, ...] = ()
    not_simulated: tuple[str, ...] = ()


def read_config(document: Mapping[str, Any], environment: Mapping[str, str] | None = None) -> Config:
    """Read and verify a configuration; the environment is stronger.

    Raises:
        ConfigError: with the product's text.
    """
    environment = environment or {}
    feature = _mapping(document.get("feature"))
    network = _mapping(feature.get("network"))
    warnings: list[str] = []
    try:
        target, namespace = _target(document.get("target"), environment)
    except InvalidTargetError as error:
        raise ConfigError(str(error)) from error
    copy_target = feature.get("copy_target")
    config = Config(
        target=target,
        namespace=namespace,
        incoming=read_incoming(network.get("incoming"), environment, warnings),
        key=environment.get("MIRRORD_KEY", document.get("key")),
        profile=document.get("profile"),
        operator=_operator(document, environment),
        copy_target=copy_target is True
        or _mapping(copy_target).get("enabled", bool(_mapping(copy_target))) is True,
        scale_down=bool(_mapping(copy_target).get("scale_down")),
        not_simulated=_not_simulated(document, feature, network),
    )
    _verify_label(config, document, feature)
    _verify_targetless(config, document, warnings)
    _verify_copy(config, warnings)
    _verify_rest(config, document, feature)
    return replace(config, warnings=tuple(warnings))


def render_key(text: str, key: str) -> str:
    """A configuration file with ``{{ key }}`` filled in, as is done before it is read."""
    return _KEY.sub(lambda _: key, text)


def _target(value: Any, environment: Mapping[str, str]) -> tuple[Target, str | None]:
    namespace = None
    if isinstance(value, Mapping) and set(value) <= {"path", "namespace"}:
        value, namespace = value.get("path"), value.get("namespace")
    namespace = environment.get("MIRRORD_TARGET_NAMESPACE", namespace)
    if (path := environment.get("MIRRORD_IMPERSONATED_TARGET")) is not None:
        return parse_path(path), namespace
    return parse_object(value), namespace


def _operator(document: Mapping[str, Any], environment: Mapping[str, str]) -> bool | None:
    if (text := environment.get("MIRRORD_OPERATOR_ENABLE")) is not None:
        return text == "true"
    return document.get("operator")


def _verify_label(config: Config, document: Mapping[str, Any], feature: Mapping[str, Any]) -> None:
    if not config.target.by_label:
        return
    used = {
        "copy_target": config.copy_target,
        "multi_cluster": bool(document.get("multi_cluster")),
        "split_queues": bool(feature.get("split_queues")),
        "db_branches": bool(feature.get("db_branches")),
    }
    for name, present in used.items():
        if present:
            raise conflict(f"Label targets are not compatible with `{name}`")


def _verify_targetless(config: Config, document: Mapping[str, Any], warnings: list[str]) -> None:
    if not config.target.targetless:
        return
    agent = _mapping(document.get("agent"))
    instead = "please either disable this option or specify a target."
    if config.incoming.mode == "steal":
        raise conflict(f"Steal mode is not compatible with a targetless agent, {instead}")
    if agent.get("ephemeral"):
        raise conflict(
            f"Using an ephemeral container for the agent is not compatible with a targetless agent, {instead}"
        )
    if agent.get("namespace") is not None:
        warnings.append(
            "Agent namespace is ignored in targetless runs. "
            "To specify a namespace for a targetless run, use target namespace."
        )


def _verify_copy(config: Config, warnings: list[str]) -> None:
    if not config.copy_target:
        return
    if config.operator is False:
        raise conflict(
            "The copy target feature requires a mirrord operator, please either disable this option or use the operator."
        )
    if config.target.targetless:
        raise conflict(
            "The copy target feature is not compatible with a targetless agent, "
            "please either disable this option or specify a target."
        )
    if config.target.word == "service":
        raise conflict(
            "The copy target feature is not yet supported with service targets, "
            "please either disable this option or specify an exact workload covered by this service."
        )
    if config.incoming.mode != "steal":
        warnings.append(
            "Using copy target feature without steal mode may result in unreturned responses in cluster "
            "because the underlying app instance is not copied and therefore not running in the copied pod"
        )
    if config.incoming.filter is not None:
        warnings.append(
            "copy target is enabled and http filter is set, this means that all unmatched HTTP requests are discarded"
        )


def _verify_rest(config: Config, document: Mapping[str, Any], feature: Mapping[str, Any]) -> None:
    if config.target.requires_operator and config.operator is False:
        raise ConfigError(
            "Target type requires the mirrord-operator, but operator usage was explicitly disabled. "
            "Consider enabling mirrord-operator in your mirrord config."
        )
    env = _mapping(feature.get("env"))
    if env.get("include") is not None and env.get("exclude") is not None:
        raise conflict("cannot use both `include` and `exclude` filters for environment variables")
    retry = _mapping(document.get("startup_retry"))
    least, most = retry.get("min_ms", 500), retry.get("max_ms", 5000)
    if least > most:
        detail = (
            f"the value of startup_retry.min_ms `{least}` cannot be greater than "
            f"the value of startup_retry.max_ms `{most}`."
        )
        raise invalid_value("startup_retry.min_ms", least, detail)
    if most == 0:
        raise invalid_value(
            "startup_retry.max_ms", most, "the value of startup_retry.max_ms has to be greater than 0."
        )


def _not_simulated(
    document: Mapping[str, Any], feature: Mapping[str, Any], network: Mapping[str, Any]
) -> tuple[str, ...]:
    sections = [key for key in document if key not in _SIMULATED]
    sections += [f"feature.{key}" for key in feature if key not in _SIMULATED_FEATURES]
    sections += [f"feature.network.{key}" for key in network if key != "incoming"]
    return tuple(sections)


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
