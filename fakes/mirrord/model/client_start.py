"""What a client checks of its configuration when it starts, with what it knows of the operator and the target by then."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from fakes.mirrord.model.config import Config
from fakes.mirrord.model.config_errors import conflict
from fakes.mirrord.model.config_filters import check_usable
from fakes.mirrord.model.filters import BodyFilter, CompositeFilter, HeaderJqFilter, HttpFilter, MethodFilter
from fakes.mirrord.model.versions import at_least
from fakes.mirrord.model.workloads import probe_ports, probe_warning

__all__ = ["check_start", "start_warnings"]

_NEEDED: tuple[tuple[type, str, str], ...] = (
    (CompositeFilter, "1.11.0", "'any_of' or 'all_of' HTTP filter types"),
    (MethodFilter, "1.20.0", "'method' http filter type"),
    (BodyFilter, "1.23.0", "JSON body filters"),
    (HeaderJqFilter, "1.26.0", "JQ header filters"),
)


def check_start(config: Config, protocol_version: str | None) -> None:
    """Refuse a filter that cannot be compiled, or that the operator is too old for; one that says no version is too old.

    Raises:
        ConfigError: with the product's text.
    """
    filter_ = config.incoming.filter
    if filter_ is None:
        return
    check_usable(filter_)
    kinds = set(_kinds(filter_))
    for kind, since, what in _NEEDED:
        if kind in kinds and (protocol_version is None or not at_least(protocol_version, since)):
            raise conflict(
                f"Cannot use {what}, protocol version used by mirrord-agent must match >={since}. "
                "Consider using a newer version of mirrord-agent"
            )


def start_warnings(config: Config, workload: Mapping[str, Any] | None) -> tuple[str, ...]:
    """The warnings that depend on the object that is targeted; None if there is none or it cannot be read."""
    if workload is None:
        return ()
    warning = probe_warning(config.incoming, probe_ports(config.target, workload))
    return () if warning is None else (warning,)


def _kinds(filter_: HttpFilter) -> Iterator[type]:
    yield type(filter_)
    if isinstance(filter_, CompositeFilter):
        for child in filter_.filters:
            yield from _kinds(child)
