"""Guesses at what was meant by a misspelt name: Jaro similarity above 0.7, as clap guesses."""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["jaro", "similar"]

_THRESHOLD = 0.7


def similar(name: str, candidates: Iterable[str]) -> list[str]:
    """The candidates that resemble the name, the least similar first."""
    scored = [(jaro(name, candidate), candidate) for candidate in candidates]
    return [candidate for score, candidate in sorted(scored, key=lambda pair: pair[0]) if score > _THRESHOLD]


def jaro(one: str, other: str) -> float:
    """From 0 (nothing in common) to 1 (the same)."""
    if not one or not other:
        return float(one == other)
    reach = max(max(len(one), len(other)) // 2 - 1, 0)
    taken = [False] * len(other)
    mine = []
    for index, character in enumerate(one):
        for place in range(max(0, index - reach), min(len(other), index + reach + 1)):
            if not taken[place] and other[place] == character:
                taken[place] = True
                mine.append(character)
                break
    if not mine:
        return 0.0
    theirs = [character for character, used in zip(other, taken, strict=True) if used]
    swapped = sum(a != b for a, b in zip(mine, theirs, strict=True)) // 2
    count = len(mine)
    return (count / len(one) + count / len(other) + (count - swapped) / count) / 3
