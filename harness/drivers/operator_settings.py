"""What a world says of its operator, as the model takes it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from fakes.mirrord.model.settings import Settings
from harness.cluster import OperatorSettings

__all__ = ["model_settings"]


def model_settings(settings: OperatorSettings | None) -> Settings:
    """The model's settings; what is not said keeps its default."""
    found = Settings()
    if settings is None:
        return found
    changes: dict[str, Any] = {}
    if settings.version is not None:
        changes["operator_version"] = settings.version
    if settings.default_namespace is not None:
        changes["default_namespace"] = settings.default_namespace
    if settings.supported_features is not None:
        changes["supported_features"] = settings.supported_features
    for name, given in (
        ("session_setup_deadline_seconds", settings.setup_deadline),
        ("session_unused_ttl_seconds", settings.unused_ttl),
        ("max_session_time_seconds", settings.max_session_time),
    ):
        if given is not None:
            changes[name] = int(given.total_seconds())
    license_changes: dict[str, Any] = {}
    if settings.license_name is not None:
        license_changes["name"] = settings.license_name
    if settings.license_organization is not None:
        license_changes["organization"] = settings.license_organization
    if settings.license_expire_at is not None:
        license_changes["expire_at"] = date.fromisoformat(settings.license_expire_at)
    if license_changes:
        changes["license"] = replace(found.license, **license_changes)
    return replace(found, **changes)
