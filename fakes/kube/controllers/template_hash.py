"""The hash of a template in the names of what is made from it.

Not the number that Kubernetes computes (that one is of Go's print of the struct), but as stable and in the same alphabet.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

__all__ = ["template_hash"]

_ALPHABET = "bcdfghjklmnpqrstvwxz2456789"
_OFFSET, _PRIME = 2166136261, 16777619


def template_hash(template: Mapping[str, Any], collisions: int = 0) -> str:
    """FNV-1a over the template as JSON, with the count of collisions so far, written without vowels."""
    text = json.dumps(template, sort_keys=True, separators=(",", ":"))
    if collisions:
        text += f"#{collisions}"
    value = _OFFSET
    for byte in text.encode():
        value = ((value ^ byte) * _PRIME) & 0xFFFFFFFF
    return "".join(_ALPHABET[ord(digit) % len(_ALPHABET)] for digit in str(value))
