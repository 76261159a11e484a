"""A command as a person would run it, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Protocol

__all__ = ["NO_ENVIRONMENT", "CommandClient", "CommandResult", "Kubeconfig"]

NO_ENVIRONMENT: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandResult:
    """The whole outcome of a command; ``args`` begin with the program's name."""

    args: tuple[str, ...]
    exit_code: int
    stdout: str
    stderr: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Kubeconfig:
    """Whose credentials a command uses: a file, and a context in it (None: the current one)."""

    path: Path
    context: str | None = None


class CommandClient(Protocol):
    """Runs one program, always as the same person on the same machine."""

    def run(self, args: Sequence[str], *, env: Mapping[str, str] = NO_ENVIRONMENT) -> CommandResult:
        """Run the program with the arguments, its name not among them; ``env`` is all it sees besides its own."""
        ...
