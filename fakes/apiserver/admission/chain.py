"""Admission plugins one after the other: all that mutate, and later all that validate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from fakes.apiserver.admission.attributes import Attributes

__all__ = ["AdmissionChain", "Mutator", "Validator"]


class Mutator(Protocol):
    """Changes ``attributes.object`` in place, or refuses with a StatusError."""

    async def admit(self, attributes: Attributes) -> None: ...


class Validator(Protocol):
    """Refuses with a StatusError, or returns."""

    async def validate(self, attributes: Attributes) -> None: ...


@dataclass(frozen=True, slots=True)
class AdmissionChain:
    """Plugins in the order in which they run."""

    mutators: Sequence[Mutator] = ()
    validators: Sequence[Validator] = ()

    async def admit(self, attributes: Attributes) -> None:
        for plugin in self.mutators:
            await plugin.admit(attributes)

    async def validate(self, attributes: Attributes) -> None:
        for plugin in self.validators:
            await plugin.validate(attributes)
