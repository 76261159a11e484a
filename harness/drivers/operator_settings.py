"""What a world says of its operator, as the model takes it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields, replace
from datetime import date
from difflib import get_close_matches
from typing import Any

from fakes.mirrord.model.license import License
from fakes.mirrord.model.settings import Settings
from fakes.mirrord.model.shown import shown_text
from harness.cluster import OperatorSettings

__all__ = ["model_settings"]


def model_settings(settings: OperatorSettings | None, present: Settings | None = None) -> Settings:
    """The model's settings; what is not said keeps its present value, or its default.

    Raises:
        ValueError: a value of the chart or an assumption is unknown, or not of its type.
    """
    found = present if present is not None else Settings()
    if settings is None:
        return found
    found = found.with_chart_values(dict(settings.values))
    changes: dict[str, Any] = {}
    for name, given in (
        ("operator_version", settings.version),
        ("default_namespace", settings.default_namespace),
        ("supported_features", settings.supported_features),
        ("store_sessions", settings.store_sessions),
        ("session_setup_deadline_seconds", settings.setup_deadline),
        ("session_unused_ttl_seconds", settings.unused_ttl),
        ("max_session_time_seconds", settings.max_session_time),
    ):
        if given is not None:
            changes[name] = int(given.total_seconds()) if name.endswith("_seconds") else given  # type: ignore[union-attr]
    if settings.status is not None:
        changes["shown"] = shown_text(settings.status.data)
    if (license_ := _license(settings, found.license)) != found.license:
        changes["license"] = license_
    return _assuming(replace(found, **changes), settings.assumptions)


def _license(settings: OperatorSettings, present: License) -> License:
    changes: dict[str, Any] = {}
    if settings.license_name is not None:
        changes["name"] = settings.license_name
    if settings.license_organization is not None:
        changes["organization"] = settings.license_organization
    if settings.license_expire_at is not None:
        changes["expire_at"] = date.fromisoformat(settings.license_expire_at)
    if settings.license_tier is not None:
        changes["tier"] = settings.license_tier
    if settings.license_seats is not None:
        changes["max_seats"] = settings.license_seats
    if settings.license_seat_of is not None:
        changes["seat_of"] = settings.license_seat_of
    if settings.license_unreachable_since is not None:
        changes["validation_lost_at"] = settings.license_unreachable_since
    return replace(present, **changes)


def _assuming(settings: Settings, assumptions: Iterable[tuple[str, Any]]) -> Settings:
    """With assumptions, by the names of the model's settings; those of its history have ``history.`` before them."""
    changes: dict[str, Any] = {}
    history: dict[str, Any] = {}
    for name, value in assumptions:
        part, _, inner = name.rpartition(".")
        whole = settings.history if part == "history" else settings
        if part not in ("", "history"):
            raise ValueError(f"assumptions.{name}: there is no such setting")
        _check(whole, inner, name, value)
        (history if part else changes)[inner] = value
    if history:
        changes["history"] = replace(settings.history, **history)
    return replace(settings, **changes)


def _check(whole: Any, name: str, full: str, value: Any) -> None:
    known = [each.name for each in fields(whole)]
    if name not in known or name in ("license", "shown", "history"):
        near = get_close_matches(name, known, n=1)
        hint = f"; did you mean {near[0]}?" if near else ""
        raise ValueError(f"assumptions.{full}: there is no such setting{hint}")
    present = getattr(whole, name)
    if isinstance(present, bool | int | str) and type(value) is not type(present):
        raise ValueError(f"assumptions.{full}: expected a {type(present).__name__}, not {value!r}")
