"""What an object of a built-in kind is before anything is written to it: the empty Go value, as it is compared.

Nobody adds a struct that every value has; so ``f:spec`` of a Deployment holds no ``.``, and that of a custom resource does.
"""

from __future__ import annotations

from typing import Any

from fakes.apimachinery.types import Type

__all__ = ["zero_object"]

_ZEROS: dict[str, Any] = {
    "string": "", "int32": 0, "int64": 0, "number": 0, "boolean": False, "quantity": "0", "int-or-string": 0,
    "duration": "0s",
}  # fmt: skip
_TIMES = frozenset({"time", "micro-time"})


def zero_object(struct: Type) -> dict[str, Any]:
    """The fields that every value of a struct has. Empty where it is not known how Go writes the struct."""
    fields: dict[str, Any] = {}
    for name, presence in struct.presence.items():
        node = struct.fields[name]
        if presence == "null":
            fields[name] = None
        elif presence == "always":
            fields[name] = zero_object(node) if node.kind == "struct" else _ZEROS.get(node.scalar)
        elif presence == "omitempty" and node.kind == "struct":
            fields[name] = zero_object(node)
        elif presence == "omitempty" and node.scalar in _TIMES:
            fields[name] = None
    return fields
