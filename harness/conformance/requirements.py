"""The catalogue of requirements: what scenarios prove, with the place where the product promises it."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from typing import Literal

import yaml

__all__ = ["TAG_PREFIX", "Requirement", "requirements"]

TAG_PREFIX = "req-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """One rule that an operator is held to."""

    id: str
    title: str
    text: str
    level: Literal["required", "extended", "provisional"]
    source: str

    @property
    def tag(self) -> str:
        """The tag of scenarios that prove it, without ``@``."""
        return f"{TAG_PREFIX}{self.id}"


def requirements() -> list[Requirement]:
    """The catalogue, in its own order."""
    text = (files(__package__) / "requirements.yaml").read_text(encoding="utf-8")
    return [Requirement(**each) for each in yaml.safe_load(text)]
