"""``feature.network.incoming`` of a configuration: which ports of the local process become which subscriptions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, cast

from fakes.mirrord.model.commands import ConcurrentSteal
from fakes.mirrord.model.config_errors import ConfigError, conflict, invalid_type, unknown_field
from fakes.mirrord.model.config_filters import from_environment, read_filter, read_filter_ports, read_ports
from fakes.mirrord.model.filters import HeaderFilter, HttpFilter
from fakes.mirrord.model.session import Subscription

__all__ = ["Incoming", "IncomingMode", "read_incoming"]

IncomingMode: TypeAlias = Literal["mirror", "steal", "off"]

_NAME = "feature.network.incoming"
_MODES = ("mirror", "steal", "off")
_CONCURRENT = ("override", "continue", "abort")
_KEYS = (
    "mode",
    "http_filter",
    "port_mapping",
    "ignore_localhost",
    "ignore_ports",
    "listen_ports",
    "on_concurrent_steal",
    "ports",
    "https_delivery",
    "tls_delivery",
)
_MODE_VARIABLE = "MIRRORD_AGENT_TCP_STEAL_TRAFFIC"
_CONCURRENT_VARIABLE = "MIRRORD_OPERATOR_ON_CONCURRENT_STEAL"


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """What is done with incoming traffic. ``filter_ports`` and ``ports`` of None are all ports.

    ``port_mapping`` maps ports of the local process to those of the target, ``listen_ports`` only moves local ones.
    """

    mode: IncomingMode = "mirror"
    filter: HttpFilter | None = None
    filter_ports: tuple[int, ...] | None = None
    port_mapping: tuple[tuple[int, int], ...] = ()
    listen_ports: tuple[tuple[int, int], ...] = ()
    ignore_localhost: bool = False
    ignore_ports: tuple[int, ...] = ()
    ports: tuple[int, ...] | None = None
    on_concurrent_steal: ConcurrentSteal = "abort"

    @property
    def header_filter(self) -> str | None:
        """What is sent as the parameter of that name: a header filter alone, never one inside another."""
        return self.filter.pattern if isinstance(self.filter, HeaderFilter) else None

    def subscription(self, local_port: int, *, loopback: bool = False) -> Subscription | None:
        """What is subscribed when the local process listens on a port; None if the port stays local."""
        if self.mode == "off" or local_port == 0 or local_port in self.ignore_ports:
            return None
        if loopback and self.ignore_localhost:
            return None
        remote = dict(self.port_mapping).get(local_port, local_port)
        if self.ports is not None and remote not in self.ports:
            return None
        filtered = self.filter_ports is None or remote in self.filter_ports
        return Subscription(port=remote, mode=self.mode, filter=self.filter if filtered else None)


def read_incoming(value: Any, environment: Mapping[str, str], warnings: list[str]) -> Incoming:
    """Read the section in any of its forms; the environment is stronger.

    Raises:
        ConfigError: with the product's text.
    """
    section = _section(value)
    for key in section:
        if key not in _KEYS:
            raise unknown_field(key, _KEYS)
    http_filter = from_environment(_filter_section(section.get("http_filter")), environment)
    incoming = Incoming(
        mode=_mode(section.get("mode"), environment.get(_MODE_VARIABLE)),
        filter=read_filter(http_filter),
        filter_ports=read_filter_ports(http_filter),
        port_mapping=_pairs(section, "port_mapping"),
        listen_ports=_pairs(section, "listen_ports"),
        ignore_localhost=bool(section.get("ignore_localhost")),
        ignore_ports=read_ports(f"{_NAME}.ignore_ports", section.get("ignore_ports")) or (),
        ports=read_ports(f"{_NAME}.ports", section.get("ports")),
        on_concurrent_steal=_concurrent(section.get("on_concurrent_steal"), environment, warnings),
    )
    if incoming.ignore_ports and incoming.ports is not None:
        raise conflict("Cannot use both `incoming.ignore_ports` and `incoming.ports` at the same time")
    _check_delivery(section, warnings)
    if any(local == remote for local, remote in incoming.port_mapping):
        warnings.append(
            f"The {_NAME}.port_mapping mirrord configuration field maps a local port to the same remote port."
        )
    return incoming


def _section(value: Any) -> Mapping[str, Any]:
    match value:
        case None | True:
            return {}
        case False:
            return {"mode": "off"}
        case str():
            return {"mode": value}
        case Mapping():
            return value
        case _:
            raise ConfigError("mirrord-config: `invalid type, expected bool or string or map`!")


def _filter_section(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _mode(value: Any, variable: str | None) -> IncomingMode:
    if variable is not None:
        text = {"true": "steal", "false": "off"}.get(variable, variable)
        if text not in _MODES:
            raise ConfigError(
                "could not parse IncomingConfig from string, values must be bool or mirror/steal"
            )
        return cast(IncomingMode, text)
    if value is None:
        return "mirror"
    if value not in _MODES:
        raise ConfigError(
            f"mirrord-config: `unknown variant `{value}`, expected one of `mirror`, `steal`, `off``!"
        )
    return cast(IncomingMode, value)


def _concurrent(value: Any, environment: Mapping[str, str], warnings: list[str]) -> ConcurrentSteal:
    given = environment.get(_CONCURRENT_VARIABLE, value)
    if given is None:
        return "abort"
    warnings.append("on_concurrent_steal is marked as unstable. Please note API may change")
    if given not in _CONCURRENT:
        raise ConfigError("could not parse ConcurrentSteal from string, values continue/override")
    return cast(ConcurrentSteal, given)


def _pairs(section: Mapping[str, Any], key: str) -> tuple[tuple[int, int], ...]:
    name = f"{_NAME}.{key}"
    given = section.get(key) or []
    if not isinstance(given, list) or not all(isinstance(pair, list) and len(pair) == 2 for pair in given):
        raise invalid_type(name, "a list of pairs of ports")
    pairs = tuple((pair[0], pair[1]) for pair in given if read_ports(name, pair))
    for side, ports in (("source", [pair[0] for pair in pairs]), ("target", [pair[1] for pair in pairs])):
        for position, port in enumerate(ports):
            if port in ports[:position]:
                raise conflict(f"`{name}` contains duplicate {side} port `{port}`")
    return pairs


def _check_delivery(section: Mapping[str, Any], warnings: list[str]) -> None:
    old, new = section.get("https_delivery"), section.get("tls_delivery")
    if old is not None and new is not None:
        raise conflict(
            f"Cannot use both `{_NAME}.https_delivery` and `{_NAME}.tls_delivery` at the same time"
        )
    if old is not None:
        warnings.append(f"`{_NAME}.https_delivery` is deprecated, use `{_NAME}.tls_delivery` instead.")
