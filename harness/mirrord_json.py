"""A mirrord.json as its user writes it: read, checked by the product's rules, and acted upon as the client would.

The target, incoming traffic, the key, the profile and copying of the target act. Everything else in the file is accepted, and
named as not simulated. Of templates only ``{{ key }}`` is filled in.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from fakes.mirrord.model.config import Config, ConfigError, read_config, render_key
from fakes.mirrord.model.config_filters import check_usable
from harness.cluster import SessionHandle
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
    config = read_config(_document(render_key(text, str(used))), environment)
    if config.incoming.filter is not None:
        check_usable(config.incoming.filter)
    return Configured(config=config)


def _document(text: str) -> dict[str, object]:
    try:
        document = json.loads(text)
    except ValueError as error:
        raise ConfigError(f"failed to read config from file: {error}") from error
    if not isinstance(document, dict):
        raise ConfigError("failed to read config from file: it does not hold an object")
    return document


def run(inhabited: Inhabited, name: str, configured: Configured) -> SessionHandle:
    """Start mirrord as that person, with that configuration.

    Raises:
        StatusError: the API server or the operator refused.
    """
    config = configured.config
    incoming = config.incoming
    parameters: dict[str, str] = {"on_concurrent_steal": incoming.on_concurrent_steal}
    if incoming.header_filter is not None:
        parameters["header_filter"] = incoming.header_filter
    if config.profile is not None:
        parameters["profile"] = config.profile
    target, namespace = str(config.target), config.namespace or "default"
    copy, session_id = None, None
    if config.copy_target:
        cluster, person = inhabited.cluster, inhabited.person(name)
        copy, session_id = copy_target(cluster, person, target, scale_down=config.scale_down)
    return inhabited.start_session(
        name, target, namespace, session_id=session_id, key=config.key, parameters=parameters, copy=copy
    )


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
