"""Indexes of the Pods of a Job as texts: ``1,3-5``. Source: k8s.io/kubernetes, pkg/apis/batch/validation."""

from __future__ import annotations

import re

from fakes.apimachinery.golang import quote

__all__ = ["IndexesError", "count_of_indexes", "first_common_index"]

_NUMBER = re.compile(r"[+-]?[0-9]+")


class IndexesError(ValueError):
    """A text that does not name indexes, or not in order; the message is the server's."""


def count_of_indexes(text: str, completions: int) -> int:
    """How many indexes a text names.

    Raises:
        IndexesError: it is malformed.
    """
    total, last = 0, None
    for part in text.split(",") if text else ():
        first, end = _interval(part, completions)
        if last is not None and last >= first:
            raise IndexesError(f"non-increasing order, previous: {last}, current: {first}")
        total += end - first + 1
        last = end
    return total


def first_common_index(one: str, other: str, completions: int) -> int | None:
    """The first index that both texts name; parts that are malformed name none."""
    common = set(_indexes(one, completions)) & set(_indexes(other, completions))
    return min(common, default=None)


def _indexes(text: str, completions: int) -> list[int]:
    found: list[int] = []
    for part in text.split(",") if text else ():
        try:
            first, end = _interval(part, completions)
        except IndexesError:
            continue
        found += range(first, end + 1)
    return found


def _interval(text: str, completions: int) -> tuple[int, int]:
    parts = text.split("-")
    if len(parts) > 2:
        rule = "violates the requirement that an index interval can have at most two parts separated by '-'"
        raise IndexesError(f"the fragment {quote(text)} {rule}")
    first = _index(parts[0], completions)
    if len(parts) == 1:
        return first, first
    end = _index(parts[1], completions)
    if first >= end:
        raise IndexesError(f"non-increasing order, previous: {first}, current: {end}")
    return first, end


def _index(text: str, completions: int) -> int:
    if not _NUMBER.fullmatch(text):
        raise IndexesError(f"cannot convert string to integer for index: {quote(text)}")
    if int(text) >= completions:
        raise IndexesError(f"too large index: {quote(text)}")
    return int(text)
