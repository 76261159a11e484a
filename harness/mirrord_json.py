"""A mirrord.json as its user writes it: read, checked by the product's rules, and acted upon as the client would.

The target, incoming traffic, the key, the profile and copying of the target act. Everything else in the file is accepted, and
named as not simulated. Of templates only ``{{ key }}`` is filled in.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from fakes.mirrord.model.client_start import check_start, start_warnings
from fakes.mirrord.model.config import Config, ConfigError, read_config, render_key
from harness.cluster import StatusError, User
from harness.objects import call
from harness.sessions import OPERATOR
from harness.targets import copy_target
from harness.worlds.loading import Inhabited

__all__ = ["ConfigError", "Configured", "listen", "read", "run"]

_KEY_VARIABLE = "MIRRORD_KEY"


@dataclass(frozen=True, slots=True, kw_only=True)
class Configured:
    """A configuration that the product would accept."""

    config: Config

    @property
    def warnings(self) -> tuple[str, ...]:
        """What mirrord says at its start."""
        return self.config.warnings

    @property
    def not_simulated(self) -> tuple[str, ...]:
        """The parts of the file that change nothing here, by their paths."""
        return self.config.not_simulated

    def __str__(self) -> str:
        lines = [f"warning: {warning}" for warning in self.warnings]
        lines += [f"not simulated: {part}" for part in self.not_simulated]
        return "".join(f"{line}\n" for line in lines)


def read(text: str, environment: Mapping[str, str], *, key: str) -> Configured:
    """Read the text of a file; the environment is stronger.

    Args:
        key: what ``{{ key }}`` means if neither the file nor the environment says so.

    Raises:
        ConfigError: it is refused, in the product's words.
    """
    raw = _document(text)
    used = environment.get(_KEY_VARIABLE) or raw.get("key") or key
    return Configured(config=read_config(_document(render_key(text, str(used))), environment))


def _document(text: str) -> dict[str, object]:
    try:
        document = json.loads(text)
    except ValueError as error:
        raise ConfigError(f"failed to read config from file: {error}") from error
    if not isinstance(document, dict):
        raise ConfigError("failed to read config from file: it does not hold an object")
    return document


def run(inhabited: Inhabited, name: str, configured: Configured) -> Configured:
    """Start mirrord as that person, with that configuration; the same with the warnings that the start adds to it.

    Raises:
        ConfigError: the operator cannot do what it asks for.
        StatusError: the API server or the operator refused.
    """
    config, person = configured.config, inhabited.person(name)
    incoming, namespace = config.incoming, config.namespace or "default"
    check_start(config, _operator(inhabited, person).get("protocol_version"))
    parameters: dict[str, str] = {"on_concurrent_steal": incoming.on_concurrent_steal}
    if incoming.header_filter is not None:
        parameters["header_filter"] = incoming.header_filter
    if config.profile is not None:
        parameters["profile"] = config.profile
    target = str(config.target)
    copy, session_id = None, None
    if config.copy_target:
        copy, session_id = copy_target(inhabited.cluster, person, target, scale_down=config.scale_down)
    inhabited.start_session(
        name, target, namespace, session_id=session_id, key=config.key, parameters=parameters, copy=copy
    )
    warnings = (*config.warnings, *start_warnings(config, _workload(inhabited, person, config, namespace)))
    return replace(configured, config=replace(config, warnings=warnings))


def _operator(inhabited: Inhabited, person: User) -> dict[str, Any]:
    spec: dict[str, Any] = call(inhabited.cluster.api_client(person), "GET", OPERATOR).get("spec") or {}
    return spec


def _workload(inhabited: Inhabited, person: User, config: Config, namespace: str) -> dict[str, Any] | None:
    """The object that is targeted, if there is one and that person may see it."""
    kind = config.target.kind
    if kind is None:
        return None
    root = f"/apis/{kind.api_version}" if "/" in kind.api_version else f"/api/{kind.api_version}"
    path = f"{root}/namespaces/{namespace}/{kind.plural}/{config.target.name}"
    try:
        found: dict[str, Any] = call(inhabited.cluster.api_client(person), "GET", path)
    except StatusError:
        return None
    return found


def listen(inhabited: Inhabited, name: str, configured: Configured, port: int) -> bool:
    """Let that person's application listen on a port; whether mirrord asked for any traffic.

    Raises:
        SubscriptionError: the operator said no, and so the application cannot listen.
    """
    wanted = configured.config.incoming.subscription(port)
    if wanted is None:
        return False
    inhabited.session_of(name).subscribe(wanted.port, wanted.mode, wanted.filter)
    return True
