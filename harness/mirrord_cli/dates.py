"""What the product says of text that is no date."""

from __future__ import annotations

import re
from datetime import date

__all__ = ["date_problem"]


def date_problem(text: str) -> str | None:
    """What chrono says of text that is no date; None where it is one. Zeros before a number may be missing."""
    parts = re.fullmatch(r"(\d{1,4})-(\d{1,2})-(\d{1,2})", text)
    if not parts:
        if re.fullmatch(r"(\d{1,4}(-(\d{1,2}(-)?)?)?)?", text):
            return "premature end of input"
        return (
            "trailing input"
            if re.match(r"\d{1,4}-\d{1,2}-\d{1,2}", text)
            else "input contains invalid characters"
        )
    try:
        date(*map(int, parts.groups()))
    except ValueError:
        return "input is out of range"
    return None
