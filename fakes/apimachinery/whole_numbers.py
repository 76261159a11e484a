"""Numbers of custom resources: Go keeps those with a fraction as float64, and writes a float that has none without one."""

from __future__ import annotations

import re
from typing import Any

__all__ = ["may_have_fractions", "whole_number", "with_whole_numbers"]

_LARGEST = 1e21
may_have_fractions = re.compile(rb"[0-9](?:\.[0-9]|[eE][-+0-9])").search
"""Whether a JSON or YAML text may have numbers that are read as floats."""


def whole_number(value: float) -> float:
    """The number as the integer that it is written as, if it is written as one."""
    return int(value) if -_LARGEST < value < _LARGEST and value == int(value) else value


def with_whole_numbers(value: Any) -> Any:
    """A value whose floats are integers where they have no fraction."""
    if isinstance(value, float):
        return whole_number(value)
    if isinstance(value, dict):
        return {name: with_whole_numbers(each) for name, each in value.items()}
    return [with_whole_numbers(each) for each in value] if isinstance(value, list) else value
