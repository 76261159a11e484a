"""One thing wrong with one field of an object: the causes and the message of a 422.

Source of the texts: k8s.io/apimachinery, pkg/util/validation/field/errors.go, and the recorded answers of a v1.36.2 server.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from fakes.apimachinery import golang

__all__ = ["FieldError", "aggregate", "child", "index", "key"]


def child(path: str, *names: str) -> str:
    """``child("spec", "ports")`` is ``spec.ports``; an empty path names the root."""
    return ".".join([path, *names] if path else names)


def index(path: str, position: int) -> str:
    """``index("spec.ports", 0)`` is ``spec.ports[0]``."""
    return f"{path}[{position}]"


def key(path: str, name: str) -> str:
    """``key("data", "a b")`` is ``data[a b]``."""
    return f"{path}[{name}]"


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldError:
    """A field error. ``reason`` is that of a status cause; ``body`` is the message without the path.

    An empty ``path`` prints as ``<nil>``, as a nil path does in Go.
    """

    reason: str
    path: str
    body: str

    @classmethod
    def invalid(cls, path: str, value: Any, detail: str) -> FieldError:
        return cls(reason="FieldValueInvalid", path=path, body=f"Invalid value: {_shown(value)}: {detail}")

    @classmethod
    def type_invalid(cls, path: str, value: Any, detail: str) -> FieldError:
        return cls(
            reason="FieldValueTypeInvalid", path=path, body=f"Invalid value: {_shown(value)}: {detail}"
        )

    @classmethod
    def required(cls, path: str, detail: str = "") -> FieldError:
        return cls(
            reason="FieldValueRequired",
            path=path,
            body=f"Required value: {detail}" if detail else "Required value",
        )

    @classmethod
    def not_supported(cls, path: str, value: Any, supported: Iterable[str]) -> FieldError:
        """``supported`` is printed in the order given: callers sort where the server sorts."""
        values = ", ".join(golang.quote(text) for text in supported)
        body = f"Unsupported value: {_shown(value)}" + (f": supported values: {values}" if values else "")
        return cls(reason="FieldValueNotSupported", path=path, body=body)

    @classmethod
    def forbidden(cls, path: str, detail: str) -> FieldError:
        return cls(reason="FieldValueForbidden", path=path, body=f"Forbidden: {detail}")

    @classmethod
    def too_long(cls, path: str, limit: int) -> FieldError:
        return cls(
            reason="FieldValueTooLong", path=path, body=f"Too long: may not be more than {limit} bytes"
        )

    @classmethod
    def too_many(cls, path: str, actual: int, limit: int) -> FieldError:
        items = "item" if limit == 1 else "items"
        return cls(
            reason="FieldValueTooMany",
            path=path,
            body=f"Too many: {actual}: must have at most {limit} {items}",
        )

    @classmethod
    def duplicate(cls, path: str, value: Any) -> FieldError:
        return cls(reason="FieldValueDuplicate", path=path, body=f"Duplicate value: {_shown(value)}")

    @classmethod
    def not_found(cls, path: str, value: Any) -> FieldError:
        return cls(reason="FieldValueNotFound", path=path, body=f"Not found: {_shown(value)}")

    @classmethod
    def internal(cls, path: str, detail: str) -> FieldError:
        return cls(reason="InternalError", path=path, body=f"Internal error: {detail}")

    @property
    def field(self) -> str:
        return self.path or "<nil>"

    @property
    def message(self) -> str:
        return f"{self.field}: {self.body}"

    def cause(self) -> dict[str, str]:
        """The entry of ``details.causes``."""
        return {"reason": self.reason, "message": self.body, "field": self.field}


def _shown(value: Any) -> str:
    match value:
        case golang.Verbatim():
            return value
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int() | float():
            return golang.number(value)
        case str():
            return golang.quote(value)
        case _:
            return golang.json_text(value)


def aggregate(errors: Sequence[FieldError]) -> str:
    """The message of several errors as one: duplicates once, brackets around more than one."""
    messages = list(dict.fromkeys(error.message for error in errors))
    return messages[0] if len(messages) == 1 else "[" + ", ".join(messages) + "]"
