"""What is wrong with a configuration, in the words of the product."""

from __future__ import annotations

__all__ = ["ConfigError", "conflict", "invalid_type", "invalid_value", "unknown_field"]


class ConfigError(ValueError):
    """A configuration that the product refuses."""


def conflict(text: str) -> ConfigError:
    """Values that do not go together."""
    return ConfigError(f"Conflicting configuration found `{text}`")


def invalid_value(name: str, value: object, detail: str) -> ConfigError:
    """A value that is wrong by itself."""
    return ConfigError(f"invalid {name} value `{value}`: {detail}")


def unknown_field(name: str, expected: tuple[str, ...]) -> ConfigError:
    """A key that does not exist."""
    listed = ", ".join(f"`{known}`" for known in expected)
    return ConfigError(f"mirrord-config: `unknown field `{name}`, expected one of {listed}`!")


def invalid_type(name: str, expected: str) -> ConfigError:
    """A value of the wrong type."""
    return ConfigError(f"mirrord-config: `invalid type at {name}, expected {expected}`!")
