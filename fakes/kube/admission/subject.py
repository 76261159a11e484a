"""What a refusal calls an object that may not have a name yet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["shown_name"]


def shown_name(obj: Mapping[str, Any]) -> str:
    """The name, or the beginning of it, or ``Unknown``."""
    metadata = obj.get("metadata") or {}
    name: str = metadata.get("name") or metadata.get("generateName") or "Unknown"
    return name
