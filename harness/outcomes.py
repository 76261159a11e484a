"""What came of something that was tried, and how it is compared to what was expected."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

__all__ = ["Refusal", "expect_text"]


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


def expect_text(found: str, expected: str) -> None:
    """Compare texts byte for byte; a mismatch shows the first line that differs, and then all that was found.

    Raises:
        AssertionError: they differ.
    """
    if found == expected:
        return
    ours, theirs = expected.split("\n"), found.split("\n")
    number = next(
        (n for n, pair in enumerate(zip(ours, theirs, strict=False)) if pair[0] != pair[1]),
        min(len(ours), len(theirs)),
    )
    raise AssertionError(
        f"the text differs in line {number + 1}:\n"
        f"  expected {_line(ours, number)}\n"
        f"  found    {_line(theirs, number)}\n"
        f"the whole text that was found:\n{found}"
    )


def _line(lines: list[str], number: int) -> str:
    return repr(lines[number]) if number < len(lines) else "nothing more"
