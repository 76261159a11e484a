"""One measurement and its aim."""

from __future__ import annotations

import gc
from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter, process_time
from typing import Literal

__all__ = ["Figure", "best_of", "cpu_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A measured value, in a unit, and what it should be: at most for times and sizes, at least for rates."""

    name: str
    value: float
    unit: str
    aim: float
    better: Literal["less", "more"] = "less"

    @property
    def ratio(self) -> float:
        """How many times better than the aim; below 1 is worse."""
        if self.better == "less":
            return self.aim / self.value if self.value else float("inf")
        return self.value / self.aim

    def __str__(self) -> str:
        verdict = "" if self.ratio >= 1 else "   below the aim"
        sign = "<" if self.better == "less" else ">"
        return (
            f"{self.name:<58} {self.value:>12,.1f} {self.unit:<7} aim {sign} {self.aim:>9,.0f}   x{self.ratio:>6.2f}{verdict}"
        )  # fmt: skip


def best_of(rounds: int, work: Callable[[], object]) -> float:
    """The least wall time of several rounds, in seconds."""
    return min(_timed(work, perf_counter) for _ in range(rounds))


def cpu_of(rounds: int, work: Callable[[], object]) -> float:
    """The least processor time of several rounds, in seconds."""
    return min(_timed(work, process_time) for _ in range(rounds))


def _timed(work: Callable[[], object], clock: Callable[[], float]) -> float:
    gc.collect()
    started = clock()
    work()
    return clock() - started
