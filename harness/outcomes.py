"""What came of something that was tried."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

__all__ = ["Refusal"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """The error that a cluster answered; ``error`` is None if it did what was asked."""

    error: Exception | None

    @classmethod
    def of(cls, kind: type[Exception], action: Callable[[], object]) -> Refusal:
        """Try it. Only errors of that kind are refusals; others are bugs and leave."""
        try:
            action()
        except kind as error:
            return cls(error=error)
        return cls(error=None)

    @property
    def text(self) -> str:
        """What was said.

        Raises:
            AssertionError: nothing was refused.
        """
        assert self.error is not None, "it was not refused"
        return str(self.error)
