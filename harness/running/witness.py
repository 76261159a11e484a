"""What was seen of a scenario beside its requests: the commands that people ran. Reports show it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from harness.clients.client import CommandResult

__all__ = ["WITNESS", "Witness", "WitnessedCommand"]


@dataclass(frozen=True, slots=True, kw_only=True)
class WitnessedCommand:
    """Who ran it, what came of it, and where their files were: a folder that is another one in each run."""

    person: str
    result: CommandResult
    home: Path


@dataclass(slots=True)
class Witness:
    """Keeps them in the order in which they happened."""

    commands: list[WitnessedCommand] = field(default_factory=list)

    def saw(self, person: str, result: CommandResult, home: Path) -> CommandResult:
        """Remember it; the result again, so that a step can hand it on."""
        self.commands.append(WitnessedCommand(person=person, result=result, home=home))
        return result


WITNESS: pytest.StashKey[Witness] = pytest.StashKey()
