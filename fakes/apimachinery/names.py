"""Where names, uids and other random things come from: one seedable source, handed to whoever needs it."""

from __future__ import annotations

import random
import uuid
from typing import Any

__all__ = ["Names"]

_ALPHABET = "bcdfghjklmnpqrstvwxz2456789"
_MAX_BASE = 58


class Names:
    """Random names, reproducible from a seed; None takes the seed from the operating system.

    Source of the alphabet and lengths: k8s.io/apiserver, pkg/storage/names/generate.go.
    """

    def __init__(self, seed: int | str | None = None) -> None:
        self._seed = seed
        self._random = random.Random(seed)  # noqa: S311 - names, not secrets

    def branch(self, purpose: str) -> Names:
        """A source of its own, the same for the same seed and purpose whatever else was drawn from this one."""
        return Names(None if self._seed is None else f"{self._seed}/{purpose}")

    def state(self) -> Any:
        """Where the source has come to, for ``resume``."""
        return self._random.getstate()

    def resume(self, state: Any) -> None:
        """Go on from a state of a source with the same seed."""
        self._random.setstate(state)

    def uid(self) -> str:
        """A random (version 4) UUID."""
        return str(uuid.UUID(int=self._random.getrandbits(128), version=4))

    def suffix(self, length: int = 5) -> str:
        return "".join(self._random.choices(_ALPHABET, k=length))

    def generate(self, base: str) -> str:
        """A name from ``metadata.generateName``: the base cut to 58 characters and 5 random ones."""
        return base[:_MAX_BASE] + self.suffix()

    def uint64(self) -> int:
        return self._random.getrandbits(64)

    def bytes(self, count: int) -> bytes:
        return self._random.randbytes(count)
