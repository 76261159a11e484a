"""Expressions in CEL over an object: compiled once, with the errors of a v1.36.2 server.

Not the same: costs are neither estimated nor limited, strings with the format of a time or duration stay strings, and
lists of type ``set`` or ``map`` compare in order.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from cel_expr_python import cel
from cel_expr_python.ext import ext_bindings, ext_encoders, ext_math, ext_optional, ext_strings

from fakes.kube.custom_resources.cel_library import kubernetes_functions
from fakes.kube.custom_resources.cel_types import SelfType, check_types

__all__ = ["CompileError", "EvaluationError", "Expression", "translated"]

_ERRORS = (
    (re.compile(r'NOT_FOUND: Key not found in map : "?([^"]*)"?'), r"no such key: \1"),
    (re.compile(r"UNKNOWN: Index error: index=(-?\d+) size=\d+"), r"index out of bounds: \1"),
    (re.compile(r"INVALID_ARGUMENT: divide by zero"), "division by zero"),
    (re.compile(r"INVALID_ARGUMENT: modulus by zero"), "modulus by zero"),
    (re.compile(r"OUT_OF_RANGE: integer overflow"), "integer overflow"),
    (re.compile(r"UNKNOWN: No matching overloads found.*"), "no such overload"),
    (re.compile(r"[A-Z_]+: (.*)"), r"\1"),
)
_WRAPPED = "cel.bind(oldSelf, hasOldSelf ? optional.of(oldValue) : optional.none(), {rule})"


class CompileError(ValueError):
    """An expression that does not compile; the message lists what is wrong and where."""


class EvaluationError(ValueError):
    """An expression that has no value for these objects."""


@lru_cache(maxsize=1)
def _environment() -> Any:
    names = ("self", "oldSelf", "oldValue", "hasOldSelf")
    return cel.NewEnv(
        variables=dict.fromkeys(names, cel.Type.DYN),
        extensions=[
            ext_strings.ExtStrings(),
            ext_optional.ExtOptional(),
            ext_math.ExtMath(),
            ext_bindings.ExtBindings(),
            ext_encoders.ExtEncoders(),
        ],
        functions=kubernetes_functions(),
    )


class Expression:
    """A compiled rule or message. ``uses_old`` says that it looks at the object before the change."""

    __slots__ = ("_optional", "_program", "text", "type_name", "uses_old")

    def __init__(self, text: str, self_type: SelfType | None = None, *, optional_old: bool = False) -> None:
        """Compile; ``self_type`` is what is known of ``self``, None if nothing is checked but the syntax.

        Raises:
            CompileError: it does not compile.
        """
        self.text = text
        self._optional = optional_old
        program = _compile(text)
        serialized = program.serialize()
        self.uses_old = b"\n\x07oldSelf" in serialized
        self.type_name = program.return_type().name().lower()
        if self_type is not None:
            inferred, errors = check_types(text, serialized, self_type, optional_old=optional_old)
            if errors:
                raise CompileError("\n".join(errors))
            if self.type_name == "dyn" and inferred:
                self.type_name = inferred
        self._program = _compile(_WRAPPED.format(rule=text)) if optional_old and self.uses_old else program

    def evaluate(self, value: Any, old: Any, *, has_old: bool) -> Any:
        """The value of the expression.

        Raises:
            EvaluationError: it has none.
        """
        data: dict[str, Any] = {"self": value}
        if self._optional and self.uses_old:
            data |= {"hasOldSelf": has_old, "oldValue": old}
        elif self.uses_old:
            data["oldSelf"] = old
        result = self._program.eval(data=data)
        if result.type() == cel.Type.ERROR:
            raise EvaluationError(translated(str(result.value())))
        return result.plain_value()


def _compile(text: str) -> Any:
    environment = _environment()
    try:
        return environment.compile(text)
    except RuntimeError as error:
        message = str(error).removeprefix("INVALID_ARGUMENT: ").removesuffix(" [INVALID_ARGUMENT]")
        raise CompileError(message) from error


def translated(message: str) -> str:
    """An error of the interpreter in the words of the server's."""
    for pattern, replacement in _ERRORS:
        if found := pattern.fullmatch(message):
            return found.expand(replacement)
    return message
